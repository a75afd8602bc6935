"""Wants of whoever decides on reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.intents import Intent


@dataclass(frozen=True, slots=True)
class Approve(Intent):
    """通过 N [N …]."""

    effect: ClassVar[bool] = True
    numbers: tuple[int, ...] = ()
    #: Whose report, where several bear the number.
    name: str = ""


@dataclass(frozen=True, slots=True)
class Look(Intent):
    """看 N: one report with all that is known of it."""

    number: int = 0
    #: Whose report, where several bear the number.
    name: str = ""


@dataclass(frozen=True, slots=True)
class ApproveAll(Intent):
    """全部通过: counted first, then asked."""

    effect: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Several(Intent):
    """Decisions, one a line."""

    effect: ClassVar[bool] = True
    parts: tuple[Intent, ...] = ()


@dataclass(frozen=True, slots=True)
class Return(Intent):
    """退回 N REASON."""

    effect: ClassVar[bool] = True
    number: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Queue(Intent):
    """待审."""
