"""How many points a scheme can give at most: bounds for checking, never for scoring.

Bounds are generous: where a limit is not certain it counts as none, so that
what is called unreachable really is. ``None`` means "no bound known".
"""

from __future__ import annotations

from decimal import Decimal

from jifen.core.period import Cycle
from jifen.rulebook.engine.book import (
    Band,
    Category,
    Convert,
    Fixed,
    Inactivity,
    Ladder,
    Level,
    Levels,
    Mark,
    PerUnit,
    Range,
    Rulebook,
    Scope,
    Tiers,
)
from jifen.rulebook.engine.item import Item, Start

Bound = Decimal | None
_ZERO = Decimal(0)
#: Most windows that touch one period, by the period's months.
_WINDOWS_IN = {
    "day": {1: 31, 3: 92, 6: 184, 12: 366},
    "week": {1: 6, 3: 15, 6: 28, 12: 54},
    "month": {1: 1, 3: 3, 6: 6, 12: 12},
    "quarter": {1: 1, 3: 1, 6: 2, 12: 4},
    "half": {1: 1, 3: 1, 6: 1, 12: 2},
}
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12, "period": 12}


def windows_in(window: str, months: int) -> int:
    """Return how many ``window``s may touch a span of calendar months; 1 for one that is no shorter."""
    return _WINDOWS_IN.get(window, {}).get(months, 1)


def windows_within(narrow: str, wide: str, cycle: Cycle) -> int:
    """Return how many ``narrow`` windows may touch one ``wide`` window (or ``period``)."""
    if wide == "week":
        return 7
    months = cycle.months if wide == "period" else min(_MONTHS[wide], cycle.months)
    return windows_in(narrow, months)


def _numbers(rows: tuple[Band, ...] | tuple[Level, ...]) -> list[Decimal]:
    return [row.points for row in rows if isinstance(row.points, Decimal)]


def once(item: Item) -> Bound:
    """Return the most that a single occurrence can bring, before any cap; never below 0."""
    worth = item.worth
    best: Bound
    if worth is None:
        best = _ZERO
    elif isinstance(worth, Fixed | PerUnit | Inactivity):
        best = worth.points
    elif isinstance(worth, Range):
        best = worth.max
    elif isinstance(worth, Tiers):
        best = max(_numbers(worth.bands), default=_ZERO)
    elif isinstance(worth, Levels):
        best = max(_numbers(worth.rows), default=_ZERO)
    elif isinstance(worth, Ladder):
        best = max((step for step in worth.steps if isinstance(step, Decimal)), default=_ZERO)
    elif isinstance(worth, Convert):
        best = worth.max
    else:
        return None
    return None if best is None else max(best, _ZERO)


def least(item: Item) -> Decimal:
    """Return a bound below 0 where the item can take points away, 0 where it cannot."""
    worth = item.worth
    low: Decimal = _ZERO
    if isinstance(worth, Fixed | PerUnit | Inactivity):
        low = worth.points
    elif isinstance(worth, Range):
        low = worth.min
    elif isinstance(worth, Tiers):
        low = min(_numbers(worth.bands), default=_ZERO)
    elif isinstance(worth, Levels):
        low = min(_numbers(worth.rows), default=_ZERO)
    elif isinstance(worth, Ladder):
        low = min((step for step in worth.steps if isinstance(step, Decimal)), default=_ZERO)
    elif isinstance(worth, Convert):
        low = _ZERO if worth.min is None else worth.min
    if item.excused is not None and item.excused.then is not None:
        low = min(low, item.excused.then)
    if item.shortfall is not None:
        low = min(low, item.shortfall.each or _ZERO, item.shortfall.once or _ZERO)
    return min([_ZERO, low, *(more.points for more in item.add_ons)])


def takes_away(item: Item) -> bool:
    """Whether the item can cost somebody something: points, a zeroed block, a grade."""
    marks: tuple[Decimal | Mark, ...] = ()
    if isinstance(item.worth, Ladder):
        marks = item.worth.steps
    elif isinstance(item.worth, Levels):
        marks = tuple(row.points for row in item.worth.rows)
    elif isinstance(item.worth, Tiers):
        marks = tuple(band.points for band in item.worth.bands)
    marked = any(isinstance(mark, str) for mark in marks)
    return least(item) < 0 or marked or bool(item.zeroes) or item.veto is not None


def _start(start: Start | None) -> Bound:
    if start is None:
        return _ZERO
    return None if start.of_last else start.fixed


def _less(*bounds: Bound) -> Bound:
    known = [bound for bound in bounds if bound is not None]
    return min(known) if known else None


