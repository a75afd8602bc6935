"""Whom a branch has bound, for its own secretaries and recorder: to hand out slips, and for nobody above."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from jifen.access.policy import OwnBranch, P
from jifen.core import clock
from jifen.core.actor import DECIDERS, Actor, permits
from jifen.core.db import db
from jifen.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class BindingLine:
    """One person of the branch, and how he comes in by WeChat and WeCom."""

    member_id: int
    number: str
    name: str
    #: Since when; None where nothing is bound.
    bound_on: dt.datetime | None
    #: The same of WeCom (企业微信).
    wecom_on: dt.datetime | None
    #: Until when a slip in his hand is good; None without one.
    slip_until: dt.datetime | None
    #: Whether he wants his matters done on paper.
    on_paper: bool
    #: Whether a post of his puts his way in into other hands.
    by_office: bool


_LINES = sa.text(
    """
    SELECT m.id, m.number, m.name, b.bound_at, w.bound_at,
           (SELECT max(c.expires_at) FROM bind_code c
             WHERE c.member_id = m.id AND c.kind = 'slip' AND c.used_at IS NULL AND c.revoked_at IS NULL
               AND c.expires_at > :now),
           EXISTS (SELECT 1 FROM consent c WHERE c.member_id = m.id)
             AND NOT EXISTS (SELECT 1 FROM consent c WHERE c.member_id = m.id AND c.withdrawn_at IS NULL),
           EXISTS (SELECT 1 FROM post p WHERE p.member_id = m.id AND p.since <= :today
                     AND (p.until IS NULL OR p.until > :today))
      FROM member m
      JOIN membership ms ON ms.member_id = m.id AND ms.branch_id = :branch AND ms.since <= :today
       AND (ms.until IS NULL OR ms.until > :today)
      LEFT JOIN binding b ON b.member_id = m.id AND b.ended_at IS NULL
      LEFT JOIN wecom_binding w ON w.member_id = m.id AND w.ended_at IS NULL
     WHERE m.erased_at IS NULL
     ORDER BY m.name_pinyin, m.id
    """
)


def branch_bindings(branch_id: int, *, by: Actor) -> list[BindingLine]:
    """Return everybody of the branch.

    :raises NotFound: not the actor's own branch
    """
    if not permits(by, P.SEE_BINDINGS, OwnBranch(branch_id)):
        raise NotFound(what="这个支部")
    rows = db.session.execute(_LINES, {"branch": branch_id, "today": clock.today(), "now": clock.now()})
    return [BindingLine(*row) for row in rows]


#: Bound accounts whose menu should change: the deciders' for whoever decides today, the common one for others.
_DIFFER = sa.text(
    """
    SELECT b.id, b.openid_sealed, w.wanted
      FROM binding b
      JOIN member m ON m.id = b.member_id
      CROSS JOIN LATERAL (
        SELECT EXISTS (SELECT 1 FROM post p WHERE p.member_id = b.member_id AND p.role = ANY(:roles)
                          AND p.since <= :today AND (p.until IS NULL OR p.until > :today))
            OR EXISTS (SELECT 1 FROM deputy d JOIN post p ON p.id = d.post_id
                        WHERE d.member_id = b.member_id AND p.role = ANY(:roles)
                          AND d.since <= :now AND coalesce(d.ended_at, d.until) > :now
                          AND p.since <= :today AND (p.until IS NULL OR p.until > :today)) AS wanted
      ) w
     WHERE b.ended_at IS NULL AND b.following AND b.tagged <> w.wanted AND b.id > :after
     ORDER BY b.id LIMIT :limit
    """
)


@dataclass(frozen=True, slots=True)
class Retag:
    """A bound account whose tag is not what it should be."""

    binding_id: int
    openid_sealed: str
    wanted: bool


def to_retag(*, after: int = 0, limit: int = 50) -> list[Retag]:
    """Return accounts whose menu should change, by id after ``after``."""
    values = {
        "roles": sorted(DECIDERS),
        "today": clock.today(),
        "now": clock.now(),
        "after": after,
        "limit": limit,
    }
    return [Retag(*row) for row in db.session.execute(_DIFFER, values)]
