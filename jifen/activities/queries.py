"""Reads of activities: what one may join, what one runs, who came, what is still due of a branch."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from jifen.activities import rules
from jifen.activities.access import WHAT, branch_path, check, when
from jifen.activities.audience import expected, signed_up
from jifen.activities.errors import StaleCode
from jifen.activities.kinds import Kind, kind, load
from jifen.activities.models import Activity, Presence
from jifen.activities.policy import ORGANISES, Invitation, P
from jifen.activities.states import ActivityState, SignUpState
from jifen.core import clock, house
from jifen.core.actor import Actor, permits
from jifen.core.db import db
from jifen.core.errors import NotFound
from jifen.core.period import Period
from jifen.members.policy import WORKS_WITH_PEOPLE
from jifen.org.models import Unit
from jifen.org.queries import unit
from jifen.points.attendance.states import Outcome
from jifen.rulebook import queries as rulebooks


def invitation_of(activity: Activity) -> Invitation:
    """Return the activity as permissions see it."""
    return Invitation(unit(activity.unit_id).path, branch_path(unit(activity.audience_id)))


#: Of a unit ``a``: the path by which its people are known; a cell's stands for its branch.
_PATH = "CASE WHEN a.kind = 'cell' THEN (SELECT p.path FROM unit p WHERE p.id = a.parent_id) ELSE a.path END"


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
            Activity.audience_id.in_(_line_and_cells(by)),
        )
        .order_by(sa.func.abs(sa.extract("epoch", Activity.starts_at - at)), Activity.id)
        .limit(20)
    )
    return list(db.session.scalars(stmt)) if by.branch_id is not None else []


def _line_and_cells(by: Actor) -> sa.Select[tuple[int]]:
    """Return the ids of the units whose audience the actor belongs to: his line, and his branch's cells."""
    line = [int(part) for part in by.branch_path.strip("/").split("/") if part]
    return sa.select(Unit.id).where(sa.or_(Unit.id.in_(line), Unit.parent_id == by.branch_id))


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
    state: str
    #: Who is in, and who waits.
    joined: int
    waiting: int
    #: Who checked in.
    present: int
    #: The reader's own sign-up, and his place in the queue where he waits.
    mine: str | None
    in_at: dt.datetime | None
    outcome: str | None

    @property
    def of(self) -> Kind:
        """What kind it is."""
        return kind(self.kind)

    @property
    def time(self) -> str:
        """When, as people read it."""
        return when(self.starts_at, self.ends_at)

    @property
    def places_left(self) -> int | None:
        """Places that nobody has or waits for; None: no limit."""
        return None if self.capacity is None else max(self.capacity - self.joined, 0)


_LISTED = """
SELECT t.id, t.unit_id, u.name, a.name, t.kind, t.title, t.place, t.starts_at, t.ends_at, t.capacity, t.class_hours,
       t.state, n.joined, n.waiting, (SELECT count(in_at) FROM presence p WHERE p.activity_id = t.id),
       s.state, q.in_at, q.outcome
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
_ONE = sa.text(
    _LISTED.replace("q.outcome\n", f"q.outcome, t.audience_id, u.path, {_PATH}, t.seed, t.minutes\n")
    + " AND t.id = :id"
)


@dataclass(frozen=True, slots=True)
class Detail(Listed):
    """One activity with what its own pages need."""

    audience_id: int
    unit_path: str
    audience_path: str
    seed: bytes
    minutes: str | None

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


def shown(activity_id: int, permission: P = P.SEE, *, by: Actor) -> Detail:
    """Return one activity.

    :raises NotFound: no such activity, or not the actor's to see
    :raises Forbidden: he may see it, but may not do ``permission`` to it
    """
    row = db.session.execute(_ONE, {"me": by.member_id, "id": activity_id}).first()
    if row is None:
        raise NotFound(what=WHAT)
    found = Detail(*row)
    check(found.invitation, permission, by=by)
    return found


def told(activity_id: int) -> Listed | None:
    """Return what a message about an activity says; None if it is gone."""
    row = db.session.execute(_ONE, {"me": None, "id": activity_id}).first()
    return Detail(*row) if row else None


def still_coming(activity_id: int, member_id: int) -> bool:
    """Return whether somebody is still expected or signed up, and not on leave: only then he is reminded."""
    found = db.session.get(Activity, activity_id)
    if found is None:
        return False
    if kind(found.kind).expects:
        return any(p.member_id == member_id and not p.exempt and not p.leave for p in expected(found))
    return member_id in signed_up(activity_id, SignUpState.JOINED)


@dataclass(frozen=True, slots=True)
class Code:
    """What the organiser shows and says at this moment."""

    qr: str
    digits: str
    purpose: str


def code(found: Detail, purpose: str) -> Code:
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
    row = db.session.execute(_ONE, {"me": by.member_id, "id": read.activity_id}).first() if read else None
    if read is None or row is None:
        raise StaleCode
    found = Detail(*row)
    if not rules.qr_match(read, found.seed, clock.now()):
        raise StaleCode
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
    out_at: dt.datetime | None
    out_way: str | None
    outcome: str | None
    reason: str | None


_PEOPLE = sa.text(
    """
    SELECT m.id, m.number, coalesce(m.name, '（已删除）') AS name, s.state AS sign_up,
           p.in_at, p.in_way, p.out_at, p.out_way, p.outcome, p.reason
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
                out_at=row.out_at,
                out_way=row.out_way,
                outcome=row.outcome,
                reason=row.reason,
            )
        )
    return out


