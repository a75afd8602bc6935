"""Calendar periods of the local year: ``2026``, ``2026H1``, ``2026Q3``, ``2026-09``.

Pure values: no clock, no database. Bounds are half-open civil days.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum

_KEY = re.compile(r"(?P<year>\d{4})(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?")


def month_and_day(day: dt.date) -> str:
    """Return a day without its year: 11月28日."""
    return f"{day.month}月{day.day}日"


def dated(day: dt.date) -> str:
    """Return a day with its year: 2026年11月28日."""
    return f"{day.year}年{month_and_day(day)}"


class Cycle(StrEnum):
    """How often a scheme starts anew (积分周期)."""

    YEAR = "year"
    HALF = "half"
    QUARTER = "quarter"
    MONTH = "month"

    @property
    def months(self) -> int:
        """Length in calendar months: 12, 6, 3 or 1."""
        return {"year": 12, "half": 6, "quarter": 3, "month": 1}[self.value]


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A calendar period; ordered by its first day, then by length."""

    since: dt.date
    #: First day after the period.
    until: dt.date

    @classmethod
    def parse(cls, key: str) -> Period:
        """Return the period named ``key``.

        :raises ValueError: not a period's name
        """
        m = _KEY.fullmatch(key)
        if m is None:
            raise ValueError(f"not a period: {key!r}")
        year = int(m["year"])
        if m["half"]:
            return cls._of(year, (int(m["half"]) - 1) * 6 + 1, 6)
        if m["quarter"]:
            return cls._of(year, (int(m["quarter"]) - 1) * 3 + 1, 3)
        if m["month"]:
            return cls._of(year, int(m["month"]), 1)
        return cls._of(year, 1, 12)

    @classmethod
    def containing(cls, day: dt.date, cycle: Cycle) -> Period:
        """Return the ``cycle`` period that holds ``day``."""
        n = cycle.months
        return cls._of(day.year, (day.month - 1) // n * n + 1, n)

    @classmethod
    def _of(cls, year: int, month: int, months: int) -> Period:
        end = year * 12 + month - 1 + months
        return cls(dt.date(year, month, 1), dt.date(end // 12, end % 12 + 1, 1))

    @property
    def months(self) -> int:
        """Length in calendar months."""
        return (self.until.year - self.since.year) * 12 + self.until.month - self.since.month

    @property
    def key(self) -> str:
        """The name: ``2026``, ``2026H1``, ``2026Q3`` or ``2026-09``."""
        year, first = self.since.year, self.since.month
        match self.months:
            case 12:
                return f"{year}"
            case 6:
                return f"{year}H{(first + 5) // 6}"
            case 3:
                return f"{year}Q{(first + 2) // 3}"
            case _:
                return f"{year}-{first:02}"

    @property
    def last_day(self) -> dt.date:
        """The last civil day inside."""
        return self.until - dt.timedelta(days=1)

    @property
    def next(self) -> Period:
        """The following period of the same length."""
        return Period._of(self.until.year, self.until.month, self.months)

    @property
    def previous(self) -> Period:
        """The period of the same length before this one."""
        start = self.since.year * 12 + self.since.month - 1 - self.months
        return Period._of(start // 12, start % 12 + 1, self.months)

    def __contains__(self, day: dt.date) -> bool:
        return self.since <= day < self.until

    def __str__(self) -> str:
        return self.key

    @property
    def words(self) -> str:
        """The Chinese name: 2026年, 2026年上半年, 2026年第三季度, 2026年9月."""
        year, first = self.since.year, self.since.month
        match self.months:
            case 12:
                return f"{year}年"
            case 6:
                return f"{year}年{'上' if first == 1 else '下'}半年"
            case 3:
                return f"{year}年第{'一二三四'[(first - 1) // 3]}季度"
            case _:
                return f"{year}年{first}月"
