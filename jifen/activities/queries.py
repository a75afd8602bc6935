"""Reads of activities: what one may join, what one joined, what one runs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from jifen.activities.access import WHAT, check
from jifen.activities.audience import expected, signed_up
from jifen.activities.kinds import Kind, kind, load
from jifen.activities.models import Activity
from jifen.activities.policy import ORGANISES, Invitation, P
from jifen.activities.states import SignUpState
from jifen.core import clock, days
from jifen.core.actor import Actor
from jifen.core.db import db
from jifen.core.errors import NotFound
from jifen.members.policy import WORKS_WITH_PEOPLE

#: Of a unit ``a``: the path by which its people are known; a cell's stands for its branch.
_PATH = "CASE WHEN a.kind = 'cell' THEN (SELECT p.path FROM unit p WHERE p.id = a.parent_id) ELSE a.path END"


@dataclass(frozen=True, slots=True)
class Listed:
    """An activity as lists show it."""

    id: int
    unit_id: int
    unit_name: str
    audience_name: str
    kind: str
    title: str
    place: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    capacity: int | None
    class_hours: Decimal | None
    #: When sign-up ends before it begins.
    join_until: dt.datetime | None
    state: str
    #: Who is in, and who waits.
    joined: int
    waiting: int
    #: Who checked in.
    present: int
    #: The reader's own sign-up, and his place in the queue where he waits.
    mine: str | None
    in_at: dt.datetime | None
    out_at: dt.datetime | None
    outcome: str | None

    @property
    def of(self) -> Kind:
        """What kind it is."""
        return kind(self.kind)

    @property
    def time(self) -> str:
        """When, as people read it."""
        return days.span(self.starts_at, self.ends_at)

    @property
    def sign_up_over(self) -> bool:
        """Whether nobody signs up any more though it has not begun."""
        return self.join_until is not None and self.join_until <= clock.now()

    @property
    def places_left(self) -> int | None:
        """Places that nobody has or waits for; None: no limit."""
        return None if self.capacity is None else max(self.capacity - self.joined, 0)


_LISTED = """
SELECT t.id, t.unit_id, u.name, a.name, t.kind, t.title, t.place, t.starts_at, t.ends_at, t.capacity, t.class_hours,
       t.join_until, t.state, n.joined, n.waiting, (SELECT count(in_at) FROM presence p WHERE p.activity_id = t.id),
       s.state, q.in_at, q.out_at, q.outcome
  FROM activity t JOIN unit u ON u.id = t.unit_id JOIN unit a ON a.id = t.audience_id
  CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE state = 'joined') AS joined,
                             count(*) FILTER (WHERE state = 'waiting') AS waiting
                        FROM sign_up WHERE activity_id = t.id) n
  LEFT JOIN sign_up s ON s.activity_id = t.id AND s.member_id = :me
  LEFT JOIN presence q ON q.activity_id = t.id AND q.member_id = :me
 WHERE true
