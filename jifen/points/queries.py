"""Reads: where somebody stands, why, and how a branch compares."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import sqlalchemy as sa

from jifen.access import privacy_text
from jifen.access import queries as access
from jifen.core import clock
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import ask, db
from jifen.core.errors import Forbidden, NotFound
from jifen.core.period import Cycle, Period
from jifen.decisions import queries as decisions
from jifen.decisions.rules import Entitled
from jifen.members import queries as members
from jifen.org import queries as org
from jifen.org.models import UnitKind
from jifen.points.errors import NotInScheme, NoTotalYet
from jifen.points.models import Report, RosterEntry
from jifen.points.policy import P, Scope
from jifen.rulebook import queries as rulebooks
from jifen.rulebook.queries import InForce


@dataclass(frozen=True, slots=True)
class Place:
    """One's own place in a unit: equal totals share it (1, 1, 3)."""

    unit_id: int
    unit_name: str
    place: int
    #: Ranked people there; exempt and ungraded ones are not counted.
    of: int


@dataclass(frozen=True, slots=True)
class Standing:
    """One's own total and places; no places for exempt and ungraded people."""

    member_id: int
    period: str
    total: Decimal
    ranked: bool
    branch: Place | None
    department: Place | None
    city: Place | None


#: What is offered to the line of the branch whose row is ``u``.
_OFFERED_HERE = rulebooks.OFFERED.format(
    units="CAST(string_to_array(trim('/' FROM u.path), '/') AS bigint[])"
)

#: Everything about where somebody stands, in one statement: his belonging, the rulebooks offered
#: there, and his totals of the periods that may be meant, with the places in branch, department, city.
#: The name is asked for by unit: joined, it was found by reading all units where there are many.
_STANDS = """
SELECT u.path, b.category,
       (SELECT json_agg(o) FROM ({offered}) AS o),
       (SELECT json_agg(json_build_array(s.rulebook_id, s.period, CAST(s.total AS text), s.ranked,
                                         s.branch_id, s.department_id, split_part(u.path, '/', 2)::bigint,
               CASE WHEN s.ranked THEN (
                 SELECT json_object_agg(g.unit_id, json_build_array(
                          g.unit_id, (SELECT n.name FROM unit n WHERE n.id = g.unit_id), g.ahead + 1, g.people))
                   FROM (SELECT c.unit_id, coalesce(sum(c.people) FILTER (WHERE c.score > s.total), 0) AS ahead,
                                sum(c.people) AS people
                           FROM score_count c
                          WHERE c.unit_id IN (s.branch_id, s.department_id, split_part(u.path, '/', 2)::bigint)
                            AND c.rulebook_id = s.rulebook_id AND c.period = s.period
                          GROUP BY c.unit_id) AS g)
               END))
          FROM standing s WHERE s.member_id = b.member_id AND s.period = ANY(%(periods)s))
  FROM membership b JOIN unit u ON u.id = b.branch_id
 WHERE b.member_id = %(member)s AND b.since <= %(day)s AND (b.until IS NULL OR b.until > %(day)s)
""".replace("{offered}", _OFFERED_HERE)


def rules_of(member_id: int, day: dt.date) -> InForce:
    """Return the rulebook and period that hold for a member on ``day``.

    :raises NotInScheme: he belongs to no branch that day
    """
    where, offered = scheme_of(member_id, day)
    if where is None:
        raise NotInScheme(day=day)
    return rulebooks.nearest(offered, where.branch_path, where.category, day)


_SCHEME = """
SELECT b.*, o.*
  FROM ({belongs}) AS b (member_id, branch_id, path, name, category, exempt)
  LEFT JOIN LATERAL ({offered}) AS o ON true
""".replace("{belongs}", members.BELONGS).replace("{offered}", _OFFERED_HERE.replace("u.path", "b.path"))


#: The same, with who decides on that line today.
_GROUND = """
SELECT s.*, (SELECT json_agg(json_build_array(d.unit_id, d.member_id, d.principal)) FROM ({deciders}) AS d)
  FROM ({scheme}) AS s (member_id, branch_id, path, name, category, exempt)
""".replace("{scheme}", _SCHEME).replace(
    "{deciders}",
    decisions.DECIDERS_OF.format(units="CAST(string_to_array(trim('/' FROM s.path), '/') AS bigint[])"),
)


