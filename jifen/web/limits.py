"""How often somebody may ask: a fixed window of a minute, kept in the memory of each web process.

With n processes a caller gets up to n times as much: the limit protects the
house from a program that runs wild, it is no quota to be billed. Nothing is
written to the database, so that a flood costs it nothing.
"""

from __future__ import annotations

import threading
import time

from jifen.core.errors import TooMany

#: Requests a minute for one token, or for one address without a token.
REQUESTS = 600
#: Refused tokens a minute from one address; past it not even the database is asked.
BAD_TOKENS = 30
#: Refused sign-ins a minute from one address: a whole department may sit behind one.
BAD_SIGN_INS = 30
#: Unknown public numbers a minute from one address: more than a hall full of people mistypes.
BAD_NUMBERS = 20
_SECONDS = 60


class Window:
    """Counts by key for a minute that begins with its first request; the next one forgets them all."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._ends = 0.0
        self._counts: dict[str, int] = {}
        self._lock = threading.Lock()

    def count(self, key: str) -> None:
        """Count one more.

        :raises TooMany: there were ``most`` in this minute
        """
        self._turn()
        with self._lock:
            seen = self._counts.get(key, 0)
            if seen < self.most:
                self._counts[key] = seen + 1
                return
        raise TooMany(wait="一分钟")

    def check(self, key: str) -> None:
        """Refuse when ``key`` has used up its minute, without counting.

        :raises TooMany: there were ``most`` in this minute
        """
        self._turn()
        if self._counts.get(key, 0) >= self.most:
            raise TooMany(wait="一分钟")

    def _turn(self) -> None:
        # A length of time, not an instant of the house: the monotonic clock does not jump.
        now = time.monotonic()
        with self._lock:
            if now >= self._ends:
                self._ends, self._counts = now + _SECONDS, {}
