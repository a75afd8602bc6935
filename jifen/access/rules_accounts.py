"""Lengths, spans and bounds of accounts; plain values."""

from __future__ import annotations

import datetime as dt

#: A session ends after so long without a request, and after so long anyhow.
IDLE, LONGEST = dt.timedelta(hours=1), dt.timedelta(hours=12)
#: How exactly the last request is noted; saves a write a request.
SEEN_EVERY = dt.timedelta(minutes=1)
#: Posts for whom a code card is not enough: they keep the installation or stand above all departments.
NEEDS_TOTP = frozenset({"it", "security", "auditor", "wc_office", "wc_leader"})
#: Codes on a card.
CARD = 24
#: Failures that lock, the first lock, and the longest one: each further failure doubles it.
MOST_FAILURES, FIRST_LOCK, LONGEST_LOCK = 5, dt.timedelta(minutes=15), dt.timedelta(hours=4)
#: How long a browser counts as known after it signed in.
MACHINE_KNOWN = dt.timedelta(days=180)
#: Shortest and longest password.
SHORTEST, LONGEST_PASSWORD = 10, 128


def locked_for(failures: int) -> dt.timedelta | None:
    """Return for how long an account is locked after so many failures in a row, None while it is not."""
    if failures < MOST_FAILURES:
        return None
    return min(LONGEST_LOCK, FIRST_LOCK * 2 ** min(failures - MOST_FAILURES, 10))
