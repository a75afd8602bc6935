"""每月提醒: what a person himself owes, once a month; having few points is never "open"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jifen.core import clock
from jifen.core.actor import DECIDERS
from jifen.core.db import db, transaction
from jifen.notices import service as notices

#: People looked at in one step.
CHUNK = 500
KIND = "monthly_reminder"
#: Over which time the reminders of a month leave.
SPREAD = dt.timedelta(hours=1)

_OWING = sa.text(
    """
    WITH returned AS (
      SELECT member_id, count(*) AS n FROM report WHERE state = 'returned' GROUP BY member_id),
    asked AS (
      SELECT p.member_id, count(*) AS n FROM report r
        JOIN post p ON p.unit_id = r.step_unit_id AND p.role = ANY(:deciders) AND p.since <= :today
         AND (p.until IS NULL OR p.until > :today)
       WHERE r.state = 'pending' AND r.member_id <> p.member_id GROUP BY p.member_id)
    SELECT m.id, coalesce(returned.n, 0), coalesce(asked.n, 0)
      FROM member m
      LEFT JOIN returned ON returned.member_id = m.id
      LEFT JOIN asked ON asked.member_id = m.id
     WHERE m.id > :after AND m.id <= :last AND m.erased_at IS NULL AND (returned.n > 0 OR asked.n > 0)
       AND NOT EXISTS (SELECT 1 FROM exemption x WHERE x.member_id = m.id AND x.revoked_at IS NULL
                        AND x.since <= :today AND x.until > :today)
       AND NOT EXISTS (SELECT 1 FROM notice_preference n
                        WHERE n.member_id = m.id AND n.kind = :kind AND NOT n.enabled)
     ORDER BY m.id LIMIT :limit
    """
)


def owe(month: str, *, after: int = 0) -> int | None:
    """Owe a reminder to the next people who have something open: a returned report, a decision asked of them.

    Once a month and person by the notice's key; none to exempt people or to
    those who switched it off.

    :return: the last member id done; None when all are done
    """
    with transaction() as session:
        rows = _owing(session, after=after)
        notices.queue_many(
            kind=KIND,
            rows=[
                (f"remind:{month}:{member_id}", member_id, {"returned": returned, "asked": asked})
                for member_id, returned, asked in rows
            ],
            spread=SPREAD,
        )
        return rows[-1][0] if len(rows) == CHUNK else None


def owed(member_id: int) -> tuple[int, int]:
    """Return what somebody owes now: returned reports, decisions asked of him; nothing if he wants no reminder."""
    rows = _owing(db.session(), after=member_id - 1, last=member_id)
    return (rows[0][1], rows[0][2]) if rows else (0, 0)


def _owing(session: Session, *, after: int, last: int = 2**62) -> Sequence[sa.Row]:
    values = {"deciders": sorted(DECIDERS), "today": clock.today(), "kind": KIND, "limit": CHUNK}
    return session.execute(_OWING, {**values, "after": after, "last": last}).all()
