"""Who acts in whose place, now and to come."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from jifen.access.models import Deputy
from jifen.core import clock
from jifen.core.actor import DECIDERS, Actor
from jifen.core.db import db
from jifen.members.models import Member, Post
from jifen.org.models import Unit

_Principal = aliased(Member)
_ERASED = "（已删除）"


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody in somebody's place, as people read it."""

    id: int
    post_id: int
    role: str
    unit_id: int
    unit_name: str
    #: Whose post it is.
    principal_id: int
    principal_name: str
    member_id: int
    member_name: str
    since: dt.datetime
    until: dt.datetime


_ROWS = (
    sa.select(
        Deputy.id,
        Deputy.post_id,
        Post.role,
        Post.unit_id,
        Unit.name,
        Post.member_id,
        sa.func.coalesce(_Principal.name, _ERASED),
        Deputy.member_id,
        sa.func.coalesce(Member.name, _ERASED),
        Deputy.since,
        sa.func.coalesce(Deputy.ended_at, Deputy.until),
    )
    .join(Post, Post.id == Deputy.post_id)
    .join(Unit, Unit.id == Post.unit_id)
    .join(_Principal, _Principal.id == Post.member_id)
    .join(Member, Member.id == Deputy.member_id)
)


def in_sight(*, by: Actor, after: int = 0, limit: int = 50) -> list[Standing]:
    """Return the deputies of today and to come that concern the actor: his own, himself, and those below his posts."""
    below = [
        Unit.path.startswith(h.path, autoescape=True)
        for h in by.holdings
        if h.role in DECIDERS and h.deputy_for is None
    ]
    stmt = (
        _ROWS.where(
            Deputy.ended_at.is_(None),
            Deputy.until > clock.now(),
            Deputy.id > after,
            sa.or_(Deputy.member_id == (by.member_id or 0), Post.member_id == (by.member_id or 0), *below),
        )
        .order_by(Deputy.id)
        .limit(limit)
    )
    return [Standing(*row) for row in db.session.execute(stmt)]


def standing(deputy_id: int) -> Standing | None:
    """Return one, whatever its dates; None if there is none. Whoever asks has been let through to it."""
    row = db.session.execute(_ROWS.where(Deputy.id == deputy_id)).first()
    return Standing(*row) if row else None
