"""Writing the audit table: in the transaction of what it tells about."""

from __future__ import annotations

from typing import Any

from jifen.core import clock
from jifen.core.actor import Actor
from jifen.core.db import tell

_RECORD = """
INSERT INTO audit_entry (at, actor_member_id, actor_name, door, action, subject, subject_id, codes)
SELECT %(at)s, %(member)s, %(name)s, %(door)s, %(action)s, %(subject)s, r.subject_id, r.codes
  FROM unnest(CAST(%(ids)s AS bigint[]), CAST(%(codes)s AS text[])) AS r (subject_id, codes)
"""


#: The same as part of a statement that itself writes what it tells about: that stands in the expression
#: ``filed``, with ``id`` and ``codes``; ``values_of`` gives the rest.
NOTED = """
noted AS (INSERT INTO audit_entry (at, actor_member_id, actor_name, door, action, subject, subject_id, codes)
          SELECT %(noted_at)s, %(noted_by)s, %(noted_name)s, %(noted_door)s, %(noted_action)s, %(noted_subject)s,
                 id, left(codes, 200) FROM filed)
"""


def values_of(*, by: Actor, action: str, subject: str) -> dict[str, Any]:
    """Return the values that ``NOTED`` needs."""
    return {
        "noted_at": clock.now(),
        "noted_by": by.member_id,
        "noted_name": by.name[:40],
        "noted_door": by.door,
        "noted_action": action,
        "noted_subject": subject,
    }


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
