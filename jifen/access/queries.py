"""From what a door is shown to the person who acts."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa

from jifen.access.models import ApiToken, Binding
from jifen.core import clock, house
from jifen.core.actor import Actor, Door, Holding, Role
from jifen.core.db import db
from jifen.core.errors import Unauthorized
from jifen.org.queries import unit

#: Everything about who acts, in one statement; :member is an id.
_ACTOR = """
SELECT m.id, ms.branch_id, coalesce(u.path, ''),
       (SELECT coalesce(json_agg(json_build_array(p.role, p.unit_id, pu.path, p.id)), '[]')
          FROM post p JOIN unit pu ON pu.id = p.unit_id
         WHERE p.member_id = m.id AND p.since <= :today AND (p.until IS NULL OR p.until > :today))
  FROM member m
  LEFT JOIN membership ms ON ms.member_id = m.id
       AND ms.since <= :today AND (ms.until IS NULL OR ms.until > :today)
  LEFT JOIN unit u ON u.id = ms.branch_id
"""
_BY_MEMBER = sa.text(_ACTOR + " WHERE m.id = :member AND m.erased_at IS NULL")
_BY_OPENID = sa.text(
    _ACTOR + " JOIN binding b ON b.member_id = m.id"
    " WHERE b.openid_digest = :digest AND b.ended_at IS NULL AND m.erased_at IS NULL"
)


def actor_of(member_id: int, door: Door, *, scopes: frozenset[str] | None = None) -> Actor | None:
    """Return the person as he stands today, None if there is no such person."""
    return _actor(
        db.session.execute(_BY_MEMBER, {"member": member_id, "today": clock.today()}).first(), door, scopes
    )


def actor_of_openid(digest: str, door: Door = Door.WECHAT) -> Actor | None:
    """Return who is bound to the openid with that digest, None for a stranger."""
    return _actor(
        db.session.execute(_BY_OPENID, {"digest": digest, "today": clock.today()}).first(), door, None
    )


def _actor(row: sa.Row | None, door: Door, scopes: frozenset[str] | None) -> Actor | None:
    if row is None:
        return None
    holdings = tuple(Holding(Role(role), unit, path, post) for role, unit, path, post in row[3])
    return Actor(
        door=door, member_id=row[0], branch_id=row[1], branch_path=row[2], holdings=holdings, scopes=scopes
    )


def actor_of_token(token: str) -> Actor:
    """Return who brings the bearer token.

    An office system acts as the office of its unit, within its scopes.

    :raises Unauthorized: unknown, revoked or expired
    """

    row = db.session.scalar(
        sa.select(ApiToken).where(
            ApiToken.digest == hashlib.sha256(token.encode()).hexdigest(),
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > clock.now(),
        )
    )
    if row is None:
        raise Unauthorized
    scopes = frozenset(row.scopes)
    if row.member_id is not None:
        actor = actor_of(row.member_id, Door.API, scopes=scopes)
        if actor is None:
            raise Unauthorized
        return actor
    over = unit(row.unit_id) if row.unit_id else None
    if over is None:
        raise Unauthorized
    office = Holding(Role.PARTY_OFFICE, over.id, over.path)
    return Actor(door=Door.API, name=row.system_name or "", holdings=(office,), scopes=scopes)


def openid_of(member_id: int) -> str | None:
    """Return the openid bound to a member, None if there is none."""
    sealed = db.session.scalar(
        sa.select(Binding.openid_sealed).where(Binding.member_id == member_id, Binding.ended_at.is_(None))
    )
    return house.cipher().decrypt(sealed, purpose="openid") if sealed else None
