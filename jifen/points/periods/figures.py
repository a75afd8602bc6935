"""What a list of points says: each member's figures of a period, from the same fold as everything else.

A period shorter than the scheme's cycle shows sheet(to its end) - sheet(to its
start). 期初 + 本期 = 累计, for the total and for each category. Figures only:
why something was deducted, vetoed or exempt is told to the person and to the
deciders, never on a list.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from jifen.core.db import db
from jifen.core.period import Cycle, Period
from jifen.org.models import Unit
from jifen.points import facts
from jifen.points.items import plain
from jifen.rulebook import queries as rulebooks
from jifen.rulebook.engine import ScoreSheet, score
from jifen.rulebook.engine.book import Rulebook
from jifen.rulebook.queries import InForce

#: Keys of a row beside those of the categories; ``=`` after a category is what it holds in all.
SECTION, OPENING, TAKEN, GAINED, TOTAL, PLACE = "section", "opening", "taken", "gained", "total", "place"
#: What stands where somebody has no place; never why.
UNRANKED = "-"
_NOTHING = Decimal(0)
_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who belonged to the branch on the period's last day."""

    member_id: int
    category: str
    pinyin: str
    exempt: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """A list before it is kept."""

    frame: dict[str, Any]
    lines: list[tuple[int, dict[str, str]]]
    working_days: int


_PEOPLE = sa.text(
    """
    SELECT s.member_id, s.category, coalesce(m.name_pinyin, ''),
           EXISTS (SELECT 1 FROM exemption x WHERE x.member_id = s.member_id AND x.revoked_at IS NULL
                    AND x.since <= :day AND (x.until IS NULL OR x.until > :day))
      FROM membership s JOIN member m ON m.id = s.member_id
     WHERE s.branch_id = :branch AND s.since <= :day AND (s.until IS NULL OR s.until > :day)
       AND m.erased_at IS NULL
     ORDER BY s.member_id
    """
)


def people(branch_id: int, day: dt.date) -> list[Person]:
    """Return who belonged to a branch on ``day``, those without any entry too."""
    return [Person(*row) for row in db.session.execute(_PEOPLE, {"branch": branch_id, "day": day})]


def rules_for(branch: Unit, categories: Sequence[str], period: Period) -> dict[str, InForce]:
    """Return the rulebooks by which a branch has a list of ``period``, by category of member."""
    found: dict[str, InForce] = {}
    for category in sorted(set(categories)):
        try:
            rules = rulebooks.in_force(branch.path, category, period.last_day)
        except rulebooks.NoRulebook:
            continue
        lists, covered = rules.book.publicity, rules.book.applies
        if lists is None or category not in covered.in_force | covered.tracked:
            continue
        if Cycle(lists.cycle).months == period.months <= rules.book.cycle.months:
            found[category] = rules
    return found


def draw(branch: Unit, period: Period) -> Drawn | None:
    """Return the list of a branch as the ledger has it now; None where no rulebook asks for one."""
    there = people(branch.id, period.last_day)
    rules = rules_for(branch, [p.category for p in there], period)
    sections: dict[int, tuple[InForce, list[Person]]] = {}
    for person in there:
        held = rules.get(person.category)
        if held is not None:
            sections.setdefault(held.rulebook_id, (held, []))[1].append(person)
    if not sections:
        return None
    frame: dict[str, Any] = {"sections": [], "names_shown": branch.names_shown}
    lines: list[tuple[int, dict[str, str]]] = []
    for rulebook_id, (held, group) in sorted(sections.items()):
        rows = _rows(held, group, period, names_shown=branch.names_shown)
        frame["sections"].append(_section(rulebook_id, held.book, rows.values(), branch.names_shown))
        lines += [(p.member_id, rows[p.member_id]) for p in _in_order(group, rows, branch.names_shown)]
    first = next(iter(sections.values()))[0].book.publicity
    assert first is not None, "rules_for left out schemes without lists"
    return Drawn(frame, lines, first.working_days)


def _section(rulebook_id: int, book: Rulebook, rows: Any, names_shown: bool) -> dict[str, Any]:
    columns = [[OPENING, "期初"]]
    columns += [[c.code, c.name] for c in book.categories.values() if c.within is None]
    if any(TAKEN in row for row in rows):
        columns.append([TAKEN, "接续"])
    columns += [[GAINED, "本期"], [TOTAL, "累计"]]
    if names_shown:
        columns.append([PLACE, "名次"])
    return {"key": str(rulebook_id), "title": f"{book.name}（{book.version}）", "columns": columns}


