"""Invented people of a branch, with dates that fit their age; pure, one branch at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

from jifen.demo import showcase
from jifen.demo.city import FOUNDED_ON, City, PlannedBranch
from jifen.demo.names import invent
from jifen.members import numbers
from jifen.members.models import Category, ExemptionReason
from jifen.members.service import pinyin_key

#: Seats from which posts are filled; their holders are full members who stay.
SEATS = 16
#: Full members from which a branch has a deputy secretary.
DEPUTY_FROM = 12


@dataclass(frozen=True, slots=True)
class Year:
    """The days that the demo tells about."""

    #: First day with facts.
    since: dt.date
    #: The day of loading, the last one with facts.
    today: dt.date

    @property
    def days(self) -> int:
        """How many days, at least 1."""
        return (self.today - self.since).days + 1

    def ago(self, days: int) -> dt.date:
        """Return the day so long before today, inside the year."""
        return max(self.since, self.today - dt.timedelta(days=days))


@dataclass(frozen=True, slots=True)
class Spell:
    """A row of ``membership``."""

    branch_id: int
    cell_id: int | None
    category: Category
    since: dt.date
    until: dt.date | None
    reason: str


@dataclass(frozen=True, slots=True)
class Freed:
    """A row of ``exemption``."""

    reason: ExemptionReason
    since: dt.date
    until: dt.date
    minute: str
    revoked_on: dt.date | None


@dataclass(slots=True)
class Person:
    """Somebody invented."""

    id: int
    name: str
    #: Years on the day of loading; stored nowhere.
    age: int
    joined_on: dt.date | None
    confirmed_on: dt.date | None
    #: How exact both are: d, m or y.
    precision: str
    staff_number: str | None
    #: In time; the last one ends when the person left.
    spells: tuple[Spell, ...]
    freed: Freed | None = None
    #: Bound to WeChat since that day.
    bound_on: dt.date | None = None
    #: Has a paper slip, handed out that day and not used yet.
    slip_on: dt.date | None = None

    @property
    def number(self) -> str:
        """The number that jifen issued."""
        return numbers.issue(self.id)

    @property
    def pinyin(self) -> str:
        """The sorting key."""
        return _pinyin(self.name)

    @property
    def category(self) -> Category:
        """The category today."""
        return self.spells[-1].category

    def spell(self, day: dt.date) -> Spell | None:
        """Return where the person belonged on ``day``."""
        for one in reversed(self.spells):
            if one.since <= day:
                return one if one.until is None or day < one.until else None
        return None


@cache
def _pinyin(name: str) -> str:
    return pinyin_key(name)


def people_of(branch: PlannedBranch, city: City, year: Year, seed: str) -> list[Person]:
    """Return the people of ``branch``, the secretary first; the same for the same arguments."""
    rng = Random(f"{seed}:people:{branch.first}")
    taken: set[str] = set()
    return [_person(rng, branch, city, year, place, taken) for place in range(branch.size)]


def _person(
    rng: Random, branch: PlannedBranch, city: City, year: Year, place: int, taken: set[str]
) -> Person:
    part = showcase.CAST[place] if branch.showcase else None
    seated = place < (SEATS if branch.leads else min(SEATS, max(6, branch.size // 2)))
    age, category = (
        (part.age, part.category) if part else _age_and_category(rng, branch.retired, seated, place)
    )
    born = year.today.year - age
    name = part.name if part else invent(rng, born, taken)
    joined_on, confirmed_on, precision = _joined(rng, born, category, year)
    cell = branch.cells[place % len(branch.cells)].id if branch.cells else None
    spells, joined_on, confirmed_on, precision = _spells(
        rng, branch, city, year, cell, category, seated, part, (joined_on, confirmed_on, precision)
    )
    person = Person(
        id=branch.first + place,
        name=name,
        age=age,
        joined_on=joined_on,
        confirmed_on=confirmed_on,
        precision=precision,
        staff_number=f"{branch.first + place:06}"[-6:] if rng.random() < 0.4 else None,
        spells=spells,
    )
    person.freed = _freed(rng, person, year, seated, part)
    _bind(rng, person, year, seated, part)
    return person


def _age_and_category(rng: Random, retired: bool, seated: bool, place: int) -> tuple[int, Category]:
    if retired:
        return (rng.randint(60, 69) if seated else int(rng.triangular(60, 88, 68))), Category.RETIRED
    if seated:
        return (rng.randint(40, 57) if place == 0 else int(rng.triangular(29, 59, 43))), Category.FULL
    chance = rng.random()
    if chance < 0.04:
        return rng.randint(23, 34), Category.PROBATIONARY
    if chance < 0.05:
        return rng.randint(23, 36), Category.CANDIDATE
    if chance < 0.085:
        return rng.randint(22, 38), Category.ACTIVIST
    if chance < 0.105:
        return rng.randint(26, 58), Category.FLOATING
    if chance < 0.108:
        return rng.randint(35, 70), Category.LOST
    if chance < 0.14:
        return rng.randint(60, 82), Category.RETIRED
    return int(rng.triangular(25, 60, 40)), Category.FULL


Joined = tuple[dt.date | None, dt.date | None, str]


def _joined(rng: Random, born: int, category: Category, year: Year) -> Joined:
    """Return when somebody joined and was confirmed: nobody before twenty, nobody in the future."""
    if category in (Category.ACTIVIST, Category.CANDIDATE):
        return None, None, "d"
    if category == Category.PROBATIONARY:
        return year.today - dt.timedelta(days=rng.randint(20, 330)), None, "d"
    latest = min(born + 36, year.today.year - 3)
    day = dt.date(rng.randint(min(born + 20, latest), latest), rng.randint(1, 12), rng.randint(1, 28))
    precision = "d"
    if day.year < 1996:  # old files often hold a month or a year
        precision = rng.choices("dmy", (60, 30, 10))[0]
        day = (
            day.replace(day=1)
            if precision == "m"
            else day.replace(month=1, day=1)
            if precision == "y"
            else day
        )
    return day, day.replace(year=day.year + 1), precision


def _spells(
    rng: Random,
    branch: PlannedBranch,
    city: City,
    year: Year,
    cell: int | None,
    category: Category,
    seated: bool,
    part: showcase.Part | None,
    joined: Joined,
) -> tuple[tuple[Spell, ...], dt.date | None, dt.date | None, str]:
    joined_on, confirmed_on, precision = joined
    start = max(FOUNDED_ON, joined_on or year.today - dt.timedelta(days=rng.randint(60, 500)))
    here = branch.unit.id

    def spell(since: dt.date, until: dt.date | None, what: Category, reason: str) -> Spell:
        return Spell(here, cell, what, since, until, reason)

    whole = (spell(start, None, category, "import"),)
    if category == Category.PROBATIONARY and joined_on is not None:
        before = joined_on - dt.timedelta(days=rng.randint(200, 600))
        row = (
            spell(before, joined_on, Category.CANDIDATE, "import"),
            spell(joined_on, None, category, "category"),
        )
        return row, joined_on, None, precision
    moved = _days_ago(year, part.moved_days_ago if part else None)
    retired = _days_ago(year, part.retired_days_ago if part else None)
    if part is None and not seated and not branch.retired and year.days > 30:
        chance, when = rng.random(), year.ago(rng.randint(5, year.days - 1))
        if chance < 0.02 and category == Category.FULL:
            moved = when
        elif chance < 0.03 and category == Category.RETIRED:
            retired = when
        elif chance < 0.045 and category == Category.FULL:
            # Confirmed inside the year: joined a year before that day.
            joined_on = when - dt.timedelta(days=365)
            row = (
                spell(max(FOUNDED_ON, joined_on), when, Category.PROBATIONARY, "import"),
                spell(when, None, Category.FULL, "category"),
            )
            return row, joined_on, when, "d"
        elif chance < 0.05 and category == Category.FULL:
            return (spell(start, when, category, "leaving"),), joined_on, confirmed_on, precision
    if moved and moved > start:
        source = city.branches[1 if part else rng.randrange(len(city.branches))]
        if source.unit.id != here and not source.retired:
            row = (
                Spell(source.unit.id, None, category, start, moved, "import"),
                spell(moved, None, category, "transfer"),
            )
            return row, joined_on, confirmed_on, precision
    if retired and retired > start:
        row = (
            spell(start, retired, Category.FULL, "import"),
            spell(retired, None, Category.RETIRED, "category"),
        )
        return row, joined_on, confirmed_on, precision
    return whole, joined_on, confirmed_on, precision


def _days_ago(year: Year, days: int | None) -> dt.date | None:
    return None if days is None else year.ago(days)


def _freed(rng: Random, person: Person, year: Year, seated: bool, part: showcase.Part | None) -> Freed | None:
    chance = rng.random()
    reason: ExemptionReason | None = None
    if part:
        reason = part.exempt
    elif person.age >= 70 and person.category in (Category.FULL, Category.RETIRED) and chance < 0.6:
        reason = ExemptionReason.AGE
    elif person.category == Category.FLOATING and chance < 0.6:
        reason = ExemptionReason.LONG_ABSENT
    elif not seated and person.category == Category.FULL and chance < 0.025:
        reason = rng.choice((ExemptionReason.VILLAGE, ExemptionReason.SECONDED, ExemptionReason.MEETING))
    if reason is None or person.spells[-1].until is not None:
        return None
    new_year = year.today.replace(month=1, day=1)
    since = new_year
    if reason != ExemptionReason.AGE and part is None:
        since = min(year.today, new_year.replace(month=rng.randint(1, year.today.month)))
    revoked = since + dt.timedelta(days=40) if part is None and rng.random() < 0.06 else None
    return Freed(
        reason=reason,
        since=since,
        until=new_year.replace(year=new_year.year + 1),
        minute=f"党员大会纪要〔{new_year.year}〕{rng.randint(1, 4)}号",
        revoked_on=revoked if revoked and revoked < year.today else None,
    )


def _bind(rng: Random, person: Person, year: Year, seated: bool, part: showcase.Part | None) -> None:
    """Most people are bound, some have a slip they have not used, some want neither."""
    chance, day = rng.random(), year.since - dt.timedelta(days=rng.randint(3, 90))
    slip = year.today - dt.timedelta(days=rng.randint(0, 9))
    likely = 0.93 if seated else 0.72
    if person.category in (Category.RETIRED, Category.FLOATING):
        likely = 0.35
    if person.category == Category.LOST or person.spells[-1].until is not None:
        likely = 0.0
    bound, has_slip = (part.bound, part.slip) if part else (chance < likely, likely <= chance < likely + 0.1)
    if bound:
        person.bound_on = max(day, person.spells[0].since)
    elif has_slip and likely:
        person.slip_on = slip


def full_members(people: Sequence[Person]) -> list[Person]:
    """Return who may hold a post: full members, in service or retired, who are still here."""
    return [
        one
        for one in people
        if one.category in (Category.FULL, Category.RETIRED) and one.spells[-1].until is None
    ]
