"""Days and instants as people say them; papers, exports and date fields have other ways.

A day of this year is 11月28日, one of another year 2025年11月28日, an instant
11月28日14:00; all in Shanghai. Everything that a person reads as a sentence
says its days by these.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from jifen.core import clock
from jifen.core.period import dated, month_and_day


def spoken(day: dt.date | None) -> str:
    """Return a day, with its year where that is not this one; of an instant also the hour; empty for none."""
    if day is None:
        return ""
    local = _local(day)
    words = month_and_day(local) if local.year == clock.today().year else dated(local)
    return f"{words}{local:%H:%M}" if isinstance(local, dt.datetime) else words


def in_full(day: dt.date | None) -> str:
    """Return a day with its year, as on a paper that is kept: 2026年11月28日; of an instant also the hour."""
    if day is None:
        return ""
    local = _local(day)
    return f"{dated(local)} {local:%H:%M}" if isinstance(local, dt.datetime) else dated(local)


def span(since: dt.datetime, until: dt.datetime) -> str:
    """Return from when to when: 11月28日14:00—16:00."""
    start, end = _local(since), _local(until)
    return f"{spoken(start)}—{f'{end:%H:%M}' if _day(end) == _day(start) else spoken(end)}"


def filled(template: str, data: dict[str, Any]) -> str:
    """Return a sentence with its values; a day among them is said as people say it."""
    return template.format(
        **{name: spoken(one) if isinstance(one, dt.date) else one for name, one in data.items()}
    )


def _local(day: dt.date) -> dt.date:
    return day.astimezone(clock.SHANGHAI) if isinstance(day, dt.datetime) else day


def _day(local: dt.date) -> dt.date:
    return local.date() if isinstance(local, dt.datetime) else local
