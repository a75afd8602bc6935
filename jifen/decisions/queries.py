"""Who is entitled to decide, today."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

import sqlalchemy as sa

from jifen.core.actor import DECIDERS
from jifen.core.db import db
from jifen.decisions.models import Decision
from jifen.members.models import Post
from jifen.members.queries import on_day


def deciders(unit_ids: Iterable[int], day: dt.date) -> dict[int, set[int]]:
    """Return who is entitled to decide in each unit on ``day``."""
    found: dict[int, set[int]] = defaultdict(set)
    stmt = sa.select(Post.unit_id, Post.member_id).where(
        Post.unit_id.in_(list(unit_ids)), Post.role.in_(sorted(DECIDERS)), on_day(day, Post)
    )
    for unit_id, member_id in db.session.execute(stmt):
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
