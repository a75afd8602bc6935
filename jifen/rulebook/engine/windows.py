"""Windows inside a period (day, week, month …): their keys, their days, caps over them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Mapping

from jifen.core.period import Cycle, Period, month_and_day
from jifen.rulebook.engine.amount import Amount, sum_of

Key = Callable[[dt.date], Hashable]

_ONE_DAY = dt.timedelta(days=1)

#: The bucket a day falls into, by window. ``period`` is one bucket.
KEYS: Mapping[str, Key] = {
    "day": lambda day: day,
    "week": lambda day: day.isocalendar()[:2],
    "month": lambda day: day.year * 12 + day.month - 1,
    "quarter": lambda day: day.year * 4 + (day.month - 1) // 3,
    "half": lambda day: day.year * 2 + (day.month - 1) // 6,
    "year": lambda day: day.year,
    "period": lambda day: 0,
}

_CYCLES = {"month": Cycle.MONTH, "quarter": Cycle.QUARTER, "half": Cycle.HALF, "year": Cycle.YEAR}


def span(window: str, day: dt.date, period: Period) -> tuple[dt.date, dt.date]:
    """Return the days ``[since, until)`` of the bucket that holds ``day``; a week may cross the period."""
    if window == "period":
        return period.since, period.until
    if window == "day":
        return day, day + _ONE_DAY
    if window == "week":
        monday = day - dt.timedelta(days=day.weekday())
        return monday, monday + dt.timedelta(days=7)
    inner = Period.containing(day, _CYCLES[window])
    return inner.since, inner.until


def spans(window: str, period: Period) -> Iterable[tuple[dt.date, dt.date]]:
    """Return the buckets that lie wholly inside ``period``, in order."""
    day = period.since
    while day < period.until:
        since, until = span(window, day, period)
        if period.since <= since and until <= period.until:
            yield since, until
        day = until


def words(window: str, day: dt.date) -> str:
    """Return how people call the bucket of ``day``."""
    match window:
        case "day":
            return month_and_day(day)
        case "week":
            monday = day - dt.timedelta(days=day.weekday())
            return f"{month_and_day(monday)}起的一周"
        case "period":
            return "本期"
        case _:
            return Period.containing(day, _CYCLES[window]).words


def cap_by_window(
    by_day: Mapping[dt.date, Amount], caps: Iterable[tuple[str, Amount]]
) -> tuple[Amount, list[tuple[str, dt.date, Amount, Amount]]]:
    """Hold amounts (all >= 0) inside caps, narrow windows first; earlier days keep what they have.

    :return: what is left in all, and the cuts ``(window, a day in it, sum before, cut)``
    """
    days = sorted(by_day)
    left = dict(by_day)
    cuts: list[tuple[str, dt.date, Amount, Amount]] = []
    for window, cap in caps:
        key = KEYS[window]
        sums: dict[Hashable, Amount] = {}
        over: dict[Hashable, tuple[dt.date, Amount]] = {}
        for day in days:
            bucket = key(day)
            had = sums.get(bucket, 0)
            amount = left[day]
            sums[bucket] = had + amount
            room = cap - had
            if amount > room:
                room = max(room, 0)
                first, cut = over.get(bucket, (day, 0))
                over[bucket] = (first, cut + amount - room)
                left[day] = room
        for bucket, (day, cut) in over.items():
            cuts.append((window, day, sums[bucket], cut))
    return sum_of(left.values()), cuts
