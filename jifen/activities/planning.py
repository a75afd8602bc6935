"""Plan an activity or a series, move it, cancel it; whoever joined or is expected is told."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from jifen.activities import audience, errors, rules
from jifen.activities.access import access, check, invitation
from jifen.activities.kinds import Kind, load
from jifen.activities.models import Activity, ActivitySeries
from jifen.activities.policy import P
from jifen.activities.states import ACTIVITY_MOVES, ACTIVITY_WORDS, OPEN_MOVES, ActivityState
from jifen.audit import service as audit
from jifen.core import clock
from jifen.core.actor import Actor
from jifen.core.db import db, transaction
from jifen.core.errors import NotFound
from jifen.core.states import advance
from jifen.notices import service as notices
from jifen.org.models import UnitKind
from jifen.org.queries import unit

#: Days ahead for which the activities of a series stand in the list.
AHEAD = 45
LONGEST = dt.timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Fence:
    """Where it is held (活动范围): a place, no person's; telephones answer inside or not and keep the rest."""

    #: Degrees, as the browser says them.
    lat: Decimal
    lon: Decimal
    metres: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What is planned (活动需求)."""

    unit_id: int
    kind: str
    title: str
    place: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    #: Whose members are invited; None: the unit's own.
    audience_id: int | None = None
    capacity: int | None = None
    gates: tuple[str, ...] = ()
    class_hours: Decimal | None = None
    #: When sign-up ends; None: when it begins.
    join_until: dt.datetime | None = None
    fence: Fence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When a series comes again: the ``nth`` ``weekday`` every so many months (-1 the last; 0 Monday)."""

    every_months: int
    nth: int
    weekday: int
    start_minute: int
    minutes: int
    since: dt.date
    until: dt.date | None = None


def monthly(need: Need) -> Rule:
    """Return the rule of a series that comes each month as this activity: the same weekday, as many weeks on.

    After the 28th it is the last such weekday of a month.
    """
    local = need.starts_at.astimezone(clock.SHANGHAI)
    return Rule(
        every_months=1,
        nth=-1 if local.day > 28 else (local.day - 1) // 7 + 1,
        weekday=local.weekday(),
        start_minute=local.hour * 60 + local.minute,
        minutes=int((need.ends_at - need.starts_at).total_seconds()) // 60,
        since=local.date(),
    )


def plan(need: Need, *, by: Actor) -> Activity:
    """Publish an activity; who is expected at it is told.

    :raises NotFound, Forbidden: not a unit for which he organises
    :raises UnknownKind, UnknownGate, BadTimes, NotForThem, TooWide, HoursNeeded: see errors
    """
    if need.starts_at < clock.at(clock.today()) or need.ends_at <= clock.now():
        raise errors.BadTimes
    with transaction():
        made = _make(need, by=by)
        audit.record(by=by, action="activity.plan", subject="activity", subject_id=made.id, codes=made.kind)
        _announce(made)
        return made


def repeat(need: Need, rule: Rule, *, by: Actor) -> ActivitySeries:
    """Publish a series; the activities of the next weeks stand in the list at once, the rest follow by the clock.

    :raises NotFound, Forbidden, UnknownKind, NotForThem, HoursNeeded: as for one activity
    :raises NotEachTime: see errors
    """
    kind = load().kinds.get(need.kind)
    if kind is None:
        raise errors.UnknownKind(kind=need.kind)
    elsewhere = need.audience_id not in (None, need.unit_id)
    if kind.class_hours or need.capacity is not None or need.gates or elsewhere:
        raise errors.NotEachTime
    with transaction() as session:
        organises(need.unit_id, by=by)
        _check_audience(kind, need.unit_id, need.unit_id)
        assert by.member_id is not None, "an organiser is a member"
        series = ActivitySeries(
            unit_id=need.unit_id,
            kind=kind.code,
            title=need.title,
            place=need.place,
            every_months=rule.every_months,
            nth=rule.nth,
            weekday=rule.weekday,
            start_minute=rule.start_minute,
            minutes=rule.minutes,
            since=rule.since,
            until=rule.until,
            created_by=by.member_id,
        )
        session.add(series)
        session.flush()  # its id
        audit.record(by=by, action="activity.repeat", subject="series", subject_id=series.id, codes=kind.code)
        _fill(series)
        return series


