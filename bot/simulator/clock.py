"""The platform's clock: the machine's, moved by whoever tries things out, or one that only moves when told."""

from __future__ import annotations

import threading
import time


class Clock:
    """Seconds since the epoch; call it.

    Without ``at`` it goes with the machine and may be moved. With ``at`` it
    stands still: only ``set``, ``advance`` and ``sleep`` move it, so that a
    test of three days takes no time and happens the same way twice.
    """

    def __init__(self, at: float | None = None) -> None:
        self._changed = threading.Condition()
        self._at = at
        self._ahead = 0.0

    def __call__(self) -> float:
        with self._changed:
            return time.time() + self._ahead if self._at is None else self._at

    @property
    def stands(self) -> bool:
        """Whether it only moves when told."""
        return self._at is not None

    @property
    def ahead(self) -> float:
        """Seconds that it is ahead of the machine's clock."""
        return self() - time.time()

    def advance(self, seconds: float) -> None:
        """Move it; who sleeps until a moment that has passed by this wakes."""
        with self._changed:
            if self._at is None:
                self._ahead += seconds
            else:
                self._at += seconds
            self._changed.notify_all()

    def set(self, at: float) -> None:
        """Move it to ``at``."""
        with self._changed:
            self.advance(at - self())

    def sleep(self, seconds: float) -> None:
        """Return when ``seconds`` have passed on this clock; one that stands is moved there at once."""
        until = self() + seconds
        with self._changed:
            if self._at is not None:
                self._at = max(self._at, until)
                self._changed.notify_all()
                return
            while (left := until - self()) > 0:
                self._changed.wait(left)
