"""Leave: asked before or after a meeting, granted by somebody else, with a code for the reason and no words."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from jifen.audit import service as audit
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import db, transaction
from jifen.core.errors import Forbidden, NotFound
from jifen.core.states import advance
from jifen.decisions import asks
from jifen.decisions.models import Decision
from jifen.members import queries as members
from jifen.members.models import Membership
from jifen.notices import service as notices
from jifen.org.queries import unit
from jifen.points.attendance import absences, errors
from jifen.points.attendance.models import Attendee, Gathering, Leave
from jifen.points.attendance.policy import P
from jifen.points.attendance.states import (
    LEAVE_MOVES,
    LEAVE_WORDS,
    GatheringState,
    LeaveReason,
    LeaveState,
    Outcome,
)
from jifen.points.policy import Claim

#: Days that one request may cover.
LONGEST = 60
SUBJECT = "leave"


def request(
    since: dt.date, until: dt.date | None, reason: str, *, member_id: int | None = None, by: Actor
) -> Leave:
    """Ask for leave for the days from ``since`` to ``until``, both included; deciders of the branch are asked.

    :param until: last day; None for one day
    :param member_id: somebody else, for whom an officer of his branch writes it down
    :raises Forbidden, NotFound: not his to ask
    :raises LeaveTooLong, ReasonNeeded, NotABranchMember, LeaveAlready: see errors
    """
    last = until or since
    if not 0 <= (last - since).days < LONGEST:
        raise errors.LeaveTooLong(days=LONGEST)
    if reason not in set(LeaveReason):
        raise errors.ReasonNeeded
    whom = member_id or by.member_id
    if whom is None:
        raise Forbidden(action=words_for(P.REQUEST))
    with transaction() as session:
        where = members.belonging(whom, since)
        claim = Claim(whom, where.branch_path if where else "")
        if not permits(by, P.REQUEST, claim) or (where is None and whom != by.member_id):
            if where and permits(by, P.SEE_LEAVE, claim):
                raise Forbidden(action=words_for(P.REQUEST))
            raise NotFound(what="这位党员")
        if where is None:
            raise errors.NotABranchMember(day=since)
        leave = Leave(
            member_id=whom,
            branch_id=where.branch_id,
            since=since,
            until=last + dt.timedelta(days=1),
            reason=reason,
            entered_by=None if whom == by.member_id else by.member_id,
            door=by.door,
        )
        try:
            with session.begin_nested():
                session.add(leave)
                session.flush()  # its id; the same days are asked for once
        except sa.exc.IntegrityError as err:
            raise errors.LeaveAlready from err
        asks.ask(
            SUBJECT, leave.id, unit_id=asks.unit_for(where.branch_path, whom), concerns=whom, answer_by=None
        )
        audit.record(by=by, action="leave.request", subject=SUBJECT, subject_id=leave.id, codes=reason)
        return leave


def withdraw(leave_id: int, *, by: Actor) -> Leave:
    """Take a request back before anybody decided.

    :raises NotNow: it was decided
    """
    with transaction():
        asks.open_ask(SUBJECT, leave_id, lock=True)
        leave = _locked(leave_id)
        claim = Claim(leave.member_id, unit(leave.branch_id).path)
        if not permits(by, P.WITHDRAW, claim):
            if permits(by, P.SEE_LEAVE, claim):
                raise Forbidden(action=words_for(P.WITHDRAW))
            raise NotFound(what="这次请假")
        leave.state = _moved(leave, "withdraw")
        asks.answered(SUBJECT, leave.id)
        audit.record(by=by, action="leave.withdraw", subject=SUBJECT, subject_id=leave.id)
        db.session.flush()  # the state, before the caller reads
        return leave


def decide(leave_id: int, *, grant: bool, reason: str = "", by: Actor) -> Leave:
    """Grant a request or refuse it; what was deducted for these days is reversed when it is granted.

    :param reason: words to the person; needed for a refusal
    :raises NotFound, NotByYou, Answered: see ``asks.access``
    :raises WordsNeeded: refused without a word
    """
    if not grant and not reason.strip():
        raise errors.WordsNeeded(what="不批准请假")
    with transaction():
        _serialised(leave_id)
        asked = asks.access(SUBJECT, leave_id, by=by)
        leave = _locked(leave_id)
        leave.state = _moved(leave, "grant" if grant else "refuse")
        asks.decide(asked, str(leave.state), by=by, reason=reason)
        if grant:
            _apply(leave, by=by)
        _tell(leave)
        audit.record(by=by, action=f"leave.{leave.state}", subject=SUBJECT, subject_id=leave.id)
        return leave


def grant_with_meeting(gathering: Gathering, member_ids: list[int], *, by: Actor) -> None:
    """Grant the requests for that day alone of those whom a decider marked as on leave: one decision, not two."""
    day = gathering.occurred_on
    stmt = (
        sa.select(Leave)
        .where(
            Leave.member_id.in_(member_ids),
            Leave.since == day,
            Leave.until == day + dt.timedelta(days=1),
            Leave.state == LeaveState.REQUESTED,
        )
        .order_by(Leave.id)
    )
    for leave in db.session.scalars(stmt).all():
        asks.open_ask(SUBJECT, leave.id, lock=True)
        leave = _locked(leave.id)
        if leave.state != LeaveState.REQUESTED:
            continue
        leave.state = _moved(leave, "grant")
        asks.answered(SUBJECT, leave.id)
        assert by.member_id is not None, "a confirmer is a member"
        db.session.add(
            Decision(
                subject=SUBJECT,
                subject_id=leave.id,
                outcome=LeaveState.GRANTED,
                concerns=leave.member_id,
                decided_by=by.member_id,
                unit_id=gathering.branch_id,
                door=by.door,
            )
        )
        _tell(leave)
        audit.record(by=by, action="leave.granted", subject=SUBJECT, subject_id=leave.id)


def granted_on(member_ids: list[int], day: dt.date) -> dict[int, str]:
    """Return the reason of each member's granted leave that covers ``day``."""
    stmt = (
        sa.select(Leave.member_id, Leave.reason)
        .where(
            Leave.member_id.in_(member_ids),
            Leave.since <= day,
            Leave.until > day,
            Leave.state == LeaveState.GRANTED,
        )
        .order_by(Leave.id.desc())
    )
    return dict(db.session.execute(stmt).tuples().all())


