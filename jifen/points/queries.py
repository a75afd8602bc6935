"""Reads: where somebody stands, why, and how a branch compares."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from jifen.access import privacy_text
from jifen.access import queries as access
from jifen.core import clock
from jifen.core.actor import Actor, permits
from jifen.core.db import ask
from jifen.core.errors import NotFound
from jifen.core.period import Cycle, Period
from jifen.decisions import queries as decisions
from jifen.decisions.rules import Entitled
from jifen.members import queries as members
from jifen.points.errors import NotInScheme, NoTotalYet
from jifen.points.policy import P
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
