"""Writing the audit table: in the transaction of what it tells about."""

from __future__ import annotations

import sqlalchemy as sa

from jifen.audit.models import AuditEntry
from jifen.core import clock
from jifen.core.actor import Actor
from jifen.core.db import db, table_of


def record(*, by: Actor, action: str, subject: str, subject_id: int, codes: str = "") -> None:
    """Note who did what; ``codes`` holds states and document numbers, never words or names."""
    record_many(by=by, action=action, subject=subject, rows=[(subject_id, codes)])


def record_many(*, by: Actor, action: str, subject: str, rows: list[tuple[int, str]]) -> None:
    """Note the same act on many things, in one statement."""
    if not rows:
        return
    now = clock.now()
    db.session.execute(
        sa.insert(table_of(AuditEntry)),
        [
            {
                "at": now,
                "actor_member_id": by.member_id,
                "actor_name": by.name[:40],
                "door": by.door,
                "action": action,
                "subject": subject,
                "subject_id": subject_id,
                "codes": codes[:200],
            }
            for subject_id, codes in rows
        ],
    )
