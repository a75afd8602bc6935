"""Days as people name them: 昨天, 上周六, 11月3号, 十一月三日, 三天前.

What could be two days is not guessed: it stays without a date, so that it is
asked for. A day to come is never turned into one that was.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.talk import feasts
from bot.talk.numbers import NUM, whole

#: What turns a number before it into an amount or an hour, not into a day.
_NO_DAY = r"(?![.\d])(?!\s*(?:个|小时|钟头|分|次|篇|场|天|点|时|:|h|H|人|件|条|份|户|%))"
_WEEK = r"(?:周|星期|礼拜)"
_YEARS = {"今年": 0, "去年": -1, "前年": -2, "明年": 1}
_BACK = {
    "大前天": 3,
    "前天": 2,
    "前日": 2,
    "前儿": 2,
    "前晚": 2,
    "昨天": 1,
    "昨日": 1,
    "昨儿": 1,
    "昨晚": 1,
    "昨夜": 1,
    "昨早": 1,
    "昨": 1,
    "今天": 0,
    "今日": 0,
    "今儿": 0,
    "今早": 0,
    "今晚": 0,
    "今晨": 0,
    "今": 0,
    "刚才": 0,
    "刚刚": 0,
    "大后天": -3,
    "后天": -2,
    "后日": -2,
    "明天": -1,
    "明日": -1,
    "明早": -1,
    "明晚": -1,
    "明儿": -1,
}
#: What fingers and input methods make of the commonest words: letters that look or sound like 天, 周, 期, 拜.
_SLIPS = (
    (re.compile(r"([昨今前明])[夭夫无填田甜添]"), r"\1天"),
    (re.compile(r"[作咋做坐座](天)(?=上午|下午|中午|晚|早|夜|去|在|参|做|我|的|志|,|\s|$)"), r"昨\1"),
    (re.compile(r"钱(天)(?=上午|下午|中午|晚|早|去|在|参|做|我|的|志|,|\s|$)"), r"前\1"),
    (re.compile(r"([上下这本])[洲州舟粥皱](?=[一二三四五六日天末])"), r"\1周"),
    (re.compile(r"(?<=[\d一二两三四五六七八九十半个])小[是事市使](?![情故])"), "小时"),
    (re.compile(r"星[其七琪旗](?=[一二三四五六日天])"), "星期"),
    (re.compile(r"[礼里][败白百](?=[一二三四五六日天])"), "礼拜"),
)
_VAGUE = (
    r"前(?:几|些|两)天|前(?:一)?阵子?|前段时间|最近|近期|近来|这(?:几|两|些)天|那天|有一天|"
    rf"上上?个?{_WEEK}末?|这个?{_WEEK}末?|本{_WEEK}末?|周末|上上?个?月|这个?月|本月|当月|"
    rf"(?:好)?几天前|(?:半|{NUM})个?(?:周|星期|礼拜|月)(?:以)?前|月[初中底末]|年[初中底末]|上半年|下半年|"
    r"十一假期|暑假|寒假|"
    rf"每(?:天|日|周|个?月|逢)|天天|经常|平时|常年|连续{NUM}?[天日]?|去年|前年|今年|{NUM}月份?"
)
_TO_COME = rf"下下?个?(?:{_WEEK}[一二三四五六日天末]?|月)(?:{NUM}[日号])?|明年|改天|过(?:几|两)天|回头"


@dataclass(frozen=True, slots=True)
class Day:
    """A day that somebody named."""

    start: int
    end: int
    said: str
    #: None where the words could mean several days.
    day: dt.date | None
    #: The words name a day to come, whether or not which.
    future: bool = False


def find(text: str, today: dt.date) -> list[Day]:
    """Return the days that a text names, in order; what was vague only where nothing is named exactly.

    :param text: normalised (NFKC)
    :param today: the civil day
    """
    found = [Day(m.start(), m.end(), m[0], day) for m, day in feasts.find(text, today)]
    rest = _masked(text, found)
    for pattern, read in _RULES:
        for m in pattern.finditer(rest):
            day = read(m, today)
            if day is None:
                continue
            made, future = day
            future = future or (made is not None and made > today)
            found.append(Day(m.start(), m.end(), m[0], made, future))
        rest = _masked(rest, found)
    if not any(one.day for one in found):
        found += _dotted(rest, today)
        rest = _masked(rest, found)
    if not found:
        found += [Day(m.start(), m.end(), m[0], None, future=True) for m in _COMING.finditer(rest)]
        rest = _masked(rest, found)
        found += [Day(m.start(), m.end(), m[0], None) for m in _VAGUE_RE.finditer(rest)]
    return _agreeing(sorted(found, key=lambda one: one.start), text)


def mended(text: str) -> str:
    """Return a text in which the commonest slips are put right: 昨夭, 上洲六, 星其二."""
    for slip, word in _SLIPS:
        text = slip.sub(word, text)
    return text


def _agreeing(found: list[Day], text: str) -> list[Day]:
    """Return the days with a weekday beside a date taken for a part of it: 昨天周四, 11月3号（周二）.

    Where date and weekday contradict each other, neither is a day.
    """
    kept: list[Day] = []
    for one in found:
        before = kept[-1] if kept else None
        beside = before is not None and not text[before.end : one.start].strip(" ,(（、的是")
        if before is None or not beside or not (before.day and one.day):
            kept.append(one)
        elif (m := _ALONE.fullmatch(one.said)) or (m := _ALONE.fullmatch(before.said)):
            dated = before if _ALONE.fullmatch(one.said) else one
            assert dated.day is not None, "both are days"
            same = dated.day.weekday() == _which(m[1])
            said = text[before.start : one.end]
            kept[-1] = Day(before.start, one.end, said, dated.day if same else None, dated.future)
        else:
            kept.append(one)
    return kept


def _masked(text: str, found: list[Day]) -> str:
    for one in found:
        text = text[: one.start] + "\x7f" * (one.end - one.start) + text[one.end :]
    return text


_Read = tuple[dt.date | None, bool] | None


def _made(year: int, month: int | None, day: int | None) -> _Read:
    """Return the date; a date that no calendar has is one that must be asked for."""
    try:
        return (dt.date(year, month, day), False) if month and day else None
    except ValueError:
        return None, False


def _full(m: re.Match[str], _today: dt.date) -> _Read:
    return _made(int(m[1]), int(m[2]), int(m[3]))


def _short_year(m: re.Match[str], _today: dt.date) -> _Read:
    return _made(2000 + int(m[1]), int(m[2]), int(m[3]))


def _of_year(m: re.Match[str], today: dt.date) -> _Read:
    return _made(today.year + _YEARS[m[1]], whole(m[2]), whole(m[3]))


def _of_month(m: re.Match[str], today: dt.date) -> _Read:
    first = today.replace(day=1)
    for _ in range(m[1].count("上")):
        first = (first - dt.timedelta(days=1)).replace(day=1)
    return _made(first.year, first.month, whole(m[2]))


def _month_day(m: re.Match[str], today: dt.date) -> _Read:
    month, day = whole(m[1]), whole(m[2])
    made = _made(today.year, month, day)
    if made and made[0] and made[0] > today:
        # 12月28日 said in January means the one that was.
        return _made(today.year - 1, month, day)
    return made


def _day_of_month(m: re.Match[str], today: dt.date) -> _Read:
    day = whole(m[1])
    if day is None or not 1 <= day <= 31:
        return None
    made = _made(today.year, today.month, day)
    if made and made[0] and made[0] <= today:
        return made
    last = today.replace(day=1) - dt.timedelta(days=1)
    return _made(last.year, last.month, day)


def _weekday(m: re.Match[str], today: dt.date) -> _Read:
    which = _which(m[2])
    monday = today - dt.timedelta(days=today.weekday())
    prefix = m[1] or ""
    if prefix.startswith("下"):
        return monday + dt.timedelta(days=7 * prefix.count("下") + which), True
    if prefix.startswith("上"):
        return monday + dt.timedelta(days=which - 7 * prefix.count("上")), False
    day = monday + dt.timedelta(days=which)
    if not prefix and day > today:
        day -= dt.timedelta(days=7)
    return day, False


_ARABIC = str.maketrans("1234567天", "一二三四五六日日")
_ALONE = re.compile(rf"{_WEEK}([一二三四五六日天1-7])")


def _which(said: str) -> int:
    """Return the weekday that a letter names, Monday 0."""
    return "一二三四五六日".index(said.translate(_ARABIC))


def _near(m: re.Match[str], today: dt.date) -> _Read:
    back = _BACK[m[1]]
    return today - dt.timedelta(days=back), back < 0


def _ago(m: re.Match[str], today: dt.date) -> _Read:
    days = whole(m[1])
    return (today - dt.timedelta(days=days), False) if days is not None and days < 3650 else (None, False)


def _dotted(text: str, today: dt.date) -> Iterator[Day]:
    """Read 11.3 and 11-3 as days, only where nothing better is said; 1.5 could be an amount."""
    for m in _DOTTED.finditer(text):
        if m[2] == "5" and "." in m[0] and int(m[1]) < 9:
            continue
        made = _month_day(m, today)
        if made and made[0]:
            yield Day(m.start(), m.end(), m[0], made[0])


def _rule(pattern: str, read: Callable[[re.Match[str], dt.date], _Read]):
    return re.compile(pattern), read


_DAY = r"(?:号|日)"
_ONES = "[一二三四五六七八九]"
_RULES = [
    _rule(r"(?<!\d)(20\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)\s*[日号]?", _full),
    _rule(r"(?<!\d)(2\d)\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})(?!\d)\s*[日号]?", _short_year),
    _rule(r"(?<!\d)(20\d{2})(0[1-9]|1[0-2])([0-3]\d)(?!\d)", _full),
    _rule(rf"(今年|去年|前年|明年)的?({NUM})月份?的?({NUM}){_DAY}", _of_year),
    _rule(rf"(上上个?月|上个?月|这个?月|本月|当月)的?({NUM}){_DAY}", _of_month),
    _rule(rf"({NUM})\s*月份?的?\s*({NUM})\s*{_DAY}", _month_day),
    _rule(
        rf"({_ONES}|十|十一|十二)月(?!十五|初)([一二三]?十{_ONES}?|廿{_ONES}?)(?![个多几来次])",
        _month_day,
    ),
    _rule(rf"(?<![\d.])(\d{{1,2}})\s*月\s*(\d{{1,2}})(?!\d){_NO_DAY}", _month_day),
    _rule(
        rf"(?<![一两三每])((?:上上?|下下?|这|本)个?)?(?:{_WEEK}的?(?={_WEEK}))?{_WEEK}([一二三四五六日天](?!次|回|趟|年)|[1-7](?!\d|\s*(?:次|个|小|天|点)))",
        _weekday,
    ),
    _rule(rf"({NUM})天(?:以|之)?前", _ago),
    _rule(
        "(?<!大)(大前天|大后天|前天|前日|前儿|前晚|昨天|昨日|昨儿|昨晚|昨夜|昨早|昨(?=上午|下午|中午|晚|早|午|夜)"
        "|今天|今日|今儿|今早|今晚|今晨|今(?=上午|下午|中午|早|晚)|刚才|刚刚|后天|后日|明天|明日|明早|明晚|明儿)个?",
        _near,
    ),
    _rule(
        r"(?<![\d第.〕\]】])(?<![〕\]】] )(\d{1,2})\s*[日号](?![楼院线门文令馆厅店岗卡线国])", _day_of_month
    ),
    _rule(r"(?<![第])([一二三四五六七八九十]{1,3})号(?![楼院线门文令馆厅店岗卡线])", _day_of_month),
]
_DOTTED = re.compile(rf"(?<![\d.:/-])(\d{{1,2}})[./·-](\d{{1,2}})(?![\d/-]){_NO_DAY}")
_VAGUE_RE = re.compile(_VAGUE)
_COMING = re.compile(_TO_COME)


def year_later(day: dt.date) -> dt.date:
    """Return the same day of the next year; of 29 February the 28th."""
    leap = day.month == 2 and day.day == 29
    return dt.date(day.year + 1, day.month, 28 if leap else day.day)