def scheme_of(member_id: int, day: dt.date) -> tuple[members.Belonging | None, list[rulebooks.Offered]]:
    """Return where a member belongs on ``day`` and the versions that are offered there, in one statement."""
    rows = ask(_SCHEME, {"member": member_id, "day": day})
    if not rows:
        return None, []
    return members.Belonging(*rows[0][:6]), [rulebooks.Offered(*row[6:]) for row in rows if row[6]]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a report is filed on."""

    where: members.Belonging
    offered: list[rulebooks.Offered]
    #: Who is entitled to decide today, by unit of the branch's line.
    deciders: dict[int, set[Entitled]]


def ground_of(member_id: int, day: dt.date) -> Ground | None:
    """Return what a deed of ``day`` is filed on, in one statement; None outside the scheme."""
    rows = ask(_GROUND, {"member": member_id, "day": day, **decisions.seated(clock.today())})
    if not rows:
        return None
    offered = [rulebooks.Offered(*row[6:-1]) for row in rows if row[6]]
    return Ground(members.Belonging(*rows[0][:6]), offered, decisions.by_unit(rows[0][-1] or ()))


def my_standing(by: Actor, day: dt.date | None = None) -> Standing:
    """Return the actor's own total and places in branch, department and city.

    :raises NotInScheme: no total is kept for him
    """
    assert by.member_id is not None
    return standing(by.member_id, by=by, day=day)


def standing(member_id: int, *, by: Actor, day: dt.date | None = None) -> Standing:
    """Return a member's total; places only to the member himself.

    :raises NotFound: no such person, or not the actor's to see
    :raises NotInScheme: no total is kept for him
    :raises NoTotalYet: it will be opened with the next night
    """
    day = day or clock.today()
    access_score(member_id, by=by)
    rows = ask(_STANDS, {"member": member_id, "day": day, "periods": periods_of(day)})
    if not rows:
        raise NotInScheme(day=day)
    path, category, offered, kept = rows[0]
    rules = rulebooks.nearest(rulebooks.offered(offered or ()), path, category, day)
    for rulebook_id, period, total, ranked, *units, found in kept or ():
        if (rulebook_id, period) == (rules.rulebook_id, rules.period.key):
            places = found if found and by.member_id == member_id else {}
            own = [Place(*places[str(u)]) if str(u) in places else None for u in units]
            return Standing(member_id, period, Decimal(total), ranked, *own)
    scored = category in rules.book.applies.in_force | rules.book.applies.tracked
    raise NoTotalYet if scored else NotInScheme(day=day)


@dataclass(frozen=True, slots=True)
class OwnPoints:
    """One's own total, and one's place in the branch; no place for exempt and ungraded people."""

    period: str
    total: Decimal
    place: Place | None


_BEHIND = """
SELECT u.path, b.category, o.*, s.period, CAST(s.total AS text), s.branch_id,
       (SELECT n.name FROM unit n WHERE n.id = s.branch_id), p.*
{agreed}
  JOIN membership b ON b.member_id = m.id AND b.since <= %(day)s AND (b.until IS NULL OR b.until > %(day)s)
  JOIN unit u ON u.id = b.branch_id
 CROSS JOIN LATERAL ({offered}) AS o
  JOIN standing s ON s.member_id = m.id AND s.rulebook_id = o.rulebook_id AND s.period = ANY(%(periods)s)
  LEFT JOIN LATERAL (SELECT coalesce(sum(c.people) FILTER (WHERE c.score > s.total), 0) + 1, sum(c.people)
                       FROM score_count c
                      WHERE c.unit_id = s.branch_id AND c.rulebook_id = s.rulebook_id AND c.period = s.period
                    ) AS p ON s.ranked
{behind}
""".replace("{offered}", _OFFERED_HERE)
_BEHIND = _BEHIND.replace("{agreed}", access.AGREED).replace("{behind}", access.BEHIND_OPENID)


def points_behind(openid_digest: str) -> OwnPoints | None:
    """Return what the person behind an openid asks for most, who he is and his points in one statement.

    None where ``my_standing`` must say why there is nothing to say: a stranger,
    one who has not agreed, nothing counted yet.
    """
    day = clock.today()
    values = {
        "digest": openid_digest,
        "version": privacy_text.load().version,
        "day": day,
        "periods": periods_of(day),
    }
    rows = ask(_BEHIND, values)
    if not rows:
        return None
    path, category = rows[0][:2]
    rules = rulebooks.nearest([rulebooks.Offered(*row[2:7]) for row in rows], path, category, day)
    for *_, rulebook_id, _, _, period, total, unit_id, unit_name, place, of in rows:
        if (rulebook_id, period) == (rules.rulebook_id, rules.period.key):
            return OwnPoints(period, Decimal(total), Place(unit_id, unit_name, place, of) if of else None)
    return None


@lru_cache(maxsize=8)
def periods_of(day: dt.date) -> list[str]:
    """Return the names of the periods that hold ``day``, one a cycle."""
    return [Period.containing(day, cycle).key for cycle in Cycle]


def access_score(member_id: int, *, by: Actor) -> None:
    """Refuse whoever may not see the member's points, as if there were no such member.

    :raises NotFound: not the actor's to see
    """
    if by.member_id == member_id and permits(by, P.SEE_SCORE, members.Person(member_id, "")):
        return
    if not permits(by, P.SEE_SCORE, members.person(member_id, clock.today())):
        raise NotFound(what="这位党员")


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


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line of a decider's queue (待审)."""

    report_id: int
    number: int
    branch_name: str
    member_name: str
    item_code: str
    rulebook_id: int
    occurred_on: dt.date
    quantity: Decimal
    words: str
    submitted_at: dt.datetime


