"""Minutes, windows, long days and stars: arithmetic on plain values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

#: From when until when, aware instants, the end not in it.
Span = tuple[dt.datetime, dt.datetime]
_MINUTE = dt.timedelta(minutes=1)
_HOUR = 60


#: Years of which hours are kept; others are slips of the pen.
FIRST_YEAR, LAST_YEAR = 2000, 2999


def plausible(span: Span) -> bool:
    """Return whether a span lies in years of which hours are kept."""
    return all(FIRST_YEAR < at.year < LAST_YEAR for at in span)


def minutes(span: Span) -> int:
    """Return the whole minutes of a span, none if it ends before it begins; a part of a minute is none."""
    return max(0, (span[1] - span[0]) // _MINUTE)


def cut(served: Span, window: Span) -> Span | None:
    """Return the part of ``served`` inside the announced window; None if not a whole minute of it is."""
    inside = max(served[0], window[0]), min(served[1], window[1])
    return inside if minutes(inside) else None


def days(span: Span, zone: dt.tzinfo) -> dict[dt.date, int]:
    """Return the minutes of a span by civil day; they sum to the minutes of the whole."""
    found: dict[dt.date, int] = {}
    since, until = span[0].astimezone(zone), span[1].astimezone(zone)
    whole, told, day = minutes(span), 0, since.date()
    while told < whole:
        night = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), zone)
        up_to = whole if until <= night else minutes((since, night))
        if up_to > told:
            found[day] = up_to - told
        told, day = max(told, up_to), day + dt.timedelta(days=1)
    return found


def steps(day_minutes: int, tiers: Sequence[int]) -> int:
    """Return how many higher organisations are asked about a day of so many minutes.

    :param tiers: most minutes that stand without the first, the second … of them, ascending
    """
    return sum(day_minutes > most for most in tiers)


def star(total_minutes: int, hours: Sequence[int]) -> int:
    """Return the star that so many minutes reach, 0 for none.

    :param hours: what each star asks for, ascending
    """
    return sum(total_minutes >= asked * _HOUR for asked in hours)


def formatted(total: int) -> str:
    """Return minutes as people read them: 2小时5分钟."""
    hours, rest = divmod(total, _HOUR)
    return "".join([f"{hours}小时"] * (hours > 0) + [f"{rest}分钟"] * (rest > 0 or hours == 0))


def free_of(span: Span, taken: Iterable[Span]) -> bool:
    """Return whether a span shares no instant with any of those taken."""
    return all(span[1] <= since or until <= span[0] for since, until in taken)


def free_parts(span: Span, taken: Iterable[Span]) -> list[Span]:
    """Return what of a span none of those taken covers, in order; only parts of a whole minute or more."""
    parts = [span]
    for since, until in taken:
        parts = [
            piece
            for start, end in parts
            for piece in ((start, min(end, since)), (max(start, until), end))
            if piece[0] < piece[1]
        ]
    return [part for part in parts if minutes(part)]
