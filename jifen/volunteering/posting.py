"""From minutes to points: one fact of a member, an activity and a day, which follows the minutes that count.

Hours are the fact and never know of points. Whenever the minutes of such a
group change, what was posted for it is reversed and posted anew.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from jifen.core.actor import Actor, system
from jifen.core.db import db
from jifen.members import queries as members
from jifen.members.queries import Belonging
from jifen.points import crediting
from jifen.points.ledger import Confirmed
from jifen.rulebook import queries as rulebooks
from jifen.rulebook.engine import occasion
from jifen.rulebook.engine.book import Rulebook
from jifen.rulebook.engine.item import Feeder, Item
from jifen.rulebook.queries import InForce, NoRulebook
from jifen.volunteering.models import ServiceRecord, ServiceSpan
from jifen.volunteering.states import Source, SpanState

LEDGER_SOURCE = "activity"
HOUSE = system("volunteering.credit")
#: What an item counts in -> minutes in one of it.
_UNITS = {"小时": Decimal(60), "时": Decimal(60), "分钟": Decimal(1)}
_BY_ORGANISATION = frozenset({Feeder.ACTIVITY, Feeder.ROSTER})
#: Which feeders of an item let minutes of a source in.
_FEEDERS = {
    Source.ACTIVITY: _BY_ORGANISATION,
    Source.LATE_ENTRY: _BY_ORGANISATION,
    Source.COMMUNITY: _BY_ORGANISATION,
    Source.IMPORT: frozenset({Feeder.IMPORT}),
}


def item_for(book: Rulebook, source: Source) -> Item | None:
    """Return the line of a rulebook that turns minutes of a source into points; None where it has none.

    It says that it touches volunteering, what told of the minutes may feed it,
    it is on, and it asks for no level. Of several the first.
    """
    for item in book.items.values():
        told = "volunteering" in item.touches and item.feeders & _FEEDERS[source]
        if told and item.off is None and not item.levels and item.worth is not None:
            return item
    return None


def quantity(item: Item, minutes: int) -> Decimal | None:
    """Return minutes in the item's unit, down to its own step and up to its most; None below its least.

    An item that counts neither hours nor minutes counts the occasion once.
    """
    each = _UNITS.get(item.unit)
    if each is None:
        return Decimal(1)
    found = Decimal(minutes) / each // item.quantity_step * item.quantity_step
    if item.quantity_max is not None:
        found = min(found, item.quantity_max)
    return found if found > 0 and found >= item.quantity_min else None


@dataclass(frozen=True, slots=True, order=True)
class Group:
    """The minutes that are one deed: of a member, at an activity, on a day."""

    member_id: int
    day: dt.date
    #: ``12`` an activity; else the source's letter and number.
    key: str


def group_of(row: ServiceRecord) -> Group:
    """Return the deed that a record is part of."""
    key = str(row.activity_id) if row.activity_id is not None else f"{row.source[0]}{row.source_id}"
    return Group(row.member_id, row.occurred_on, key)


def follow(groups: Iterable[Group], *, by: Actor) -> None:
    """Let the points of these deeds follow their minutes; inside a transaction that locked the members."""
    wanted = sorted(set(groups))
    if not wanted:
        return
    rows = _records(wanted)
    already = _posted({row.id for found in rows.values() for row, _ in found})
    stale: list[tuple[Group, int]] = []
    fresh: list[tuple[Group, list[ServiceRecord], int]] = []
    for group in wanted:
        found = rows.get(group, [])
        live = [row for row, state in found if state == SpanState.COUNTS]
        first = min((row.id for row, _ in found), default=0)
        fresh.append((group, live, first))
        if first in already:
            stale.append((group, first))
    facts = _facts(fresh, already)
    keep = {f.source_id for f in facts if already.get(f.source_id, _NONE).quantity == f.quantity}
    for group, first in stale:
        if first not in keep and already[first].live:
            mine = group.member_id == by.member_id
            crediting.take_back(LEDGER_SOURCE, first, [group.member_id], by=HOUSE if mine else by)
    changed = [f for f in facts if f.source_id not in keep]
    for mine in (True, False):
        # Nobody confirms his own: what he served himself is the house's to post.
        part = [f for f in changed if (f.member_id == by.member_id) == mine]
        for one in _one_a_member(part):
            crediting.count(one, note="service", by=HOUSE if mine else by)


@dataclass(frozen=True, slots=True)
class _Posted:
    """What stands in the ledger for a deed: how often it was posted, and what counts by it now."""

    times: int
    #: None where nothing counts by it.
    quantity: Decimal | None
    #: Whether it is posted, or stands beside another entry of the deed.
    live: bool


_NONE = _Posted(0, None, False)
_POSTED = sa.text(
    """
    SELECT n, (SELECT count(*) FROM ledger_entry e WHERE e.source = :source AND e.source_id = n
                AND e.reverses_id IS NULL),
           (SELECT e.quantity FROM ledger_entry e WHERE e.source = :source AND e.source_id = n
             AND e.reverses_id IS NULL AND NOT EXISTS (SELECT FROM ledger_entry b WHERE b.reverses_id = e.id)),
           EXISTS (SELECT FROM corroboration c WHERE c.source = :source AND c.source_id = n)
      FROM unnest(CAST(:ids AS bigint[])) AS n
    """
)


def _posted(ids: set[int]) -> dict[int, _Posted]:
    rows = db.session.execute(_POSTED, {"ids": sorted(ids), "source": LEDGER_SOURCE})
    return {
        n: _Posted(times, quantity, quantity is not None or beside)
        for n, times, quantity, beside in rows
        if times or beside
    }


def _records(groups: Sequence[Group]) -> dict[Group, list[tuple[ServiceRecord, str | None]]]:
    """Return every record of these deeds, the reversed ones too, with what their time's state is."""
    days = {(g.member_id, g.day) for g in groups}
    stmt = (
        sa.select(ServiceRecord, ServiceSpan.state)
        .outerjoin(ServiceSpan, ServiceSpan.record_id == ServiceRecord.id)
        .where(
            sa.tuple_(ServiceRecord.member_id, ServiceRecord.occurred_on).in_(days),
            ServiceRecord.reverses_id.is_(None),
        )
        .order_by(ServiceRecord.id)
    )
    found: dict[Group, list[tuple[ServiceRecord, str | None]]] = defaultdict(list)
    for row, state in db.session.execute(stmt):
        found[group_of(row)].append((row, state))
    return {g: found[g] for g in groups if g in found}


