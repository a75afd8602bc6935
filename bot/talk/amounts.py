"""Amounts as people say them: 两个半小时, 90分钟, 9点到11点半, 3次, 半天.

An amount that is no number (两三个小时, 3个多小时, 一下午) is kept as said, so
that it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.talk.mending import doubted, meant
from bot.talk.numbers import NUM, number

HOUR, DAY = "小时", "天"
_H = r"(?:小时|小時|钟头|鐘頭|钟点|个钟|h(?![a-z])|H(?![a-z])|hours?)"
#: Words for one occasion, all counted as 次.
_TIMES = "次回趟遍场节堂"
#: Words for one of what an item counts in 次.
_LIKE_TIMES = ("条", "篇", "件", "项")
_EACH = re.compile(r"[各每][人次天场]?(?:人|个)?$")
_COUNTS = (
    "次|回|趟|遍|场|节|堂|篇|份|条|件|项|期|户|家|本|天|日|课时|学时"
    "|个(?!人|小|半|月|星期|礼拜|单位|部门|党员|同志|社区|多|钟)"
)
_HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount that somebody named."""

    start: int
    end: int
    said: str
    #: None where the words are no number.
    value: Decimal | None
    #: 小时, 天, 次, 篇 …; empty for a bare number.
    unit: str
    #: One of several parts: 各一次, 每人2小时.
    each: bool = False


def find(text: str) -> list[Amount]:
    """Return the amounts of a text in which the days are masked, in order."""
    found: list[Amount] = []
    rest = text
    for pattern, read in _RULES:
        for m in pattern.finditer(rest):
            one = read(m)
            if one is not None:
                found.append(Amount(m.start(), m.end(), m[0].strip(), *one))
        for made in found:
            rest = rest[: made.start] + "\x7f" * (made.end - made.start) + rest[made.end :]
    return meant(_doubted(sorted(found, key=lambda one: one.start), text), text)


def _doubted(found: list[Amount], text: str) -> list[Amount]:
    """Return the amounts with those open to which words of doubt stand beside: 大概3小时, 两小时左右."""
    kept = []
    for one in found:
        if (whole := doubted(one, text)) is not None:
            one = replace(one, said=text[slice(*whole)].strip(), value=None)
        kept.append(replace(one, each=bool(_EACH.search(text[: one.start]))))
    return kept


_Read = tuple[Decimal | None, str] | None


def _vague_hours(_m: re.Match[str]) -> _Read:
    return None, HOUR


def _vague_count(m: re.Match[str]) -> _Read:
    return None, _unit(m[1])


def _clock(m: re.Match[str]) -> _Read:
    since = _minutes(m["p1"], m["h1"], m["m1"])
    until = _minutes(m["p2"] or None, m["h2"], m["m2"])
    if since is None or until is None:
        return None, HOUR
    late = m["p1"] in ("下午", "晚上", "傍晚")
    if m["p2"] is None and late and until < 12 * 60:
        until += 12 * 60
    if until <= since and m["p2"] is None:
        until += 12 * 60
    if not 0 < until - since <= 12 * 60:
        return None, HOUR
    return _exact(Decimal(until - since) / 60), HOUR


def _minutes(part: str | None, hour: str, rest: str | None) -> int | None:
    h = number(hour)
    if h is None or h > 24:
        return None
    minutes = {"半": 30, "一刻": 15, "三刻": 45}.get(rest or "")
    if minutes is None:
        found = number(rest.rstrip("分钟")) if rest else Decimal(0)
        if found is None or found >= 60:
            return None
        minutes = int(found)
    if part in ("下午", "晚上", "傍晚") and h < 12:
        h += 12
    return int(h * 60) + minutes


def _exact(hours: Decimal) -> Decimal:
    """Return hours to a hundredth: 20 minutes are no half hours and are asked about, not written out."""
    return hours.quantize(Decimal("0.01"))


def _sum(m: re.Match[str]) -> _Read:
    hours, minutes = number(m[1]), number(m[2])
    return (_exact(hours + minutes / 60), HOUR) if hours is not None and minutes is not None else None


def _and_half(m: re.Match[str]) -> _Read:
    hours = number(m[1])
    return (hours + _HALF, HOUR) if hours is not None else None


def _hours(m: re.Match[str]) -> _Read:
    hours = number(m[1])
    return (hours, HOUR) if hours is not None else None


def _of_minutes(m: re.Match[str]) -> _Read:
    minutes = number(m[1])
    return (_exact(minutes / 60), HOUR) if minutes is not None else None


def _quarters(m: re.Match[str]) -> _Read:
    quarters = number(m[1])
    return (quarters / 4, HOUR) if quarters is not None else None


def _hours_and_quarters(m: re.Match[str]) -> _Read:
    hours, quarters = number(m[1]), number(m[2])
    return (hours + quarters / 4, HOUR) if hours is not None and quarters is not None else None


