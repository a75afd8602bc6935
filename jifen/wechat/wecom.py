"""WeCom (企业微信) beside WeChat: messages of one application to members, who opened a page, and its callback.

Source: developer.work.weixin.qq.com/document/path/91039 (token), 90236
(messages), 91023 (sign-in), 90930 (callback), 90254 (what was sent: ``media``),
90506 (the ticket of pages).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from jifen.wechat.calls import Calls
from jifen.wechat.circuits import Circuits, MemoryCircuits
from jifen.wechat.client import token_of
from jifen.wechat.crypto import SafeBox, check_token, decode_aes_key
from jifen.wechat.errors import Forged
from jifen.wechat.inbound import WECOM_USER, Inbound, parse
from jifen.wechat.tokens import MemoryTokenStore, Token, TokenStore
from jifen.wechat.transport import Transport, Unreachable

BASE = "https://qyapi.weixin.qq.com"
#: Bytes of UTF-8 in a text message.
MAX_TEXT = 2048
_STAMP, _NONCE = re.compile(r"\d{1,12}", re.ASCII), re.compile(r"[\w-]{1,64}", re.ASCII)


class WeComClient(Calls):
    """One application of one organisation. Safe to share between threads."""

    def __init__(
        self,
        *,
        corp_id: str,
        secret: str,
        agent_id: str,
        store: TokenStore,
        tickets: TokenStore | None = None,
        circuits: Circuits | None = None,
        base_url: str = BASE,
    ) -> None:
        super().__init__(
            Transport(base_url, wecom=True),
            store=store,
            tickets=tickets or MemoryTokenStore(),
            circuits=circuits or MemoryCircuits(),
            fetch=self._fetch_token,
            fetch_ticket=self._fetch_ticket,
        )
        self._corp_id, self._secret, self._agent_id = corp_id, secret, agent_id

    def send_text(self, *, user: str, text: str) -> str | None:
        """Send a message of the application: no consent and no window, 30 a minute to one member.

        :return: the platform's id of the message
        :raises ValueError: longer than 2048 bytes
        :raises ApiError: 81013 where the application does not reach that user
        :raises Unreachable: see there; never send again when ``maybe_done``
        """
        if len(text.encode()) > MAX_TEXT:
            raise ValueError("WeCom text longer than 2048 bytes")
        payload = {"touser": user, "msgtype": "text", "agentid": self._agent_id, "text": {"content": text}}
        answer = self.call("/cgi-bin/message/send", payload)
        return str(answer["msgid"])[:40] if "msgid" in answer else None

    def application(self) -> dict[str, Any]:
        """Return what WeCom knows of our application: whether it is closed, and to which host a sign-in leads back.

        Source: developer.work.weixin.qq.com/document/path/90227.

        :raises ApiError, Unreachable: see there
        """
        return self.ask("/cgi-bin/agent/get", {"agentid": self._agent_id})

    def visitor(self, code: str) -> str | None:
        """Return which member opened a page, by the one-time code in its address; None for an outsider.

        :raises ApiError: 40029: the code is wrong, used or older than five minutes
        :raises Unreachable: see there; the code may be used up
        """
        # Asked once: a code is good for one answer.
        path = "/cgi-bin/auth/getuserinfo"
        answer = self._with_token(
            path, lambda token: self._transport.get(path, {"access_token": token, "code": code})
        )
        user = answer.get("userid") or answer.get("UserId")
        if user is None:
            return None
        if not isinstance(user, str) or not WECOM_USER.fullmatch(user):
            raise Unreachable("visitor answer is not as documented", maybe_done=True)
        return user

    def _fetch_token(self, _force: bool) -> Token:
        # WeCom renews a token by itself and has nothing to force. Its secret stands in the
        # address: the transport shows no address in what it raises, and logs none.
        asked = {"corpid": self._corp_id, "corpsecret": self._secret}
        return token_of(self._transport.get("/cgi-bin/gettoken", asked))

    def _fetch_ticket(self, _force: bool) -> Token:
        return token_of(self.ask("/cgi-bin/get_jsapi_ticket"), "ticket")


@dataclass(frozen=True, slots=True)
class Callback:
    """What proves a delivery to be WeCom's for our application: always encrypted, also when the URL is checked."""

    corp_id: str
    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    box: SafeBox = field(init=False, repr=False)

    def __post_init__(self) -> None:
        check_token(self.token)
        object.__setattr__(self, "box", SafeBox(self.corp_id, self.token, (decode_aes_key(self.aes_key),)))

    def verify(self, query: Mapping[str, Any]) -> str:
        """Return the word that proves to WeCom that the URL is ours; it is sent encrypted.

        :raises Forged: not signed with our token, or not for our organisation
        """
        try:
            return self.prove(query, str(query.get("echostr", ""))).decode("ascii")
        except UnicodeDecodeError as err:
            raise Forged("echostr is not as documented") from err

    def read(self, query: Mapping[str, Any], encrypt: str) -> Inbound:
        """Return a delivery. Its key is another one than WeChat's of the same number.

        :raises Forged: not signed with our token, or not for our organisation
        :raises BadCallback: proven, but not a message that we can read
        """
        message = parse(self.prove(query, encrypt), sender=WECOM_USER)
        return replace(message, key=f"w:{message.key}", sealed_with=0)

    def prove(self, query: Mapping[str, Any], encrypt: str) -> bytes:
        """Return what a delivery holds.

        :raises Forged: not signed with our token, or not for our organisation
        """
        timestamp, nonce = str(query.get("timestamp", "")), str(query.get("nonce", ""))
        if not _STAMP.fullmatch(timestamp) or not _NONCE.fullmatch(nonce):
            # The parts of a signature are joined without a separator: their forms are checked first.
            raise Forged("timestamp or nonce is not as documented")
        signed = str(query.get("msg_signature", ""))
        return self.box.open(encrypt, msg_signature=signed, timestamp=timestamp, nonce=nonce)[0]
