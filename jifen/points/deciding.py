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
from jifen.decisions import asks
from jifen.decisions.models import Decision
from jifen.decisions.policy import seat
from jifen.notices import service as notices
from jifen.org import bases
from jifen.org import queries as org
from jifen.org.queries import line
from jifen.points import errors, ledger, photos, reasons, reports
from jifen.points.models import Corroboration, LedgerEntry, Report
from jifen.points.policy import P
from jifen.points.states import MOVES, WORDS, ReportState
from jifen.rulebook.queries import InForce, book

#: Within this time the same decider may take a confirmation back.
REVOCABLE = dt.timedelta(hours=24)


def approve(report_id: int, *, by: Actor, basis_id: int | None = None) -> Report:
    """Confirm a report: decision, ledger, standing, notice, all or nothing.

    :raises NotYours, OwnMatter, Forbidden: see ``reports.access``
    :raises NotPending: somebody decided first
    """
    return approve_many([report_id], by=by, basis_id=basis_id)[0]


def approve_many(report_ids: Sequence[int], *, by: Actor, basis_id: int | None = None) -> list[Report]:
    """Confirm several reports in one transaction; one that cannot be confirmed stops them all.

    A report of an item with a longer decision chain goes on to its next step and
    counts after the last. A deed that was posted meanwhile from another source is
    attached to it.

    :param basis_id: the document of the register on which the decision rests, a committee's minute for instance
    :raises UnknownBasis, BasisOver: it does not hold there, or today
    :raises SameDecider: the actor decided an earlier step of one of them
    :raises PhotosAwaited: a photo of one of them is still on its way
    """
    with transaction() as session:
        waiting = reports.access_many(report_ids, P.DECIDE, by=by, lock=True)
        reason = bases.choose(basis_id, units={r.branch_id for r in waiting})
        photos.complete(waiting)
        earlier = _earlier(waiting, by=by)
        held = ledger.live_entries([(r.member_id, r.item_code, r.occasion) for r in waiting])
        now = clock.now()
        fresh: list[Report] = []
        onward: list[Report] = []
        for report in waiting:
            if report.state != ReportState.PENDING:
                raise reports.decided(report)
            held_by = held.get((report.member_id, report.item_code, report.occasion))
            if not held_by and report.step < len(reports.steps_of(report)):
                onward.append(report)
                continue
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
        _decide(waiting, "approved", by=by, now=now, reason=reason)
        ledger.post([_confirmed(r) for r in fresh], by=by)
        audit.record_many(
            by=by,
            action="report.approve",
            subject="report",
            rows=[(r.id, f"{r.state} {r.step}" if r in onward else r.state) for r in waiting],
        )
        for report in onward:
            _send_on(report, earlier.get(report.id, set()), by=by, now=now)
        settled = [r for r in waiting if r not in onward]
        notices.queue_many(
            kind="report_approved",
            rows=[(f"report:{r.id}:approved", r.member_id, {"report": r.id}) for r in settled],
        )
        for report in settled:
            report.step_unit_id = None
        session.flush()  # the states, before the caller reads or the block commits
        return waiting


def _earlier(waiting: Sequence[Report], *, by: Actor) -> dict[int, set[int]]:
    """Return who decided earlier steps; nothing is asked where every report is at its first."""
    later = [r for r in waiting if r.step > 1]
    found = reports.earlier_deciders([r.id for r in later]) if later else {}
    for report in later:
        held = seat(by, report.step_unit_id, report.member_id, *found[report.id])
        if held is None:
            raise errors.SameDecider(number=report.number)
    return found


def _send_on(report: Report, earlier: set[int], *, by: Actor, now: dt.datetime) -> None:
    """Ask the next step; where nobody else is entitled it waits at the top, where it is listed."""
    held = seat(by, report.step_unit_id, report.member_id)
    principal = held.deputy_for if held else None
    out = earlier | {one for one in (by.member_id, principal) if one is not None}
    report.step += 1
    path = reports.claim_of(report).branch_path
    try:
        asked = reports.asked_unit(
            path, report.member_id, step=reports.steps_of(report)[report.step - 1], not_by=out
        )
    except errors.NobodyDecides:
        asked = line(path)[0]
    report.step_unit_id, report.asked_at, report.reminded_at, report.raised = asked, now, None, 0


