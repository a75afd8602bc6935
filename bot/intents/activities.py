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


@dataclass(frozen=True, slots=True)
class PlanActivity(Intent):
    """发布活动 KIND TITLE DAY HOURS PLACE [名额 N] [学时 N] [每月] [面向 UNIT] [条件 GATE] [现场范围].

    Each part may stand behind its name too: 名称, 日期, 时间, 地点.
    """

    effect: ClassVar[bool] = True
    kind: str = ""
    title: str = ""
    place: str = ""
    day: dt.date | None = None
    times: tuple[dt.time, dt.time] | None = None
    capacity: int | None = None
    class_hours: str = ""
    #: Whether it comes again each month on that weekday.
    monthly: bool = False
    #: Whose members are invited, as named; empty for the organiser's own.
    audience: str = ""
    #: Who may sign up, as named.
    gates: tuple[str, ...] = ()
    #: Whether a place is sent for it afterwards.
    fenced: bool = False
    #: Whether it is shown once more before it is published.
    check: bool = False
    #: The part that is asked for though nothing is missing; what was said there, and is none.
    ask: str = ""
    unread: str = ""


@dataclass(frozen=True, slots=True)
class ChangeActivity(Intent):
    """取消活动, 改期, 名额, 记录, 登记签到, 登记签退, 确认签退: of one activity; the first three also ask which."""

    effect: ClassVar[bool] = True
    #: cancel, move, places, minutes, tap_in, tap_out, confirm.
    what: str
    number: int | None
    words: str = ""
    day: dt.date | None = None
    times: tuple[dt.time, dt.time] | None = None


@dataclass(frozen=True, slots=True)
class FenceActivity(Intent):
    """现场范围 N, 现场范围 N 500米, 取消现场范围 N; without a number it is about the one to come."""

    effect: ClassVar[bool] = True
    number: int | None = None
    metres: int | None = None
    off: bool = False


@dataclass(frozen=True, slots=True)
class BranchDue(Intent):
    """支部还差什么: what the regulations still expect of the branch."""


@dataclass(frozen=True, slots=True)
class ClassHours(Intent):
    """学时: one's own class-hours of the year."""
