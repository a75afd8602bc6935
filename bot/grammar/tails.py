"""Words that are kept as they were typed: what is understood is put into one width and loses its commas. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

_PAUSES = frozenset(" ,、.。!！~:;")


def typed(text: str, words: str) -> str:
    """Return the end of ``text`` that was understood as ``words``, with the commas and lines that it was typed with."""
    left = sum(mark not in _PAUSES for mark in words)
    if not left:
        return words
    for at in range(len(text) - 1, -1, -1):
        folded = unicodedata.normalize("NFKC", text[at])
        left -= sum(mark not in _PAUSES and not mark.isspace() for mark in folded)
        if left <= 0:
            return text[at:].strip()
    return words


def parts(text: str, names: Collection[str]) -> tuple[str, dict[str, list[str]]]:
    """Return what stands before the first name, and what stands behind each: 名称 社区清扫 地点 滨河社区.

    A name counts only as a word of its own, with a space or a colon behind it.
    """
    form = re.compile(rf"(?:(?<=\s)|^)({'|'.join(names)})(?=[\s:])[\s:]*")
    found: dict[str, list[str]] = {}
    marks = list(form.finditer(text))
    for n, mark in enumerate(marks):
        end = marks[n + 1].start() if n + 1 < len(marks) else len(text)
        if said := text[mark.end() : end].strip(" :"):
            found.setdefault(mark[1], []).append(said)
    return text[: marks[0].start()] if marks else text, found
