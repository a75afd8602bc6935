"""A dry run: two versions on the same facts, who would gain or lose how much (试算比较)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from jifen.core.period import Period
from jifen.rulebook.engine.book import Rulebook
from jifen.rulebook.engine.facts import Fact, Subject
from jifen.rulebook.engine.fold import score


@dataclass(frozen=True, slots=True)
class Change:
    """One person under both versions."""

    subject: str
    before: Decimal
    after: Decimal
    grade_before: str | None
    grade_after: str | None
    #: Items and categories whose figures differ: code -> (before, after).
    items: dict[str, tuple[Decimal, Decimal]]
    #: Facts on items that the new version does not know.
    unknown: int

    @property
    def difference(self) -> Decimal:
        """Points gained (> 0) or lost (< 0)."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Comparison:
    """A whole dry run, the largest differences first."""

    changes: tuple[Change, ...]
    gained: int
    lost: int
    same: int
    regraded: int
    #: Sum of all differences; divide by the number of people for the mean.
    difference: Decimal


def compare(
    before: Rulebook,
    after: Rulebook,
    people: Iterable[tuple[Subject, Sequence[Fact]]],
    period: Period,
    *,
    as_of: dt.date,
) -> Comparison:
    """Return what changes for everybody if ``after`` held in ``period`` instead of ``before``.

    :raises ValueError: ``period`` is not one of both rulebooks' cycle
    """
    changes = []
    for subject, facts in people:
        old = score(subject, period, facts, before, as_of=as_of, trace=False)
        new = score(subject, period, facts, after, as_of=as_of, trace=False)
        codes = {**old.items, **new.items}
        differing = {
            code: (old.items.get(code, Decimal(0)), new.items.get(code, Decimal(0)))
            for code in codes
            if old.items.get(code, Decimal(0)) != new.items.get(code, Decimal(0))
        }
        unknown = sum(1 for fact in facts if fact.item not in after.items)
        changes.append(Change(subject.key, old.total, new.total, old.grade, new.grade, differing, unknown))
    changes.sort(key=lambda one: (-abs(one.difference), one.subject))
    return Comparison(
        changes=tuple(changes),
        gained=sum(1 for one in changes if one.difference > 0),
        lost=sum(1 for one in changes if one.difference < 0),
        same=sum(1 for one in changes if one.difference == 0),
        regraded=sum(1 for one in changes if one.grade_before != one.grade_after),
        difference=sum((one.difference for one in changes), Decimal(0)),
    )
