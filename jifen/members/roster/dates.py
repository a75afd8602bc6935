"""Civil days as people write them in rosters: text, Excel dates, serials, year and month only."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from functools import lru_cache
from typing import Literal, NamedTuple

#: ``year`` comes from older records only; a roster must say the month.
Precision = Literal["day", "month", "year"]

#: The Party was founded in July 1921; an earlier day of joining is a slip of the pen.
EARLIEST = dt.date(1921, 7, 1)

_EXCEL_EPOCH = dt.date(1899, 12, 30)
_SERIALS = range(18264, 73051)  # 1950-01-01 to 2100-01-01

_CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_FULL = re.compile(
    r"(\d{4})[年./\-](\d{1,2})[月./\-](\d{1,2})[日号]?(?: ?\d{1,2}:\d{2}(?::\d{2}(?:\.0+)?)?)?"
)
_MONTH = re.compile(r"(\d{4})[年./\-](\d{1,2})月?(?:份)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_DATE_CHARACTERS = re.compile(r"[\d年月日号./\-: ]{1,20}")


class RosterDay(NamedTuple):
    """A day with what is known of it; what is not known is the 1st."""

    on: dt.date
    precision: Precision = "day"

    def __str__(self) -> str:
        return self.on.strftime({"day": "%Y-%m-%d", "month": "%Y.%m", "year": "%Y"}[self.precision])


class DateFault(Exception):
    """A cell that is no day: ``code`` for machines, ``reason`` in Chinese."""

    def __init__(self, code: str, reason: str) -> None:
        self.code, self.reason = code, reason
        super().__init__(reason)


def parse_day(value: object) -> RosterDay | None:
    """Return the day a cell means, None for an empty cell.

    Accepts Excel dates and serials (1950 to 2100), 2021年11月16日, 2015-08-18,
    1989/5/1, 2012.7.1, 19860816, and months: 2011.10, 2012年7月, 201207.
    A number such as 2012.1 is refused: Excel shows it for 2012.10 too.

    :raises DateFault: anything else; the code is ``date_unreadable``,
        ``date_impossible``, ``date_ambiguous`` or ``date_year_only``
    """
    if isinstance(value, str):
        return _parse_text(value)
    if isinstance(value, dt.datetime):
        return RosterDay(value.date())
    if isinstance(value, dt.date):
        return RosterDay(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        if value is None:
            return None
        raise DateFault("date_unreadable", "这里不是日期")
    return _parse_number(float(value))


def _parse_number(value: float) -> RosterDay:
    if value.is_integer():
        return _parse_digits(str(int(value)))
    if not math.isfinite(value):
        raise DateFault("date_unreadable", "这里不是日期")
    if int(value) in _SERIALS:  # a day with a time of day
        return RosterDay(_EXCEL_EPOCH + dt.timedelta(days=int(value)))
    year, _, month = repr(value).partition(".")
    if len(year) == 4 and len(month) == 2:
        return _month(year, month)
    if len(year) == 4 and month == "1":
        raise DateFault("date_ambiguous", f"数字 {year}.1 可能是1月，也可能是10月")
    if len(year) == 4 and len(month) == 1:
        return _month(year, month)
    raise DateFault("date_unreadable", "这里不是日期")


@lru_cache(maxsize=65536)
def _parse_text(raw: str) -> RosterDay | None:
    text = unicodedata.normalize("NFKC", raw).translate(_CHINESE_DIGITS)
    text = text.replace("。", ".").replace("、", ".").replace("—", "-").replace("–", "-")
    text = " ".join(text.split()).strip(" .-'")
    if not text:
        return None
    if "十" in text:
        text = _with_tens(text)
    tight = text if ":" in text else text.replace(" ", "")
    if tight.isascii() and tight.isdigit():
        return _parse_digits(tight)
    if m := _FULL.fullmatch(tight):
        return RosterDay(_day(m[1], m[2], m[3]))
    if m := _MONTH.fullmatch(tight):
        return _month(m[1], m[2])
    if re.fullmatch(r"\d{4}年", tight):
        raise DateFault("date_year_only", f"只有年份 {tight}")
    raise DateFault(
        "date_unreadable", f"“{tight}”不是能认出的日期" if echoable(tight) else "这里不是能认出的日期"
    )


def _parse_digits(digits: str) -> RosterDay:
    if len(digits) == 5 and int(digits) in _SERIALS:
        return RosterDay(_EXCEL_EPOCH + dt.timedelta(days=int(digits)))
    if len(digits) == 4:
        raise DateFault("date_year_only", f"只有年份 {digits}")
    m = _COMPACT.fullmatch(digits)
    if m is None:
        raise DateFault("date_unreadable", f"“{digits[:10]}”不是能认出的日期")
    if m[3] is None:
        return _month(m[1], m[2])
    return RosterDay(_day(m[1], m[2], m[3]))


def _month(year: str, month: str) -> RosterDay:
    return RosterDay(_day(year, month, "1"), "month")


def _day(year: str, month: str, day: str) -> dt.date:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        words = f"{int(year)}年{int(month)}月" + (f"{int(day)}日" if 1 <= int(month) <= 12 else "")
        raise DateFault("date_impossible", f"没有{words}这一天") from None


def _with_tens(text: str) -> str:
    """Write 十, 十二, 2十, 2十3 as figures: the year is written digit by digit and holds none."""
    text = re.sub(r"(\d)十(\d)", r"\1\2", text)
    text = re.sub(r"(\d)十", r"\g<1>0", text)
    text = re.sub(r"十(\d)", r"1\1", text)
    return text.replace("十", "10")


def echoable(text: str) -> bool:
    """Whether a date cell's text may be repeated in a message: date characters only."""
    return _DATE_CHARACTERS.fullmatch(text) is not None
