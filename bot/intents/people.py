"""Wants about who one is here: binding, consent, one's own data."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from bot.intents import Intent


@dataclass(frozen=True, slots=True)
class Bind(Intent):
    """绑定 CODE NAME."""

    effect: ClassVar[bool] = True
    code: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class BindByScan(Bind):
    """A QR code of a branch's screen was scanned, by a follower or by somebody who follows by it."""

    scene: str = ""
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Left(Intent):
    """The person follows the account no more; nothing can be answered."""

    effect: ClassVar[bool] = True
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Agree(Intent):
    """同意: to the privacy text."""

    effect: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Disagree(Intent):
    """不同意: the branch does it on paper."""

    effect: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Withdraw(Intent):
    """撤回同意: the binding ends."""

    effect: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class WhoSeesMe(Intent):
    """谁能看到我."""


@dataclass(frozen=True, slots=True)
class MyData(Intent):
    """导出我的数据."""


@dataclass(frozen=True, slots=True)
class Ask(Intent):
    """更正 WHAT VALUE, 反对 WHAT WORDS, 限制处理 WHAT WORDS: about one's own data."""

    effect: ClassVar[bool] = True
    #: correct, object, limit.
    kind: str = ""
    what: str = ""
    rest: str = ""


@dataclass(frozen=True, slots=True)
class AskHow(Intent):
    """更正, 反对 or 限制处理 with nothing behind it that is understood."""

    kind: str = ""


@dataclass(frozen=True, slots=True)
class MyRequests(Intent):
    """我的申请."""


@dataclass(frozen=True, slots=True)
class WithdrawRequest(Intent):
    """撤回申请 N."""

    effect: ClassVar[bool] = True
    number: int | None = None


@dataclass(frozen=True, slots=True)
class BindHow(Intent):
    """换手机了怎么绑定: about the binding itself."""


@dataclass(frozen=True, slots=True)
class Welcome(Intent):
    """The person has just followed the account."""

    effect: ClassVar[bool] = True
    at: dt.datetime
