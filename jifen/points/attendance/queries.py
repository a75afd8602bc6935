"""Reads of attendance: who is expected, and meetings with how everybody ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import db
from jifen.core.errors import Forbidden, NotFound
from jifen.members.policy import WORKS_WITH_PEOPLE
from jifen.org import queries as org
from jifen.org.models import Unit, UnitKind
from jifen.points.attendance.policy import P
from jifen.points.attendance.states import OUTCOME_WORDS
from jifen.points.policy import Scope
from jifen.rulebook import queries as rulebooks
from jifen.rulebook.engine.item import Feeder, Item
from jifen.rulebook.queries import InForce


@dataclass(frozen=True, slots=True)
class Expected:
    """Somebody who belongs to the branch (or cell) on a day and is in its scheme."""

    member_id: int
    number: str
    name: str
    category: str
    exempt: bool
    #: Reason of the leave that covers the day, and whether it is granted; None if none was asked for.
    leave: str | None
    leave_state: str | None


_EXPECTED = sa.text(
    """
    SELECT m.id, m.number, coalesce(m.name, '（已删除）'), s.category,
           EXISTS (SELECT FROM exemption x WHERE x.member_id = m.id AND x.revoked_at IS NULL
                    AND x.since <= :day AND (x.until IS NULL OR x.until > :day)),
           l.reason, l.state
      FROM membership s JOIN member m ON m.id = s.member_id
      LEFT JOIN LATERAL (SELECT reason, state FROM leave_request q
                          WHERE q.member_id = m.id AND q.since <= :day AND q.until > :day
                            AND q.state IN ('requested', 'granted')
                          ORDER BY q.state, q.id LIMIT 1) l ON true
     WHERE s.branch_id = :branch AND (CAST(:cell AS bigint) IS NULL OR s.cell_id = :cell)
       AND s.since <= :day AND (s.until IS NULL OR s.until > :day)
     ORDER BY m.name_pinyin, m.id
    """
)


def scope_of(branch: Unit) -> Scope:
    """Return the branch as permissions see it."""
    return Scope(branch.id, branch.path, branch.kind == UnitKind.BRANCH)


def access_branch(branch_id: int, permission: P, *, by: Actor) -> Unit:
    """Return the branch if the actor may do ``permission`` there.

    :raises NotFound: no such branch, or none that he may look into
    :raises Forbidden: he may see its attendance, but may not do this
    """
    branch = org.unit(branch_id)
    scope = scope_of(branch)
    if scope.is_branch and permits(by, permission, scope):
        return branch
    if scope.is_branch and (by.branch_id == branch.id or permits(by, P.SEE, scope)):
        raise Forbidden(action=words_for(permission))
    raise NotFound(what="这个支部")


def expected(branch: Unit, day: dt.date, *, cell_id: int | None = None) -> list[Expected]:
    """Return who is expected at a meeting of the branch on ``day``, exempt people among them, by name."""
    rows = db.session.execute(_EXPECTED, {"branch": branch.id, "cell": cell_id, "day": day})
    people = [Expected(*row) for row in rows]
    held = rules(branch, {p.category for p in people}, day)
    return [p for p in people if p.category in held]


def rules(branch: Unit, categories: Iterable[str], day: dt.date) -> dict[str, InForce]:
    """Return the rulebook of each category of people of the branch that is in its scheme on ``day``."""
    found: dict[str, InForce] = {}
    for category in sorted(set(categories)):
        try:
            one = rulebooks.in_force(branch.path, category, day)
        except rulebooks.NoRulebook:
            continue
        if category in one.book.applies.in_force | one.book.applies.tracked:
            found[category] = one
    return found


def meeting_items(branch: Unit, day: dt.date) -> list[Item]:
    """Return the items for which a meeting of the branch may be entered on ``day``, in the rulebook's order."""
    held = rules(branch, ["full_member"], day)
    items = held["full_member"].book.items.values() if held else ()
    return [i for i in items if i.off is None and Feeder.ROSTER in i.feeders and i.attendance is not None]


