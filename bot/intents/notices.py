"""Wants about notices, and what the platform says of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from bot.intents import Event, Intent


@dataclass(frozen=True, slots=True)
class ReminderSettings(Intent):
    """提醒设置."""


@dataclass(frozen=True, slots=True)
class Reminders(Intent):
    """打开提醒, 关闭提醒."""

    effect: ClassVar[bool] = True
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Consented(Event):
    """Answers to subscription notices, given on a page or changed in the settings."""

    #: Template id, and whether he agreed.
    choices: tuple[tuple[str, bool], ...]
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class NoticesEnded(Event):
    """How notices ended, as the platform says."""

    #: The platform's id and, for one that did not arrive, why.
    ends: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Messages(Intent):
    """消息: what was not pushed to me."""

    effect: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class SwitchWay(Intent):
    """打开 or 关闭 one of the ways by which notices come."""

    effect: ClassVar[bool] = True
    way: str = ""
    enabled: bool = True
