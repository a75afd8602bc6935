"""The access token (access_token): one holder, one fetch at a time, thrown away by comparison."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass, field
from typing import Protocol

#: The platform renews five minutes before the end; from then on we ask for the next one.
RENEW_BEFORE = dt.timedelta(seconds=300)
#: A fetch that takes longer is taken for dead, and another caller may try.
LEASE = dt.timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Token:
    """A token and the instant its life ends."""

    value: str = field(repr=False)
    expires_at: dt.datetime


class TokenStore(Protocol):
    """Where all callers find the token; shared as widely as the account is."""

    def get(self) -> Token | None:
        """Return the token held, fresh or not."""

    def claim(self, now: dt.datetime) -> bool:
        """Return True to one caller at a time; it then fetches and calls ``put`` or ``release``."""

    def put(self, token: Token) -> None:
        """Hold ``token`` and end the claim."""

    def release(self) -> None:
        """End the claim without a token."""

    def forget(self, value: str) -> None:
        """Drop the token if it is still ``value``: somebody may have replaced it since."""


class MemoryTokenStore:
    """A store for one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._token: Token | None = None
        self._lease_until: dt.datetime | None = None

    def get(self) -> Token | None:
        return self._token

    def claim(self, now: dt.datetime) -> bool:
        with self._lock:
            if self._lease_until is not None and now < self._lease_until:
                return False
            self._lease_until = now + LEASE
            return True

    def put(self, token: Token) -> None:
        with self._lock:
            self._token, self._lease_until = token, None

    def release(self) -> None:
        with self._lock:
            self._lease_until = None

    def forget(self, value: str) -> None:
        with self._lock:
            if self._token is not None and self._token.value == value:
                self._token = None