def end_series(series_id: int, *, by: Actor) -> ActivitySeries:
    """Let a series end today; what stands in the list already stays and is cancelled one by one.

    :raises NotFound, Forbidden: not his to end
    """
    with transaction():
        series = db.session.get(ActivitySeries, series_id, with_for_update=True)
        if series is None:
            raise NotFound(what="这个系列活动")
        organises(series.unit_id, by=by)
        series.until = max(clock.today(), series.since + dt.timedelta(days=1))
        audit.record(by=by, action="activity.end_series", subject="series", subject_id=series.id)
        return series


def fill_series(*, after: int = 0, limit: int = 50) -> int | None:
    """Put the activities of the coming weeks of every series into the list.

    :return: the last series done, None when all are
    """
    with transaction():
        stmt = (
            sa.select(ActivitySeries)
            .where(
                ActivitySeries.id > after,
                sa.or_(ActivitySeries.until.is_(None), ActivitySeries.until > clock.today()),
            )
            .order_by(ActivitySeries.id)
            .limit(limit)
        )
        found = db.session.scalars(stmt).all()
        for series in found:
            _fill(series)
        return found[-1].id if len(found) == limit else None


def move(
    activity_id: int, starts_at: dt.datetime, ends_at: dt.datetime, *, place: str | None = None, by: Actor
) -> Activity:
    """Move an activity that has not begun; everybody who joined or is expected is told once.

    :raises NotNow: it was closed or cancelled
    :raises Begun: it has begun
    :raises BadTimes: see errors
    """
    if starts_at < clock.now() or not dt.timedelta(0) < ends_at - starts_at <= LONGEST:
        raise errors.BadTimes
    with transaction():
        found = access(activity_id, P.RUN, by=by, lock=True)
        found.state = _moved(found, "move")
        if found.starts_at <= clock.now():
            raise errors.Begun(title=found.title, act="改期")
        found.starts_at, found.ends_at, found.moved = starts_at, ends_at, found.moved + 1
        found.place = place or found.place
        audit.record(by=by, action="activity.move", subject="activity", subject_id=found.id)
        db.session.flush()
        told = audience.concerned(found)
        notices.queue_many(
            kind="activity_moved",
            rows=[(f"act:{found.id}:moved{found.moved}:{m}", m, {"activity": found.id}) for m in told],
        )
        return found


def cancel(activity_id: int, *, by: Actor) -> Activity:
    """Cancel an activity; everybody who joined, waits or is expected is told once.

    :raises NotNow: it was closed, or cancelled before
    """
    with transaction():
        found = access(activity_id, P.RUN, by=by, lock=True)
        found.state = _moved(found, "cancel")
        audit.record(by=by, action="activity.cancel", subject="activity", subject_id=found.id)
        db.session.flush()
        notices.queue_many(
            kind="activity_cancelled",
            rows=[
                (f"act:{found.id}:cancelled:{m}", m, {"activity": found.id})
                for m in audience.concerned(found)
            ],
        )
        return found


def write_minutes(activity_id: int, words: str, *, by: Actor) -> Activity:
    """Write down what was said and done (会议记录); written again, it replaces what stood there.

    :raises NotNow: it was cancelled
    """
    with transaction():
        found = access(activity_id, P.RUN, by=by, lock=True)
        found.state = advance(
            OPEN_MOVES, ActivityState(found.state), "minutes", what=f"“{found.title}”", words=ACTIVITY_WORDS
        )
        found.minutes = words.strip() or None
        audit.record(by=by, action="activity.minutes", subject="activity", subject_id=found.id)
        return found


