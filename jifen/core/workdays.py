"""Working days with make-up days: our file of the year first, the library for what it knows.

``config/holidays/YYYY.toml`` holds ``holidays`` and ``workdays`` (调休上班) as
dates; a year with a file needs no upgrade of the library.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from functools import lru_cache

import chinese_calendar

from jifen.core.settings import ROOT

FOLDER = ROOT / "config" / "holidays"


@lru_cache(maxsize=16)
def _year(year: int) -> tuple[frozenset[dt.date], frozenset[dt.date]] | None:
    file = FOLDER / f"{year}.toml"
    if not file.exists():
        return None
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    return frozenset(data["holidays"]), frozenset(data["workdays"])


def known(year: int) -> bool:
    """Return whether the holidays of ``year`` have been announced to us."""
    if _year(year) is not None:
        return True
    try:
        chinese_calendar.is_workday(dt.date(year, 6, 1))
    except NotImplementedError:  # the library's word for a year that it does not know
        return False
    return True


def is_workday(day: dt.date) -> bool:
    """Return whether offices work on ``day``; an unknown year falls back to Monday to Friday."""
    ours = _year(day.year)
    if ours is not None:
        holidays, makeup = ours
        return day in makeup or (day.weekday() < 5 and day not in holidays)
    try:
        return chinese_calendar.is_workday(day)
    except NotImplementedError:  # an unknown year: `flask doctor` asks for its file
        return day.weekday() < 5


def add(day: dt.date, count: int) -> dt.date:
    """Return the ``count``-th working day after ``day``; ``day`` itself does not count."""
    while count:
        day += dt.timedelta(days=1)
        count -= is_workday(day)
    return day


def before(day: dt.date, count: int) -> dt.date:
    """Return the last day whose ``count``-th working day after it is not later than ``day``."""
    while count:
        count -= is_workday(day)
        day -= dt.timedelta(days=1)
    return day


def next_from(day: dt.date) -> dt.date:
    """Return ``day`` if it is a working day, else the next one."""
    return day if is_workday(day) else add(day, 1)


def is_last_workdays(day: dt.date, count: int) -> bool:
    """Return whether ``day`` is one of the last ``count`` working days of its month."""
    if not is_workday(day):
        return False
    last = (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    rest = (day + dt.timedelta(days=n) for n in range((last - day).days))
    return sum(is_workday(d) for d in rest) <= count
