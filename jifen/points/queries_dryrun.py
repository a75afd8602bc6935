"""A dry run (试算): what another version of a rulebook would make of the facts that are there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from jifen.core import clock
from jifen.core.actor import Actor, permits
from jifen.core.db import db
from jifen.core.errors import Invalid, NotFound
from jifen.core.period import Period
from jifen.members import queries as members
from jifen.org import queries as org
from jifen.points import facts
from jifen.points.policy import P, Scope
from jifen.rulebook import queries as rulebooks
from jifen.rulebook.engine.compare import Change, Comparison, compare

#: People in one dry run; a larger one is asked for department by department.
MOST = 5000

_PEOPLE = sa.text(
    """
    SELECT DISTINCT s.member_id
      FROM membership s JOIN unit u ON u.id = s.branch_id
     WHERE starts_with(u.path, :path) AND s.since < :until AND (s.until IS NULL OR s.until > :since)
     ORDER BY s.member_id LIMIT :limit
    """
)


@dataclass(frozen=True, slots=True)
class NamedChange:
    """What changes for a person, with his name."""

    name: str
    change: Change


@dataclass(frozen=True, slots=True)
class DryRun:
    """A whole dry run, the largest differences first."""

    whole: Comparison
    changes: list[NamedChange]


def dry_run(before_id: int, after_id: int, unit_id: int, *, by: Actor, day: dt.date | None = None) -> DryRun:
    """Return who would gain or lose how much.

    The facts are those recorded under ``before``'s code, in the period of ``day``; nothing is written.

    :param day: any day of the period; today if None
    :raises NotFound: no such version or unit, or not the actor's to compare
    :raises Invalid: the versions' cycles differ, or there are more than ``MOST`` people
    """
    unit = org.unit(unit_id)
    if not permits(by, P.DRY_RUN, Scope(unit.id, unit.path, False)):
        raise NotFound(what="这个组织")
    before, after = rulebooks.book(before_id), rulebooks.book(after_id)
    if before.cycle != after.cycle:
        raise Invalid(reason="两版办法的积分周期不同，不能逐人比较。请选择周期相同的两版。")
    today = clock.today()
    period = Period.containing(day or today, before.cycle)
    values = {"path": unit.path, "since": period.since, "until": period.until, "limit": MOST + 1}
    people = list(db.session.execute(_PEOPLE, values).scalars())
    if len(people) > MOST:
        raise Invalid(reason=f"一次最多试算{MOST}人，请按部门或支部分别试算。")
    live = facts.live_facts(people, before, period)
    known = facts.people(people, before, period, today=today)
    as_of = min(today, period.last_day)
    pairs = [(known[m][0], live.get(m, [])) for m in people]
    whole = compare(before, after, pairs, period, as_of=as_of)
    names = members.names(set(people))
    return DryRun(whole, [NamedChange(names.get(int(c.subject), ""), c) for c in whole.changes])
