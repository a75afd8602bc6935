"""Decisions on reports: one at a time or a batch, never one's own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from jifen.audit import service as audit
from jifen.core import clock
from jifen.core.actor import Actor
from jifen.core.db import db, table_of, transaction
from jifen.core.errors import Invalid
from jifen.core.period import Period
from jifen.core.states import advance
from jifen.decisions.models import Decision
from jifen.decisions.policy import seat
from jifen.notices import service as notices
from jifen.points import errors, ledger, reports
from jifen.points.models import Corroboration, LedgerEntry, Report
from jifen.points.policy import P
from jifen.points.states import MOVES, WORDS, ReportState
from jifen.rulebook.queries import InForce, book

#: Within this time the same decider may take a confirmation back.
REVOCABLE = dt.timedelta(hours=24)


def approve(report_id: int, *, by: Actor) -> Report:
    """Confirm a report: decision, ledger, standing, notice, all or nothing.

    :raises NotYours, OwnMatter, Forbidden: see ``reports.access``
    :raises NotPending: somebody decided first
    """
    return approve_many([report_id], by=by)[0]


def approve_many(report_ids: Sequence[int], *, by: Actor) -> list[Report]:
    """Confirm several reports in one transaction; one that cannot be confirmed stops them all.

    A deed that was posted meanwhile from another source is attached to it.
    """
    with transaction() as session:
        waiting = reports.access_many(report_ids, P.DECIDE, by=by, lock=True)
        held = ledger.live_entries([(r.member_id, r.item_code, r.occasion) for r in waiting])
        now = clock.now()
        fresh: list[Report] = []
        for report in waiting:
            if report.state != ReportState.PENDING:
                raise errors.NotPending(number=report.number, state=WORDS[report.state])
            held_by = held.get((report.member_id, report.item_code, report.occasion))
            move = "attach" if held_by else "approve"
            report.state = advance(MOVES, report.state, move, what=f"{report.number}号", words=WORDS)
            report.decided_at = now
            if held_by:
                session.add(
                    Corroboration(
                        entry_id=held_by, source="report", source_id=report.id, noted_by=by.member_id
                    )
                )
            else:
                fresh.append(report)
        _decide(waiting, "approved", by=by, now=now)
        ledger.post([_confirmed(r) for r in fresh], by=by)
        audit.record_many(
            by=by, action="report.approve", subject="report", rows=[(r.id, r.state) for r in waiting]
        )
        notices.queue_many(
            kind="report_approved",
            rows=[(f"report:{r.id}:approved", r.member_id, {"report": r.id}) for r in waiting],
        )
        for report in waiting:
            report.step_unit_id = None
        session.flush()  # the states, before the caller reads or the block commits
        return waiting


def return_(report_id: int, reason: str, *, by: Actor) -> Report:
    """Give a report back with a reason; the member may correct it and file it again.

    :raises Invalid: no reason was given
    :raises NotPending: somebody decided first
    """
    if not reason.strip():
        raise Invalid(reason="请写明退回原因，例如：退回 42 日期写错了。")
    with transaction():
        report = reports.access(report_id, P.DECIDE, by=by, lock=True)
        if report.state != ReportState.PENDING:
            raise errors.NotPending(number=report.number, state=WORDS[report.state])
        now = clock.now()
        report.state = advance(MOVES, report.state, "return", what=f"{report.number}号", words=WORDS)
        report.decided_at = now
        _decide([report], "returned", by=by, now=now, reason=reason.strip()[:200])
        report.step_unit_id = None
        audit.record(by=by, action="report.return", subject="report", subject_id=report.id)
        notices.queue_many(
            kind="report_returned",
            rows=[(f"report:{report.id}:returned", report.member_id, {"report": report.id})],
        )
        return report


def revoke(report_id: int, *, by: Actor) -> Report:
    """Take one's own confirmation back within a day, as a linked reversal.

    :raises NotRevocable: another decider, or the day is over
    """
    with transaction() as session:
        report = reports.access(report_id, P.SEE_REPORT, by=by, lock=True)
        decision = session.scalar(
            sa.select(Decision).where(
                Decision.subject == "report", Decision.subject_id == report.id, Decision.outcome == "approved"
            )
        )
        if (
            report.state != ReportState.APPROVED
            or decision is None
            or decision.decided_by != by.member_id
            or clock.now() - decision.decided_at > REVOCABLE
        ):
            raise errors.NotRevocable(number=report.number)
        entry_id = session.scalar(
            sa.select(LedgerEntry.id).where(
                LedgerEntry.source == "report", LedgerEntry.source_id == report.id
            )
        )
        assert entry_id is not None, "an approved report was posted in the same transaction"
        ledger.reverse(entry_id, by=by)
        report.state = advance(MOVES, report.state, "revoke", what=f"{report.number}号", words=WORDS)
        _decide([report], "revoked", by=by, now=clock.now(), unit_id=decision.unit_id)
        audit.record(by=by, action="report.revoke", subject="report", subject_id=report.id)
        notices.queue_many(
            kind="report_revoked",
            rows=[(f"report:{report.id}:revoked", report.member_id, {"report": report.id})],
        )
        return report


def _confirmed(report: Report) -> ledger.Confirmed:
    rules = book(report.rulebook_id)
    period = Period.containing(report.occurred_on, rules.cycle)
    return ledger.Confirmed(
        member_id=report.member_id,
        branch_id=report.branch_id,
        rules=InForce(report.rulebook_id, rules, period),
        item_code=report.item_code,
        occurred_on=report.occurred_on,
        quantity=report.quantity,
        value=report.value,
        level=report.level,
        occasion=report.occasion,
        source="report",
        source_id=report.id,
    )


def _decide(
    decided: Sequence[Report],
    outcome: str,
    *,
    by: Actor,
    now: dt.datetime,
    reason: str | None = None,
    unit_id: int | None = None,
) -> None:
    db.session.execute(
        sa.insert(table_of(Decision)),
        [
            {
                "subject": "report",
                "subject_id": r.id,
                "step": 1,
                "outcome": outcome,
                "concerns": r.member_id,
                "decided_by": by.member_id,
                "on_behalf_of": _principal(r, unit_id, by),
                "unit_id": unit_id or r.step_unit_id,
                "reason": reason,
                "door": by.door,
                "decided_at": now,
            }
            for r in decided
        ],
    )


def _principal(report: Report, unit_id: int | None, by: Actor) -> int | None:
    held = seat(by, unit_id or report.step_unit_id, report.member_id)
    return held.deputy_for if held else None


def reroute(*, by: Actor, unit_id: int | None = None) -> int:
    """Ask the right organisation again, where posts ended or began since a report was filed.

    :param unit_id: only reports that ask this unit; all pending ones if None
    :return: how many reports moved
    """
    moved = 0
    with transaction() as session:
        stmt = (
            sa.select(Report).where(Report.state == ReportState.PENDING).order_by(Report.id).with_for_update()
        )
        if unit_id is not None:
            stmt = stmt.where(Report.step_unit_id == unit_id)
        for report in session.scalars(stmt):
            path = reports.claim_of(report).branch_path
            try:
                asked = reports.asked_unit(path, report.member_id)
            except errors.NobodyDecides:
                continue
            if asked != report.step_unit_id:
                report.step_unit_id, moved = asked, moved + 1
                audit.record(by=by, action="report.reroute", subject="report", subject_id=report.id)
        session.flush()  # the new questions, inside the lock
    return moved
