"""Objections to points answered: the correction as linked entries.

It annuls the wrong entry and posts a new one that keeps the day of the deed; the
list it stood on gets a revision.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from jifen.core import clock
from jifen.core.actor import Actor
from jifen.core.db import db, transaction
from jifen.core.period import Period
from jifen.decisions import objections
from jifen.decisions.models_objections import Objection
from jifen.decisions.models_publicity import Publication
from jifen.decisions.states_objections import ObjectionState
from jifen.members import queries as members
from jifen.points import errors, items, ledger
from jifen.points.models import LedgerEntry
from jifen.points.periods import service as periods
from jifen.rulebook import queries as rulebooks
from jifen.rulebook.engine import occasion
from jifen.rulebook.engine.item import Item, OncePer
from jifen.rulebook.queries import InForce


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """A fact that a correction posts."""

    item: str
    occurred_on: dt.date
    quantity: Decimal = Decimal(1)
    value: Decimal | None = None
    level: str | None = None


def answer(
    objection_id: int,
    outcome: ObjectionState,
    reason: str,
    *,
    reason_other: str | None = None,
    reverse: Sequence[int] = (),
    add: Sequence[Fresh] = (),
    by: Actor,
) -> tuple[Objection, list[int]]:
    """Answer an objection and correct the ledger: wrong entries annulled, right ones posted, all or nothing.

    Every list keeps what it showed. Those that say something else now, the
    contested one and every other that counts the same deeds, have a revision with
    the difference when this returns; it waits to be publicised.

    :param reverse: entries of the person that are annulled
    :param add: facts posted in their place, or missing before; each keeps the day of its deed
    :return: the objection and the ids of the new entries
    :raises UnknownObjection, NotByYou, Answered, NoReason: see ``objections.answer``
    :raises NotCorrectable: a correction to a rejected objection, or an entry of somebody else
    :raises OwnDecision: the actor decided one of the entries himself
    """
    with transaction():
        row = objections.answer(objection_id, outcome, reason, reason_other=reason_other, by=by)
        if (reverse or add) and outcome == ObjectionState.REJECTED:
            raise errors.NotCorrectable(why="异议不成立时不作更正")
        wrong = [_to_reverse(one, row, by) for one in sorted(set(reverse))]
        # Before the standings: whoever freezes a list holds it first and them after.
        lists = _lists(row, [*(e.occurred_on for e in wrong), *(f.occurred_on for f in add)])
        for entry in wrong:
            ledger.reverse(entry.id, by=by)
        new = ledger.post([_confirmed(one, n, row, wrong) for n, one in enumerate(add, 1)], by=by)
        for unit_id, period in lists:
            periods.draw(unit_id, period, by=periods.HOUSE)
        return row, new


def _lists(row: Objection, days: Sequence[dt.date]) -> list[tuple[int, Period]]:
    """Return the lists of points to which a correction of these days makes a difference, held until the end.

    The contested one is among them also where it forgot the member.
    """
    if not days:
        return []
    found = periods.lists_of(row.member_id, min(days))
    shown = db.session.get(Publication, row.publication_id) if row.publication_id is not None else None
    if shown is not None and shown.kind == periods.KIND:
        found.append((shown.unit_id, Period.parse(shown.period)))
    found = sorted(set(found), key=lambda one: (one[1], one[0]))
    for unit_id, period in found:
        periods.hold(unit_id, period)
    return found


def _to_reverse(entry_id: int, row: Objection, by: Actor) -> LedgerEntry:
    entry = db.session.get(LedgerEntry, entry_id)
    if entry is None or entry.member_id != row.member_id or entry.reverses_id is not None:
        raise errors.NotCorrectable(why="要冲正的流水不是本人的")
    if entry.decided_by == by.member_id:
        raise errors.OwnDecision
    return entry


def _confirmed(fresh: Fresh, number: int, row: Objection, wrong: Sequence[LedgerEntry]) -> ledger.Confirmed:
    if fresh.occurred_on > clock.today():
        raise errors.InFuture(day=fresh.occurred_on)
    where = members.belonging(row.member_id, fresh.occurred_on)
    if where is None:
        raise errors.NotInScheme(day=fresh.occurred_on)
    rules = rulebooks.in_force(where.branch_path, where.category, fresh.occurred_on)
    item = items.find(rules.book, fresh.item)
    items.check_amount(
        item,
        rules.book,
        day=fresh.occurred_on,
        quantity=fresh.quantity,
        value=fresh.value,
        level=fresh.level,
    )
    # In place of an annulled entry the deed stays the same one: nothing else may count it again.
    same = (e.occasion for e in wrong if (e.item_code, e.occurred_on) == (item.code, fresh.occurred_on))
    deed = next(same, None) or _deed(item, fresh.occurred_on, row, number)
    return ledger.Confirmed(
        member_id=row.member_id,
        branch_id=where.branch_id,
        rules=InForce(rules.rulebook_id, rules.book, rules.period),
        item_code=item.code,
        occurred_on=fresh.occurred_on,
        quantity=fresh.quantity,
        value=fresh.value,
        level=fresh.level,
        occasion=deed,
        source="objection",
        source_id=row.id,
        revision=number,
    )


def _deed(item: Item, day: dt.date, row: Objection, number: int) -> str:
    """Return the identity of a deed that was missing; where several a day may count, one of its own."""
    bare = occasion(item, day)
    if ledger.live_entry(row.member_id, item.code, bare) is None:
        return bare
    if item.once_per not in (OncePer.DEED, OncePer.NONE):
        raise errors.AlreadyCounted
    return occasion(item, day, deed=f"objection-{row.id}-{number}")