def _facts(
    wanted: Sequence[tuple[Group, list[ServiceRecord], int]], already: dict[int, _Posted]
) -> list[Confirmed]:
    facts = []
    there: dict[dt.date, dict[int, Belonging]] = {}
    held: dict[tuple[str, str, dt.date], InForce | None] = {}
    for day in {group.day for group, _, _ in wanted}:
        ids = {g.member_id for g, _, _ in wanted if g.day == day}
        there[day] = members.belongings(ids, day)
    for group, live, first in wanted:
        where = there[group.day].get(group.member_id)
        if where is None or not live:
            continue
        place = (where.branch_path, where.category, group.day)
        if place not in held:
            held[place] = _rules(*place)
        rules = held[place]
        if rules is None or where.category not in rules.book.applies.in_force | rules.book.applies.tracked:
            continue
        item = item_for(rules.book, Source(live[0].source))
        amount = None if item is None else quantity(item, sum(row.minutes for row in live))
        if item is None or amount is None:
            continue
        facts.append(
            Confirmed(
                member_id=group.member_id,
                branch_id=where.branch_id,
                rules=rules,
                item_code=item.code,
                occurred_on=group.day,
                quantity=amount,
                occasion=occasion(item, group.day, activity=f"{group.key}@{group.day}"),
                source=LEDGER_SOURCE,
                source_id=first,
                revision=already.get(first, _NONE).times + 1,
            )
        )
    return facts


def _rules(path: str, category: str, day: dt.date) -> InForce | None:
    try:
        return rulebooks.in_force(path, category, day)
    except NoRulebook:
        return None


def _one_a_member(facts: Sequence[Confirmed]) -> list[list[Confirmed]]:
    """Split facts so that no part holds two of one member: the later then finds the earlier's deed."""
    parts: list[list[Confirmed]] = []
    for fact in facts:
        part = next((p for p in parts if all(f.member_id != fact.member_id for f in p)), None)
        if part is None:
            parts.append([fact])
        else:
            part.append(fact)
    return parts
