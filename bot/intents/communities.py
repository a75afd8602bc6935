"""What is wanted of communities (双报到)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from bot.intents import Intent


@dataclass(frozen=True, slots=True)
class Communities(Intent):
    """社区需求: where one registered, what communities need, what one took on, what waits for the branch."""


@dataclass(frozen=True, slots=True)
class RegisterThere(Intent):
    """我要报到 chooses a community, 报到社区 3 [NAME] registers there; with ``withdrawn`` 撤回报到."""

    effect: ClassVar[bool] = True
    community_id: int | None = None
    withdrawn: bool = False
    #: Whom a keeper registers, by name or number; ``谁`` asks.
    whom: str = ""


@dataclass(frozen=True, slots=True)
class TakeOn(Intent):
    """认领 12 [NAME]; with ``back`` 取消认领 5, by the number of the claim."""

    effect: ClassVar[bool] = True
    number: int | None = None
    back: bool = False
    #: Who takes it on, as a keeper enters it; ``谁`` asks.
    whom: str = ""


@dataclass(frozen=True, slots=True)
class CommunityWord(Intent):
    """What a community said on its paper, as whoever keeps the branch's hours enters it.

    确认报到 8; 确认认领 5 好 11月20日 9:00-10:30; 没有办成 5.
    """

    effect: ClassVar[bool] = True
    #: registration, claim.
    what: str
    number: int | None = None
    done: bool = True
    #: good, fair, poor.
    said: str | None = None
    day: dt.date | None = None
    #: ``9:00-10:30``; empty where it took no time of its own.
    time: str = ""
