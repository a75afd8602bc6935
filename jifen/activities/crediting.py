"""From how people ended to facts: meetings into the attendance, service into the hours account."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from jifen.activities.audience import branch_and_cell, day_of
from jifen.activities.kinds import Kind, kind
from jifen.activities.models import Activity, Presence
from jifen.activities.states import ActivityState, Way
from jifen.core import clock
from jifen.core.actor import Actor, permits
from jifen.core.db import db
from jifen.points import items
from jifen.points.attendance import gatherings
from jifen.points.attendance import queries as attendance
from jifen.points.attendance.gatherings import Mark, Sheet
from jifen.points.attendance.policy import P as ATTENDANCE
from jifen.points.attendance.states import Outcome
from jifen.points.errors import AmbiguousItem, UnknownItem
from jifen.rulebook.engine.item import Feeder
from jifen.volunteering import service as hours

#: Ends of somebody who was there.
THERE = (Outcome.ATTENDED, Outcome.LATE, Outcome.LEFT_EARLY)


def follow(activity: Activity, rows: Sequence[Presence], *, by: Actor) -> tuple[int | None, tuple[int, ...]]:
    """Let the confirmed ends become facts.

    :return: the meeting in the attendance, and whose minutes were credited
    """
    of = kind(activity.kind)
    if of.expects and not of.posts_only and of.item:
        return _meeting(activity, of, rows, by=by), ()
    if of.hours:
        return None, _service(activity, rows, by=by)
    return None, ()


def _service(activity: Activity, rows: Sequence[Presence], *, by: Actor) -> tuple[int, ...]:
    """Let minutes go to the hours account: from coming to going, cut to the announced window there."""
    there = [r for r in rows if r.outcome in THERE and r.in_at is not None and r.out_at is not None]
    if not there:
        return ()
    title_id = hours.title(activity.title, unit_id=activity.unit_id)
    credited = hours.credit(
        [
            hours.Served(
                member_id=r.member_id,
                activity_id=activity.id,
                unit_id=activity.unit_id,
                started_at=r.in_at,
                ended_at=r.out_at,
                window_start=activity.starts_at,
                window_end=activity.ends_at,
                verified_by=r.confirmed_by if Way.ROSTER in (r.in_way, r.out_way) else None,
                title_id=title_id,
            )
            for r in there
            if r.in_at is not None and r.out_at is not None
        ],
        by=by,
    )
    return credited.counted


def _meeting(activity: Activity, of: Kind, rows: Sequence[Presence], *, by: Actor) -> int | None:
    """Enter the meeting into the attendance, confirmed at once by who may; None where no rulebook counts it."""
    branch, cell_id = branch_and_cell(activity)
    day = day_of(activity)
    held = attendance.rules(branch, ["full_member"], day)
    if not held:
        return None
    try:
        item = items.find(held["full_member"].book, of.item or "")
    except (UnknownItem, AmbiguousItem):
        return None
    if item.off is not None or Feeder.ROSTER not in item.feeders or item.attendance is None:
        return None
    known = {p.member_id: p.exempt for p in attendance.expected(branch, day, cell_id=cell_id)}
    ends = {r.member_id: Mark(r.outcome or Outcome.ATTENDED, r.reason) for r in rows if r.member_id in known}
    if not ends:
        return None
    sheet = Sheet(
        branch_id=branch.id,
        item=item.code,
        day=day,
        marks={
            m: mark
            for m, mark in ends.items()
            if mark.outcome not in (Outcome.ATTENDED, Outcome.EXEMPT) and not known[m]
        },
        activity=_key(activity),
        cell_id=cell_id,
        audience=sorted(ends),
    )
    confirm = permits(by, ATTENDANCE.CONFIRM, attendance.scope_of(branch))
    return gatherings.record(sheet, confirm=confirm, by=by).id


def _key(activity: Activity) -> str | None:
    """Return the key that tells it from another of its kind on that day; None for the day's first.

    So a list of the same meeting that was written by hand is found to be the same meeting.
    """
    day = day_of(activity)
    stmt = sa.select(sa.func.count()).where(
        Activity.unit_id == activity.unit_id,
        Activity.audience_id == activity.audience_id,
        Activity.kind == activity.kind,
        Activity.state != ActivityState.CANCELLED,
        Activity.starts_at >= clock.at(day),
        Activity.starts_at < activity.starts_at,
    )
    earlier = db.session.scalar(stmt) or 0
    return f"第{earlier + 1}场" if earlier else None
