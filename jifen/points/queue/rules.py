"""Which waiting reports want a look of their own, and why, as pure rules on plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from jifen.rulebook.engine.item import Item
from jifen.rulebook.engine.worths import Convert, Fixed, Ladder, Levels, PerUnit, Range, Tiers

#: A quantity is unusual above so many times the median of the item in the branch and period …
TIMES = 2
#: … where at least so many are known; fewer make no median.
KNOWN = 5


@dataclass(frozen=True, slots=True)
class Seen:
    """A waiting report among what is known of its item."""

    quantity: Decimal
    value: Decimal | None
    level: str | None
    #: Median quantity of the item in the branch this period, None where too few are known.
    median: Decimal | None
    #: Numbers of live reports of the same person and item, on the same or a neighbouring day.
    neighbours: Sequence[str] = ()
    #: Numbers of live reports of the same person and item in the same words.
    same_words: Sequence[str] = ()


def takes_away(item: Item) -> bool:
    """Return whether a fact of the item may cost points, a grade or what was earned."""
    if item.zeroes or item.veto:
        return True
    worth = item.worth
    figures: list[Decimal | str | None] = []
    if isinstance(worth, Fixed | PerUnit):
        figures = [worth.points]
    elif isinstance(worth, Range):
        figures = [worth.min]
    elif isinstance(worth, Convert):
        figures = [worth.min, -1 if worth.times < 0 else 0]  # type: ignore[list-item]
    elif isinstance(worth, Ladder):
        figures = list(worth.steps)
    elif isinstance(worth, Levels):
        figures = [row.points for row in worth.rows]
    elif isinstance(worth, Tiers):
        figures = [band.points for band in worth.bands]
    return any(isinstance(one, str) or (one is not None and one < 0) for one in figures)


def why_apart(item: Item, seen: Seen) -> list[str]:
    """Return why a report is left out of "confirm all of these"; empty where it is not.

    Left out are deductions, items with award levels or with points that the decider
    names, quantities above ``TIMES`` the median of the item in the branch this period
    or at the most that the item allows (where it allows more than the least), and
    what may be a second report of the same deed: the same item on the same or a
    neighbouring day, or in the same words.
    """
    found = []
    if takes_away(item):
        found.append("可能扣分")
    if seen.level is not None or item.levels:
        found.append("写有级别")
    if seen.value is not None:
        found.append("写有分值")
    most = item.quantity_max
    if most is not None and most > item.quantity_min and seen.quantity >= most:
        found.append("数量到了上限")
    elif seen.median is not None and seen.quantity > TIMES * seen.median:
        found.append(f"数量超过平时（{_plain(seen.median)}{item.unit}）的{TIMES}倍")
    if seen.neighbours:
        found.append(f"与{'、'.join(seen.neighbours)}同项且日期相同或相邻")
    if seen.same_words:
        found.append(f"与{'、'.join(seen.same_words)}写得一样")
    return found


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