def return_(report_id: int, reason: str, *, by: Actor) -> Report:
    """Give a report back with a reason; the member may correct it and file it again.

    :raises Invalid: no reason was given
    :raises MaterialNotAsked: it asks for material that the item's basis does not ask for
    :raises NotPending: somebody decided first
    """
    if not reason.strip():
        raise Invalid(reason="请写明退回原因，例如：退回 42 日期写错了。")
    with transaction():
        report = reports.access(report_id, P.DECIDE, by=by, lock=True)
        if report.state != ReportState.PENDING:
            raise reports.decided(report)
        _check_reason(report, reason)
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


def _check_reason(report: Report, reason: str) -> None:
    """Refuse to ask for material where the basis asks for none.

    :raises MaterialNotAsked: the item needs no material, or no photo
    """
    item = book(report.rulebook_id).items[report.item_code]
    asked = item.evidence if item.evidence and item.evidence.min else None
    photos = asked is not None and asked.photos
    if (asked is None and reasons.asks_for_material(reason)) or (
        not photos and reasons.asks_for_photos(reason)
    ):
        raise errors.MaterialNotAsked(item=item.name, number=report.number)


def revoke(report_id: int, *, by: Actor) -> Report:
    """Take one's own confirmation back within a day, as a linked reversal; of several steps only the last decided.

    :raises NotRevocable: another decider, a step that is not the last decided one, or the day is over
    """
    with transaction() as session:
        report = reports.access(report_id, P.SEE_REPORT, by=by, lock=True)
        decision = session.scalar(
            sa.select(Decision)
            .where(
                Decision.subject == "report", Decision.subject_id == report.id, Decision.outcome == "approved"
            )
            .order_by(Decision.step.desc())
            .limit(1)
        )
        if (
            report.state not in reports.LIVE
            or decision is None
            or decision.decided_by != by.member_id
            or clock.now() - decision.decided_at > REVOCABLE
        ):
            raise errors.NotRevocable(number=report.number)
        if report.state == ReportState.APPROVED:
            entry_id = session.scalar(
                sa.select(LedgerEntry.id).where(
                    LedgerEntry.source == "report", LedgerEntry.source_id == report.id
                )
            )
            assert entry_id is not None, "an approved report was posted in the same transaction"
            ledger.reverse(entry_id, by=by)
        report.state = advance(MOVES, report.state, "revoke", what=f"{report.number}号", words=WORDS)
        _decide([report], "revoked", by=by, now=clock.now(), taken_back=decision)
        report.step_unit_id = None
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
    taken_back: Decision | None = None,
) -> None:
    db.session.execute(
        sa.insert(table_of(Decision)),
        [
            {
                "subject": "report",
                "subject_id": r.id,
                "step": taken_back.step if taken_back else r.step,
                "outcome": outcome,
                "concerns": r.member_id,
                "decided_by": by.member_id,
                "on_behalf_of": taken_back.on_behalf_of if taken_back else _principal(r, by),
                "unit_id": taken_back.unit_id if taken_back else r.step_unit_id,
                "reason": reason,
                "door": by.door,
                "decided_at": now,
            }
            for r in decided
        ],
    )


def _principal(report: Report, by: Actor) -> int | None:
    held = seat(by, report.step_unit_id, report.member_id)
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
        waiting = list(session.scalars(stmt))
        earlier = reports.earlier_deciders([r.id for r in waiting if r.step > 1])
        for report in waiting:
            try:
                asked = _asked_again(report, earlier.get(report.id, set()))
            except errors.NobodyDecides:
                continue
            if asked != report.step_unit_id:
                report.step_unit_id, report.asked_at, report.reminded_at = asked, clock.now(), None
                moved += 1
                audit.record(by=by, action="report.reroute", subject="report", subject_id=report.id)
        session.flush()  # the new questions, inside the lock
    return moved


def _asked_again(report: Report, earlier: set[int]) -> int:
    """Return whom the report asks today; what went up for lateness stays up."""
    if report.raised and report.step_unit_id is not None:
        return asks.unit_for(org.unit(report.step_unit_id).path, report.member_id, not_by=earlier)
    path = reports.claim_of(report).branch_path
    step = reports.steps_of(report)[report.step - 1]
    return reports.asked_unit(path, report.member_id, step=step, not_by=earlier)
