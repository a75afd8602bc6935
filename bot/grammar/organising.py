"""What an organiser types: 发布活动 …, 取消活动 N, 改期 N …, 名额 N 30, 现场范围 N, 记录 N …, 登记签到 N 姓名. Pure."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from bot.grammar.tails import parts, typed
from bot.intents import Intent
from bot.intents.activities import BranchDue, ChangeActivity, ClassHours, FenceActivity, PlanActivity
from bot.talk import days

_SPAN = re.compile(
    r"(?P<h>\d{1,2})(?::|点)(?P<m>\d{2})?分?\s*(?:-|—|~|到|至)\s*(?P<h2>\d{1,2})(?::|点)(?P<m2>\d{2})?分?"
)
_PLACES = re.compile(r"(?:名额|限)\s*(\d{1,5})\s*[人个]?")
_HOURS = re.compile(r"学时\s*(\d{1,3}(?:\.5)?)|(\d{1,3}(?:\.5)?)\s*学时")
#: Class-hours of one activity, as pages and interface take them.
_MOST_HOURS = 200
_NUMBERED = re.compile(
    r"(?P<what>取消活动|活动取消|活动改期|改期|改名额|名额|会议记录|活动记录|记录|登记签到|登记签退|确认签退)"
    r"\s*第?(?P<n>\d{1,12})号?(?:[\s:]+(?P<rest>.*))?"
)
_WHICH = re.compile(r"(取消活动|活动取消|活动改期|改期|改名额|名额)")
_WHAT = {
    "取消活动": "cancel",
    "活动取消": "cancel",
    "活动改期": "move",
    "改期": "move",
    "改名额": "places",
    "名额": "places",
    "会议记录": "minutes",
    "活动记录": "minutes",
    "记录": "minutes",
    "登记签到": "tap_in",
    "登记签退": "tap_out",
    "确认签退": "confirm",
}
_PLAN = re.compile(r"(?:发布|发起|新建|组织)活动[\s:]*(.*)")
#: Parts that may be named.
_PARTS = ("名称", "日期", "时间", "地点", "面向", "条件", "名额", "学时")
#: Words of their own, wherever they stand; 改名额 asks for a part that is there already.
_FLAGS = {"每月": "monthly", "每月都办": "monthly", "现场范围": "fenced", "核对": "check"}
_FLAGS |= {f"改{part}": part for part in _PARTS}
_FENCE = re.compile(
    r"(?P<off>取消|不设|去掉)?(?:设|改)?现场范围\s*(?:第?(?P<n>\d{1,12})号?)?(?:\s+(?P<m>\d{2,5})米?)?"
)
_WEEKDAY = re.compile(r"(?:本|这个?)?(?:周|星期|礼拜)[一二三四五六日天]")
_DUE = re.compile(
    r"(?:我们?)?(?:本支部|支部|本季度|本月|三会一课)(?:还差什么|还差多少|完成情况|落实情况)[吗呢?。]*"
)
_CLASS = re.compile(r"(?:我的|查)?(?:培训)?学时(?:还差多少|多少|够吗)?[吗呢?。]*")


def read(said: str, text: str, today: dt.date) -> Intent | None:
    """Return what an organiser wants of his activities, or a branch of what is due; None where it is neither.

    :param said: the text in one width
    :param text: as it was typed: minutes keep their commas
    """
    if _DUE.fullmatch(said):
        return BranchDue()
    if _CLASS.fullmatch(said):
        return ClassHours()
    if m := _FENCE.fullmatch(said):
        return FenceActivity(int(m["n"]) if m["n"] else None, int(m["m"]) if m["m"] else None, bool(m["off"]))
    if m := _PLAN.fullmatch(said):
        return _planned(m[1], today)
    if m := _WHICH.fullmatch(said):
        return ChangeActivity(_WHAT[m[1]], None)
    if m := _NUMBERED.fullmatch(said):
        what, rest = _WHAT[m["what"]], m["rest"] or ""
        day, times, left = _when(rest, today) if what == "move" else (None, None, rest)
        words = typed(text, rest) if what == "minutes" else left.strip()
        return ChangeActivity(what, int(m["n"]), words, day, times)
    return None


def _planned(text: str, today: dt.date) -> PlanActivity:
    """Read kind, title, day, hours, place in that order or behind their names, and what else is wished for."""
    text, flags = _flags(text)
    text, named = parts(f"{text} ", _PARTS)
    places, text = _found(_PLACES, text)
    hours, text = _found(_HOURS, text)
    first = {name: said[0] for name, said in named.items()}
    unread, ask = "", next((flag for flag in flags if flag in _PARTS), "")
    day, times, left = _when(text, today)
    if said := first.get("日期"):
        day = _when(said, today)[0]
        ask, unread = (ask, unread) if day else ("日期", said)
    if said := first.get("时间"):
        times = _when(said, today)[1]
        ask, unread = (ask, unread) if times else ("时间", said)
    places = first.get("名额", places).strip("人个 ")
    if places and not re.fullmatch(r"[1-9]\d{0,4}", places):
        places, ask, unread = "", *(("", "") if places == "不限" else ("名额", places))
    hours = first.get("学时", hours)
    if hours and not (re.fullmatch(r"\d{1,3}(?:\.5)?", hours) and 0 < Decimal(hours) <= _MOST_HOURS):
        hours, ask, unread = "", "学时", hours
    words = left.split()
    if day is None and not unread and (vague := next((one for one in words if _no_day(one, today)), "")):
        words.remove(vague)
        unread = vague
    return PlanActivity(
        kind=words[0] if words else "",
        title=first.get("名称") or (words[1] if len(words) > 1 else ""),
        place=first.get("地点") or " ".join(words[2:]),
        day=day,
        times=times,
        capacity=int(places) if places else None,
        class_hours=hours,
        monthly="monthly" in flags,
        audience=first.get("面向", ""),
        gates=tuple(dict.fromkeys(named.get("条件", ()))),
        fenced="fenced" in flags,
        check="check" in flags,
        ask=ask,
        unread=unread,
    )


def _flags(text: str) -> tuple[str, set[str]]:
    """Return the text without the words that stand for themselves, and what they say."""
    words = text.split()
    return " ".join(one for one in words if one not in _FLAGS), {
        _FLAGS[one] for one in words if one in _FLAGS
    }


def _found(form: re.Pattern[str], text: str) -> tuple[str, str]:
    """Return the number that a text holds in that form, and the text without it."""
    m = form.search(text)
    return (next(one for one in m.groups() if one), form.sub(" ", text)) if m else ("", text)


def _no_day(word: str, today: dt.date) -> bool:
    """Return whether a word is a day that there is not, or one of several: 2月30日, 周末."""
    return any(one.day is None and one.said == word for one in days.find(word, today))


def _when(text: str, today: dt.date) -> tuple[dt.date | None, tuple[dt.time, dt.time] | None, str]:
    """Return the day and the hours that a text names, and what is left of it."""
    times = None
    if m := _SPAN.search(text):
        try:
            times = (dt.time(int(m["h"]), int(m["m"] or 0)), dt.time(int(m["h2"]), int(m["m2"] or 0)))
        except ValueError:
            times = None
        text = f"{text[: m.start()]} {text[m.end() :]}"
    for token in text.split():
        named = [one.day for one in days.find(token, today) if one.day is not None]
        if named:
            day = named[0] if (today - named[0]).days <= 180 else days.year_later(named[0])
            if day < today and _WEEKDAY.fullmatch(token):
                day += dt.timedelta(days=7)  # what is planned is to come
            return day, times, text.replace(token, " ", 1)
    return None, times, text
