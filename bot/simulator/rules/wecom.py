"""The little of WeCom (企业微信) that a notice, a sign-in, a word and a picture to the application need.

Source: developer.work.weixin.qq.com/document/path/91039, 90236, 91023, 90930, 90254, 90506.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.simulator.chance import Chance
from bot.simulator.refusals import Refused
from bot.simulator.rules.media import Media
from bot.simulator.rules.sign_in import SignIn
from bot.simulator.wire import Credentials

#: Seconds that a token lives, and in which the same message is sent once where the caller asks for that.
LIFE, DUPLICATE = 7200, 1800
#: Bytes of a text; of a card's title and of its words.
TEXT, TITLE, WORDS = 2048, 128, 512


@dataclass(frozen=True, kw_only=True)
class Corp:
    """What the organisation and WeCom share."""

    corp_id: str = "wwsimulator000001"
    secret: str = field(default="wecom-simulator-secret", repr=False)
    agent_id: str = "1000002"
    #: What seals the deliveries to the application; without them nothing can be said to it.
    token: str = field(default="", repr=False)
    aes_key: str = field(default="", repr=False)

    @property
    def talks(self) -> bool:
        """Whether members can say something to the application."""
        return bool(self.token and self.aes_key)

    def credentials(self) -> Credentials:
        """Return what seals a delivery: WeCom knows only the encrypted mode."""
        return Credentials(
            app_id=self.corp_id, secret=self.secret, token=self.token, aes_key=self.aes_key, mode="wecom"
        )

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Corp:
        """Return what JIFEN_WECOM_CORP_ID and its siblings say; made-up values where they are silent."""
        given = {
            name: environ.get(f"JIFEN_WECOM_{name.upper()}", "").strip() for name in cls.__dataclass_fields__
        }
        return cls(**{name: value for name, value in given.items() if value})


class WeCom:
    """One organisation with one application."""

    def __init__(self, corp: Corp, *, now: Callable[[], float], chance: Chance) -> None:
        self.corp, self._now, self._chance = corp, now, chance
        self.sign_in = SignIn(now=now, chance=chance)
        #: Its own: neither platform hands out what was sent to the other.
        self.media = Media(now=now, chance=chance)
        self._token: tuple[str, float] | None = None
        self._ticket = ("", 0.0)
        self._issued: set[str] = set()
        self._sent: dict[str, float] = {}

    def token(self, corp_id: Any, secret: Any) -> tuple[str, int]:
        """Return the application's token: the same one until its end.

        :raises Refused: 40013, 40001
        """
        if corp_id != self.corp.corp_id:
            raise Refused(40013, "invalid corpid")
        if secret != self.corp.secret:
            raise Refused(40001, "invalid credential")
        if self._token is None or self._token[1] <= self._now():
            self._token = self._chance.word(140), self._now() + LIFE
            self._issued.add(self._token[0])
        return self._token[0], int(self._token[1] - self._now())

    def check(self, token: str) -> None:
        """Let a call through.

        :raises Refused: 41001, 40014, 42001
        """
        if not token:
            raise Refused(41001)
        if self._token is None or token != self._token[0]:
            raise Refused(40014)
        if self._token[1] <= self._now():
            raise Refused(42001)

    def issued(self, token: str) -> bool:
        """Tell whether a token is, or was, of this application: the stand-in is both platforms on one address."""
        return token in self._issued

    def end_token(self) -> None:
        """End the token before its time."""
        self._token = None

    def ticket(self) -> tuple[str, int]:
        """Return the ticket with which a page signs for the JS-SDK, and its life: the same one until its end."""
        if self._ticket[1] <= self._now():
            self._ticket = self._chance.word(86), self._now() + LIFE
        return self._ticket[0], int(self._ticket[1] - self._now())

    def message(self, body: dict[str, Any]) -> tuple[list[str], str, str]:
        """Return to whom a message goes, its words, and where it leads.

        :raises Refused: 40056, 40008, 45002, 40063: not as documented
        """
        if str(body.get("agentid")) != self.corp.agent_id:
            raise Refused(40056, "invalid agentid")
        to = [one for one in str(body.get("touser") or "").split("|") if one]
        kind = body.get("msgtype")
        part = body.get(kind) if isinstance(kind, str) and isinstance(body.get(kind), dict) else {}
        assert isinstance(part, dict)
        if kind in ("text", "markdown"):
            words = part.get("content")
            if not isinstance(words, str) or not words:
                raise Refused(40063, "some parameters are empty")
            if len(words.encode()) > TEXT:
                raise Refused(45002)
            return to, words, ""
        if kind == "textcard":
            title, words, url = part.get("title"), part.get("description"), part.get("url")
            if not (
                isinstance(title, str) and isinstance(words, str) and isinstance(url, str) and title and url
            ):
                raise Refused(40063, "some parameters are empty")
            if len(title.encode()) > TITLE or len(words.encode()) > WORDS:
                raise Refused(45002)
            return to, f"{title}\n{words}", url
        raise Refused(40008)

    def repeated(self, body: dict[str, Any]) -> bool:
        """Tell whether the same was sent already; WeCom then says yes and sends nothing."""
        if body.get("enable_duplicate_check") != 1:
            return False
        now, key = self._now(), json.dumps(body, sort_keys=True)
        life = body.get("duplicate_check_interval", DUPLICATE)
        before = self._sent.get(key, 0.0)
        self._sent[key] = now + (life if isinstance(life, int) else DUPLICATE)
        return before > now
