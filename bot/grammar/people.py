"""绑定, and what is asked about one's own data."""

from __future__ import annotations

import datetime as dt
import re

from bot.intents import Intent
from bot.intents.people import (
    Ask,
    AskHow,
    Bind,
    WithdrawRequest,
)
from jifen.privacy import rules


def bind(rest: str, _today: dt.date) -> Intent:
    """Read what follows 绑定: the code and the name, in either order."""
    parts = rest.split()
    if len(parts) == 1 and (m := re.fullmatch(r"([A-Za-z0-9]{8})(\D.*)", parts[0])):
        parts = [m[1], m[2]]
    # The code may be typed in two halves: ABCD 1234 张三.
    if len(parts) >= 3 and all(p.isascii() and p.isalnum() for p in parts[:2]):
        parts = [parts[0] + parts[1], *parts[2:]]
    if len(parts) >= 2 and not parts[0].isascii() and parts[-1].isascii():
        parts = [parts[-1], *parts[:-1]]
    return Bind(parts[0] if parts else "", "".join(parts[1:]))


def ask(kind: rules.Kind, rest: str) -> Intent:
    """Understand what of one's own data is to be corrected, opposed or limited, and how."""
    word, _, left = rest.partition(" ")
    if rules.understood(kind, word) is None:
        # Written in one: 更正姓名陈国壮, 更正姓名:陈国壮, 更正 姓名为陈国壮.
        glued = [w for w in rules.spoken(kind) if rest.startswith(w)]
        if not glued:
            return AskHow(kind)
        word = max(glued, key=len)
        left = rest[len(word) :]
    left = re.sub(r"^[\s:]*(?:应?改[为成]|应?为)?[\s:]*", "", left)
    return Ask(kind, word, left.strip())


def withdraw_request(rest: str, _today: dt.date) -> Intent:
    """Read what follows 撤回申请."""
    m = re.match(r"(\d{1,9})", rest)
    return WithdrawRequest(int(m[1]) if m else None)
