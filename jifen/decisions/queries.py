"""Who is entitled to decide, today."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

import sqlalchemy as sa

from jifen.core.actor import DECIDERS
from jifen.core.db import ask, db
from jifen.decisions.models import Decision

_DECIDERS = """
SELECT unit_id, member_id FROM post
 WHERE unit_id = ANY(%(units)s) AND role = ANY(%(roles)s)
   AND since <= %(day)s AND (until IS NULL OR until > %(day)s)
"""


def deciders(unit_ids: Iterable[int], day: dt.date) -> dict[int, set[int]]:
    """Return who is entitled to decide in each unit on ``day``."""
    found: dict[int, set[int]] = defaultdict(set)
    values = {"units": list(unit_ids), "roles": sorted(DECIDERS), "day": day}
    for unit_id, member_id in ask(_DECIDERS, values):
        found[unit_id].add(member_id)
    return found


def decisions_on(subject: str, subject_id: int) -> list[Decision]:
    """Return the decisions on one claim, oldest first."""
    return list(
        db.session.scalars(
            sa.select(Decision)
            .where(Decision.subject == subject, Decision.subject_id == subject_id)
            .order_by(Decision.id)
        )
    )
