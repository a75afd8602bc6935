"""上报 and 重报: item, day, amount, and what is left."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from bot.grammar.people import ask
from bot.intents import Intent
from bot.intents.people import (
    Ask,
)
from bot.intents.reporting import Report
from jifen.privacy import rules

ANOTHER = ("另一件", "另一次", "不是同一件")

EVIDENCE = re.compile(r"(?:佐证|证书编号|证书|文号|证明)[::]?\s*(\S+)")
_FULL_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?")
_MONTH_DAY = re.compile(r"(\d{1,2})月(\d{1,2})[日号]?|(\d{1,2})[-/](\d{1,2})")
_DAY_ONLY = re.compile(r"(\d{1,2})[日号]")
#: Days back from today; a day to come is understood, so that it can be refused by name.
_NEAR = {
    "今天": 0,
    "今日": 0,
    "昨天": 1,
    "昨日": 1,
    "前天": 2,
    "大前天": 3,
    "明天": -1,
    "明日": -1,
    "后天": -2,
}
#: Days that people say and that could mean two dates: asked for anew rather than taken for today.
_VAGUE = re.compile(
    r"(?:上个?|这个?|本|下个?)?(?:周|星期|礼拜)[一二三四五六日天末].*|上(?:个?月|周|星期).*|月初|月底|年初"
)
_UNITS = "次|个|篇|场|天|小时|钟头|个小时|时|课时|件|人|期|本"
_QUANTITY = re.compile(rf"([0-9]+(?:\.[0-9]+)?|[一二两三四五六七八九十半])(?:{_UNITS})?(半)?")
_NUMERAL = {"半": Decimal("0.5"), "两": Decimal(2)} | {
    c: Decimal(n) for n, c in enumerate("一二三四五六七八九十", start=1)
}
_GLUED = re.compile(r"([A-Za-z]\d{1,3}|[^\d\s]+?)((?:\d|今[天日]|昨[天日]|大?前天|明[天日]|后天).*)")


def report(rest: str, today: dt.date) -> Intent:
    """Read what follows 上报."""
    return _filing(rest, today, number=None)


def correct(rest: str, today: dt.date) -> Intent | None:
    """Read what follows 重报, or what of one's own data is to be corrected."""
    m = re.match(r"(\d+)号?\s*(.*)", rest)
    if m:
        return _filing(m[2], today, number=int(m[1]))
    asked = ask(rules.Kind.CORRECT, rest)
    return asked if isinstance(asked, Ask) else Report(number=0)


def _filing(rest: str, today: dt.date, *, number: int | None) -> Intent:
    evidence = None
    if m := EVIDENCE.search(rest):
        evidence, rest = m[1], (rest[: m.start()] + " " + rest[m.end() :])
    another = any(word in rest for word in ANOTHER)
    for word in ANOTHER:
        rest = rest.replace(word, " ")
    tokens = rest.split()
    if not tokens:
        return Report(number=number)
    item, tokens = tokens[0], tokens[1:]
    if m := _GLUED.fullmatch(item):
        item, tokens = m[1], [m[2], *tokens]
    day: dt.date | None = None
    bad_day = ""
    quantity: Decimal | None = None
    left: list[str] = []
    for token in tokens:
        if day is None and not bad_day and (found := _day(token, today)) is not None:
            day, token = found[0], found[1]
            bad_day = "" if day else token
            if day is None or not token:
                continue
        if quantity is None and (m := _QUANTITY.fullmatch(token)):
            quantity = _number(m[1]) + (Decimal("0.5") if m[2] else 0)
        else:
            left.append(token)
    counted = quantity is not None
    return Report(item, day, bad_day, quantity or Decimal(1), tuple(left), evidence, another, number, counted)


def _number(text: str) -> Decimal:
    return _NUMERAL[text] if text in _NUMERAL else Decimal(text)


def _day(token: str, today: dt.date) -> tuple[dt.date | None, str] | None:
    """Return the day a token begins with and what follows it; (None, token) for a day that is none."""
    for word, back in _NEAR.items():
        if token.startswith(word):
            return today - dt.timedelta(days=back), token[len(word) :]
    if _VAGUE.fullmatch(token):
        return None, token
    if m := _FULL_DAY.match(token):
        return _made(int(m[1]), int(m[2]), int(m[3]), token, m.end())
    if m := _MONTH_DAY.match(token):
        month, day = int(m[1] or m[3]), int(m[2] or m[4])
        made = _made(today.year, month, day, token, m.end())
        if made[0] is not None and made[0] > today:
            # 12月28日 typed in January means the one that was.
            made = _made(today.year - 1, month, day, token, m.end())
        return made
    if m := _DAY_ONLY.match(token):
        return _made(today.year, today.month, int(m[1]), token, m.end())
    return None


def _made(year: int, month: int, day: int, token: str, end: int) -> tuple[dt.date | None, str]:
    try:
        return dt.date(year, month, day), token[end:]
    except ValueError:
        return None, token
