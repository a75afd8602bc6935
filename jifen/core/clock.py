"""The only place that reads the clock.

Instants are UTC with zone; civil days are those of Asia/Shanghai.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
#: Asks the database server for its instant, to compare it with ours.
SERVER_NOW = "SELECT clock_timestamp()"


def now() -> dt.datetime:
    """Return this instant, aware, UTC."""
    return dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """Return the civil day in Shanghai."""
    return civil_day(now())


def civil_day(at: dt.datetime) -> dt.date:
    """Return the Shanghai day of an aware instant."""
    if at.tzinfo is None:
        raise ValueError(f"naive instant: {at!r}")
    return at.astimezone(SHANGHAI).date()


def at(day: dt.date, hour: int = 0, minute: int = 0) -> dt.datetime:
    """Return the UTC instant of a Shanghai day and wall time."""
    return dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI).astimezone(dt.UTC)
