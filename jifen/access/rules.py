"""Codes on paper slips, eight characters that nobody misreads, and QR codes on a screen."""

from __future__ import annotations

import unicodedata

#: No 0/O, 1/I/L, 2/Z, 5/S, 8/B, U/V: what is written by hand stays readable.
ALPHABET = "34679ACDEFGHJKMNPQRTWXY"
LENGTH = 8
#: Days that a slip is good for.
VALID_DAYS = 14
#: Minutes that a QR code on a screen is good for.
SCREEN_MINUTES = 10
#: What the scene of such a code begins with; what follows cannot be guessed.
SCENE = "bind:"
#: Wrong names after which a slip is dead.
MAX_FAILURES = 5
#: Wrong codes from one account after which it waits an hour.
MAX_GUESSES = 5
#: Minutes in which the privacy text is to be answered after a good slip; the slip itself stays good.
ANSWER_MINUTES = 60


def clean_code(typed: str) -> str:
    """Return a code as typed on any keyboard in its one form: half width, upper case, no separators."""
    folded = unicodedata.normalize("NFKC", typed).upper()
    return "".join(c for c in folded if c.isalnum())


def clean_name(typed: str) -> str:
    """Return a name without the spaces and widths by which people write it."""
    folded = unicodedata.normalize("NFKC", typed)
    return "".join(folded.split()).replace("•", "·").replace("・", "·")
