"""The preview of a year's end: what will hold, what everybody begins with, what is still open."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from jifen.core import clock
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import db
from jifen.core.errors import Forbidden, Invalid, NotFound
from jifen.core.period import Cycle, Period
from jifen.members import queries as members
from jifen.org import queries as org
from jifen.org.models import Unit
from jifen.points import facts
from jifen.points.periods.models_year_end import YearEnd
from jifen.points.policy import P, Scope, works_in
from jifen.rulebook import queries as rulebooks
from jifen.rulebook.engine import score

#: People whose opening is shown one by one; all are counted.
NAMED = 50
#: Most people of one preview.
MOST = 20_000


@dataclass(frozen=True, slots=True)
class Holds:
    """A rulebook version before and after the turn of the year, and how many it holds for."""

    people: int
    before: str | None
    #: None where nothing is assigned, or no version is activated.
    after: str | None
    #: Whether anything of the new year's score depends on the old total.
    carries: bool


@dataclass(frozen=True, slots=True)
class Begins:
    """What somebody begins the new year with."""

    name: str
    last_total: Decimal | None
    opening: Decimal


@dataclass(frozen=True, slots=True)
class Asked:
    """An exemption that ends with the year and is asked about again."""

    exemption_id: int
    member_id: int
    name: str
    branch_name: str
    reason: str
    until: dt.date
    minute: str


@dataclass(frozen=True, slots=True)
class Preview:
    """Everything that an office looks at before it turns the year."""

    unit_id: int
    unit_name: str
    year: int
    rulebooks: list[Holds]
    #: Sum and number of openings, and the first of them by name.
    people: int
    brought: int
    openings: list[Begins]
    exemptions: list[Asked]
    #: What is open, by kind: closing, publicised, objections, reports.
    open: dict[str, int]
    #: How many have which grade; "" for none.
    grades: dict[str, int]
    #: None before it was confirmed.
    stage: str | None
    finished_at: dt.datetime | None
    #: Whether the year is over, so that it can be confirmed.
    over: bool


def turn(unit_id: int, *, by: Actor) -> Unit:
    """Return the unit whose year the actor may turn.

    :raises NotFound, Forbidden: not his to see, or not his to turn
    """
    unit = org.unit(unit_id)
    scope = Scope(unit.id, unit.path, False)
    if not permits(by, P.YEAR_END, scope):
        if by.branch_id == unit.id or works_in(by, scope):
            raise Forbidden(action=words_for(P.YEAR_END))
        raise NotFound(what="这个组织")
    return unit


_PEOPLE = sa.text(
    """
    SELECT s.member_id, u.path, s.category FROM membership s JOIN unit u ON u.id = s.branch_id
     WHERE u.path LIKE :below AND s.since <= :day AND (s.until IS NULL OR s.until > :day)
     ORDER BY s.member_id LIMIT :most
    """
)
_EXEMPT = sa.text(
    """
    SELECT x.id, x.member_id, coalesce(m.name, '（已删除）'), u.name, x.reason, x.until, x.minute
      FROM exemption x JOIN member m ON m.id = x.member_id
      JOIN membership s ON s.member_id = x.member_id AND s.since <= :last AND (s.until IS NULL OR s.until > :last)
      JOIN unit u ON u.id = s.branch_id
     WHERE u.path LIKE :below AND x.revoked_at IS NULL AND x.since <= :last AND x.until > :last
       AND NOT EXISTS (SELECT 1 FROM exemption n WHERE n.member_id = x.member_id AND n.revoked_at IS NULL
                        AND n.since <= :first AND n.until > :first)
     ORDER BY m.name_pinyin, x.id
    """
)
_OPEN = sa.text(
    """
    SELECT 'closing', count(*) FROM branch_period b JOIN unit u ON u.id = b.unit_id
     WHERE u.path LIKE :below AND b.until > :since AND b.until <= :first AND b.state = 'closing'
     UNION ALL
    SELECT 'publicised', count(*) FROM branch_period b JOIN unit u ON u.id = b.unit_id
     WHERE u.path LIKE :below AND b.until > :since AND b.until <= :first AND b.state = 'publicised'
     UNION ALL
    SELECT 'objections', count(*) FROM objection o JOIN unit u ON u.id = o.unit_id
     WHERE u.path LIKE :below AND o.state = 'open'
     UNION ALL
    SELECT 'reports', count(*) FROM report r JOIN unit u ON u.id = r.branch_id
     WHERE u.path LIKE :below AND r.state = 'pending' AND r.occurred_on < :first
    """
)
_GRADES = sa.text(
    """
    SELECT coalesce(s.grade, ''), count(*) FROM standing s JOIN unit u ON u.id = s.branch_id
     WHERE u.path LIKE :below AND s.period = ANY(:periods) AND s.ranked GROUP BY 1 ORDER BY 2 DESC
    """
)


def exemptions_ending(path: str, year: int) -> list[Asked]:
    """Return the exemptions below ``path`` that hold on the year's last day and not on the next."""
    values = {"below": path + "%", "last": dt.date(year, 12, 31), "first": dt.date(year + 1, 1, 1)}
    return [Asked(*row) for row in db.session.execute(_EXEMPT, values)]


