"""Wants about one's own points, hours, lists, absences and opinions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from bot.intents import Intent


@dataclass(frozen=True, slots=True)
class Burden(Intent):
    """减负意见 [匿名] WORDS."""

    effect: ClassVar[bool] = True
    words: str = ""
    anonymous: bool = False


@dataclass(frozen=True, slots=True)
class Missing(Intent):
    """本期还差什么."""


@dataclass(frozen=True, slots=True)
class Hours(Intent):
    """志愿时长."""


@dataclass(frozen=True, slots=True)
class Certificates(Intent):
    """志愿证明: how one's certificates stand, and who could issue one."""


@dataclass(frozen=True, slots=True)
class CertificateBatches(Intent):
    """证明批次: how far the latest batches are, and whom they left out and why."""


@dataclass(frozen=True, slots=True)
class AskCertificate(Intent):
    """我要证明, or 我要证明 7: of the organisation with that number."""

    effect: ClassVar[bool] = True
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class BurdenHow(Intent):
    """减负意见, with nothing behind it."""


@dataclass(frozen=True, slots=True)
class Object(Intent):
    """异议 [N] WORDS: about the list that is open, or one's own report N."""

    effect: ClassVar[bool] = True
    words: str = ""
    number: int | None = None


@dataclass(frozen=True, slots=True)
class ObjectHow(Intent):
    """异议, with nothing behind it: what may be objected to, and until when."""


@dataclass(frozen=True, slots=True)
class WithdrawObjection(Intent):
    """撤回异议 N."""

    effect: ClassVar[bool] = True
    number: int | None = None


@dataclass(frozen=True, slots=True)
class MyObjections(Intent):
    """我的异议."""


@dataclass(frozen=True, slots=True)
class Attendance(Intent):
    """考勤: one's own absences and leaves."""


@dataclass(frozen=True, slots=True)
class Explain(Intent):
    """说明 [N] WORDS: why one was not there."""

    effect: ClassVar[bool] = True
    words: str = ""
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Leave(Intent):
    """请假 [DAY [DAY]] REASON."""

    effect: ClassVar[bool] = True
    since: dt.date | None = None
    until: dt.date | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class MyPoints(Intent):
    """我的积分."""


@dataclass(frozen=True, slots=True)
class Why(Intent):
    """为什么 [ITEM]."""

    item: str = ""


@dataclass(frozen=True, slots=True)
class Publicity(Intent):
    """公示."""


@dataclass(frozen=True, slots=True)
class Ranking(Intent):
    """排名."""


@dataclass(frozen=True, slots=True)
class MyAppraisal(Intent):
    """评议: one's own grade of the year."""