_QUEUE = sa.text(
    """
    SELECT r.id, r.number, u.name, coalesce(m.name, '（已删除）'), r.item_code, r.rulebook_id, r.occurred_on,
           r.quantity, r.words, r.submitted_at
      FROM report r JOIN unit u ON u.id = r.branch_id JOIN member m ON m.id = r.member_id
     WHERE r.state = 'pending' AND {may} AND r.id > :after
     ORDER BY r.id LIMIT :limit
    """.replace("{may}", decisions.MAY_DECIDE_REPORT)
)


def queue(*, by: Actor, after: int = 0, limit: int = 20) -> list[Waiting]:
    """Return what waits for the actor's decision, oldest first; never his own matter."""
    chairs = decisions.chairs(by)
    if not chairs["units"]:
        return []
    rows = db.session.execute(_QUEUE, chairs | {"after": after, "limit": limit})
    return [Waiting(*row) for row in rows]


def own_reports(*, by: Actor, after: int = 0, limit: int = 20) -> list[Report]:
    """Return the actor's own reports, newest first; ``after`` is the last id shown."""
    stmt = sa.select(Report).where(Report.member_id == by.member_id).order_by(Report.id.desc()).limit(limit)
    if after:
        stmt = stmt.where(Report.id < after)
    return list(db.session.scalars(stmt))


def return_reason(report_id: int) -> str:
    """Return why a report was given back; empty if it was not."""
    stmt = sa.text(
        "SELECT reason FROM decision WHERE subject = 'report' AND subject_id = :r AND outcome = 'returned'"
        " ORDER BY id DESC LIMIT 1"
    )
    return db.session.scalar(stmt, {"r": report_id}) or ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a message about a report says."""

    #: None for a list, which has no number that people type.
    number: int | None
    item_name: str
    quantity: Decimal
    unit: str
    occurred_on: dt.date


def told_of_roster(roster_id: int) -> Told | None:
    """Return what a message about a list says; None if the list is gone."""
    row = db.session.get(RosterEntry, roster_id)
    if row is None:
        return None
    item = rulebooks.book(row.rulebook_id).items[row.item_code]
    return Told(None, item.name, row.quantity, item.unit, row.occurred_on)


def told(report_id: int) -> Told | None:
    """Return what a message about a report says; None if the report is gone."""
    report = db.session.get(Report, report_id)
    if report is None:
        return None
    item = rulebooks.book(report.rulebook_id).items[report.item_code]
    return Told(report.number, item.name, report.quantity, item.unit, report.occurred_on)
