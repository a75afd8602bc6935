"""Feasts that name a day (元旦, 五一, 中秋): config/talk.toml says when they are."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CONFIG = Path(__file__).parents[2] / "config" / "talk.toml"
#: What turns a feast into several days, or into the name of something else.
_SEVERAL = r"(?:假期|期间|长假|小长假|黄金周|放假|前后|前夕|前一?[天周]|后一?[天周]|前|后|左右|这几天|那几天)"
_NO_DAY = r"(?:路|街|广场|社区|小区|小学|中学|学校|公园|大道|大桥|村|班|表彰|勋章|奖章|劳动奖|红旗手|评优)"


@dataclass(frozen=True, slots=True)
class Feasts:
    """When feasts are: month and day for those of the sun, days for those of the moon."""

    fixed: Mapping[str, tuple[int, int]]
    moving: Mapping[str, tuple[dt.date, ...]]
    #: Names that mean one day only with 当天 or 那天 behind them.
    long: frozenset[str]


@cache
def calendar() -> Feasts:
    """Return the feasts, read once."""
    rows = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["feast"]
    fixed = {said: _month_day(row["on"]) for row in rows if "on" in row for said in row["say"]}
    moving = {said: tuple(row["days"]) for row in rows if "days" in row for said in row["say"]}
    return Feasts(fixed, moving, frozenset(said for row in rows if row.get("long") for said in row["say"]))


def _month_day(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)


@cache
def _pattern() -> re.Pattern[str]:
    known = calendar()
    names = sorted((*known.fixed, *known.moving), key=len, reverse=True)
    return re.compile(
        rf"(去年|前年|今年|明年)?的?({'|'.join(map(re.escape, names))})节?(?:日)?的?"
        rf"(当[天日]|那一?[天日]|上午|下午|晚上)?({_SEVERAL})?(?!{_NO_DAY})"
    )


def find(text: str, today: dt.date) -> Iterator[tuple[re.Match[str], dt.date | None]]:
    """Yield each feast that a text names, with its last day up to ``today``; None where it could be several.

    :param text: normalised
    """
    for m in _pattern().finditer(text):
        if m[4] or (m[2] in calendar().long and not m[3]):
            yield m, None
        else:
            yield m, _last(m[2], m[1], today)


def _last(name: str, year: str | None, today: dt.date) -> dt.date | None:
    known = calendar()
    if name in known.fixed:
        month, day = known.fixed[name]
        days = tuple(dt.date(y, month, day) for y in range(today.year - 2, today.year + 2))
    else:
        days = known.moving[name]
    if year is not None:
        meant = today.year + {"去年": -1, "前年": -2, "今年": 0, "明年": 1}[year]
        return next((one for one in days if one.year == meant), None)
    past = [one for one in days if one <= today]
    # A table that ends long ago says nothing of this year.
    return past[-1] if past and (today - past[-1]).days <= 400 else None
