"""Reads of what is due: of a branch by the regulations, of a member in class-hours."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from jifen.activities.kinds import Kind, kind, load
from jifen.activities.models import Activity, Presence
from jifen.activities.policy import Invitation, P
from jifen.activities.states import ActivityState
from jifen.core import clock
from jifen.core.actor import Actor, permits
from jifen.core.db import db
from jifen.core.errors import NotFound
from jifen.core.period import Period
from jifen.org.queries import unit
from jifen.points.attendance.states import Outcome
from jifen.rulebook import queries as rulebooks


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
