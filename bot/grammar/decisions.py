"""通过, 退回, 撤回, 看: in whatever order word and number are said."""

from __future__ import annotations

import datetime as dt
import re

from bot.grammar.words import WORDS
from bot.intents import Intent
from bot.intents.deciding import Approve, Look, Return
from bot.intents.reporting import TakeBack
from bot.talk.numbers import whole

_DECIDE = "审核通过|不通过|通过|同意|确认|批准|退回|驳回|打回|撤回|撤销|收回"

#: 第十二条 通过, 把3号退回, 7号日期不对退回.
_TURNED = re.compile(
    rf"(?:请|把|将|给)?\s*第?\s*(?P<n>\d{{1,9}}(?:[、,和\s]+\d{{1,9}})*|[一二两三四五六七八九十百零]{{1,6}})\s*[号条个]?(?:的?上报|那条)?[\s,:]*"
    rf"(?P<why>(?<=[号条,:\s])\S{{2,20}}?[\s,])??(?:给?(?:他|她)?|我|予以)?\s*(?P<word>{_DECIDE})(?:了|吧|掉|去)?(?P<rest>[\s,:].*|)"
)
#: 通过十二号, 退回第三条 日期不对.
_SPOKEN = re.compile(
    rf"(?P<word>{_DECIDE})\s*(?:第\s*(?P<n>\d{{1,9}}|[一二两三四五六七八九十百零]{{1,6}})\s*[号条个]?|(?P<n2>[一二两三四五六七八九十百零]{{1,6}})\s*[号条])"
)
#: 撤销通过12, 撤回刚才确认的8号: what is taken back may be named between.
_TAKEN_BACK = re.compile(
    r"我?(?:刚才|刚刚|刚|昨天|今天)?的?(?:通过|确认|批准|批|退回|审)?(?:的|过的|了的)?\s*第?(\d{1,9})"
)
_SHORT_TEXT = 24
_ONE_NUMBER = re.compile(r"(?<![\d月.])(\d{1,9})\s*[号条](?![\d楼线])")
_NO_DECISION = re.compile(r"[吗么没别?？]|不要|先不|暂不|不能|怎么|为什么|是否|月|小时|上报|异议")
#: 42, 42号, 42 43 44号和45: report numbers, ended by anything that is none.
_NUMBERS = re.compile(r"(?:\d{1,9}号?(?![^\s号和;:])[\s和;:]*)+")


def decision(said: str) -> Intent | None:
    """Return the one decision on one number that a short text speaks of somewhere: 刚才通过的8号错了，撤回来.

    A question, a doubt, a day or several numbers make it none.
    """
    numbers = {int(n) for n in _ONE_NUMBER.findall(said)}
    if len(said) > _SHORT_TEXT or len(numbers) != 1 or _NO_DECISION.search(said):
        return None
    [number] = numbers
    if re.search("撤回|撤销|收回|撤下", said):
        return TakeBack(number)
    if re.search("退回|驳回|打回", said):
        why = re.sub(r"退回|驳回|打回|第?\d+[号条]?|[把将给请,\s]", "", said)
        return Return(number, why)
    return Approve((number,)) if re.search("通过|批准", said) else None


def number_first(said: str) -> str:
    """Return a decision with its word in front and its number in digits: 第十二条通过, 把3号退回 日期不对."""
    if m := _TURNED.fullmatch(said):
        numbers = " ".join(str(whole(n) or n) for n in re.split(r"[、,和\s]+", m["n"]))
        why = m["why"] if m["word"] in WORDS["return"] else ""
        return f"{m['word']} {numbers} {why or ''} {m['rest']}".strip()
    if m := _SPOKEN.match(said):
        return f"{m['word']} {whole(m['n'] or m['n2'])} {said[m.end() :]}".strip()
    return said


def numbered(one: Approve | Return | TakeBack) -> bool:
    """Return whether a decision names what it is about."""
    return bool(one.numbers) if isinstance(one, Approve) else one.number is not None


def approve(rest: str, _today: dt.date) -> Intent | None:
    """Read what follows 通过."""
    # Only the numbers that come first: a line of the queue sent back holds a day and a quantity too.
    m = _NUMBERS.match(rest)
    if m is None:
        return Approve()
    left = rest[m.end() :].split()
    numbers = tuple(dict.fromkeys(int(n) for n in re.findall(r"\d+", m[0])))
    return Approve(numbers, left[0] if left else "")


def return_(rest: str, _today: dt.date) -> Intent:
    """Read what follows 退回."""
    m = re.match(r"(\d{1,9})号?\s*(.*)", rest)
    return Return(int(m[1]), m[2].strip(" :,")) if m else Return()


def take_back(rest: str, _today: dt.date) -> Intent:
    """Read what follows 撤回."""
    m = _TAKEN_BACK.match(rest)
    return TakeBack(int(m[1]) if m else None)


def look(rest: str, _today: dt.date) -> Intent | None:
    """Read what follows 看."""
    m = re.fullmatch(r"第?(\d{1,9})[号条]?(?:的?上报)?\s*(\S{0,12})", rest)
    return Look(int(m[1]), m[2]) if m else None
