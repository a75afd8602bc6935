"""Registered certificates publicised in the organisation that issued them (证明公示), a list a month."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Mapping

import sqlalchemy as sa

from jifen.core import clock, days
from jifen.core.actor import Actor, permits
from jifen.core.db import ask, db, transaction
from jifen.core.errors import Conflict, NotFound
from jifen.core.period import Period
from jifen.decisions import publicity, publicity_read
from jifen.decisions.models_publicity import Publication
from jifen.decisions.policy_publicity import Listing
from jifen.decisions.policy_publicity import P as PublicityP
from jifen.decisions.states_publicity import PublicationState
from jifen.org import queries as org
from jifen.org.models import Unit
from jifen.volunteering import late, rules, settings
from jifen.volunteering.certificates.models import Certificate
from jifen.volunteering.certificates.policy import P

#: Kind of the publicised list.
KIND = "certificate"


class NothingNew(Conflict):
    """No certificate of that month waits for its publicity."""

    code, template = "nothing_new", "{month}没有还没公示过的证明，不用再公示。"


_LISTED = """
SELECT DISTINCT ON (member_id) member_id, register_year, register_no, minutes_verified + minutes_attested, first_on, last_on
  FROM certificate
 WHERE unit_id = %(unit)s AND state = 'registered' AND registered_at >= %(since)s AND registered_at < %(until)s
 ORDER BY member_id, id DESC
"""


def publicise(unit_id: int, month: Period, *, by: Actor) -> Publication:
    """Publicise what an organisation registered in a month, for the working days of ``config/volunteering.toml``.

    :raises NotFound: not the actor's organisation to see
    :raises Forbidden: he does not decide there
    :raises NothingNew: every one of them was on a list before, or the installation publicises none
    """
    with transaction():
        unit = org.unit(unit_id)
        if not permits(by, P.LIST, late.scope_of(unit)):
            raise NotFound(what="这个组织的证明")
        hold(unit.id)
        before = publicity.shown(KIND, unit.id, month.key)
        known = _known(before)
        lines = _lines(unit.id, month, known)
        days = settings.load().publicity_days
        if not days or all(known.get(member) == row for member, row in lines):
            raise NothingNew(month=month.words)
        drawn = _draw(unit.id, month, lines, by)
        return publicity.publicise(drawn.id, by=by)


def correct(row: Certificate, *, by: Actor) -> None:
    """Draw an open list anew from which a certificate was withdrawn; a decider publicises the revision."""
    if row.registered_at is None:
        return
    month = Period.parse(f"{clock.civil_day(row.registered_at):%Y-%m}")
    before = publicity.shown(KIND, row.unit_id, month.key)
    if before is not None and before.state == PublicationState.PUBLICISED:
        hold(row.unit_id)
        _draw(row.unit_id, month, _lines(row.unit_id, month, _known(before)), by)


def _draw(unit_id: int, month: Period, lines: list[tuple[int, dict[str, str]]], by: Actor) -> Publication:
    columns = [["number", "登记号"], ["span", "服务起止"], ["hours", "时长"]]
    return publicity.draw(
        KIND,
        unit_id,
        month.key,
        frame={
            "sections": [{"key": KIND, "title": f"{month.words}出具的志愿服务记录证明", "columns": columns}]
        },
        lines=lines,
        working_days=settings.load().publicity_days,
        by=by,
    )


def _known(before: Publication | None) -> dict[int, Mapping[str, str]]:
    """Return the lines of a list, by member."""
    return {line.member_id: line.row for line in publicity_read.lines(before.id)} if before else {}


def _lines(
    unit_id: int, month: Period, known: dict[int, Mapping[str, str]]
) -> list[tuple[int, dict[str, str]]]:
    span = {"since": clock.at(month.since), "until": clock.at(month.until)}
    found = ask(_LISTED, {"unit": unit_id, **span})
    lines = []
    for member, year, number, minutes, first, last in sorted(found, key=lambda row: row[1:3]):
        row = {
            "section": KIND,
            "number": register_words(year, number),
            "span": f"{days.in_full(first)}至{days.in_full(last)}",
            "hours": rules.formatted(minutes),
        }
        # Lists once said days as figures: such a line stays as it was shown, or a revision would differ in each.
        before = {**row, "span": f"{first}至{last}"}
        lines.append((member, before if known.get(member) == before else row))
    return lines


def register_words(year: int, number: int) -> str:
    """Return the running number of a register as people write it: 2026-0007."""
    return f"{year}-{number:04d}"


def hold(unit_id: int) -> None:
    """Lock an organisation's lists of certificates until the transaction ends."""
    db.session.execute(sa.select(Unit.id).where(Unit.id == unit_id).with_for_update(key_share=True)).all()


def may_publicise(unit_id: int, path: str, *, by: Actor) -> bool:
    """Whether the actor publicises an organisation's certificates: somebody who decides there."""
    return permits(by, PublicityP.PUBLICISE, Listing(unit_id, path, shown=False))


def freeze_due(day: dt.date, *, by: Actor) -> int:
    """Freeze the lists whose days are over and to which nobody objects.

    :return: how many
    """
    done = 0
    for publication_id in publicity.due(KIND, day):
        # A correction that came in this moment: the list waits for it.
        with contextlib.suppress(publicity.StillOpen):
            publicity.freeze(publication_id, by=by)
            done += 1
    return done
