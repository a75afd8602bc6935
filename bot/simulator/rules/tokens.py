"""Access tokens of both kinds, and the ticket for pages.

Source: developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken and api_getaccesstoken.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.simulator.chance import Chance
from bot.simulator.refusals import Refused

#: Seconds that a token or a ticket lives, and before its end at which the stable one is renewed.
LIFE, RENEWED = 7200, 300
#: Forced renewals a day, and seconds between two.
FORCED_A_DAY, FORCED_APART = 20, 30
_DAY = 86400


class Tokens:
    """What lets a caller through. The two kinds know nothing of each other."""

    def __init__(self, *, now: Callable[[], float], chance: Chance) -> None:
        self._now, self._chance = now, chance
        #: Token -> when it ends.
        self._until: dict[str, float] = {}
        self._stable: str | None = None
        self._classic: str | None = None
        self._forced: list[float] = []
        self._tickets: dict[str, tuple[str, float]] = {}

    def stable(self, *, force: bool) -> tuple[str, int]:
        """Return the token and its life: the same one until five minutes before its end.

        :raises Refused: 45009 or 45011, forced too often
        """
        now = self._now()
        if force:
            self._may_force(now)
            self._until.pop(self._stable or "", None)
        left = self._until.get(self._stable or "", 0.0) - now
        if self._stable is None or left <= RENEWED:
            # The one before goes on to its own end: five minutes in which both are good.
            self._stable, left = self._new(now), LIFE
        return self._stable, int(left)

    def classic(self) -> tuple[str, int]:
        """Return a new token; the one before it ends at once."""
        self._until.pop(self._classic or "", None)
        self._classic = self._new(self._now())
        return self._classic, LIFE

    def check(self, token: str) -> None:
        """Let a call through.

        :raises Refused: 41001 without a token, 40001 with an unknown one, 42001 with an old one
        """
        if not token:
            raise Refused(41001)
        until = self._until.get(token)
        if until is None:
            raise Refused(40001)
        if until <= self._now():
            raise Refused(42001)

    def end_all(self) -> None:
        """End every token: what a changed secret, or a second system with the same account, does."""
        self._until.clear()

    def ticket(self, kind: str) -> tuple[str, int]:
        """Return the ticket of ``kind`` (jsapi, wx_card) and its life."""
        now = self._now()
        value, until = self._tickets.get(kind, ("", 0.0))
        if until <= now:
            value, until = self._chance.word(86), now + LIFE
            self._tickets[kind] = (value, until)
        return value, int(until - now)

    def _may_force(self, now: float) -> None:
        self._forced = [at for at in self._forced if at > now - _DAY]
        if len(self._forced) >= FORCED_A_DAY:
            raise Refused(45009)
        if self._forced and now - self._forced[-1] < FORCED_APART:
            raise Refused(45011)
        self._forced.append(now)

    def _new(self, now: float) -> str:
        if len(self._until) > 4000:
            self._until = {token: end for token, end in self._until.items() if end > now - LIFE}
        token = self._chance.word(136)
        self._until[token] = now + LIFE
        return token
