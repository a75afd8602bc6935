"""The whole demo as rows: the tree first, then branch after branch; pure and in bounded memory.

The same city comes out for the same number of people, day, seed and rulebook.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from jifen.core import clock
from jifen.core.period import Period
from jifen.demo.branch import Branch, Counters
from jifen.demo.city import FOUNDED_ON, City, PlannedBranch, plan
from jifen.demo.facts import write_facts
from jifen.demo.people import Person, Year, people_of
from jifen.demo.posts import appointments_of
from jifen.demo.rows import Rows
from jifen.org.models import UnitKind
from jifen.rulebook.engine.book import Rulebook

SEED = "岚江"
#: People per step; bounds memory, whatever the size of the city.
STEP = 2000


@dataclass(frozen=True, slots=True)
class Step:
    """Some branches with all that belongs to their people."""

    rows: Rows
    people: list[Person]


class Demo:
    """One demo city."""

    def __init__(
        self, members: int, today: dt.date, book: Rulebook, *, rulebook_id: int = 1, seed: str = SEED
    ) -> None:
        """Plan the tree.

        :param members: people in all
        :param today: the day of loading
        :param book: the rulebook in force; the year told about does not begin before its first day
        :param rulebook_id: the row that holds it
        """
        self.seed, self.book, self.rulebook_id = seed, book, rulebook_id
        self.city: City = plan(members, seed)
        self.year = Year(min(today, max(book.effective_from, today - dt.timedelta(days=364))), today)

    def periods(self) -> list[Period]:
        """Return the rulebook's periods that the year touches, the earliest first."""
        found = [Period.containing(self.year.since, self.book.cycle)]
        while self.year.today not in found[-1]:
            found.append(found[-1].next)
        return found

    def tree(self) -> Rows:
        """Return the rows of the tree."""
        rows = Rows()
        rng = Random(f"{self.seed}:tree")
        showing = {b.unit.id for b in self.city.branches if not b.showcase and rng.random() < 0.08}
        for unit in self.city.units:
            shown = unit.id in showing
            rows.add(
                "unit",
                unit.id,
                unit.code,
                unit.name,
                unit.kind.value,
                unit.parent.id if unit.parent else None,
                unit.path,
                unit.department.id if unit.department else None,
                unit.type_code,
                FOUNDED_ON,
                shown,
                f"支委会纪要〔{self.year.since.year}〕2号" if shown else None,
            )
        return rows

    def steps(self) -> Iterator[Step]:
        """Return the people with everything about them, some branches at a time."""
        step, counters = Step(Rows(), []), Counters()
        for branch in self.city.branches:
            people = people_of(branch, self.city, self.year, self.seed)
            self._write(step.rows, branch, people, counters)
            step.people.extend(people)
            if len(step.people) >= STEP:
                yield step
                step = Step(Rows(), [])
        if step.people:
            yield step

    def _write(self, rows: Rows, branch: PlannedBranch, people: list[Person], counters: Counters) -> None:
        for person in people:
            _write_person(rows, branch, person, self.year)
        for one in appointments_of(branch, people, self.city, self.year, self.seed):
            rows.add("post", one.member_id, one.unit_id, one.role.value, one.title, one.since, one.until)
        write_facts(Branch(branch, people, self.year, self.book, self.rulebook_id, counters, rows, self.seed))


def _write_person(rows: Rows, branch: PlannedBranch, person: Person, year: Year) -> None:
    rows.add(
        "member",
        person.id,
        person.number,
        person.name,
        person.pinyin,
        person.joined_on,
        person.precision,
        person.confirmed_on,
        person.precision,
        person.staff_number,
        clock.at(year.since, 0),
    )
    before = None
    for spell in person.spells:
        rows.add(
            "membership",
            person.id,
            spell.branch_id,
            spell.cell_id,
            spell.category.value,
            spell.since,
            spell.until,
            spell.reason,
        )
        if before and spell.reason == "transfer":
            letter = f"岚组转〔{spell.since.year}〕{person.id % 900 + 100}号"
            at = clock.at(spell.since, 9)
            rows.add(
                "transfer",
                person.id,
                before.branch_id,
                spell.branch_id,
                spell.since,
                letter,
                branch.secretary,
                at,
            )
        before = spell
    freed = person.freed
    if freed and branch.above_decider != person.id:
        rows.add(
            "exemption",
            person.id,
            freed.reason.value,
            freed.since,
            freed.until,
            freed.minute,
            branch.above_decider,
            clock.at(freed.since, 0, 30),
            clock.at(freed.revoked_on, 10) if freed.revoked_on else None,
            branch.above_decider if freed.revoked_on else None,
        )


def counts(city: City) -> dict[UnitKind, int]:
    """Return how many organisations of each kind the city has."""
    found = dict.fromkeys(UnitKind, 0)
    for unit in city.units:
        found[unit.kind] += 1
    return found