@dataclass(frozen=True, slots=True)
class StillDue:
    """What a regulation expects of a branch in a period and how much of it was held."""

    kind: Kind
    basis: str
    period: str
    period_words: str
    least: int
    held: int
    #: Published and still to come in the period.
    planned: int

    @property
    def missing(self) -> int:
        """How many are neither held nor planned."""
        return max(self.least - self.held - self.planned, 0)


_HELD = sa.text(
    """
    SELECT t.kind, t.state = 'closed', t.starts_at
      FROM activity t JOIN unit a ON a.id = t.audience_id
     WHERE t.state <> 'cancelled' AND (t.audience_id = :branch OR a.parent_id = :branch)
       AND t.starts_at >= :since AND t.starts_at < :until
    """
)
_BY_HAND = sa.text(
    """
    SELECT g.rulebook_id, g.item_code, g.occurred_on
      FROM gathering g
     WHERE g.branch_id = :branch AND g.state = 'confirmed' AND g.occurred_on >= :since AND g.occurred_on < :until
       AND NOT EXISTS (SELECT FROM activity t JOIN unit a ON a.id = t.audience_id
                        WHERE t.state = 'closed' AND (t.audience_id = :branch OR a.parent_id = :branch)
                          AND (t.starts_at AT TIME ZONE 'Asia/Shanghai')::date = g.occurred_on)
    """
)


def still_due(branch_id: int, day: dt.date, *, by: Actor) -> list[StillDue]:
    """Return what the regulations expect of a branch in the periods that hold ``day``: 本季度还差什么.

    Meetings that were entered by hand count like those that were planned here.

    :raises NotFound: not the actor's to see
    """
    branch = unit(branch_id)
    if not permits(by, P.SEE, Invitation(branch.path, branch.path)):
        raise NotFound(what="这个支部")
    year = dt.date(day.year, 1, 1)
    span = {"branch": branch.id, "since": clock.at(year), "until": clock.at(dt.date(day.year + 1, 1, 1))}
    acts = db.session.execute(_HELD, span).all()
    days = {"branch": branch.id, "since": year, "until": dt.date(day.year + 1, 1, 1)}
    by_hand = []
    for rulebook_id, code, on in db.session.execute(_BY_HAND, days):
        item = rulebooks.book(rulebook_id).items.get(code)
        names = {item.name, *item.words} if item else set()
        by_hand.append((names, on))
    out = []
    for due in load().due:
        period = Period.containing(day, due.per)
        of = kind(due.kind)
        held = sum(k == of.code and closed and clock.civil_day(at) in period for k, closed, at in acts)
        held += sum(of.item in names and on in period for names, on in by_hand)
        planned = sum(k == of.code and not closed and clock.civil_day(at) in period for k, closed, at in acts)
        out.append(StillDue(of, due.basis, period.key, period.words, due.least, held, planned))
    return out


@dataclass(frozen=True, slots=True)
class ClassHours:
    """Somebody's class-hours of a year and how many are expected of him (培训学时)."""

    year: int
    done: Decimal
    expected: Decimal
    basis: str


_OFFICER = sa.text(
    """
    SELECT EXISTS (SELECT FROM post WHERE member_id = :member
                      AND role IN ('branch_secretary', 'deputy_secretary', 'branch_committee')
                      AND since < :until AND (until IS NULL OR until > :since))
    """
)


def class_hours(member_id: int, year: int) -> ClassHours:
    """Return the class-hours that somebody was confirmed to have attended in a year; whoever calls checked who looks."""
    since, until = dt.date(year, 1, 1), dt.date(year + 1, 1, 1)
    stmt = (
        sa.select(sa.func.coalesce(sa.func.sum(Activity.class_hours), 0))
        .join(Presence, Presence.activity_id == Activity.id)
        .where(
            Presence.member_id == member_id,
            Presence.outcome.in_((Outcome.ATTENDED, Outcome.LATE, Outcome.LEFT_EARLY)),
            Activity.state == ActivityState.CLOSED,
            Activity.starts_at >= clock.at(since),
            Activity.starts_at < clock.at(until),
        )
    )
    done = Decimal(db.session.scalar(stmt) or 0)
    officer = db.session.scalar(_OFFICER, {"member": member_id, "since": since, "until": until})
    member, more = load().class_hours
    return ClassHours(year, done, more if officer else member, load().class_hours_basis)


def own_class_hours(year: int, *, by: Actor) -> ClassHours:
    """Return the actor's own class-hours of a year.

    :raises NotFound: an office system, which attends nothing
    """
    if by.member_id is None:
        raise NotFound(what="您的学时")
    return class_hours(by.member_id, year)