def _in_order(group: list[Person], rows: dict[int, dict[str, str]], names_shown: bool) -> list[Person]:
    """By name; by place only where the branch committee switched names on."""

    def key(person: Person) -> tuple[bool, int, str, int]:
        place = rows[person.member_id].get(PLACE, UNRANKED) if names_shown else UNRANKED
        return (place == UNRANKED, 0 if place == UNRANKED else int(place), person.pinyin, person.member_id)

    return sorted(group, key=key)


def _rows(
    held: InForce, group: list[Person], period: Period, *, names_shown: bool
) -> dict[int, dict[str, str]]:
    book = held.book
    cycle = Period.containing(period.last_day, book.cycle)
    ids = [p.member_id for p in group]
    live = facts.live_facts(ids, book, cycle)
    subjects = facts.people(ids, book, cycle, today=period.last_day)
    codes = [c.code for c in book.categories.values() if c.within is None]
    inside = period.since > cycle.since
    carried = _frozen(ids, period.previous) if inside and flows_on(book, period.previous) else {}
    rows: dict[int, dict[str, str]] = {}
    totals: dict[int, Decimal] = {}
    for person in group:
        subject, own = subjects[person.member_id][0], live.get(person.member_id, ())
        end = score(subject, cycle, own, book, as_of=period.last_day, trace=False)
        if not inside:
            start = _Start(end.opening, _NOTHING, dict.fromkeys(codes, _NOTHING))
        elif person.member_id in carried:
            start = _Start.of_row(carried[person.member_id], codes)
        else:
            first = score(subject, cycle, own, book, as_of=period.since - _ONE_DAY, trace=False)
            start = _Start.of_sheet(first, codes)
        rows[person.member_id] = _row(held, end, start, codes)
        if end.status == "graded" and not person.exempt:
            totals[person.member_id] = end.total
    if names_shown:
        places = _places(totals)
        for member_id, row in rows.items():
            row[PLACE] = str(places[member_id]) if member_id in places else UNRANKED
    return rows


def flows_on(book: Rulebook, period: Period) -> bool:
    """Whether what is posted after a list is frozen counts in the next list of the same cycle.

    What comes after the last list of a cycle has no next one in it: it makes a revision.
    """
    within = period.until < Period.containing(period.last_day, book.cycle).until
    return within and book.switches.late_facts == "current_period"


_FROZEN = sa.text(
    """
    SELECT DISTINCT ON (l.member_id) l.member_id, l.row
      FROM publication_line l JOIN publication p ON p.id = l.publication_id
     WHERE p.kind = 'points' AND p.period = :period AND p.state = 'frozen' AND l.member_id = ANY(:members)
     ORDER BY l.member_id, p.revision DESC
    """
)


def _frozen(members: Sequence[int], period: Period) -> dict[int, Mapping[str, str]]:
    """Return what the frozen lists of a period say of members, in whichever branch they were listed."""
    rows = db.session.execute(_FROZEN, {"period": period.key, "members": list(members)})
    return {member_id: row for member_id, row in rows}


def _places(totals: Mapping[int, Decimal]) -> dict[int, int]:
    """Equal totals share a place: 1, 1, 3."""
    ahead: dict[Decimal, int] = {}
    counted: dict[Decimal, int] = defaultdict(int)
    for total in totals.values():
        counted[total] += 1
    so_far = 0
    for total in sorted(counted, reverse=True):
        ahead[total] = so_far
        so_far += counted[total]
    return {member_id: ahead[total] + 1 for member_id, total in totals.items()}


@dataclass(frozen=True, slots=True)
class _Start:
    """What somebody had when the period began."""

    total: Decimal
    taken: Decimal
    categories: Mapping[str, Decimal]

    @classmethod
    def of_sheet(cls, sheet: ScoreSheet, codes: Sequence[str]) -> _Start:
        return cls(sheet.total, sheet.taken_over, {c: sheet.categories.get(c, _NOTHING) for c in codes})

    @classmethod
    def of_row(cls, row: Mapping[str, str], codes: Sequence[str]) -> _Start:
        held = {c: Decimal(row.get(f"{c}=", "0")) for c in codes}
        return cls(Decimal(row[TOTAL]), Decimal(row.get(f"{TAKEN}=", "0")), held)


def _row(held: InForce, end: ScoreSheet, start: _Start, codes: Sequence[str]) -> dict[str, str]:
    row = {SECTION: str(held.rulebook_id), OPENING: plain(start.total)}
    for code in codes:
        has = end.categories.get(code, _NOTHING)
        row[code] = plain(has - start.categories[code])
        row[f"{code}="] = plain(has)
    if end.taken_over or start.taken:
        row[TAKEN] = plain(end.taken_over - start.taken)
        row[f"{TAKEN}="] = plain(end.taken_over)
    row[GAINED] = plain(end.total - start.total)
    row[TOTAL] = plain(end.total)
    return row
