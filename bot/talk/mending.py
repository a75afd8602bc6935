"""Writers who correct themselves: 昨天，哦不对，是前天; 2小时，打错了是3小时."""

from __future__ import annotations

import re
from typing import Protocol, TypeVar

_DENIED = re.compile(r"(?:不是|并非)\s*$")
_MENDS = re.compile(
    r"(?:不对|不是|[说写打记报弄搞]?错了?|更正|[哦噢啊呃]不|不不)[了啊,。!、\s]*(?:我?[说写打记]错了?)?[,\s]*"
    r"(?:应该|应当|其实|实际上?)?(?:是|为|做了)?(?:的?是)?\s*$"
)
_UNSURE = re.compile(
    r"(?:大概|大约|估计|约莫?|差不多|好像|可能|也许|应该(?!是)|或许|记得是|不知道是|不止|超过|至少|起码|多于|少说|接近|将近|快到?|近|上限)"
    r"[有是做干花了个在\s]*$"
)
_OR_SO = re.compile(
    r"\s*(?:左右|上下|前后|来回|来着|往上|出头|开外|不到|吧?[,\s]*(?:记不[太大]?清|记不得|说不准|忘了(?!.{0,2}[报登填记说])|不确定|拿不准))"
)
#: Letters between what was wrong and what is right.
_NEAR = 14


class Spoken(Protocol):
    """Something of a text, from ``start`` to before ``end``."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def doubted(one: Spoken, text: str) -> tuple[int, int] | None:
    """Return where something stands together with the words that say that the writer does not know it for sure.

    大概3小时, 两小时左右, 好像是昨天; None where nothing says so.
    """
    before, after = _UNSURE.search(text[: one.start]), _OR_SO.match(text[one.end :])
    if before is None and after is None:
        return None
    return before.start() if before else one.start, one.end + (after.end() if after else 0)


S = TypeVar("S", bound=Spoken)


def meant(found: list[S], text: str) -> list[S]:
    """Return what is meant of several things of one kind, in order: what was corrected and denied is left out."""
    kept = [one for one in found if not _DENIED.search(text[: one.start])] or found
    for at in range(len(kept) - 1, 0, -1):
        between = text[kept[at - 1].end : kept[at].start]
        if len(between) <= _NEAR and _MENDS.search(between):
            return kept[at:]
    return kept
