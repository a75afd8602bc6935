"""Wants about model posts and honours."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from bot.intents import Intent


@dataclass(frozen=True, slots=True)
class ModelPosts(Intent):
    """示范岗."""


@dataclass(frozen=True, slots=True)
class LookPost(Intent):
    """看 岗N, 看 誉N."""

    #: post or honour.
    what: str
    number: int


@dataclass(frozen=True, slots=True)
class DecidePost(Intent):
    """通过 岗N, 退回 岗N REASON, 撤回 岗N; what a review says, 摘牌 岗N REASON; 写姓名 岗N, 放照片 岗N and 撤下照片 岗N."""

    effect: ClassVar[bool] = True
    what: str
    number: int
    #: approve, refuse, back, keep, renew, warn, rectify, withdraw, name, no_name, photo, no_photo.
    act: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ShowPhoto(Intent):
    """放照片: of oneself, on the plate of a post of one's own; which one is asked where there are several."""


@dataclass(frozen=True, slots=True)
class EnterHonour(Intent):
    """登记荣誉 NAME LEVEL TITLE DAY 依据 DOCUMENT."""

    effect: ClassVar[bool] = True
    name: str = ""
    level: str = ""
    title: str = ""
    day: dt.date | None = None
    evidence: str = ""
    collective: bool = False


@dataclass(frozen=True, slots=True)
class ApplyPost(Intent):
    """申报 KIND TITLE：DEEDS; of a collective also 成员, 人数, 党员, and whether a member leads."""

    effect: ClassVar[bool] = True
    kind: str
    title: str = ""
    deeds: str = ""
    lead: str = ""
    #: Who works there too, by name or number; None: not said.
    people: tuple[str, ...] | None = None
    #: Staff of the place, and members among them.
    staff: int | None = None
    staff_members: int | None = None
    #: Whether one of its leaders is a member.
    leader: bool | None = None
    #: Whether it is shown once more before it is handed in.
    check: bool = False
    #: The part that is asked for again.
    ask: str = ""