def checked_year(year: int) -> int:
    """Return a year that can be turned.

    :raises Invalid: it lies far off
    """
    today = clock.today()
    if not today.year - 5 <= year <= today.year:
        raise Invalid(reason=f"请选择{today.year - 5}年至{today.year}年之间的年度。")
    return year


def preview(unit_id: int, year: int, *, by: Actor) -> Preview:
    """Return what the end of a year means for a unit; nothing is written.

    :raises NotFound, Forbidden: not the actor's unit to see, or not his to turn
    :raises Invalid: a year far off, or more people than one preview holds
    """
    unit, year = turn(unit_id, by=by), checked_year(year)
    last, first = dt.date(year, 12, 31), dt.date(year + 1, 1, 1)
    below = {"below": unit.path + "%"}
    rows = db.session.execute(_PEOPLE, below | {"day": min(first, clock.today()), "most": MOST + 1}).all()
    if len(rows) > MOST:
        raise Invalid(reason=f"一次最多预览{MOST}人，请按部门分别办理。")
    places = {(path, category) for _, path, category in rows}
    before, after = rulebooks.holding(places, last), rulebooks.holding(places, first)
    moves: Counter[tuple[int | None, int | None]] = Counter()
    groups: dict[int, list[int]] = defaultdict(list)
    for member_id, path, category in rows:
        old, new = before[path, category], after[path, category]
        moves[old, new] += 1
        if new is not None:
            groups[new].append(member_id)
    begins, brought = _openings(groups, first)
    periods = [Period.containing(last, cycle).key for cycle in Cycle]
    done = db.session.get(YearEnd, (unit.id, year))
    values = below | {"since": dt.date(year, 1, 1), "first": first}
    return Preview(
        unit_id=unit.id,
        unit_name=unit.name,
        year=year,
        rulebooks=[
            Holds(n, _title(old), _title(new), new is not None and facts.looks_back(rulebooks.book(new)))
            for (old, new), n in sorted(moves.items(), key=lambda m: -m[1])
        ],
        people=sum(len(group) for group in groups.values()),
        brought=brought,
        openings=begins,
        exemptions=exemptions_ending(unit.path, year),
        open={kind: n for kind, n in db.session.execute(_OPEN, values)},
        grades={grade: n for grade, n in db.session.execute(_GRADES, below | {"periods": periods})},
        stage=done.stage if done else None,
        finished_at=done.finished_at if done else None,
        over=clock.today() >= first,
    )


def _title(rulebook_id: int | None) -> str | None:
    if rulebook_id is None:
        return None
    book = rulebooks.book(rulebook_id)
    return f"{book.name}（{book.version}）"


def _openings(groups: dict[int, list[int]], first: dt.date) -> tuple[list[Begins], int]:
    """Return the openings by the engine: the first ones named, and how many bring something from last year."""
    found: list[tuple[int, Decimal | None, Decimal]] = []
    brought = 0
    for rulebook_id, group in sorted(groups.items()):
        book = rulebooks.book(rulebook_id)
        period = Period.containing(first, book.cycle)
        carries = facts.looks_back(book)
        people = facts.people(group if carries else group[:NAMED], book, period, today=first)
        for member_id, (subject, _) in people.items():
            brought += carries and subject.last_total is not None
            if len(found) < NAMED:
                sheet = score(subject, period, (), book, as_of=first, trace=False)
                found.append((member_id, subject.last_total, sheet.total))
    names = members.names({m for m, _, _ in found})
    return [Begins(names.get(m, ""), total, opening) for m, total, opening in found], brought
