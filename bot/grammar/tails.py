"""Words that are kept as they were typed: what is understood is put into one width and loses its commas. Pure."""

from __future__ import annotations

import unicodedata

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
