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
    """申报 KIND TITLE DEEDS."""

    effect: ClassVar[bool] = True
    kind: str
    title: str
    deeds: str
