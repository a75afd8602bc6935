"""Everything that is drawn by lot: nonces, tokens, tickets, and whether a fault strikes.

With a seed the draws are the same in every run.
"""

from __future__ import annotations

import random
import string

_LETTERS = string.ascii_letters + string.digits + "_-"


class Chance:
    """A source of made-up values; safe to share between threads."""

    def __init__(self, seed: int | None = None) -> None:
        self._seed = seed
        # What is drawn protects nothing: the stand-in lets anybody play anybody.
        self._random: random.Random = random.Random(seed) if seed is not None else random.SystemRandom()  # noqa: S311

    def word(self, length: int) -> str:
        """Return ``length`` letters, digits, dashes and underscores."""
        return "".join(self._random.choices(_LETTERS, k=length))

    def number(self, below: int) -> int:
        return self._random.randrange(below)

    def salt(self) -> bytes:
        """Return the sixteen bytes that a sealed text begins with."""
        return self._random.randbytes(16)

    def another(self, name: str) -> random.Random:
        """Return a source of its own, so that draws elsewhere do not change what comes out of it."""
        return random.Random(None if self._seed is None else f"{self._seed}:{name}")  # noqa: S311