@dataclass(frozen=True, slots=True)
class Met:
    """A meeting as a list of meetings shows it."""

    id: int
    branch_id: int
    branch_name: str
    cell_id: int | None
    rulebook_id: int
    item_code: str
    occurred_on: dt.date
    activity: str | None
    state: str
    prepared_by: str
    confirmed_by: str | None
    confirmed_at: dt.datetime | None
    expected: int
    #: Attended, late or left early.
    present: int
    on_leave: int
    absent: int
    exempt: int

    @property
    def item_name(self) -> str:
        """What was held."""
        return rulebooks.book(self.rulebook_id).items[self.item_code].name


_MET = """
SELECT g.id, g.branch_id, u.name, g.cell_id, g.rulebook_id, g.item_code, g.occurred_on, g.activity, g.state,
       coalesce(p.name, '（已删除）'), CASE WHEN g.confirmed_by IS NULL THEN NULL ELSE coalesce(c.name, '（已删除）') END,
       g.confirmed_at, n.*
  FROM gathering g JOIN unit u ON u.id = g.branch_id JOIN member p ON p.id = g.prepared_by
  LEFT JOIN member c ON c.id = g.confirmed_by
  CROSS JOIN LATERAL (
       SELECT count(*) FILTER (WHERE a.outcome <> 'struck'),
              count(*) FILTER (WHERE a.outcome IN ('attended', 'late', 'left_early')),
              count(*) FILTER (WHERE a.outcome = 'on_leave'), count(*) FILTER (WHERE a.outcome = 'absent'),
              count(*) FILTER (WHERE a.outcome = 'exempt')
         FROM attendee a WHERE a.gathering_id = g.id) n
"""
_MET_IN = sa.text(
    _MET + " WHERE (CAST(:branch AS bigint) IS NULL OR g.branch_id = :branch)"
    "   AND EXISTS (SELECT FROM unnest(CAST(:paths AS text[])) AS p (path) WHERE starts_with(u.path, p.path))"
    "   AND (:after = 0 OR g.id < :after) ORDER BY g.id DESC LIMIT :limit"
)
_MET_ONE = sa.text(_MET + " WHERE g.id = :id")


def gatherings(*, by: Actor, branch_id: int | None = None, after: int = 0, limit: int = 50) -> list[Met]:
    """Return the meetings of the branches with whose people the actor works, newest entry first.

    :param after: the last id shown
    """
    paths = [h.path for h in by.holdings if h.role in WORKS_WITH_PEOPLE]
    values = {"branch": branch_id, "paths": paths, "after": after, "limit": limit}
    return [Met(*row) for row in db.session.execute(_MET_IN, values)] if paths else []


@dataclass(frozen=True, slots=True)
class There:
    """How somebody ended, as the meeting's page shows it."""

    attendee_id: int
    member_id: int
    number: str
    name: str
    outcome: str
    reason: str | None
    confirmed_by: str | None
    absence_id: int | None
    absence_state: str | None
    explain_by: dt.date | None

    @property
    def words(self) -> str:
        """The outcome in Chinese."""
        return OUTCOME_WORDS[self.outcome]


_THERE = sa.text(
    """
    SELECT a.id, a.member_id, m.number, coalesce(m.name, '（已删除）'), a.outcome, a.reason, c.name,
           b.id, b.state, b.explain_by
      FROM attendee a JOIN member m ON m.id = a.member_id
      LEFT JOIN member c ON c.id = a.confirmed_by
      LEFT JOIN absence b ON b.attendee_id = a.id AND b.state <> 'dropped'
     WHERE a.gathering_id = :id ORDER BY m.name_pinyin, m.id
    """
)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting with everybody expected."""

    met: Met
    people: tuple[There, ...]


def meeting(gathering_id: int, *, by: Actor) -> Meeting:
    """Return a meeting and how everybody ended, by name.

    :raises NotFound: no such meeting, or not the actor's to see
    """
    row = db.session.execute(_MET_ONE, {"id": gathering_id}).first()
    if row is None:
        raise NotFound(what="这次会议")
    met = Met(*row)
    if not permits(by, P.SEE, scope_of(org.unit(met.branch_id))):
        raise NotFound(what="这次会议")
    people = tuple(There(*one) for one in db.session.execute(_THERE, {"id": gathering_id}))
    return Meeting(met, people)
