"""What is said about communities: 报到社区 3, 认领 12, 确认认领 5 好 11月20日 9:00-10:30."""

from __future__ import annotations

import datetime as dt
import re

from bot.intents import Intent
from bot.intents.communities import CommunityWord, RegisterThere, TakeOn
from bot.talk import days

_NUMBER = re.compile(r"([1-9]\d{0,8})号?")
#: Whom it is entered for: a name, a number, or 谁; 认领 2 个微心愿 tells of a deed.
_WHOM = re.compile(r"([1-9]\d{0,8})号?\s+(?:替|给|为)?\s*(谁|(?![个件项份])[\u4e00-\u9fff·]{2,12}|\d{8})")
_TIME = re.compile(r"\d{1,2}:\d{2}\s*[-—–~至到]+\s*\d{1,2}:\d{2}")
#: What a community thought of it; the longer word first.
_SAID = (("不好", "poor"), ("较差", "poor"), ("一般", "fair"), ("好", "good"))


def register(rest: str, _today: dt.date) -> Intent | None:
    """Read what follows 报到社区."""
    if m := _WHOM.fullmatch(rest):
        return RegisterThere(int(m[1]), whom=m[2])
    if rest in ("替谁", "谁"):
        return RegisterThere(whom="谁")
    m = _NUMBER.fullmatch(rest)
    return RegisterThere(int(m[1])) if m else None


def take_on(back: bool):
    """Return a maker for 认领 N and 取消认领 N; other words may tell of a wish that was fulfilled."""

    def make(rest: str, _today: dt.date) -> Intent | None:
        if not rest:
            return TakeOn(back=back)
        if not back and (m := _WHOM.fullmatch(rest)):
            return TakeOn(int(m[1]), whom=m[2])
        m = _NUMBER.fullmatch(rest)
        return TakeOn(int(m[1]), back) if m else None

    return make


def word(what: str, *, done: bool = True):
    """Return a maker for 确认报到 N, 确认认领 N … and 没有办成 N."""

    def make(rest: str, today: dt.date) -> Intent | None:
        m = _NUMBER.match(rest)
        if m is None:
            return CommunityWord(what, done=done) if not rest else None
        more = rest[m.end() :]
        named = [one.day for one in days.find(more, today) if one.day is not None]
        time = _TIME.search(more)
        said = next((code for words, code in _SAID if words in more), None)
        return CommunityWord(
            what, int(m[1]), done, said, named[0] if named else None, time[0] if time else ""
        )

    return make
