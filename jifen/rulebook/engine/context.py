"""What one score run knows and collects on its way."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from jifen.core.period import Period
from jifen.rulebook.engine.amount import Amount
from jifen.rulebook.engine.book import Raters, Rulebook
from jifen.rulebook.engine.facts import Fact
from jifen.rulebook.engine.plan import ItemPlan, Plan
from jifen.rulebook.engine.presence import Presence

#: Where a part stands among those of its item: start, facts and what is due, cuts by window, bounds.
START, FACT, CUT, BOUND = range(4)
#: A part of the total before it becomes a trace line: item, clause, entry, raw, amount, why, day, place.
Part = tuple[str, str, int | str | None, Amount, Amount, str, dt.date | None, int]
#: The target code of "everything" (清零).
EVERYTHING = "-"


@dataclass(slots=True)
class Context:
    """One person, one period, one rulebook; and what has been found out so far."""

    plan: Plan
    book: Rulebook
    period: Period
    as_of: dt.date
    presence: Presence
    #: Trace parts; ``None`` when nobody asked for them.
    parts: list[Part] | None
    #: Parts of the opening balance; they are told first.
    opening: list[Part] = field(default_factory=list)
    #: Losses by day (> 0), where kept points may expire; else ``None``.
    spent: list[tuple[dt.date, Amount]] | None = None
    #: Items with facts that counted: when and how much.
    counted: dict[str, list[tuple[dt.date, Amount]]] = field(default_factory=dict)
    #: Codes that something zeroed -> what did it.
    zeroed: dict[str, str] = field(default_factory=dict)
    #: (day, item, grade) of vetoes.
    vetoes: list[tuple[dt.date, str, str]] = field(default_factory=list)
    #: Last day on which a veto item was lifted.
    lifted: dict[str, dt.date] = field(default_factory=dict)

    def note(
        self,
        rule: ItemPlan,
        fact: Fact | None,
        raw: Amount,
        amount: Amount,
        why: str,
        on: dt.date | None,
        place: int = FACT,
    ) -> None:
        """Add a trace part for an item."""
        if self.parts is not None:
            entry = None if fact is None else fact.entry
            self.parts.append((rule.code, rule.item.clause, entry, raw, amount, why, on, place))

    def zero(self, target: str, rule: ItemPlan, why: str) -> None:
        """Note that ``target`` scores nothing; ``item`` and ``category`` mean those of ``rule``."""
        code = {"item": rule.code, "category": rule.item.category, "total": EVERYTHING}.get(target, target)
        self.zeroed.setdefault(code, why)

    def applies(self, rule: ItemPlan, day: dt.date, fact: Fact | None = None) -> bool:
        """Whether an item is for the person on a day; what is not for him does not exist for him."""
        return all(self.is_one_of(roles, day, fact) for roles in rule.roles)

    def is_one_of(self, roles: frozenset[str], day: dt.date, fact: Fact | None = None) -> bool:
        """Whether the person, on a day and by the role a fact carries, is one of ``roles``."""
        names = self.presence.names(day)
        if (
            fact is not None
            and fact.role is not None
            and not isinstance(self.book.items[fact.item].worth, Raters)
        ):
            names.add(fact.role)
        if roles & names:
            return True
        # Of somebody whose category nobody gave we only know that the scheme is for him.
        applies = self.book.applies
        known = {*applies.in_force, *applies.tracked, *applies.left_out}
        return not names & known and bool(roles & applies.in_force)
