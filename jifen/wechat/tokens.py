"""The access token (access_token): one holder, one fetch at a time, thrown away by comparison."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from jifen.core import clock
from jifen.wechat.verdicts import FORCE_AT_MOST_EVERY

#: The platform renews five minutes before the end; from then on we ask for the next one.
RENEW_BEFORE = dt.timedelta(seconds=300)
#: A fetch that takes longer is taken for dead, and another caller may try.
LEASE = dt.timedelta(seconds=15)
#: Looks at the store while another caller fetches the token, and seconds between two.
TOKEN_LOOKS, TOKEN_LOOK = 200, 0.05


@dataclass(frozen=True, slots=True)
class Token:
    """A token, when it was fetched and the instant its life ends."""

    value: str = field(repr=False)
    expires_at: dt.datetime
    #: Tells a renewed token from the one before it, even where the platform gave the same value again.
    fetched_at: dt.datetime


class TokenStore(Protocol):
    """Where all callers find the token; shared as widely as the account is."""

    def get(self) -> Token | None:
        """Return the token held, fresh or not."""

    def claim(self, now: dt.datetime) -> bool:
        """Return True to one caller at a time; it then fetches and calls ``put`` or ``release``."""

    def may_ask_again(self, now: dt.datetime) -> bool:
        """Return True once in ten minutes, and remember it: a token that was refused is asked for anew."""

    def may_force(self, now: dt.datetime) -> bool:
        """Return True once in ten minutes, and remember it."""

    def put(self, token: Token) -> None:
        """Hold ``token`` and end the claim."""

    def release(self) -> None:
        """End the claim without a token."""


class MemoryTokenStore:
    """A store for one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._token: Token | None = None
        self._lease_until: dt.datetime | None = None
        self._last: dict[str, dt.datetime] = {}

    def get(self) -> Token | None:
        return self._token

    def claim(self, now: dt.datetime) -> bool:
        with self._lock:
            if self._lease_until is not None and now < self._lease_until:
                return False
            self._lease_until = now + LEASE
            return True

    def may_ask_again(self, now: dt.datetime) -> bool:
        with self._lock:
            return self._once("again", now)

    def may_force(self, now: dt.datetime) -> bool:
        with self._lock:
            return self._once("forced", now)

    def _once(self, what: str, now: dt.datetime) -> bool:
        if what in self._last and now < self._last[what] + FORCE_AT_MOST_EVERY:
            return False
        self._last[what] = now
        return True

    def put(self, token: Token) -> None:
        with self._lock:
            self._token, self._lease_until = token, None

    def release(self) -> None:
        with self._lock:
            self._lease_until = None


class NoToken(Exception):
    """No usable token can be had now; the text never holds one."""


class TokenHolder:
    """Gives callers a token: of many that need one, one fetches and the others wait for it.

    :param fetch: asks the platform; its argument says whether to force a new one
    """

    def __init__(self, store: TokenStore, fetch: Callable[[bool], Token]) -> None:
        self._store, self._fetch = store, fetch

    def get(self) -> Token:
        """Return a usable token.

        :raises NoToken: waited in vain for somebody else's fetch
        """

        def fresh(held: Token) -> bool:
            return clock.now() < held.expires_at - RENEW_BEFORE

        found = self._one(fresh, self._fetch_plain, stale_serves=True)
        assert found is not None, "only a second fetch may be refused"
        return found

    def another(self, used: Token) -> Token | None:
        """Return a token that was fetched after ``used``, which the platform did not take.

        Thrown away is only what was used: where somebody has renewed it since, that one is returned.
        None where somebody has asked anew within ten minutes already: it would be the same again.

        :raises NoToken: waited in vain for somebody else's fetch
        """
        return self._one(lambda held: held.fetched_at > used.fetched_at, self._fetch_again)

    def forced(self, used: Token) -> Token | None:
        """Return a token that the platform was made to renew; None where one was within ten minutes already.

        :raises NoToken: waited in vain for somebody else's fetch
        """
        return self._one(lambda held: held.fetched_at > used.fetched_at, self._fetch_forced)

    def _fetch_plain(self) -> Token | None:
        return self._fetch(False)

    def _fetch_again(self) -> Token | None:
        return self._fetch(False) if self._store.may_ask_again(clock.now()) else None

    def _fetch_forced(self) -> Token | None:
        return self._fetch(True) if self._store.may_force(clock.now()) else None

    def _one(
        self, good: Callable[[Token], bool], fetch: Callable[[], Token | None], *, stale_serves: bool = False
    ) -> Token | None:
        for _ in range(TOKEN_LOOKS):
            now, held = clock.now(), self._store.get()
            if held is not None and good(held):
                return held
            if self._store.claim(now):
                fresh = None
                try:
                    # Between the look and the claim somebody else may have finished.
                    held = self._store.get()
                    if held is not None and good(held):
                        return held
                    fresh = fetch()
                    if fresh is not None:
                        self._store.put(fresh)
                    return fresh
                finally:
                    if fresh is None:
                        self._store.release()
            if stale_serves and held is not None and now < held.expires_at:
                return held
            time.sleep(TOKEN_LOOK)
        raise NoToken("waited for a token in vain")
