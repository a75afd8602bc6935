"""Writing the audit table: in the transaction of what it tells about."""

from __future__ import annotations

from jifen.core import clock
from jifen.core.actor import Actor
from jifen.core.db import tell

_RECORD = """
INSERT INTO audit_entry (at, actor_member_id, actor_name, door, action, subject, subject_id, codes)
SELECT %(at)s, %(member)s, %(name)s, %(door)s, %(action)s, %(subject)s, r.subject_id, r.codes
  FROM unnest(CAST(%(ids)s AS bigint[]), CAST(%(codes)s AS text[])) AS r (subject_id, codes)
"""


def record(*, by: Actor, action: str, subject: str, subject_id: int, codes: str = "") -> None:
    """Note who did what; ``codes`` holds states and document numbers, never words or names."""
    record_many(by=by, action=action, subject=subject, rows=[(subject_id, codes)])


def record_many(*, by: Actor, action: str, subject: str, rows: list[tuple[int, str]]) -> None:
    """Note the same act on many things, in one statement."""
    if not rows:
        return
    tell(
        _RECORD,
        {
            "at": clock.now(),
            "member": by.member_id,
            "name": by.name[:40],
            "door": by.door,
            "action": action,
            "subject": subject,
            "ids": [subject_id for subject_id, _ in rows],
            "codes": [codes[:200] for _, codes in rows],
        },
    )
