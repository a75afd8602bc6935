"""报名, 签到, and what an organiser asks."""

from __future__ import annotations

import datetime as dt
import re

from bot.grammar.own import POLITE
from bot.intents import Intent
from bot.intents.activities import CheckIn, RunActivity, SignUp


def sign_up(leave: bool):
    """Return a maker for 报名 N and 取消报名 N."""

    def make(rest: str, _today: dt.date) -> Intent:
        m = re.match(r"(\d{1,9})", rest)
        return SignUp(int(m[1]) if m else None, leave)

    return make


def check(purpose: str):
    """Return a maker for 签到 123456, in one or in two halves."""

    def make(rest: str, _today: dt.date) -> Intent | None:
        digits = re.sub(r"[\s:,口令码]", "", rest)
        if digits and not re.fullmatch(r"\d{1,8}", digits):
            return None if len(rest) > 3 else CheckIn(purpose)
        return CheckIn(purpose, digits)

    return make


def run(what: str):
    """Return a maker for 谁来了 N, 签到码 N, 截止报名 N, 办结 N; without a number it is about the one on now."""

    def make(rest: str, _today: dt.date) -> Intent | None:
        m = re.fullmatch(r"第?(\d{1,9})号?(?:活动)?\s*(确认)?", rest)
        if m is None and not POLITE.fullmatch(rest):
            return None
        sure = what == "close" and m is not None and m[2]
        return RunActivity("closed" if sure else what, int(m[1]) if m else None)

    return make
