"""What a quarter's sample is drawn from: each kind of confirmed fact says once how it is found, shown and put right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Span:
    """Whose facts of which time: one organisation's, recorded in it, standing when the seed was fixed."""

    quarter: str
    #: A department, or the root for branches that stand below none.
    organisation: int
    root: int
    since: dt.datetime
    until: dt.datetime
    #: What was annulled before this instant is not drawn, nor what was written down after it, though the quarter was
    #: not over: it would stand in the place of what was drawn.
    as_of: dt.datetime


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that may be drawn."""

    id: int
    branch_id: int
    member_id: int
    #: Who confirmed it; he does not look. None: the house itself.
    decided_by: int | None


@dataclass(frozen=True, slots=True)
class Deed:
    """A drawn fact as another organisation reads it: the deed, its rule and its material, no name."""

    #: What it counts as; groups the figures of a quarter.
    code: str
    name: str
    #: Clause of the rulebook, and what it rests on.
    clause: str
    basis: str
    occurred_on: dt.date
    quantity: Decimal
    unit: str
    value: Decimal | None
    level: str | None
    #: What was said of it, and its evidence.
    words: str
    evidence: str
    #: How the branch puts it right before it answers so.
    remedy: str


@dataclass(frozen=True, slots=True)
class Population:
    """A kind of facts (抽查的对象)."""

    code: str
    words: str
    #: At most so many of a branch, of an organisation.
    each: int
    most: int
    facts: Callable[[Span], list[Fact]]
    deeds: Callable[[Collection[int]], dict[int, Deed]]
    #: Which of these no longer count.
    annulled: Callable[[Sequence[int]], set[int]]
    #: Said to whoever answers that it was put right while it still counts.
    not_yet: str


_entered: dict[str, Population] = {}


def enter(population: Population) -> None:
    """Register a kind of facts.

    :raises ValueError: entered twice
    """
    if population.code in _entered:
        raise ValueError(f"{population.code}: entered twice")
    _entered[population.code] = population


def entered() -> list[Population]:
    """Return every kind, by its code: in this order they are drawn."""
    return [one for _, one in sorted(_entered.items())]


def of(code: str) -> Population:
    """Return a kind by its code."""
    return _entered[code]