def _sum(*bounds: Bound) -> Bound:
    return None if any(bound is None for bound in bounds) else sum(b for b in bounds if b is not None) + _ZERO


def _times(bound: Bound, n: Bound) -> Bound:
    if bound == 0:
        return _ZERO
    return None if bound is None or n is None else bound * n


def _facts(item: Item, months: int) -> Bound:
    """Most facts of the item in a period that the door lets in."""
    if item.once_per.value in ("day", "week", "month", "quarter", "year"):
        return Decimal(windows_in(item.once_per.value, months))
    return None


def gained(book: Rulebook, item: Item, *, capped: bool = True) -> Bound:
    """Return the most that an item can gain in a period, its start left out.

    :param capped: whether the item's own ``cap`` counts
    """
    if item.off is not None:
        return _ZERO
    months = book.cycle.months
    facts = _facts(item, months)
    quantity = _times(facts, item.quantity_max)
    for window, most in item.max_times.items():
        quantity = _less(quantity, most * windows_in(window, months))
    worth = item.worth
    single = once(item)
    if isinstance(worth, Fixed | Levels | Ladder):
        natural = _times(single, quantity)
        event = _times(single, item.quantity_max)
    elif isinstance(worth, PerUnit):
        event = natural = _ZERO if worth.points <= 0 else None
        if worth.points > 0 and worth.on == "quantity" and worth.partial == "exact" and quantity is not None:
            natural = worth.points * quantity / worth.each
    elif isinstance(worth, Inactivity):
        event = natural = _ZERO if worth.points <= 0 else None
    else:
        event, natural = single, _times(single, facts if isinstance(worth, Tiers | Range | Convert) else None)
    if item.add_ons:
        extra = sum((more.points for more in item.add_ons if more.points > 0), _ZERO)
        each = any(more.each for more in item.add_ons)
        natural = _sum(natural, _times(extra, quantity if each else facts))
        event = _sum(event, _times(extra, item.quantity_max if each else Decimal(1)))
    if "event" in item.caps:
        event = _less(event, item.caps["event"])
        natural = _less(natural, _times(event, facts))
    if item.takes.which != "each" and item.takes.per != "deed":
        natural = _less(natural, _times(event, Decimal(windows_in(item.takes.per, months))))
    for window, most in item.caps.items():
        if window != "event":
            natural = _less(natural, most * windows_in(window, months))
    if item.shortfall is not None and max(item.shortfall.each or _ZERO, item.shortfall.once or _ZERO) > 0:
        natural = None
    return _less(natural, item.cap) if capped else natural


def held(book: Rulebook, item: Item) -> Bound:
    """Return the most that stands on an item at a period's end."""
    if item.off is not None:
        return _ZERO
    start = _sum(_start(item.full_mark), _start(item.base))
    return _less(
        _sum(start, gained(book, item)), item.cap, _start(item.full_mark) if item.full_mark else None
    )


def outside(item: Item, *, total: bool) -> bool:
    """Whether some of an item's gains lie outside its category's cap (or outside the total's)."""
    scopes = {item.outside}
    if isinstance(item.worth, Levels):
        scopes |= {row.outside for row in item.worth.rows}
    return Scope.TOTAL in scopes or (not total and Scope.CATEGORY in scopes)


def filled(
    book: Rulebook, category: Category, *, capped: bool = True, seen: frozenset[str] = frozenset()
) -> Bound:
    """Return the most that a category can hold, gains outside its cap included when ``capped``.

    :param capped: whether the category's own cap (or full mark) counts; without it,
        only what its cap is there to hold
    """
    inner = [
        filled(book, one, seen=seen | {category.code})
        for one in book.categories.values()
        if one.within == category.code and one.code not in seen
    ]
    items = [item for item in book.items.values() if item.category == category.code]
    start = _sum(_start(category.full_mark), _start(category.base))
    inside = _sum(start, *inner, *(held(book, item) for item in items if item.outside is None))
    if not capped:
        return inside
    mark = _start(category.full_mark) if category.full_mark else None
    return _sum(
        _less(inside, category.cap, mark),
        *(held(book, item) for item in items if outside(item, total=False)),
    )


def total(book: Rulebook, *, capped: bool = True) -> Bound:
    """Return the highest total that anybody can have."""
    tops = [filled(book, one) for one in book.categories.values() if one.within is None]
    inside = _sum(_start(book.total.granted), *tops)
    if book.switches.carry_over != "clear":
        inside = None
    if not capped:
        return inside
    extra = [held(book, item) for item in book.items.values() if outside(item, total=True)]
    best = _sum(_less(inside, book.total.cap), *extra)
    floor = book.total.guaranteed_floor
    return best if best is None or floor is None else max(best, floor)
