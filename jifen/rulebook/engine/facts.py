"""What a score is computed from: confirmed facts and what must be known about the person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple


class Fact(NamedTuple):
    """One confirmed fact (一条已确认的记录). A plain tuple, because a city has millions of them."""

    item: str
    #: Civil day of the deed.
    on: dt.date
    #: How much, in the item's unit; > 0.
    quantity: Decimal | Fraction = Decimal(1)
    #: A measured value, the decider's points, a rater's mark, a rank in percent.
    value: Decimal | Fraction | None = None
    level: str | None = None
    #: The person's role or category that day; for items with raters the kind of rater.
    role: str | None = None
    #: The occurrence was excused (请假等); the item says what that means.
    excused: bool = False
    source: str | None = None
    #: The ledger entry (or line of a file) that carries it.
    entry: int | str | None = None
    #: What makes several facts one deed ("同一事项"); the source where nothing is given.
    deed: str | None = None
    #: Day it was recorded, where lateness matters.
    recorded_on: dt.date | None = None
    #: The entry that this one annuls (冲正); such a pair counts nothing.
    reverses: int | str | None = None
    #: What a taken-over balance rests on, in words: minute and source. Told, never computed with.
    basis: str | None = None


def live(facts: Iterable[Fact]) -> list[Fact]:
    """Return the facts without reversals and without what they annul."""
    facts = list(facts)
    annulled = {fact.reverses for fact in facts if fact.reverses is not None}
    if not annulled:
        return facts
    return [fact for fact in facts if fact.reverses is None and fact.entry not in annulled]


def canonical(fact: Fact) -> tuple[object, ...]:
    """Return the sort key of the canonical order; it decides wherever occurrence counts.

    ``(on, item, quantity, source, entry)``, then the rest, so that no two
    different facts are ever in an order that depends on the input.
    """
    entry = fact.entry
    return (
        fact.on,
        fact.item,
        fact.quantity,
        fact.source or "",
        (0, entry, "") if isinstance(entry, int) else (1, 0, entry or ""),
        fact.level or "",
        fact.role or "",
        fact.value is not None,
        fact.value or 0,
        fact.excused,
        fact.deed or "",
    )


@dataclass(frozen=True, slots=True)
class Held:
    """A category or role between two days; ``None`` is open."""

    name: str
    since: dt.date | None = None
    until: dt.date | None = None

    def on(self, day: dt.date) -> bool:
        """Whether it was held on ``day``."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Exemption:
    """Days on which the person is exempt (免予积分), by a decision; never with health details."""

    since: dt.date
    until: dt.date | None = None
    reason: str = ""

    def on(self, day: dt.date) -> bool:
        """Whether ``day`` is exempt."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Opening:
    """Points brought in instead of the scheme's own carry-over, e.g. from another scheme (C23)."""

    points: Decimal
    why: str


@dataclass(frozen=True, slots=True)
class Lot:
    """Points kept from an earlier period (C24)."""

    points: Decimal
    #: Last day of the period they were earned in.
    earned_on: dt.date


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is scored, and what the scheme must know about him. No name, no number of an ID card.

    A subject without any category is taken as somebody the scheme is for.
    """

    key: str
    categories: tuple[Held, ...] = ()
    roles: tuple[Held, ...] = ()
    exempt: tuple[Exemption, ...] = ()
    #: First day in the scheme / first day no longer in it.
    joined: dt.date | None = None
    left: dt.date | None = None
    last_total: Decimal | None = None
    opening: Opening | None = None
    carried: tuple[Lot, ...] = ()
