"""OAuth for pages: who opened this page, told by a code that is good once and for five minutes.

Source: developers.weixin.qq.com/doc/service/guide/h5/auth.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.simulator.chance import Chance
from bot.simulator.refusals import Refused

#: Seconds that a code and a person's token live; days that a refresh token does.
CODE, TOKEN, REFRESH = 300, 7200, 30 * 86400
_KEPT = 5000


@dataclass(slots=True)
class Code:
    """What was handed to the page."""

    openid: str
    scope: str
    until: float
    #: Whether WeChat showed a snapshot of the page (快照页): the person is not he who he seems.
    snapshot: bool
    used: bool = False


@dataclass(frozen=True, slots=True)
class Grant:
    """A person's token; has nothing to do with the account's."""

    openid: str
    scope: str
    until: float


class SignIn:
    """Codes and tokens of persons."""

    def __init__(self, *, now: Callable[[], float], chance: Chance) -> None:
        self._now, self._chance = now, chance
        self._codes: dict[str, Code] = {}
        self._grants: dict[str, Grant] = {}
        self._refresh: dict[str, Grant] = {}

    def code(self, openid: str, scope: str, *, snapshot: bool = False) -> str:
        """Return a code for a page that ``openid`` opened."""
        code = self._chance.word(32)
        self._codes[code] = Code(openid, scope, self._now() + CODE, snapshot)
        _trim(self._codes)
        return code

    def redeem(self, code: str) -> Code:
        """Take a code, once.

        :raises Refused: 41008 none, 40029 unknown, 40163 used, 42003 too late
        """
        if not code:
            raise Refused(41008)
        held = self._codes.get(code)
        if held is None:
            raise Refused(40029)
        if held.used:
            raise Refused(40163)
        if held.until <= self._now():
            raise Refused(42003)
        held.used = True
        return held

    def exchange(self, code: str) -> dict[str, Any]:
        """Return what ``sns/oauth2/access_token`` answers."""
        held = self.redeem(code)
        openid = f"{held.openid[:20]}SNAPSHOT" if held.snapshot else held.openid
        answer = self._granted(openid, held.scope)
        if held.snapshot:
            answer["is_snapshotuser"] = 1
        return answer

    def refresh(self, token: str) -> dict[str, Any]:
        """Return a new token for an old one's refresh token.

        :raises Refused: 40030 unknown, 42002 too late
        """
        held = self._refresh.get(token)
        if held is None:
            raise Refused(40030)
        if held.until <= self._now():
            raise Refused(42002)
        return self._granted(held.openid, held.scope)

    def check(self, token: str, openid: str) -> Grant:
        """Return what a person's token is good for.

        :raises Refused: 40001 unknown, 42001 too late, 40003 another's
        """
        held = self._grants.get(token)
        if held is None:
            raise Refused(40001, "invalid credential, access_token is invalid or not latest,")
        if held.until <= self._now():
            raise Refused(42001)
        if held.openid != openid:
            raise Refused(40003)
        return held

    def _granted(self, openid: str, scope: str) -> dict[str, Any]:
        token, refresh, now = self._chance.word(107), self._chance.word(107), self._now()
        self._grants[token] = Grant(openid, scope, now + TOKEN)
        self._refresh[refresh] = Grant(openid, scope, now + REFRESH)
        _trim(self._grants)
        _trim(self._refresh)
        return {
            "access_token": token,
            "expires_in": TOKEN,
            "refresh_token": refresh,
            "openid": openid,
            "scope": scope,
        }


def _trim(held: dict[str, Any]) -> None:
    if len(held) > _KEPT:
        del held[next(iter(held))]
