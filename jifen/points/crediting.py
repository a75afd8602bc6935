"""Counting confirmed deeds, whatever told of them: posted where new, attached where they count already."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from jifen.audit import service as audit
from jifen.core import clock
from jifen.core.actor import Actor
from jifen.core.db import db, table_of
from jifen.core.states import advance
from jifen.members import queries as members
from jifen.notices import service as notices
from jifen.org.queries import unit
from jifen.points import ledger, reports, standings
from jifen.points.ledger import Confirmed
from jifen.points.models import Corroboration, LedgerEntry, Report
from jifen.points.states import MOVES, WORDS, ReportState
from jifen.rulebook import queries as rulebooks
from jifen.rulebook.engine import occasion
from jifen.rulebook.engine.book import Rulebook
from jifen.rulebook.engine.item import Item
from jifen.rulebook.queries import NoRulebook

#: A deed: member, item, occasion.
Deed = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Counted:
    """What became of deeds; ids of members, ascending."""

    #: Their deed counts from now on.
    posted: tuple[int, ...]
    #: Their deed counted already: the source stands beside it.
    attached: tuple[int, ...]


_POSTED = sa.text(
    "SELECT coalesce(max(revision), 0) FROM ledger_entry"
    " WHERE source = :source AND source_id = :id AND reverses_id IS NULL"
)


def deed_of(
    member_ids: Collection[int],
    item_for: Callable[[Rulebook], Item | None],
    *,
    day: dt.date,
    key: str,
    source: str,
    source_id: int,
    level: str | None = None,
) -> list[Confirmed]:
    """Return one deed, once, as the fact of each who is scored on its day by a rulebook that has a line for it.

    Taken back before, it is the next revision; inside a transaction that locked what it comes from.

    :param item_for: the line that takes it; None where a rulebook has none
    :param key: what tells the deed from others of its line
    """
    revision = 1 + db.session.scalars(_POSTED, {"source": source, "id": source_id}).one()
    found = []
    for member_id, where in sorted(members.belongings(member_ids, day).items()):
        try:
            held = rulebooks.in_force(where.branch_path, where.category, day)
        except NoRulebook:
            continue
        item = item_for(held.book)
        if item is None or where.category not in held.book.applies.in_force | held.book.applies.tracked:
            continue
        found.append(
            Confirmed(
                member_id=member_id,
                branch_id=where.branch_id,
                rules=held,
                item_code=item.code,
                occurred_on=day,
                quantity=Decimal(1),
                level=level,
                occasion=occasion(item, day, activity=key),
                source=source,
                source_id=source_id,
                revision=revision,
            )
        )
    return found


def count(facts: Sequence[Confirmed], *, note: str, by: Actor) -> Counted:
    """Post whose deed is new, attach the source where it counts already, and answer waiting reports; in a transaction.

    :param facts: at most one a member
    :param note: what the number of the source is called in a notice
    """
    if not facts:
        return Counted((), ())
    waiting = _waiting(facts)
    known = _held(facts)
    # Asked again under the totals' locks, so that of two lists of one deed the later finds the earlier.
    standings.lock(standings.Key(f.member_id, f.rules) for f in facts if f.member_id not in known)
    held = _held(facts)
    fresh = [f for f in facts if f.member_id not in held]
    new = ledger.post(fresh, by=by)
    entries = held | dict(zip((f.member_id for f in fresh), new, strict=True))
    of = {f.member_id: f for f in facts}
    beside = [(held[m], of[m].source, of[m].source_id) for m in sorted(held)]
    beside += [(entries[r.member_id], "report", r.id) for r in waiting]
    _attach(beside, by)
    now = clock.now()
    for report in waiting:
        report.state = advance(MOVES, report.state, "attach", what=f"{report.number}号", words=WORDS)
        report.decided_at, report.step_unit_id = now, None
    audit.record_many(
        by=by, action="report.attach", subject="report", rows=[(r.id, r.state) for r in waiting]
    )
    told = sorted(set(held) | {r.member_id for r in waiting})
    notices.queue_many(
        kind="deed_attached",
        rows=[(f"{note}:{of[m].source_id}:{m}", m, {note: of[m].source_id}) for m in told],
    )
    db.session.flush()  # the reports' states, before the caller reads or the block commits
    return Counted(tuple(sorted(f.member_id for f in fresh)), tuple(sorted(held)))


def _held(facts: Sequence[Confirmed]) -> dict[int, int]:
    """Return which entry holds the deed already, by member."""
    deeds = [(f.member_id, f.item_code, f.occasion) for f in facts]
    # A report names no activity: that day's is taken for this one, another activity is not.
    bare = [
        (f.member_id, f.item_code, f.occurred_on.isoformat())
        for f in facts
        if f.occasion.startswith("activity:")
    ]
    found = ledger.live_entries(bare, of_the_day=False) if bare else {}
    return {m: entry for (m, _, _), entry in (found | ledger.live_entries(deeds)).items()}


def _waiting(facts: Sequence[Confirmed]) -> list[Report]:
    """Return the waiting reports of the same deeds, locked in the order in which a batch of decisions locks."""
    deeds = [(f.member_id, f.item_code, f.occasion) for f in facts]
    stmt = (
        sa.select(Report)
        .where(
            sa.tuple_(Report.member_id, Report.item_code, Report.occasion).in_(deeds),
            Report.state == ReportState.PENDING,
        )
        .order_by(Report.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(stmt))


def _attach(beside: Sequence[tuple[int, str, int]], by: Actor) -> None:
    if not beside:
        return
    now = clock.now()
    db.session.execute(
        sa.insert(table_of(Corroboration)),
        [
            {
                "entry_id": entry,
                "source": source,
                "source_id": number,
                "noted_by": by.member_id,
                "noted_at": now,
            }
            for entry, source, number in beside
        ],
    )


def take_back(
    source: str, source_id: int, member_ids: Collection[int] | None, *, by: Actor
) -> tuple[tuple[int, ...], frozenset[int]]:
    """Reverse what a source posted for these people, and let it no longer stand beside other entries of theirs.

    A report that it answered waits again, and its member is told.

    :param member_ids: only these; None: everybody
    :return: whose deed no longer counts by this source, ascending; who of them was told of a report
    """
    annulment = sa.orm.aliased(LedgerEntry)
    posted = sa.select(LedgerEntry.id, LedgerEntry.member_id).where(
        LedgerEntry.source == source,
        LedgerEntry.source_id == source_id,
        LedgerEntry.reverses_id.is_(None),
        ~sa.exists().where(annulment.reverses_id == LedgerEntry.id),
    )
    beside = (
        sa.select(Corroboration.id, LedgerEntry.member_id)
        .join(LedgerEntry, LedgerEntry.id == Corroboration.entry_id)
        .where(Corroboration.source == source, Corroboration.source_id == source_id)
    )
    if member_ids is not None:
        posted = posted.where(LedgerEntry.member_id.in_(member_ids))
        beside = beside.where(LedgerEntry.member_id.in_(member_ids))
    entries = {entry: member for entry, member in db.session.execute(posted.order_by(LedgerEntry.member_id))}
    notes = {note: member for note, member in db.session.execute(beside)}
    ledger.reverse_many(list(entries), by=by)
    db.session.execute(sa.delete(table_of(Corroboration)).where(Corroboration.id.in_(list(notes))))
    again = _reopen(entries, by=by)
    gone = tuple(sorted({*entries.values(), *notes.values()}))
    return gone, frozenset(r.member_id for r in again)


def _reopen(entries: Mapping[int, int], *, by: Actor) -> Sequence[Report]:
    """Let reports that were answered by these entries wait again, one a deed: the first"""
    stmt = (
        sa.select(Report, Corroboration.id)
        .join(Corroboration, sa.and_(Corroboration.source == "report", Corroboration.source_id == Report.id))
        .where(Corroboration.entry_id.in_(list(entries)), Report.state == ReportState.ATTACHED)
        .order_by(Report.id)
        .with_for_update(of=Report)
        .execution_options(populate_existing=True)
    )
    first: dict[tuple[int, str, str], tuple[Report, int]] = {}
    for report, note in db.session.execute(stmt):
        first.setdefault((report.member_id, report.item_code, report.occasion), (report, note))
    found = [report for report, _ in first.values()]
    paths: dict[int, str] = defaultdict(str)
    for report in found:
        path = paths[report.branch_id] or unit(report.branch_id).path
        paths[report.branch_id] = path
        report.state = advance(MOVES, report.state, "reopen", what=f"{report.number}号", words=WORDS)
        report.decided_at = None
        report.step_unit_id, report.asked_at = reports.asked_unit(path, report.member_id), clock.now()
    notes = [note for _, note in first.values()]
    db.session.execute(sa.delete(table_of(Corroboration)).where(Corroboration.id.in_(notes)))
    audit.record_many(by=by, action="report.reopen", subject="report", rows=[(r.id, r.state) for r in found])
    # The entry in the key: a report may wait again more than once.
    last = max(entries, default=0)
    notices.queue_many(
        kind="report_reopened",
        rows=[(f"report:{r.id}:reopened:{last}", r.member_id, {"report": r.id}) for r in found],
    )
    db.session.flush()  # the reports' states, before the caller reads or the block commits
    return found
