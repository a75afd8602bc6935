"""Reminding of what begins soon (活动提醒): once, between 9:00 and 20:00, to whom it concerns."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from jifen.activities import audience
from jifen.activities.models import Activity
from jifen.activities.states import ActivityState, SignUpState
from jifen.core import clock
from jifen.core.db import db, transaction
from jifen.notices import service as notices

FIRST_HOUR, LAST_HOUR = 9, 20
#: An activity is reminded of so long before, at the next humane hour.
BEFORE = dt.timedelta(hours=26)
#: Later than this it would only disturb who is on his way.
LEAST = dt.timedelta(minutes=45)


def remind(*, after: int = 0, limit: int = 50) -> int | None:
    """Owe everybody who is expected or joined one reminder of each activity of the coming day.

    Who was told of it within the last day (called, moved, let in) is not told again.

    :return: the last activity done, None when all are
    """
    now = clock.now()
    if not FIRST_HOUR <= now.astimezone(clock.SHANGHAI).hour < LAST_HOUR:
        return None
    with transaction():
        stmt = (
            sa.select(Activity)
            .where(
                Activity.id > after,
                Activity.state == ActivityState.PUBLISHED,
                Activity.starts_at > now + LEAST,
                Activity.starts_at <= now + BEFORE,
            )
            .order_by(Activity.id)
            .limit(limit)
        )
        found = db.session.scalars(stmt).all()
        for act in found:
            joined = audience.signed_up(act.id, SignUpState.JOINED)
            told = _told_lately(act.id, now - dt.timedelta(days=1))
            rows = [
                (f"act:{act.id}:soon{act.moved}:{m}", m, {"activity": act.id})
                for m in sorted({*joined, *audience.expected_ids(act)} - told)
            ]
            notices.queue_many(kind="activity_soon", rows=rows)
        return found[-1].id if len(found) == limit else None


def _told_lately(activity_id: int, since: dt.datetime) -> set[int]:
    stmt = sa.text(
        "SELECT member_id FROM notice WHERE key LIKE :key AND created_at > :since AND kind <> 'activity_soon'"
    )
    return set(db.session.scalars(stmt, {"key": f"act:{activity_id}:%", "since": since}))
