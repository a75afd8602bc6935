"""Calls to WeChat's API: the ones that the house makes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jifen.core import clock
from jifen.wechat.calls import Calls
from jifen.wechat.circuits import Circuits, MemoryCircuits
from jifen.wechat.tokens import MemoryTokenStore, Token, TokenStore
from jifen.wechat.transport import ApiError, CircuitOpen, Transport, Unreachable
from jifen.wechat.verdicts import Verdict

TEMPLATE_SEND = "/cgi-bin/message/template/send"
SUBSCRIBE_SEND = "/cgi-bin/message/subscribe/bizsend"
CUSTOM_SEND = "/cgi-bin/message/custom/send"
#: Bytes of UTF-8 in a customer text message.
MAX_TEXT = 2048


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who opened a page inside WeChat."""

    openid: str = field(repr=False)
    #: A preview of the page (快照页): the openid is nobody's.
    snapshot: bool = False


class WeChatClient(Calls):
    """One account's calls. Safe to share between threads."""

    def __init__(
        self,
        *,
        app_id: str,
        secret: str,
        store: TokenStore,
        tickets: TokenStore | None = None,
        circuits: Circuits | None = None,
        base_url: str = "https://api.weixin.qq.com",
    ) -> None:
        super().__init__(
            Transport(base_url),
            store=store,
            tickets=tickets or MemoryTokenStore(),
            circuits=circuits or MemoryCircuits(),
            fetch=self._fetch_token,
            fetch_ticket=self._fetch_ticket,
        )
        self._app_id, self._secret = app_id, secret

    def send_template(
        self,
        *,
        openid: str,
        template_id: str,
        data: Mapping[str, str],
        client_msg_id: str,
        url: str | None = None,
    ) -> str | None:
        """Send a template message (模板消息).

        :param data: values by field name, such as ``thing1``
        :param client_msg_id: the same id to the same person within ten minutes is sent once
        :return: the platform's id, by which TEMPLATESENDJOBFINISH tells the end;
            None where it says this was sent already
        :raises ApiError, Unreachable: see there
        """
        payload: dict[str, Any] = {
            "touser": openid,
            "template_id": template_id,
            "client_msg_id": client_msg_id,
            "data": {name: {"value": value} for name, value in data.items()},
        }
        if url is not None:
            payload["url"] = url
        try:
            answer = self.call(TEMPLATE_SEND, payload)
        except ApiError as err:
            if err.verdict is Verdict.DUPLICATE:
                return None
            raise
        return str(answer["msgid"]) if "msgid" in answer else None

    def send_subscribed(
        self, *, openid: str, template_id: str, data: Mapping[str, str], page: str | None = None
    ) -> str | None:
        """Send a subscription notice (订阅通知): one for each consent, or any number under a lasting one.

        :return: the platform's id where it gives one; subscribe_msg_sent_event tells the end
        :raises ApiError, Unreachable: see there; never send again when ``maybe_done``
        """
        payload: dict[str, Any] = {
            "touser": openid,
            "template_id": template_id,
            "data": {name: {"value": value} for name, value in data.items()},
        }
        if page is not None:
            payload["page"] = page
        answer = self.call(SUBSCRIBE_SEND, payload)
        return str(answer["msgid"]) if "msgid" in answer else None

    def send_text(self, *, openid: str, text: str) -> None:
        """Send a customer message (客服消息): only to one who wrote within 48 hours, five at most.

        :raises ValueError: longer than 2048 bytes
        :raises ApiError, Unreachable: see there; never send again when ``maybe_done``
        """
        if len(text.encode()) > MAX_TEXT:
            raise ValueError("customer text longer than 2048 bytes")
        self.call(CUSTOM_SEND, {"touser": openid, "msgtype": "text", "text": {"content": text}})

    def keep_media(self, name: str, content: bytes, *, kind: str = "image") -> str:
        """Keep a medium at the platform for three days; returns its MediaId.

        :param kind: image, voice, video or thumb
        :raises ValueError: no bytes; a stream cannot be sent twice
        :raises ApiError, Unreachable: see there
        """
        types = {"image": "image/jpeg", "thumb": "image/jpeg", "voice": "audio/amr", "video": "video/mp4"}
        answer = self.upload("/cgi-bin/media/upload", (name, content, types[kind]), type=kind)
        return str(answer["media_id"])

    def visitor(self, code: str) -> Visitor:
        """Return who opened a page, by the one-time code that WeChat added to its address.

        :raises ApiError: 40029, 40163, 42003: the code is wrong, used or older than five minutes
        :raises Unreachable: see there; the code may be used up
        """
        path, grant = "/sns/oauth2/access_token", {"grant_type": "authorization_code"}
        asked = {"appid": self._app_id, "secret": self._secret, "code": code} | grant
        answer = self._guarded(path, lambda: self._transport.get(path, asked))
        openid = answer.get("openid")
        if not isinstance(openid, str) or not openid:
            raise Unreachable("visitor answer is not as documented", maybe_done=True)
        return Visitor(openid, snapshot=answer.get("is_snapshotuser") == 1)

    # --- what ``flask doctor`` asks -----------------------------------------------------

    def check_callback(self) -> dict[str, Any]:
        """Let the platform look at our network: DNS and ping, from its side."""
        return self.ask("/cgi-bin/callback/check", payload={"action": "all", "check_operator": "DEFAULT"})

    def callback_ips(self) -> list[str]:
        """Return the addresses from which the platform pushes; asks what the IP white list lets through."""
        return [str(one) for one in self.ask("/cgi-bin/getcallbackip").get("ip_list", [])]

    def quota(self, path: str) -> dict[str, Any]:
        """Return ``daily_limit``, ``used`` and ``remain`` of a call's day."""
        found = self.ask("/cgi-bin/openapi/quota/get", payload={"cgi_path": path}).get("quota")
        return found if isinstance(found, dict) else {}

    def templates(self) -> list[dict[str, Any]]:
        """Return the account's template messages: ``template_id``, ``title``, ``content``."""
        found = self.ask("/cgi-bin/template/get_all_private_template").get("template_list")
        return found if isinstance(found, list) else []

    def subscribe_templates(self) -> list[dict[str, Any]]:
        """Return the account's subscription notices: ``priTmplId``, ``content``, ``type`` (2 one-time, 3 lasting)."""
        found = self.ask("/wxaapi/newtmpl/gettemplate").get("data")
        return found if isinstance(found, list) else []

    def _fetch_token(self, force: bool) -> Token:
        asked: dict[str, Any] = {
            "grant_type": "client_credential",
            "appid": self._app_id,
            "secret": self._secret,
        }
        if force:
            asked["force_refresh"] = True
        return token_of(self._transport.post("/cgi-bin/stable_token", asked, {}))

    def _fetch_ticket(self, _force: bool) -> Token:
        return token_of(self.ask("/cgi-bin/ticket/getticket", {"type": "jsapi"}), "ticket")


def token_of(answer: Mapping[str, Any], name: str = "access_token") -> Token:
    """Return the token in a platform's answer.

    :raises Unreachable: there is none
    """
    value, life = answer.get(name), answer.get("expires_in")
    if not isinstance(value, str) or not value or not isinstance(life, int):
        raise Unreachable("token answer is not as documented", maybe_done=False)
    now = clock.now()
    return Token(value, now + dt.timedelta(seconds=life), now)


__all__ = ["ApiError", "CircuitOpen", "Unreachable", "Visitor", "WeChatClient"]