"""
_COMING = sa.text(
    _LISTED + f" AND t.state = 'published' AND t.ends_at > :now AND starts_with(:mine, {_PATH})"
    " AND (t.starts_at, t.id) > (CAST(:from AS timestamptz), :after) ORDER BY t.starts_at, t.id LIMIT :limit"
)
_MINE = sa.text(
    _LISTED + " AND (q.id IS NOT NULL OR s.state IN ('joined', 'waiting')) AND (:after = 0 OR t.id < :after)"
    " ORDER BY t.id DESC LIMIT :limit"
)
_RUN = sa.text(
    _LISTED
    + " AND EXISTS (SELECT FROM unnest(CAST(:paths AS text[])) AS p (path) WHERE starts_with(u.path, p.path))"
    " AND (:after = 0 OR t.id < :after) AND (:open = false OR t.state = 'published') ORDER BY t.id DESC LIMIT :limit"
)
_OWN_PAGE = f"t.audience_id, u.path, {_PATH}, t.seed, t.minutes, t.fence_lat, t.fence_lon, t.fence_metres"
_ONE = sa.text(_LISTED.replace("q.outcome\n", f"q.outcome, {_OWN_PAGE}\n") + " AND t.id = :id")


@dataclass(frozen=True, slots=True)
class Detail(Listed):
    """One activity with what its own pages need."""

    audience_id: int
    unit_path: str
    audience_path: str
    seed: bytes
    minutes: str | None
    fence_lat: Decimal | None
    fence_lon: Decimal | None
    fence_metres: int | None

    @property
    def fence(self) -> str:
        """Where it is held and how far around, for the telephone to compare with; empty where nobody is asked."""
        if self.fence_metres is None:
            return ""
        return f"{self.fence_lat},{self.fence_lon},{self.fence_metres}"

    def wall(self, at: dt.time) -> dt.datetime:
        """Return the instant of a wall time during it; one before its check-in opens is that of its last day."""
        first = clock.at(clock.civil_day(self.starts_at), at.hour, at.minute)
        opens = dt.timedelta(minutes=load().window.opens)
        if first >= self.starts_at - opens:
            return first
        return clock.at(clock.civil_day(self.ends_at), at.hour, at.minute)

    @property
    def invitation(self) -> Invitation:
        """The activity as permissions see it."""
        return Invitation(self.unit_path, self.audience_path)


def coming(*, by: Actor, after: int = 0, limit: int = 50) -> list[Listed]:
    """Return the activities to come to which the actor is invited, the soonest first; ``after`` is the last id shown."""
    if by.branch_id is None:
        return []
    last = db.session.get(Activity, after) if after else None
    values = {
        "me": by.member_id,
        "mine": by.branch_path,
        "now": clock.now(),
        "from": last.starts_at if last else dt.datetime(2000, 1, 1, tzinfo=dt.UTC),
        "after": after,
        "limit": limit,
    }
    return [Listed(*row) for row in db.session.execute(_COMING, values)]


def mine(*, by: Actor, after: int = 0, limit: int = 50) -> list[Listed]:
    """Return what the actor signed up for or came to, newest first."""
    values = {"me": by.member_id, "after": after, "limit": limit}
    return [Listed(*row) for row in db.session.execute(_MINE, values)] if by.member_id is not None else []


def run(*, by: Actor, after: int = 0, limit: int = 50, only_open: bool = False) -> list[Listed]:
    """Return the activities of the units for which the actor works, newest first."""
    paths = [h.path for h in by.holdings if h.role in {*ORGANISES, *WORKS_WITH_PEOPLE}]
    values = {"me": by.member_id, "paths": paths, "after": after, "limit": limit, "open": only_open}
    return [Listed(*row) for row in db.session.execute(_RUN, values)] if paths else []


def on_now(*, by: Actor) -> Listed | None:
    """Return the activity that the actor runs now: of the open ones about to begin, on, or just over, the nearest."""
    now, hour = clock.now(), dt.timedelta(hours=1)
    found = [a for a in run(by=by, only_open=True) if a.starts_at - hour <= now <= a.ends_at + 12 * hour]
    return min(found, key=lambda a: abs(a.starts_at - now), default=None)


def shown(activity_id: int, permission: P = P.SEE, *, by: Actor) -> Detail:
    """Return one activity.

    :raises NotFound: no such activity, or not the actor's to see
    :raises Forbidden: he may see it, but may not do ``permission`` to it
    """
    found = told(activity_id, me=by.member_id)
    if found is None:
        raise NotFound(what=WHAT)
    check(found.invitation, permission, by=by)
    return found


def told(activity_id: int, *, me: int | None = None) -> Detail | None:
    """Return an activity, and how ``me`` stands to it; None if it is gone. Whoever calls says only what may be said."""
    row = db.session.execute(_ONE, {"me": me, "id": activity_id}).first()
    return Detail(*row) if row else None


def still_coming(activity_id: int, member_id: int) -> bool:
    """Return whether somebody is still expected or signed up, and not on leave: only then he is reminded."""
    found = db.session.get(Activity, activity_id)
    if found is None:
        return False
    if kind(found.kind).expects:
        return any(p.member_id == member_id and not p.exempt and not p.leave for p in expected(found))
    return member_id in signed_up(activity_id, SignUpState.JOINED)
