"""Others' names in a branch, one's own places, and organisations side by side."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from jifen.core import clock
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import db
from jifen.core.errors import Forbidden, NotFound
from jifen.org import queries as org
from jifen.org.models import UnitKind
from jifen.points.errors import NotInScheme
from jifen.points.policy import P, Scope
from jifen.points.queries import Standing, my_standing
from jifen.rulebook import queries as rulebooks
from jifen.rulebook.queries import InForce


@dataclass(frozen=True, slots=True)
class Ranked:
    """A line of a branch's list."""

    #: None for exempt and ungraded people: they are listed, not ranked.
    place: int | None
    member_id: int
    number: str
    name: str
    total: Decimal
    grade: str | None


_RANKING = sa.text(
    """
    SELECT CASE WHEN s.ranked THEN rank() OVER (PARTITION BY s.ranked ORDER BY s.total DESC) END,
           s.member_id, m.number, m.name, s.total, s.grade
      FROM standing s
      JOIN member m ON m.id = s.member_id
      JOIN membership b ON b.member_id = s.member_id AND b.branch_id = s.branch_id
       AND b.since <= :day AND (b.until IS NULL OR b.until > :day)
     WHERE s.branch_id = :branch AND s.period = :period AND s.rulebook_id = :rulebook AND m.erased_at IS NULL
     ORDER BY s.ranked DESC, 1, m.name_pinyin, s.member_id
    """
)


def ranking(branch_id: int, *, by: Actor, day: dt.date | None = None) -> list[Ranked]:
    """Return the members of a branch by place (1, 1, 3); people without entries are listed too.

    Members see it only in their own branch and only if its committee switched names on.

    :raises NotFound: no such branch, or not the actor's to see
    :raises Forbidden: his branch keeps names off
    """
    day = day or clock.today()
    branch = org.unit(branch_id)
    scope = Scope(branch.id, branch.path, branch.kind == UnitKind.BRANCH, branch.names_shown)
    if not permits(by, P.SEE_RANKING_NAMES, scope):
        if by.branch_id == branch_id:
            raise Forbidden(action=words_for(P.SEE_RANKING_NAMES))
        raise NotFound(what="这个支部")
    rows: list[Ranked] = []
    for rules in _rulebooks_in(branch_id, branch.path, day):
        found = db.session.execute(
            _RANKING,
            {"branch": branch_id, "day": day, "period": rules.period.key, "rulebook": rules.rulebook_id},
        )
        rows += [Ranked(*r) for r in found]
    return rows


@dataclass(frozen=True, slots=True)
class Places:
    """One's own places, and a branch's list where the actor may read it."""

    mine: Standing | None
    names_shown: bool
    rows: list[Ranked]


def places(branch_id: int | None, *, by: Actor, day: dt.date | None = None) -> Places:
    """Return one's own places, and the list of a branch: one's own if None.

    One's own branch's list is empty while its committee keeps names off.

    :raises NotFound: no such branch, or not the actor's to see
    """
    try:
        mine = my_standing(by, day) if by.member_id is not None else None
    except (NotInScheme, rulebooks.NoRulebook):
        mine = None
    chosen = branch_id or by.branch_id
    if chosen is None:
        return Places(mine, False, [])
    branch = org.unit(chosen)
    scope = Scope(branch.id, branch.path, branch.kind == UnitKind.BRANCH, branch.names_shown)
    if chosen == by.branch_id and not permits(by, P.SEE_RANKING_NAMES, scope):
        return Places(mine, False, [])
    return Places(mine, True, ranking(chosen, by=by, day=day))


def _rulebooks_in(branch_id: int, path: str, day: dt.date) -> list[InForce]:
    """Return the rulebooks that hold in a branch: usually one, more where categories have their own."""
    stmt = sa.text(
        "SELECT DISTINCT category FROM membership WHERE branch_id = :b AND since <= :d"
        " AND (until IS NULL OR until > :d)"
    )
    found: dict[int, InForce] = {}
    for category in db.session.execute(stmt, {"b": branch_id, "d": day}).scalars():
        try:
            rules = rulebooks.in_force(path, category, day)
        except rulebooks.NoRulebook:
            continue
        found[rules.rulebook_id] = rules
    return [found[k] for k in sorted(found)]


@dataclass(frozen=True, slots=True)
class Compared:
    """An organisation among its like: per head and by median, never by sum."""

    unit_id: int
    name: str
    #: Ranked people.
    people: int
    mean: Decimal
    median: Decimal


_COMPARE = sa.text(
    """
    SELECT u.id, u.name, count(*), round(avg(s.total), 2),
           percentile_disc(0.5) WITHIN GROUP (ORDER BY s.total)
      FROM standing s JOIN unit u ON u.id = {column}
     WHERE u.path LIKE :below AND s.period = :period AND s.rulebook_id = :rulebook AND s.ranked
     GROUP BY u.id, u.name
     ORDER BY u.path
    """.replace("{column}", "s.branch_id")
)


_COMPARE_DEPARTMENTS = sa.text(_COMPARE.text.replace("s.branch_id", "s.department_id"))


def comparison(unit_id: int, *, by: Actor, day: dt.date | None = None) -> list[Compared]:
    """Return the branches of a department, or the departments of the city, side by side.

    In the tree's order, not by figure: organisations are compared, not lined up.

    :raises NotFound: no such unit, or not the actor's to compare
    """
    day = day or clock.today()
    unit = org.unit(unit_id)
    if not permits(by, P.COMPARE_UNITS, Scope(unit.id, unit.path, False)):
        raise NotFound(what="这个组织")
    rules = rulebooks.in_force(unit.path, "full_member", day)
    stmt = _COMPARE_DEPARTMENTS if unit.kind == UnitKind.WORK_COMMITTEE else _COMPARE
    values = {"below": unit.path + "%", "period": rules.period.key, "rulebook": rules.rulebook_id}
    return [Compared(*row) for row in db.session.execute(stmt, values)]