def _apply(leave: Leave, *, by: Actor) -> None:
    """Let a granted leave reach meetings that were confirmed before it."""
    stmt = (
        sa.update(Attendee)
        .where(
            Attendee.member_id == leave.member_id,
            Attendee.outcome == Outcome.ABSENT,
            Attendee.gathering_id == Gathering.id,
            Gathering.state.in_((GatheringState.PREPARED, GatheringState.CONFIRMED)),
            Gathering.occurred_on >= leave.since,
            Gathering.occurred_on < leave.until,
        )
        .values(outcome=Outcome.ON_LEAVE, reason=leave.reason)
        .execution_options(synchronize_session="fetch")
    )
    found = absences.to_excuse(leave.member_id, leave.since, leave.until)
    db.session.execute(stmt)
    absences.excuse(found, leave.reason, by=by)


def _serialised(leave_id: int) -> None:
    """Wait for whoever decides about meetings of these days in a branch of his."""
    stmt = (
        sa.select(Membership.branch_id, Leave.branch_id)
        .join(Leave, Leave.member_id == Membership.member_id)
        .where(
            Leave.id == leave_id,
            Membership.since < Leave.until,
            sa.or_(Membership.until.is_(None), Membership.until > Leave.since),
        )
    )
    absences.lock_branches({one for row in db.session.execute(stmt) for one in row})


def _locked(leave_id: int) -> Leave:
    stmt = sa.select(Leave).where(Leave.id == leave_id).with_for_update()
    found = db.session.scalar(stmt.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(what="这次请假")
    return found


def _moved(leave: Leave, move: str) -> LeaveState:
    return advance(LEAVE_MOVES, LeaveState(leave.state), move, what="这次请假", words=LEAVE_WORDS)


def _tell(leave: Leave) -> None:
    key = f"leave:{leave.id}:{leave.state}"
    notices.queue_many(kind=f"leave_{leave.state}", rows=[(key, leave.member_id, {"leave": leave.id})])
    db.session.flush()  # the state, before the caller reads