def _half_day(m: re.Match[str]) -> _Read:
    return (_HALF, DAY) if m[0] == "半天" else (None, DAY)


def _count(m: re.Match[str]) -> _Read:
    value = number(m[1])
    return (value, _unit(m[2])) if value is not None else None


def _day_and_half(m: re.Match[str]) -> _Read:
    value = number(m[1])
    return (value + _HALF, DAY) if value is not None else None


def _bare(m: re.Match[str]) -> _Read:
    value = number(m[1])
    return (value, "") if value is not None and value < 100 else None


def _unit(said: str) -> str:
    if said in _TIMES:
        return "次"
    return {"日": DAY, "份": "篇"}.get(said, said)


def fitting(found: list[Amount], unit: str) -> tuple[Decimal | None, str]:
    """Return the amount that an item of that unit means, and what was said of it that is no number.

    Two different amounts of one unit are no number: which one counts is asked for.
    """
    own = [one for one in found if one.unit == unit] or [
        one for one in found if one.unit == "" or (unit == "次" and one.unit in _LIKE_TIMES)
    ]
    # 上午下午各一次, 每人2小时: a part of the whole that is named as well.
    own = [one for one in own if not one.each] or own
    values = {one.value for one in own}
    said = "、".join(dict.fromkeys(one.said for one in own))
    if len(values) == 1 and None not in values:
        return own[0].value, ""
    if not own and unit == HOUR:
        said = "、".join(one.said for one in found if one.unit == DAY)
    return None, said


def _rules() -> Iterator[tuple[str, Callable[[re.Match[str]], _Read]]]:
    hour = r"(?:\d{1,2}|[一二两三四五六七八九十]{1,3})"
    part = "早上|上午|中午|下午|晚上|傍晚|早晨|清晨"
    minute = r"半|一刻|三刻|\d{1,2}分?(?!小|个)|[一二三四五]?十[一二三四五六七八九]?分"
    yield (
        (
            rf"(?P<p1>{part})?(?:从)?(?P<h1>{hour})\s*(?:点钟?|:|时(?!长)|(?=\s*[-~到至—]))(?P<m1>{minute})?"
            rf"\s*(?:开始)?(?:一直)?(?:干|忙|做|扫|站)?[-~到至—]+\s*(?P<p2>{part})?(?P<h2>{hour})\s*(?:点钟?|:|时(?!长))(?P<m2>{minute})?"
        ),
        _clock,
    )
    few = r"[一两二三四五六七八](?=[二两三四五六七八九])[二两三四五六七八九]|[好]?几|若干"
    spread = rf"{NUM}\s*[-~到至、]\s*{NUM}"
    yield (
        rf"(?:{few}|{spread}|不到{NUM}|{NUM}(?=个?多)|{NUM}?十?[来几](?=个?小时|个?钟头))\s*个?多?\s*{_H}",
        _vague_hours,
    )
    yield rf"{NUM}(?:个?{_H})?还是{NUM}个?{_H}", _vague_hours
    yield rf"{NUM}个?{_H}(?:多|不到|以上)|几个?{_H}|多个?小时", _vague_hours
    yield rf"(?:{few}|{spread}|多|数|无数|不少|很多|许多)({_COUNTS})", _vague_count
    yield rf"({NUM})\s*个?{_H}[零又加]?({NUM})刻钟?", _hours_and_quarters
    yield rf"({NUM})\s*个?{_H}(?:零|又|加)?({NUM})\s*(?:分钟?|min)", _sum
    yield rf"({NUM})\s*个半\s*(?:{_H}|钟)?", _and_half
    yield rf"({NUM})\s*个?{_H}半", _and_half
    yield rf"半个?(?:{_H}|钟)", lambda _m: (_HALF, HOUR)
    yield rf"({NUM})\s*个?\s*{_H}", _hours
    yield rf"({NUM})\s*(?:分钟|分鐘|mins?|minutes)", _of_minutes
    yield rf"({NUM})刻钟", _quarters
    yield rf"({NUM})天半", _day_and_half
    yield (
        (
            r"(?:(?:整整?|忙了?|干了?|做了?)?(?:一|大半|小半|半|整)个?(?:上午|下午|早上|晚上|早晨|晌午?|宿|整天|白天)"
            r"|整个?(?:上午|下午|晚上)|[大小]半天|半天|整整?天|一整天|一会儿?|半晌|好久|很久|老半天)"
        ),
        _half_day,
    )
    yield rf"(?<![第上下这那头])({NUM})\s*({_COUNTS})(?!前|以前)", _count
    yield r"(?<![\d.\w-])(\d{1,2}(?:\.\d)?)(?=\s|$|[,。;!、])", _bare


_RULES = [(re.compile(pattern), read) for pattern, read in _rules()]
