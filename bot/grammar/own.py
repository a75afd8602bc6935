"""What is said about one's own points, lists, absences and opinions."""

from __future__ import annotations

import datetime as dt
import re

from bot.intents import Intent
from bot.intents.own import (
    AskCertificate,
    Burden,
    BurdenHow,
    Explain,
    Leave,
    Object,
    ObjectHow,
    WithdrawObjection,
)
from bot.talk import days


def objection(rest: str, _today: dt.date) -> Intent:
    """Read what follows 异议."""
    if len(rest) <= 1 or _HOW_TO.fullmatch(rest):
        return ObjectHow()
    # A day is no number of a report: 9月15日 …
    m = re.match(r"(\d{1,9})(?:号(?!\d))?\s+(.+)|(\d{1,9})号\s*(.+)", rest)
    if m:
        return Object((m[2] or m[4]).strip(), int(m[1] or m[3]))
    return Object(rest)


def withdraw_objection(rest: str, _today: dt.date) -> Intent:
    """Read what follows 撤回异议."""
    m = re.match(r"(\d{1,9})", rest)
    return WithdrawObjection(int(m[1]) if m else None)


def explain(rest: str, _today: dt.date) -> Intent | None:
    """Read what follows 说明."""
    if rest.startswith(("书", "一下怎么")) or _HOW_TO.fullmatch(rest):
        return None
    m = re.match(r"(\d{1,9})号?\s+(.*)", rest)
    return Explain(m[2], int(m[1])) if m else Explain(rest)


def leave(rest: str, today: dt.date) -> Intent:
    """Read the days of a leave, which are mostly still to come: 12月3日 said in November is this year's."""
    named = [one.day for one in days.find(rest, today) if one.day is not None]
    ahead = [days.year_later(day) if (today - day).days > 180 else day for day in named]
    return Leave(min(ahead), max(ahead), rest) if ahead else Leave(words=rest)


def ask_certificate(rest: str, _today: dt.date) -> Intent | None:
    """Read what follows 我要证明."""
    if rest.strip("。.!！ ") in ("", "一份", "一张"):
        return AskCertificate()
    return AskCertificate(int(rest)) if re.fullmatch(r"[1-9]\d{0,8}", rest) else None


#: What changes nothing of what was asked for: 我的积分是多少呀, 排名查一下谢谢.
POLITE = re.compile(
    r"(?:[的了吗呢吧啊呀啦哈哦么呗嘛是有下请我?!。~\s]|一下|查询|查看?|看看?|多少|几分|第几|分|谢谢?|多谢|现在|目前|给我|帮我|情况|所有|哪些|什么|啥)*"
)
#: How it is done, not what is to be said: 异议怎么提, 减负意见在哪写.
_HOW_TO = re.compile(
    r"(?:要?(?:怎么|怎样|如何|咋)|在哪|哪里|哪儿|到哪|找谁|流程|是什么|啥意思|什么时候|有用吗).{0,10}"
)


def alone(intent: Intent):
    """Return a maker for words that mean something only when nothing follows but politeness."""
    return lambda rest, _today: intent if POLITE.fullmatch(rest) else None


def burden(rest: str) -> Intent:
    """Read what follows 减负意见."""
    if not rest or _HOW_TO.fullmatch(rest):
        return BurdenHow()
    anonymous = rest.startswith("匿名")
    return Burden(rest.removeprefix("匿名").strip(" :"), anonymous)
