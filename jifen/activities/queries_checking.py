"""Reads around being there: whose check-in is open, what the screen shows, who came."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from jifen.activities import rules
from jifen.activities.access import branch_path, check
from jifen.activities.audience import expected
from jifen.activities.errors import StaleCode
from jifen.activities.kinds import load
from jifen.activities.models import Activity, Presence
from jifen.activities.policy import Invitation, P
from jifen.activities.queries import Detail, told
from jifen.activities.states import ActivityState, Purpose
from jifen.core import clock, house
from jifen.core.actor import Actor, permits
from jifen.core.db import db
from jifen.org.models import Unit
from jifen.org.queries import unit


def invitation_of(activity: Activity) -> Invitation:
    """Return the activity as permissions see it."""
    return Invitation(unit(activity.unit_id).path, branch_path(unit(activity.audience_id)))


def open_for(by: Actor, at: dt.datetime) -> list[Activity]:
    """Return the activities of the actor's audience whose check-in is open at ``at``, the nearest first, 20 at most."""
    window = dt.timedelta(minutes=load().window.opens)
    stmt = (
        sa.select(Activity)
        .join(Unit, Unit.id == Activity.audience_id)
        .where(
            Activity.state == ActivityState.PUBLISHED,
            # A little earlier too, so that who is early hears when it opens.
            Activity.starts_at <= at + window + dt.timedelta(hours=1),
            Activity.ends_at >= at - dt.timedelta(minutes=10),
            sa.or_(Activity.audience_id.in_(_line_and_cells(by)), _came(by)),
        )
        .order_by(sa.func.abs(sa.extract("epoch", Activity.starts_at - at)), Activity.id)
        .limit(20)
    )
    return list(db.session.scalars(stmt)) if by.branch_id is not None else []


def _came(by: Actor) -> sa.Exists:
    """Return the condition that the actor checked in and not out: who was transferred meanwhile goes home like all."""
    return sa.exists().where(
        Presence.activity_id == Activity.id,
        Presence.member_id == by.member_id,
        Presence.in_at.is_not(None),
        Presence.out_at.is_(None),
    )


def may_check(found: Activity | Detail, matter: Invitation, purpose: str, *, by: Actor) -> bool:
    """Return whether the actor may check in or out: the invited, and out whoever is in."""
    if permits(by, P.CHECK, matter):
        return True
    stmt = sa.select(Presence.in_at).where(
        Presence.activity_id == found.id, Presence.member_id == by.member_id
    )
    return purpose == Purpose.OUT and db.session.scalar(stmt) is not None


def _line_and_cells(by: Actor) -> sa.Select[tuple[int]]:
    """Return the ids of the units whose audience the actor belongs to: his line, and his branch's cells."""
    line = [int(part) for part in by.branch_path.strip("/").split("/") if part]
    return sa.select(Unit.id).where(sa.or_(Unit.id.in_(line), Unit.parent_id == by.branch_id))


@dataclass(frozen=True, slots=True)
class Code:
    """What the organiser shows and says at this moment."""

    qr: str
    digits: str
    purpose: str


def code(found: Activity | Detail, purpose: str) -> Code:
    """Return the picture's content and the six digits of this moment; whoever calls has checked who runs it."""
    now = clock.now()
    return Code(
        f"{house.settings().public_url}/m/in/{rules.qr(found.id, found.seed, purpose, now)}",
        rules.digits(found.seed, purpose, now),
        purpose,
    )


@dataclass(frozen=True, slots=True)
class Pictured:
    """What a scanned picture stands for."""

    act: Detail
    purpose: str


def pictured(scanned: str, *, by: Actor) -> Pictured:
    """Return the activity of a picture that stands on the organiser's screen now.

    :raises StaleCode: not ours, or an old one
    :raises NotFound, Forbidden: an activity that is not for the actor
    """
    read = rules.read_qr(scanned)
    found = told(read.activity_id, me=by.member_id) if read else None
    if read is None or found is None:
        raise StaleCode
    if not rules.qr_match(read, found.seed, clock.now()):
        raise StaleCode
    if not may_check(found, found.invitation, read.purpose, by=by):
        check(found.invitation, P.CHECK, by=by)
    return Pictured(found, read.purpose)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the organiser's page."""

    member_id: int
    number: str
    name: str
    #: joined, waiting; None where everybody is expected or he came without a sign-up.
    sign_up: str | None
    expected: bool
    exempt: bool
    #: Reason of a granted leave.
    leave: str | None
    leave_asked: bool
    in_at: dt.datetime | None
    in_way: str | None
    #: Whether his telephone said that it was inside the fence; None where it was not asked.
    inside: bool | None
    out_at: dt.datetime | None
    out_way: str | None
    outcome: str | None
    reason: str | None


_PEOPLE = sa.text(
    """
    SELECT m.id, m.number, coalesce(m.name, '（已删除）') AS name, s.state AS sign_up,
           p.in_at, p.in_way, p.inside, p.out_at, p.out_way, p.outcome, p.reason
      FROM (SELECT member_id FROM sign_up WHERE activity_id = :id AND state <> 'withdrawn'
            UNION SELECT member_id FROM presence WHERE activity_id = :id
            UNION SELECT unnest(CAST(:called AS bigint[]))) w (member_id)
      JOIN member m ON m.id = w.member_id
      LEFT JOIN sign_up s ON s.activity_id = :id AND s.member_id = m.id AND s.state <> 'withdrawn'
      LEFT JOIN presence p ON p.activity_id = :id AND p.member_id = m.id
     ORDER BY s.state = 'waiting', CASE WHEN s.state = 'waiting' THEN s.position END, m.name_pinyin, m.id
    """
)


def people(found: Detail) -> list[Person]:
    """Return everybody expected, signed up or there, by name, the waiting list last and in its order.

    Whoever calls has checked who runs it.
    """
    called = {p.member_id: p for p in expected(found)}
    rows = db.session.execute(_PEOPLE, {"id": found.id, "called": sorted(called)})
    out = []
    for row in rows:
        p = called.get(row.id)
        out.append(
            Person(
                member_id=row.id,
                number=row.number,
                name=row.name,
                sign_up=row.sign_up,
                expected=p is not None,
                exempt=p is not None and p.exempt,
                leave=p.leave if p else None,
                leave_asked=p is not None and p.leave_asked,
                in_at=row.in_at,
                in_way=row.in_way,
                inside=row.inside,
                out_at=row.out_at,
                out_way=row.out_way,
                outcome=row.outcome,
                reason=row.reason,
            )
        )
    return out
