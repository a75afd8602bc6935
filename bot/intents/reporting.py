"""Wants about one's own reports."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar

from bot.intents import Intent


@dataclass(frozen=True, slots=True)
class Report(Intent):
    """上报 ITEM [DAY] [QUANTITY] [LEVEL] [WORDS]; ``number`` is the returned report it corrects."""

    effect: ClassVar[bool] = True
    item: str = ""
    day: dt.date | None = None
    #: A day that was typed but is none, as typed.
    bad_day: str = ""
    quantity: Decimal = Decimal(1)
    #: What is left, in order; the handler finds the level among it.
    rest: tuple[str, ...] = field(default_factory=tuple)
    evidence: str | None = None
    another: bool = False
    number: int | None = None
    #: Whether an amount was typed.
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Deed(Intent):
    """What somebody told in his own words; what he did not say, or not clearly, is left open."""

    effect: ClassVar[bool] = True
    #: Codes of the items that may be meant, likeliest first.
    items: tuple[str, ...] = ()
    #: Whether the first may be taken without asking.
    sure: bool = False
    day: dt.date | None = None
    #: What was said about the day where that is not one day: 上周, 周末, 3号、5号.
    day_said: str = ""
    #: None where nothing was said, or nothing that is a number.
    quantity: Decimal | None = None
    #: What was said about the amount where that is no number: 半天, 两三个小时.
    amount_said: str = ""
    level: str | None = None
    #: Whose deed it is, as named; empty for one's own.
    who: str = ""
    #: The words that say that it was not done.
    undone: str = ""
    #: The words that say that it is still to come.
    planned: str = ""
    another: bool = False
    evidence: str | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class ItemHow(Intent):
    """志愿服务几分, 怎么报: one item, by code."""

    item: str = ""


@dataclass(frozen=True, slots=True)
class TakeBack(Intent):
    """撤回 N: one's own report before a decision, or one's own confirmation within a day."""

    effect: ClassVar[bool] = True
    number: int | None = None


@dataclass(frozen=True, slots=True)
class MyReports(Intent):
    """我的上报."""


@dataclass(frozen=True, slots=True)
class Items(Intent):
    """项目: what can be reported."""


@dataclass(frozen=True, slots=True)
class Photo(Intent):
    """A photo; its MediaId holds three days."""

    effect: ClassVar[bool] = True
    media_id: str
    at: dt.datetime
