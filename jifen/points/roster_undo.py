"""Taking a list back, whole or for some of its people: by linked reversals, without touching the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

import sqlalchemy as sa

from jifen.audit import service as audit
from jifen.core import clock
from jifen.core.actor import Actor, permits
from jifen.core.db import db, table_of, transaction
from jifen.core.errors import NotFound
from jifen.core.states import advance
from jifen.notices import service as notices
from jifen.org.queries import unit
from jifen.points import errors, ledger, reports
from jifen.points.deciding import REVOCABLE
from jifen.points.models import Corroboration, LedgerEntry, Report, RosterEntry
from jifen.points.policy import P, Scope
from jifen.points.states import MOVES, WORDS, ReportState


def revoke(roster_id: int, member_ids: Collection[int] | None = None, *, by: Actor) -> tuple[int, ...]:
    """Take one's own list back within a day, or some of its people; see ``take_back``.

    :param member_ids: only these; None: everybody on the list
    :return: whose deed no longer counts by this list, ascending
    :raises NotFound: no such list, or none that the actor may see
    :raises NotRevocableList: another decider, or the day is over
    :raises NothingLeft: nobody of these stands on the list any more
    """
    with transaction():
        row = access(roster_id, by=by)
        if row.entered_by != by.member_id or clock.now() - row.entered_at > REVOCABLE:
            raise errors.NotRevocableList
        gone = take_back(row, member_ids, by=by)
        if not gone:
            raise errors.NothingLeft
        return gone


def access(roster_id: int, *, by: Actor) -> RosterEntry:
    """Return the list, locked, if the actor enters lists in its branch.

    :raises NotFound: no such list, or none that the actor may see
    """
    stmt = sa.select(RosterEntry).where(RosterEntry.id == roster_id).with_for_update()
    row = db.session.scalar(stmt.execution_options(populate_existing=True))
    if row is None:
        raise NotFound(what="这份名单")
    branch = unit(row.branch_id)
    if not permits(by, P.ENTER_ROSTER, Scope(branch.id, branch.path, True)):
        raise NotFound(what="这份名单")
    return row


def take_back(
    row: RosterEntry, member_ids: Collection[int] | None, *, tell: bool = True, by: Actor
) -> tuple[int, ...]:
    """Reverse what a list posted for these people, and let it no longer stand beside other entries of theirs.

    A report that the list answered waits again, and its member is told.

    :param tell: whether everybody else is told too, where the caller does not tell more
    :return: whose deed no longer counts by this list, ascending
    """
    annulment = sa.orm.aliased(LedgerEntry)
    posted = sa.select(LedgerEntry.id, LedgerEntry.member_id).where(
        LedgerEntry.source == "roster",
        LedgerEntry.source_id == row.id,
        LedgerEntry.reverses_id.is_(None),
        ~sa.exists().where(annulment.reverses_id == LedgerEntry.id),
    )
    beside = (
        sa.select(Corroboration.id, LedgerEntry.member_id)
        .join(LedgerEntry, LedgerEntry.id == Corroboration.entry_id)
        .where(Corroboration.source == "roster", Corroboration.source_id == row.id)
    )
    if member_ids is not None:
        posted = posted.where(LedgerEntry.member_id.in_(member_ids))
        beside = beside.where(LedgerEntry.member_id.in_(member_ids))
    entries = {entry: member for entry, member in db.session.execute(posted.order_by(LedgerEntry.member_id))}
    notes = {note: member for note, member in db.session.execute(beside)}
    ledger.reverse_many(list(entries), by=by)
    db.session.execute(sa.delete(table_of(Corroboration)).where(Corroboration.id.in_(list(notes))))
    again = _reopen(entries, by)
    gone = tuple(sorted({*entries.values(), *notes.values()}))
    told = set(gone) - {r.member_id for r in again} if tell else set()
    notices.queue_many(
        kind="roster_revoked",
        rows=[(f"roster:{row.id}:{m}:revoked", m, {"roster": row.id}) for m in sorted(told)],
    )
    audit.record(
        by=by,
        action="roster.revoke",
        subject="roster",
        subject_id=row.id,
        codes=f"{row.item_code} {len(gone)}",
    )
    return gone


def _reopen(entries: dict[int, int], by: Actor) -> Sequence[Report]:
    """Let reports that were answered by these entries wait again, one a deed: the first."""
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
