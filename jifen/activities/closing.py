"""Closing an activity (办结): the organiser confirms once how everybody ended, and the facts follow.

Meetings go to the attendance of the points room, where an absence is a matter
of its own; service goes to the hours account by the minute. Nobody confirms
his own end, and whoever did not check out is left open until somebody does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from jifen.activities import audience, crediting, errors, rules
from jifen.activities.access import access
from jifen.activities.kinds import kind, load
from jifen.activities.models import Activity, Presence
from jifen.activities.policy import P
from jifen.activities.states import ACTIVITY_MOVES, ACTIVITY_WORDS, ActivityState, SignUpState, Way
from jifen.audit import service as audit
from jifen.core import clock
from jifen.core.actor import Actor
from jifen.core.db import db, transaction
from jifen.core.states import advance
from jifen.members import queries as members
from jifen.points.attendance.gatherings import Mark, check
from jifen.points.attendance.states import Outcome


@dataclass(frozen=True, slots=True)
class End:
    """How the organiser says that somebody ended, where the taps do not say it."""

    outcome: str
    #: Code of a leave's reason.
    reason: str | None = None
    in_at: dt.datetime | None = None
    out_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    """What a closing came to."""

    activity_id: int
    #: The meeting in the attendance, where the rulebook counts it.
    gathering_id: int | None
    #: Whose minutes went to the hours account.
    credited: tuple[int, ...]
    #: Whose end waits: nobody checked him out, or it is the organiser's own.
    open: tuple[int, ...]


def close(activity_id: int, ends: Mapping[int, End], *, by: Actor) -> Closed:
    """Confirm how everybody ended, once, and let the facts follow.

    :param ends: by member, where the taps do not say it or say it wrong
    :raises NotFound, Forbidden: not his
    :raises NotNow: closed before, or cancelled
    :raises NotBegun: it has not begun
    :raises NotOnList, ReasonNeeded: see errors; nothing is written
    :raises AlreadyEntered: the meeting was entered by hand; see the attendance
    """
    for end in ends.values():
        check(Mark(end.outcome, end.reason))
    with transaction():
        found = access(activity_id, P.RUN, by=by, lock=True)
        found.state = advance(
            ACTIVITY_MOVES,
            ActivityState(found.state),
            "close",
            what=f"“{found.title}”",
            words=ACTIVITY_WORDS,
        )
        now = clock.now()
        if found.starts_at > now:
            raise errors.NotBegun(title=found.title)
        found.closed_by, found.closed_at = by.member_id, now
        db.session.flush()
        rows, called = _everybody(found, ends)
        opened = []
        for row in rows:
            if not _settle(found, row, ends.get(row.member_id), called.get(row.member_id), by=by):
                opened.append(row.member_id)
        db.session.flush()
        gathering_id, credited = crediting.follow(found, [r for r in rows if r.outcome is not None], by=by)
        codes = f"{len(rows)}-{len(opened)}"
        audit.record(by=by, action="activity.close", subject="activity", subject_id=found.id, codes=codes)
        return Closed(found.id, gathering_id, credited, tuple(opened))


def confirm_one(activity_id: int, member_id: int, end: End, *, by: Actor) -> Closed:
    """Confirm how somebody ended whom the closing left open; nobody confirms his own.

    :raises NotFound, Forbidden: not his
    :raises NotOnList: nothing of that person is open
    """
    check(Mark(end.outcome, end.reason))
    with transaction():
        found = access(activity_id, P.RUN, by=by, lock=True)
        stmt = sa.select(Presence).where(Presence.activity_id == found.id, Presence.member_id == member_id)
        row = db.session.scalars(stmt.with_for_update()).one_or_none()
        if found.state != ActivityState.CLOSED or row is None or row.outcome is not None:
            raise errors.NotOnList(names=_names([member_id]), title=found.title)
        if not _settle(found, row, end, None, by=by):
            raise errors.OwnEnd(title=found.title)
        db.session.flush()
        _, credited = crediting.follow(found, [row], by=by)
        audit.record(
            by=by,
            action="presence.confirm",
            subject="activity",
            subject_id=found.id,
            codes=row.outcome or "",
        )
        return Closed(found.id, None, credited, ())


def _everybody(found: Activity, ends: Mapping[int, End]) -> tuple[list[Presence], dict[int, audience.Called]]:
    """Return a row for everybody expected, signed up or there, by member, and who was expected."""
    stmt = (
        sa.select(Presence).where(Presence.activity_id == found.id).execution_options(populate_existing=True)
    )
    rows = {row.member_id: row for row in db.session.scalars(stmt)}
    called = {p.member_id: p for p in audience.expected(found)}
    joined = audience.signed_up(found.id, SignUpState.JOINED)
    if strange := sorted(set(ends) - rows.keys() - called.keys() - set(joined)):
        raise errors.NotOnList(names=_names(strange), title=found.title)
    for member_id in {*called, *joined} - rows.keys():
        rows[member_id] = Presence(activity_id=found.id, member_id=member_id)
        db.session.add(rows[member_id])
    return [rows[m] for m in sorted(rows)], called


def _names(member_ids: list[int]) -> str:
    known = members.names(set(member_ids[:10]))
    return "、".join(known.get(m, f"{m}号人员") for m in member_ids[:10])


def _settle(
    found: Activity, row: Presence, end: End | None, called: audience.Called | None, *, by: Actor
) -> bool:
    """Write down how somebody ended; return False where it stays open."""
    of = kind(found.kind)
    if of.hours and row.member_id == by.member_id:
        return False
    if end is not None:
        _as_told(found, row, end, to_check_out=of.check_out)
    elif row.out_way == Way.ASSUMED or (of.check_out and row.in_at is not None and row.out_at is None):
        return False
    else:
        row.outcome, row.reason = _by_taps(found, row), None
    if called is not None and called.exempt:
        row.outcome, row.reason = Outcome.EXEMPT, None
    elif row.outcome == Outcome.ABSENT and called is not None and called.leave is not None:
        row.outcome, row.reason = Outcome.ON_LEAVE, called.leave
    row.confirmed_by, row.confirmed_at = by.member_id, clock.now()
    return True


def _as_told(found: Activity, row: Presence, end: End, *, to_check_out: bool) -> None:
    row.outcome, row.reason = end.outcome, end.reason
    if end.outcome not in crediting.THERE:
        return
    if row.in_at is None or end.in_at is not None:
        row.in_at, row.in_way = _within(found, end.in_at or found.starts_at), Way.ROSTER
    if to_check_out and (row.out_at is None or row.out_way == Way.ASSUMED or end.out_at is not None):
        row.out_at, row.out_way = _within(found, end.out_at or found.ends_at), Way.ROSTER
    if row.out_at is not None:
        row.out_at = max(row.out_at, row.in_at)


def _within(found: Activity, at: dt.datetime) -> dt.datetime:
    """Return the moment inside the activity, and not one still to come: nobody has served until then."""
    return min(max(at, found.starts_at), found.ends_at, clock.now())


def _by_taps(found: Activity, row: Presence) -> str:
    window = load().window
    return rules.ended(
        in_at=row.in_at,
        out_at=row.out_at,
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        late_after=window.late_after,
        early_before=window.early_before,
    )
