"""Sign up, leave, and the waiting list that moves up by itself (报名、候补).

Locks are taken in one order, the person before the activity: of two telephones
of one person the later sees what the earlier joined, and of two people who
want the last place one gets it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from jifen.activities import audience, errors
from jifen.activities.access import access
from jifen.activities.kinds import kind, load
from jifen.activities.models import Activity, SignUp
from jifen.activities.policy import P
from jifen.activities.states import ACTIVITY_WORDS, OPEN_MOVES, ActivityState, SignUpState
from jifen.audit import service as audit
from jifen.core import clock, days
from jifen.core.actor import Actor
from jifen.core.db import db, transaction
from jifen.core.states import advance
from jifen.members import queries as members
from jifen.members.models import Member
from jifen.notices import service as notices
from jifen.org.models import Unit
from jifen.org.queries import unit


@dataclass(frozen=True, slots=True)
class Joined:
    """How a sign-up stands."""

    activity_id: int
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    state: SignUpState
    #: Place on the waiting list, 1 first; 0 where he is in.
    queue: int


def join(activity_id: int, *, by: Actor) -> Joined:
    """Sign up; where all places are taken, onto the waiting list. Done again it changes nothing.

    :raises NotFound, NotInvited, NotThroughGate, NoSignUp: not for him
    :raises NotNow, Begun, SignUpOver: too late
    :raises Clash: he joined, or waits for, something else at that time
    :raises ClashWithMeeting: a meeting expects him at that time
    """
    with transaction() as session:
        member_id = _himself(by)
        found = access(activity_id, P.JOIN, by=by, lock=True)
        check_open(found, "join")
        if kind(found.kind).expects:
            raise errors.NoSignUp(title=found.title)
        if found.starts_at <= clock.now():
            raise errors.Begun(title=found.title, act="报名")
        admitted(found, member_id)
        row = _row(found.id, member_id)
        is_in = row is not None and row.state != SignUpState.WITHDRAWN
        if not is_in and found.join_until is not None and found.join_until <= clock.now():
            raise errors.SignUpOver(title=found.title, time=found.join_until)
        if row is None or row.state == SignUpState.WITHDRAWN:
            _no_clash(found, member_id)
            state = SignUpState.JOINED if has_place(found) else SignUpState.WAITING
            if row is None:
                row = SignUp(activity_id=found.id, member_id=member_id)
                session.add(row)
            enter(row, state, by=by)
            audit.record(by=by, action="sign_up.join", subject="activity", subject_id=found.id, codes=state)
        return _joined(found, row)


def leave(activity_id: int, *, by: Actor) -> Joined:
    """Withdraw a sign-up before it begins; the first of the waiting list gets the place and is told.

    :raises NotFound: not his to see
    :raises NotSignedUp: nothing to withdraw
    :raises NotNow, Begun: too late: then the organiser is told on the spot
    """
    with transaction():
        member_id = _himself(by)
        found = access(activity_id, P.JOIN, by=by, lock=True)
        check_open(found, "leave")
        row = _row(found.id, member_id)
        if row is None or row.state == SignUpState.WITHDRAWN:
            raise errors.NotSignedUp(title=found.title)
        if found.starts_at <= clock.now():
            raise errors.Begun(title=found.title, act="取消报名")
        row.state = SignUpState.WITHDRAWN
        db.session.flush()
        move_up(found)
        audit.record(by=by, action="sign_up.leave", subject="activity", subject_id=found.id)
        return _joined(found, row)


def widen(activity_id: int, capacity: int | None, *, by: Actor) -> Activity:
    """Change the number of places; who waited moves up and is told. Nobody who is in is put out.

    :raises NotFound, Forbidden, NotNow: not his, or it is over
    """
    with transaction():
        found = access(activity_id, P.RUN, by=by, lock=True)
        check_open(found, "join")
        found.capacity = None if kind(found.kind).expects else capacity
        db.session.flush()
        move_up(found)
        audit.record(by=by, action="activity.widen", subject="activity", subject_id=found.id)
        return found


def stop(activity_id: int, *, by: Actor) -> Activity:
    """Let nobody sign up any more (关闭报名); who is in or waits stays so, and the waiting list still moves up.

    :raises NotFound, Forbidden, NotNow: not his, or it is over
    :raises NoSignUp: nobody signs up for it
    """
    with transaction():
        found = access(activity_id, P.RUN, by=by, lock=True)
        check_open(found, "join")
        if kind(found.kind).expects:
            raise errors.NoSignUp(title=found.title)
        if found.join_until is None or found.join_until > clock.now():
            found.join_until = clock.now()
            audit.record(by=by, action="activity.stop", subject="activity", subject_id=found.id)
        return found


def move_up(activity: Activity) -> list[int]:
    """Let in as many from the waiting list as there are places, first come first; each is told once."""
    waiting = db.session.scalars(
        sa.select(SignUp)
        .where(SignUp.activity_id == activity.id, SignUp.state == SignUpState.WAITING)
        .order_by(SignUp.position)
    ).all()
    places = len(waiting) if activity.capacity is None else max(activity.capacity - taken(activity.id), 0)
    now, let_in = clock.now(), waiting[:places]
    for row in let_in:
        row.state, row.moved_up_at = SignUpState.JOINED, now
    db.session.flush()
    rows = [(f"act:{activity.id}:up:{r.member_id}:{r.position}", r.member_id) for r in let_in]
    notices.queue_many(kind="activity_place", rows=[(key, m, {"activity": activity.id}) for key, m in rows])
    return [r.member_id for r in let_in]


def admitted(activity: Activity, member_id: int) -> None:
    """Refuse who does not belong to the audience, or does not meet its conditions.

    :raises NotInvited, NotThroughGate: see errors
    """
    who = audience.standing(activity, member_id)
    if who is None:
        raise errors.NotInvited(title=activity.title, whom=unit(activity.audience_id).name)
    for code in activity.gates:
        gate = load().gates.get(code)
        if gate is not None and not audience.passes(gate, who, audience.day_of(activity)):
            raise errors.NotThroughGate(title=activity.title, gate=gate.name)


def check_open(activity: Activity, move: str) -> None:
    """Refuse what only a published activity allows.

    :raises NotNow: it was closed or cancelled
    """
    advance(OPEN_MOVES, ActivityState(activity.state), move, what=f"“{activity.title}”", words=ACTIVITY_WORDS)


def enter(row: SignUp, state: SignUpState, *, by: Actor) -> None:
    """Put somebody in, or last on the waiting list; the activity is locked."""
    stmt = sa.select(sa.func.coalesce(sa.func.max(SignUp.position), 0)).where(
        SignUp.activity_id == row.activity_id
    )
    row.state, row.moved_up_at, row.door = state, None, by.door
    with db.session.no_autoflush:
        row.position = (db.session.scalar(stmt) or 0) + 1
    row.signed_at = clock.now()
    db.session.flush()


def taken(activity_id: int) -> int:
    """Return how many places are taken."""
    stmt = sa.select(sa.func.count()).where(
        SignUp.activity_id == activity_id, SignUp.state == SignUpState.JOINED
    )
    return db.session.scalar(stmt) or 0


def has_place(activity: Activity) -> bool:
    """Return whether one more may be in: nobody overtakes the waiting list."""
    if activity.capacity is None:
        return True
    stmt = sa.select(sa.func.count()).where(
        SignUp.activity_id == activity.id, SignUp.state.in_((SignUpState.JOINED, SignUpState.WAITING))
    )
    return (db.session.scalar(stmt) or 0) < activity.capacity


def _himself(by: Actor) -> int:
    """Return who signs up, his row locked: what he joins elsewhere at this moment waits."""
    assert by.member_id is not None, "who is invited is a member"
    db.session.execute(sa.select(Member.id).where(Member.id == by.member_id).with_for_update(key_share=True))
    return by.member_id


def _row(activity_id: int, member_id: int) -> SignUp | None:
    stmt = sa.select(SignUp).where(SignUp.activity_id == activity_id, SignUp.member_id == member_id)
    return db.session.scalars(stmt.execution_options(populate_existing=True)).one_or_none()


def _no_clash(activity: Activity, member_id: int) -> None:
    stmt = (
        sa.select(Activity)
        .join(SignUp, SignUp.activity_id == Activity.id)
        .where(
            SignUp.member_id == member_id,
            SignUp.state.in_((SignUpState.JOINED, SignUpState.WAITING)),
            Activity.id != activity.id,
            Activity.state == ActivityState.PUBLISHED,
            Activity.starts_at < activity.ends_at,
            Activity.ends_at > activity.starts_at,
        )
        .order_by(Activity.starts_at)
        .limit(1)
    )
    other = db.session.scalars(stmt).first()
    if other is not None:
        raise errors.Clash(other=other.title, time=days.span(other.starts_at, other.ends_at))
    _no_meeting(activity, member_id)


def _no_meeting(activity: Activity, member_id: int) -> None:
    """Refuse where a meeting waits for him at that time, from which he is neither on leave nor exempt."""
    where = members.belonging(member_id, audience.day_of(activity))
    if where is None:
        return
    line = [int(part) for part in where.branch_path.strip("/").split("/") if part]
    stmt = (
        sa.select(Activity)
        .join(Unit, Unit.id == Activity.audience_id)
        .where(
            Activity.kind.in_([k.code for k in load().kinds.values() if k.expects]),
            Activity.state == ActivityState.PUBLISHED,
            Activity.starts_at < activity.ends_at,
            Activity.ends_at > activity.starts_at,
            sa.or_(Activity.audience_id.in_(line), Unit.parent_id == where.branch_id),
        )
        .order_by(Activity.starts_at)
    )
    for meeting in db.session.scalars(stmt):
        if any(
            p.member_id == member_id and not p.exempt and p.leave is None for p in audience.expected(meeting)
        ):
            raise errors.ClashWithMeeting(
                other=meeting.title, time=days.span(meeting.starts_at, meeting.ends_at)
            )


def _joined(activity: Activity, row: SignUp) -> Joined:
    queue = 0
    if row.state == SignUpState.WAITING:
        stmt = sa.select(sa.func.count()).where(
            SignUp.activity_id == activity.id,
            SignUp.state == SignUpState.WAITING,
            SignUp.position <= row.position,
        )
        queue = db.session.scalar(stmt) or 0
    return Joined(
        activity.id, activity.title, activity.starts_at, activity.ends_at, SignUpState(row.state), queue
    )
