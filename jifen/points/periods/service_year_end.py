"""Turning the year: confirmed once, written in chunks, resumed where it stopped.

Nothing is copied from one year to the next: the engine computes every opening
from last year's frozen total. What is written are the totals of both years and
the questions about exemptions that ended.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from jifen.audit import service as audit
from jifen.core import clock, days, queue
from jifen.core.actor import Actor
from jifen.core.db import db, transaction
from jifen.core.errors import Conflict, Invalid, NotFound
from jifen.decisions import asks
from jifen.decisions.errors import NobodyDecides
from jifen.members import queries as members
from jifen.members import service as people
from jifen.members.models import Exemption, ExemptionReason
from jifen.org import queries as org
from jifen.points import standings_follow
from jifen.points.periods import queries_year_end as queries
from jifen.points.periods.models_year_end import YearEnd

EXEMPTION = "exemption"


class YearRuns(Conflict):
    """The year is not over."""

    code, template = "year_runs", "{year}年还没有结束，{next}年1月1日起办理。现在可以先看预览。"


def confirm(unit_id: int, year: int, *, by: Actor) -> YearEnd:
    """Turn the year for a unit, once; a repeat goes on with what an earlier one left, or says it is done.

    :raises NotFound, Forbidden: not the actor's unit to see, or not his to turn
    :raises YearRuns: the year is not over
    """
    with transaction() as session:
        unit, year = queries.turn(unit_id, by=by), queries.checked_year(year)
        if clock.today() <= dt.date(year, 12, 31):
            raise YearRuns(year=year, next=year + 1)
        row = insert(YearEnd).values(
            unit_id=unit.id,
            year=year,
            stage="closing",
            after=0,
            asked=0,
            confirmed_by=by.member_id,
            confirmed_at=clock.now(),
        )
        new = session.scalar(row.on_conflict_do_nothing().returning(YearEnd.unit_id)) is not None
        found = session.get(YearEnd, (unit.id, year), with_for_update=True, populate_existing=True)
        assert found is not None, "it was there, or was just written"
        if new:
            found.asked = sum(_ask(one) for one in queries.exemptions_ending(unit.path, year))
            session.flush()  # the count, before the caller reads it
            audit.record(
                by=by, action="year_end.confirm", subject="unit", subject_id=unit.id, codes=str(year)
            )
        if found.stage != "done":
            queue.defer("periods.year_end", lock=f"year_end:{unit.id}", unit_id=unit.id, year=year)
        return found


def _ask(one: queries.Asked) -> bool:
    """Ask the organisation above the branch whether somebody stays exempt; not twice."""
    if asks.open_ask(EXEMPTION, one.exemption_id) is not None:
        return False
    where = members.belonging(one.member_id, one.until - dt.timedelta(days=1))
    if where is None:
        return False
    above = where.branch_path.rstrip("/").rsplit("/", 1)[0] + "/"
    try:
        unit_id = asks.unit_for(above, one.member_id)
    except NobodyDecides:
        return False  # it stays on the preview's list
    asks.ask(EXEMPTION, one.exemption_id, unit_id=unit_id, concerns=one.member_id)
    return True


def work(unit_id: int, year: int) -> Iterator[YearEnd]:
    """Write the totals of both years, chunk by chunk; each is one transaction, and a killed run goes on."""
    days = {"closing": dt.date(year, 12, 31), "opening": dt.date(year + 1, 1, 1)}
    path = org.unit(unit_id).path
    while True:
        with transaction() as session:
            found = session.get(YearEnd, (unit_id, year), with_for_update=True, populate_existing=True)
            if found is None or found.stage == "done":
                return
            after = standings_follow.follow(path, day=days[found.stage], after=found.after)
            if after is not None:
                found.after = after
            elif found.stage == "closing":
                found.stage, found.after = "opening", 0
            else:
                found.stage, found.finished_at = "done", clock.now()
            session.flush()  # how far it is, with what was written
        yield found


def renew(exemption_id: int, *, minute: str, until: dt.date | None = None, by: Actor) -> Exemption:
    """Decide that somebody stays exempt in the year after, by a new minute; the old row is never changed.

    :param until: first day no longer exempt; 1 January after that year if None
    :raises NotFound, NotByYou, Answered: see ``asks.access``
    :raises Invalid: it would last longer than the year, or no minute is named
    """
    with transaction():
        asked = asks.access(EXEMPTION, exemption_id, by=by)
        old = db.session.get(Exemption, exemption_id)
        if old is None:
            raise NotFound(what="这项决定")
        longest = dt.date(old.until.year + 1, 1, 1)
        ends = until or longest
        if ends > longest:
            raise Invalid(reason=f"不参加积分的决定最长到年底，请填{days.spoken(longest)}或更早的日期。")
        new = people.exempt(
            old.member_id,
            reason=ExemptionReason(old.reason),
            since=old.until,
            until=ends,
            minute=minute,
            by=by,
        )
        asks.decide(asked, "approved", by=by)
        return new


def let_end(exemption_id: int, *, by: Actor) -> None:
    """Decide that somebody is scored again from the end of his exemption on.

    :raises NotFound, NotByYou, Answered: see ``asks.access``
    """
    with transaction():
        asked = asks.access(EXEMPTION, exemption_id, by=by)
        asks.decide(asked, "returned", by=by)
        audit.record(by=by, action="exemption.let_end", subject="exemption", subject_id=exemption_id)


_WAITING = sa.select(Exemption).order_by(Exemption.id)


def waiting(*, by: Actor) -> list[tuple[Exemption, str]]:
    """Return the exemptions that the actor is asked about again, with the person's name."""
    ids = [one.subject_id for one in asks.open_for(EXEMPTION, by=by, limit=200)]
    rows = list(db.session.scalars(_WAITING.where(Exemption.id.in_(ids)))) if ids else []
    names = members.names({row.member_id for row in rows})
    return [(row, names.get(row.member_id, "")) for row in rows]
