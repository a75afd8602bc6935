"""What a person may want, as plain values: what is wanted anywhere; each area of the talk has a file of its own."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Intent:
    """A wish; ``effect`` says whether it changes anything, so that a repeat must not do it twice."""

    effect: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class Cancel(Intent):
    """取消, 算了: what is being talked about is dropped."""


@dataclass(frozen=True, slots=True)
class Back(Intent):
    """上一步."""


@dataclass(frozen=True, slots=True)
class More(Intent):
    """更多: what did not fit into the last answer."""


@dataclass(frozen=True, slots=True)
class Help(Intent):
    """帮助."""


@dataclass(frozen=True, slots=True)
class Thanks(Intent):
    """谢谢, 好的, 收到: a courtesy that asks for nothing."""


@dataclass(frozen=True, slots=True)
class Person(Intent):
    """人工, 打电话给谁: somebody to speak to."""


@dataclass(frozen=True, slots=True)
class Said(Intent):
    """Words that mean something only within what was being talked about, or none of the commands."""

    effect: ClassVar[bool] = True
    text: str
    #: When it was written, by WeChat's clock: what comes late is not taken for an answer to a later question.
    at: dt.datetime
    #: What it means where nothing is being talked about.
    otherwise: Intent
    #: Heard, not typed.
    heard: bool = False
    #: Why the command that these words are was refused.
    refused: str = ""


@dataclass(frozen=True, slots=True)
class NotText(Intent):
    """A sticker, a video, a place, a link, a file, a voice without words: ``kind`` is WeChat's word for it."""

    kind: str = ""


@dataclass(frozen=True, slots=True)
class Place(NotText):
    """A place that was sent, in degrees of a Chinese map; forgotten unless an organiser was asked for it."""

    lat: Decimal = field(default=Decimal(0), repr=False)
    lon: Decimal = field(default=Decimal(0), repr=False)


@dataclass(frozen=True, slots=True)
class Scanned(Intent):
    """A QR code was scanned; its scene, or what stands in it."""

    scene: str = ""


@dataclass(frozen=True, slots=True)
class Silence(Intent):
    """Something that needs no answer; ``event`` is WeChat's word for it, for the count."""

    event: str = ""


@dataclass(frozen=True, slots=True)
class Unknown(Intent):
    """Words that mean nothing here."""

    text: str = ""


class Event(Intent):
    """Something that happened to an account rather than a wish: it is noted and not answered."""

    effect: ClassVar[bool] = True
