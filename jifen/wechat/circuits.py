"""Circuit breakers: an endpoint that keeps failing, or says when to come back, rests until then.

Kept where all processes see them: what one ran into, the others need not try.
"""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass
from typing import Protocol

#: Stands for every endpoint of an account.
ACCOUNT = "*"
#: Failures in a row after which an endpoint rests, and for how long at first and at most.
MOST_FAILURES = 5
REST, LONGEST_REST = dt.timedelta(seconds=30), dt.timedelta(minutes=10)
#: Who tries first after a rest has so long, while the others still wait.
PROBE = dt.timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Circuit:
    """How an endpoint stands."""

    endpoint: str
    #: No call before this instant; None: never opened.
    open_until: dt.datetime | None
    #: Failures in a row.
    failures: int
    #: Code of what opened it.
    reason: str = ""


class Circuits(Protocol):
    """Where circuits are kept."""

    def look(self, *endpoints: str) -> list[Circuit]:
        """Return those of ``endpoints`` that have failed of late."""

    def probe(self, endpoint: str, now: dt.datetime) -> bool:
        """Return True to the one caller that may try after a rest; the others wait for what he finds."""

    def fail(self, endpoint: str, *, reason: str, now: dt.datetime) -> None:
        """Count a failure; after some in a row the endpoint rests, longer each time."""

    def open(self, endpoint: str, *, until: dt.datetime, reason: str) -> None:
        """Let an endpoint rest until then."""

    def close(self, endpoint: str, now: dt.datetime) -> None:
        """Forget its failures: a call succeeded. A rest that another call has just begun stays."""


def rest_after(failures: int) -> dt.timedelta | None:
    """Return how long an endpoint rests after so many failures in a row; None: not yet."""
    if failures < MOST_FAILURES:
        return None
    return min(REST * 2 ** min(failures - MOST_FAILURES, 10), LONGEST_REST)


class MemoryCircuits:
    """Circuits of one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, Circuit] = {}

    def look(self, *endpoints: str) -> list[Circuit]:
        with self._lock:
            return [self._known[name] for name in endpoints if name in self._known]

    def probe(self, endpoint: str, now: dt.datetime) -> bool:
        with self._lock:
            known = self._known.get(endpoint)
            if known is None or known.open_until is None:
                return True
            if known.open_until > now:
                return False
            self._known[endpoint] = Circuit(endpoint, now + PROBE, known.failures, known.reason)
            return True

    def fail(self, endpoint: str, *, reason: str, now: dt.datetime) -> None:
        with self._lock:
            known = self._known.get(endpoint) or Circuit(endpoint, None, 0)
            rest = rest_after(known.failures + 1)
            until = now + rest if rest else known.open_until
            self._known[endpoint] = Circuit(endpoint, until, known.failures + 1, reason)

    def open(self, endpoint: str, *, until: dt.datetime, reason: str) -> None:
        with self._lock:
            failures = self._known[endpoint].failures if endpoint in self._known else 0
            self._known[endpoint] = Circuit(endpoint, until, failures, reason)

    def close(self, endpoint: str, now: dt.datetime) -> None:
        with self._lock:
            known = self._known.get(endpoint)
            if known is not None and (known.open_until is None or known.open_until <= now + PROBE):
                del self._known[endpoint]