def _moved(found: Activity, how: str) -> ActivityState:
    return advance(
        ACTIVITY_MOVES, ActivityState(found.state), how, what=f"“{found.title}”", words=ACTIVITY_WORDS
    )


def organises(unit_id: int, *, by: Actor) -> None:
    """Refuse who does not organise for that unit.

    :raises NotFound, Forbidden: not a unit for which he organises
    """
    check(invitation(unit_id, unit_id), P.PLAN, by=by, what="这个组织")


def _check_audience(kind: Kind, unit_id: int, audience_id: int) -> None:
    whose, whom = unit(unit_id), unit(audience_id)
    if kind.expects and (
        whom.kind not in (UnitKind.BRANCH, UnitKind.CELL) or not whom.path.startswith(whose.path)
    ):
        raise errors.NotForThem(kind=kind.name)
    if not (whom.path.startswith(whose.path) or whose.path.startswith(whom.path)):
        raise errors.TooWide


def _make(
    need: Need, *, by: Actor | None, series: ActivitySeries | None = None, day: dt.date | None = None
) -> Activity:
    kind = load().kinds.get(need.kind)
    if kind is None:
        raise errors.UnknownKind(kind=need.kind)
    if not dt.timedelta(0) < need.ends_at - need.starts_at <= LONGEST:
        raise errors.BadTimes
    for gate in need.gates:
        if gate not in load().gates:
            raise errors.UnknownGate(gate=gate)
    if kind.class_hours and need.class_hours is None:
        raise errors.HoursNeeded
    if by is not None:
        organises(need.unit_id, by=by)
    audience_id = need.audience_id or need.unit_id
    _check_audience(kind, need.unit_id, audience_id)
    created_by = by.member_id if by is not None else series.created_by if series is not None else None
    assert created_by is not None, "an organiser is a member"
    made = Activity(
        unit_id=need.unit_id,
        audience_id=audience_id,
        series_id=series.id if series else None,
        series_day=day,
        kind=kind.code,
        title=need.title.strip(),
        place=need.place.strip(),
        starts_at=need.starts_at,
        ends_at=need.ends_at,
        capacity=None if kind.expects else need.capacity,
        gates=[] if kind.expects else list(need.gates),
        class_hours=need.class_hours if kind.class_hours else None,
        join_until=None if kind.expects else need.join_until,
        fence_lat=need.fence.lat if need.fence else None,
        fence_lon=need.fence.lon if need.fence else None,
        fence_metres=need.fence.metres if need.fence else None,
        seed=secrets.token_bytes(16),
        created_by=created_by,
    )
    db.session.add(made)
    db.session.flush()  # its id
    return made


def _fill(series: ActivitySeries) -> None:
    today = clock.today()
    days = rules.days_of_series(
        every_months=series.every_months,
        nth=series.nth,
        weekday=series.weekday,
        since=series.since,
        until=series.until,
        first=today,
        last=today + dt.timedelta(days=AHEAD),
    )
    known = set(
        db.session.scalars(sa.select(Activity.series_day).where(Activity.series_id == series.id)).all()
    )
    for day in days:
        starts_at = clock.at(day, *divmod(series.start_minute, 60))
        if day in known or starts_at <= clock.now():
            continue
        need = Need(
            unit_id=series.unit_id,
            kind=series.kind,
            title=series.title,
            place=series.place,
            starts_at=starts_at,
            ends_at=starts_at + dt.timedelta(minutes=series.minutes),
        )
        _announce(_make(need, by=None, series=series, day=day))


def _announce(made: Activity) -> None:
    """Tell those who are expected; an invitation to sign up is looked up, never pushed."""
    rows = [(f"act:{made.id}:new:{m}", m, {"activity": made.id}) for m in audience.expected_ids(made)]
    notices.queue_many(kind="activity_called", rows=rows)
