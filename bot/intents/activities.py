"""Wants about activities."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from bot.intents import Intent


@dataclass(frozen=True, slots=True)
class Activities(Intent):
    """活动, 我的活动."""

    mine: bool = False


@dataclass(frozen=True, slots=True)
class SignUp(Intent):
    """报名 N; 取消报名 N where ``leave``."""

    effect: ClassVar[bool] = True
    number: int | None = None
    leave: bool = False


@dataclass(frozen=True, slots=True)
class RunActivity(Intent):
    """What an organiser asks of his activity: 谁来了, 签到码, 签退码; and does to it: 截止报名, 办结活动."""

    effect: ClassVar[bool] = True
    #: came, in, out, stop, close, and closed where he was asked whether he means it.
    what: str
    #: None: the one that is on now.
    number: int | None = None


@dataclass(frozen=True, slots=True)
class CheckIn(Intent):
    """签到 123456, 签退 123456, or what was scanned from the organiser's screen."""

    effect: ClassVar[bool] = True
    #: in, out.
    purpose: str = "in"
    digits: str = ""
    scan: str = ""
    #: When it was written, as WeChat vouches: it counts though it came late.
    at: dt.datetime | None = None
