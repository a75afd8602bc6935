"""What the steps of one branch's year share: who is scored when, who decides, how a fact is written.

What is written down is what the services would have left behind, so that the
engine, the statement and the proofs of the ledger find nothing odd.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from random import Random

from jifen.demo.city import PlannedBranch
from jifen.demo.habits import ONE
from jifen.demo.people import DEPUTY_FROM, Person, Year, full_members
from jifen.demo.rows import Rows
from jifen.rulebook.engine.book import Rulebook
from jifen.rulebook.engine.item import Item


class Counters:
    """Running ids of the tables whose rows others point at; they go on over the branches."""

    def __init__(self) -> None:
        self.entry = count(1)
        self.report = count(1)
        #: Identity of a roster that a secretary entered.
        self.roster = count(1)


@dataclass(slots=True)
class Scored:
    """A person with the days on which facts of his count."""

    person: Person
    #: (since, until, branch id): in the scheme and not exempt.
    days: tuple[tuple[dt.date, dt.date, int], ...]
    #: Graded, or only tracked.
    graded: bool
    #: 0 … 1, how often he is there.
    diligence: float
    #: (item, occasion) of what was counted or claimed.
    taken: dict[tuple[str, str], int]
    #: (item, day) of what the secretary entered and the member might report as well.
    entered: list[tuple[str, dt.date]]

    def branch_on(self, day: dt.date) -> int | None:
        """Return the branch in which a deed of ``day`` is earned, None outside the scheme."""
        for since, until, branch_id in self.days:
            if since <= day < until:
                return branch_id
        return None


class Branch:
    """What the steps of one branch's year share."""

    def __init__(
        self,
        planned: PlannedBranch,
        people: list[Person],
        year: Year,
        book: Rulebook,
        rulebook_id: int,
        counters: Counters,
        rows: Rows,
        seed: str,
    ) -> None:
        self.planned, self.year, self.book, self.rulebook_id = planned, year, book, rulebook_id
        self.counters, self.rows = counters, rows
        self.rng = Random(f"{seed}:facts:{planned.first}")
        self.scored = [one for person in people if (one := self._scored(person)).days]
        # The last day told about: what happens on it is written down by yesterday evening.
        self.last = year.today - dt.timedelta(days=2)
        #: Decides what the secretary did himself.
        self.deputy = planned.first + 1 if len(full_members(people)) >= DEPUTY_FROM else None

    def _scored(self, person: Person) -> Scored:
        covered = self.book.applies.in_force | self.book.applies.tracked
        days = []
        for spell in person.spells:
            if spell.category not in covered:
                continue
            since = max(spell.since, self.year.since)
            until = spell.until or self.year.today
            freed = person.freed
            if freed and freed.revoked_on is None and freed.since < until:
                until = max(since, min(until, freed.since))
            if since < until:
                days.append((since, until, spell.branch_id))
        return Scored(
            person,
            tuple(days),
            person.category in self.book.applies.in_force,
            self.rng.triangular(0.6, 1.0, 0.93),
            {},
            [],
        )

    def decider_for(self, member_id: int) -> tuple[int, int] | None:
        """Return who decides the member's matter and for which unit; None if nobody else is entitled."""
        planned = self.planned
        if member_id != planned.secretary:
            return planned.secretary, planned.unit.id
        if self.deputy:
            return self.deputy, planned.unit.id
        if planned.above_decider != member_id:
            return planned.above_decider, planned.above.id
        return None

    def enter(
        self,
        one: Scored,
        item: Item,
        day: dt.date,
        *,
        source: str,
        source_id: int,
        recorded_at: dt.datetime,
        decided_by: int | None,
        deed: str,
        quantity: Decimal = ONE,
        level: str | None = None,
    ) -> int | None:
        """Write a ledger entry with its claim; None when the deed counts already."""
        branch_id = one.branch_on(day)
        key = (item.code, deed)
        if branch_id is None or key in one.taken:
            return None
        entry = next(self.counters.entry)
        member = one.person.id
        self.rows["ledger_entry"].append(
            (
                entry, member, branch_id, self.book.code, item.code, quantity, None, level, None, False, day,
                deed, source, source_id, 1, decided_by, None, recorded_at,
            )
        )  # fmt: skip
        self.rows["ledger_claim"].append((member, item.code, deed, entry))
        one.taken[key] = entry
        return entry

    def annul(self, one: Scored, entry: int, decided_by: int, at: dt.datetime) -> None:
        """Take the last entry back by a linked reversal; its claim is given up."""
        row = self.rows["ledger_entry"][-1]
        assert row[0] == entry, "the entry was just written"
        code, deed = row[4], row[11]
        self.rows["ledger_entry"].append(
            (next(self.counters.entry), *row[1:12], "reversal", entry, 1, decided_by, entry, at)
        )
        self.rows["ledger_claim"].pop()
        del one.taken[code, deed]


def chosen(rng: Random, levels: tuple[tuple[str, int], ...]) -> str | None:
    """Return one of weighted levels, None where there are none."""
    if not levels:
        return None
    return rng.choices([name for name, _ in levels], [weight for _, weight in levels])[0]
