"""Reads of 双报到: communities, needs, claims, and a unit's result of a year."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from jifen.core import clock
from jifen.core.actor import Actor, Role, permits
from jifen.core.db import ask
from jifen.volunteering.policy import PREPARES, P


@dataclass(frozen=True, slots=True)
class Place:
    """A community."""

    id: int
    street: str
    name: str


def communities() -> list[Place]:
    """Return every community, by street and name."""
    return [Place(*row) for row in ask("SELECT id, street, name FROM community ORDER BY street, name", {})]


@dataclass(frozen=True, slots=True)
class Registered:
    """Where somebody registered."""

    member_id: int
    community_id: int
    community: str
    skills: str
    since: dt.date
    #: Number of the registration, and whether the community's word on it is known.
    id: int
    confirmed: bool


_REGISTERED = """
SELECT r.member_id, r.community_id, c.street || c.name, r.skills, r.since, r.id, r.confirmed_at IS NOT NULL
  FROM community_registration r JOIN community c ON c.id = r.community_id
 WHERE r.member_id = ANY(%(members)s) AND r.since <= %(day)s AND (r.until IS NULL OR r.until > %(day)s)
"""


def registered(member_ids: list[int], day: dt.date | None = None) -> dict[int, Registered]:
    """Return where these people are registered on a day, today unless told, by id; whoever calls has checked who looks."""
    rows = ask(_REGISTERED, {"members": member_ids, "day": day or clock.today()})
    return {row[0]: Registered(*row) for row in rows}


@dataclass(frozen=True, slots=True)
class Need:
    """What a community asks for, and how many took it on."""

    id: int
    community: str
    kind: str
    title: str
    wanted: int
    taken: int
    due_on: dt.date


_NEEDS = """
SELECT n.id, c.street || c.name, n.kind, n.title, n.wanted,
       (SELECT count(*) FROM need_claim k WHERE k.need_id = n.id AND k.state IN ('claimed', 'confirmed')), n.due_on
  FROM community_need n JOIN community c ON c.id = n.community_id
 WHERE n.due_on >= %(day)s AND n.id > %(after)s ORDER BY n.id LIMIT %(limit)s
"""


def needs(*, after: int = 0, limit: int = 50) -> list[Need]:
    """Return what may still be taken on, oldest first; it is open to every member."""
    return [Need(*row) for row in ask(_NEEDS, {"day": clock.today(), "after": after, "limit": limit})]


@dataclass(frozen=True, slots=True)
class Taken:
    """Somebody's taking on of a need."""

    id: int
    need_id: int
    member_id: int
    member_name: str
    community: str
    kind: str
    title: str
    state: str
    claimed_at: dt.datetime
    said: str | None


CLAIMS = """
SELECT k.id, k.need_id, k.member_id, coalesce(m.name, '（已删除）'), c.street || c.name, n.kind, n.title, k.state,
       k.claimed_at, k.said
  FROM need_claim k JOIN community_need n ON n.id = k.need_id JOIN community c ON c.id = n.community_id
  JOIN member m ON m.id = k.member_id
 WHERE {which} ORDER BY {first}k.id DESC LIMIT %(limit)s
"""
_OWN = CLAIMS.format(which="k.member_id = %(me)s", first="")
# Of people of the actor's branches, not his own.
_OF_MINE = (
    " <> %(me)s AND EXISTS (SELECT FROM membership s"
    " JOIN unit u ON u.id = s.branch_id WHERE s.member_id = {whose}.member_id AND s.since <= %(day)s"
    " AND (s.until IS NULL OR s.until > %(day)s)"
    " AND EXISTS (SELECT FROM unnest(CAST(%(paths)s AS text[])) AS p WHERE starts_with(u.path, p)))"
)
# What waits stands first: no page is so long that it would not show it.
_MINE = CLAIMS.format(
    which="k.state IN ('claimed', 'confirmed') AND k.member_id" + _OF_MINE.format(whose="k"),
    first="k.state = 'confirmed', ",
)
#: Most lines that a page shows.
SHOWN = 100


def _of(by: Actor, paths: list[str]) -> dict[str, object]:
    return {"me": by.member_id or 0, "day": clock.today(), "paths": paths, "limit": SHOWN}


def _kept(by: Actor) -> list[str]:
    return [h.path for h in by.holdings if h.role in PREPARES] if permits(by, P.KEEP_COMMUNITIES) else []


def own_claims(*, by: Actor) -> list[Taken]:
    """Return what the actor took on, newest first."""
    return [Taken(*row) for row in ask(_OWN, {"me": by.member_id or 0, "limit": SHOWN})]


def of_branches(*, by: Actor) -> list[Taken]:
    """Return what people of the actor's branches took on: what the community has not spoken of, then what it confirmed."""
    paths = _kept(by)
    return [Taken(*row) for row in ask(_MINE, _of(by, paths))] if paths else []


@dataclass(frozen=True, slots=True)
class Registration:
    """A registration that the community has not spoken of."""

    id: int
    member_name: str
    community: str
    skills: str
    since: dt.date


UNCONFIRMED = """
SELECT r.id, coalesce(m.name, '（已删除）'), c.street || c.name, r.skills, r.since
  FROM community_registration r JOIN community c ON c.id = r.community_id JOIN member m ON m.id = r.member_id
 WHERE r.confirmed_at IS NULL AND (r.until IS NULL OR r.until > %(day)s) AND {which} ORDER BY r.id LIMIT %(limit)s
"""
_UNCONFIRMED = UNCONFIRMED.format(which="r.member_id" + _OF_MINE.format(whose="r"))


def unconfirmed(*, by: Actor) -> list[Registration]:
    """Return registrations of people of the actor's branches that wait for the community's word, oldest first."""
    paths = _kept(by)
    return [Registration(*row) for row in ask(_UNCONFIRMED, _of(by, paths))] if paths else []


_WAITING = """
SELECT count(*), min(r.since) FROM community_registration r
 WHERE r.confirmed_at IS NULL AND (r.until IS NULL OR r.until > %(day)s) AND r.member_id{mine}
""".format(mine=_OF_MINE.format(whose="r"))


def waiting(by: Actor) -> tuple[int, dt.datetime | None]:
    """Return how many registrations wait for a word in branches where the actor holds a post, and since when."""
    if not by.holds(
        Role.BRANCH_SECRETARY, Role.DEPUTY_SECRETARY, Role.BRANCH_COMMITTEE, Role.POINTS_RECORDER
    ):
        return 0, None
    paths = _kept(by)
    if not paths:
        return 0, None
    [[count, since]] = ask(_WAITING, _of(by, paths))
    return count, clock.at(since) if since else None
