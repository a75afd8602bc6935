"""Calls to the platform's API: the few that the house makes, with bounded waits.

Our own, because wechatpy's client has no timeout on its token, repeats an
unaccepted token without end, and shows the secret in its errors. What this
one raises never holds an address, a token or a secret.

No retries here beyond one for a stale token: who calls holds a row that
says what was sent, and knows whether sending again is safe.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests
from urllib3.exceptions import HTTPError, NewConnectionError

from jifen.core import clock
from jifen.wechat.tokens import RENEW_BEFORE, MemoryTokenStore, Token, TokenStore
from jifen.wechat.verdicts import Verdict, verdict

#: Seconds to connect, and to wait for the next bytes.
TIMEOUT = (3.05, 5.0)
#: Looks at the store while another caller fetches the token, and seconds between two.
TOKEN_LOOKS, TOKEN_LOOK = 200, 0.05
#: Bytes of UTF-8 in a customer text message.
MAX_TEXT = 2048
_RID = re.compile(r"rid: ?([0-9a-f-]{8,60})", re.ASCII)


class ApiError(Exception):
    """The platform answered and refused."""

    def __init__(self, code: int, rid: str = "") -> None:
        #: WeChat's errcode.
        self.code = code
        #: Names this one call to WeChat's support.
        self.rid = rid
        self.verdict: Verdict = verdict(code)
        super().__init__(f"errcode {code} ({self.verdict}), rid {rid or '-'}")


class Unreachable(Exception):
    """No answer that can be read came back."""

    def __init__(self, reason: str, *, maybe_done: bool) -> None:
        #: Whether the platform may have done what was asked all the same.
        self.maybe_done = maybe_done
        super().__init__(f"{reason}, {'outcome unknown' if maybe_done else 'nothing was sent'}")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who opened a page inside WeChat."""

    openid: str = field(repr=False)
    #: A preview of the page (快照页): the openid is nobody's.
    snapshot: bool = False


class WeChatClient:
    """One account's calls. Safe to share between threads."""

    def __init__(
        self,
        *,
        app_id: str,
        secret: str,
        store: TokenStore,
        tickets: TokenStore | None = None,
        base_url: str = "https://api.weixin.qq.com",
    ) -> None:
        self._app_id, self._secret, self._store = app_id, secret, store
        #: Where the ticket of page scripts is held, as the token is.
        self._tickets = tickets or MemoryTokenStore()
        self._base = base_url.rstrip("/")
        self._http = requests.Session()
        # A proxy or .netrc of the machine must not see or change these calls.
        self._http.trust_env = False

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
            answer = self.call("/cgi-bin/message/template/send", payload)
        except ApiError as err:
            if err.verdict is Verdict.DUPLICATE:
                return None
            raise
        return str(answer["msgid"]) if "msgid" in answer else None

    def send_text(self, *, openid: str, text: str) -> None:
        """Send a customer message (客服消息): only to one who wrote within 48 hours, five at most.

        :raises ValueError: longer than 2048 bytes
        :raises ApiError, Unreachable: see there; never send again when ``maybe_done``
        """
        if len(text.encode()) > MAX_TEXT:
            raise ValueError("customer text longer than 2048 bytes")
        self.call(
            "/cgi-bin/message/custom/send",
            {"touser": openid, "msgtype": "text", "text": {"content": text}},
        )

    def media(self, media_id: str, *, most: int) -> bytes:
        """Return a temporary medium (临时素材), good for three days.

        :param most: bytes that are read; what is longer comes back cut one byte above it
        :raises ApiError: 40007 and 40118: the platform has it no more
        :raises Unreachable: see there
        """
        token = self._access_token()
        try:
            return self._get_media(media_id, token, most)
        except ApiError as err:
            if err.verdict is not Verdict.EXPIRED:
                raise
        self._store.forget(token)
        return self._get_media(media_id, self._access_token(), most)

    def _get_media(self, media_id: str, token: str, most: int) -> bytes:
        fault: Unreachable
        try:
            with self._http.get(
                self._base + "/cgi-bin/media/get",
                params={"access_token": token, "media_id": media_id},
                timeout=TIMEOUT,
                allow_redirects=False,
                stream=True,
            ) as response:
                kind = response.headers.get("Content-Type", "")
                if response.status_code == 200 and kind.startswith(("image/", "application/octet-stream")):
                    whole = response.raw.read(most + 1, decode_content=True)
                    declared = response.headers.get("Content-Length", "")
                    if declared.isdecimal() and len(whole) < min(int(declared), most):
                        raise requests.ConnectionError("cut short")
                    return whole
                # Anything else is an error as JSON, or nothing that is ours.
                _read(response)
                raise Unreachable("no picture", maybe_done=False)
        except (requests.RequestException, HTTPError) as err:
            fault = Unreachable(type(err).__name__, maybe_done=False)
        raise fault

    def visitor(self, code: str) -> Visitor:
        """Return who opened a page, by the one-time code that WeChat added to its address.

        :raises ApiError: 40029, 40163, 42003: the code is wrong, used or older than five minutes
        :raises Unreachable: see there; the code may be used up
        """
        asked = {"appid": self._app_id, "secret": self._secret, "code": code}
        answer = self._get("/sns/oauth2/access_token", asked | {"grant_type": "authorization_code"})
        openid = answer.get("openid")
        if not isinstance(openid, str) or not openid:
            raise Unreachable("visitor answer is not as documented", maybe_done=True)
        return Visitor(openid, snapshot=answer.get("is_snapshotuser") == 1)

    def ticket(self) -> str:
        """Return the ticket (jsapi_ticket) by which scripts of our own pages are signed."""
        return self._held(
            self._tickets,
            lambda: self.ask("/cgi-bin/ticket/getticket", {"type": "jsapi"}),
            "ticket",
        )

    def call(self, path: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        """POST with the access token; once more with another token where this one is not taken.

        :raises ApiError, Unreachable: see there
        """
        return self._with_token(lambda token: self._post(path, payload, token))

    def ask(self, path: str, asked: Mapping[str, str] | None = None) -> dict[str, Any]:
        """GET with the access token, as ``call`` does.

        :raises ApiError, Unreachable: see there
        """
        return self._with_token(lambda token: self._get(path, {**(asked or {}), "access_token": token}))

    def _with_token(self, send: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
        token = self._access_token()
        try:
            return send(token)
        except ApiError as err:
            if err.verdict is not Verdict.EXPIRED:
                raise
        self._store.forget(token)
        return send(self._access_token())

    def _access_token(self) -> str:
        """Return a usable token; of many callers one fetches, the others wait for it."""
        account = {"grant_type": "client_credential", "appid": self._app_id, "secret": self._secret}
        return self._held(
            self._store, lambda: self._post("/cgi-bin/stable_token", account, None), "access_token"
        )

    def _held(self, store: TokenStore, fetch: Callable[[], dict[str, Any]], name: str) -> str:
        """Return what ``store`` holds while it is good; else one caller fetches it for all."""
        for _ in range(TOKEN_LOOKS):
            now, token = clock.now(), store.get()
            if token is not None and now < token.expires_at - RENEW_BEFORE:
                return token.value
            if store.claim(now):
                # Between the look and the claim somebody else may have finished.
                token = store.get()
                if token is None or now >= token.expires_at - RENEW_BEFORE:
                    return self._fetch(store, fetch, name)
                store.release()
                return token.value
            if token is not None and now < token.expires_at:
                return token.value
            time.sleep(TOKEN_LOOK)
        raise Unreachable("waited for a token in vain", maybe_done=False)

    def _fetch(self, store: TokenStore, fetch: Callable[[], dict[str, Any]], name: str) -> str:
        """Fetch under a claim; ends the claim in any case."""
        try:
            answer = fetch()
            value, life = answer.get(name), answer.get("expires_in")
            if not isinstance(value, str) or not value or not isinstance(life, int):
                raise Unreachable("token answer is not as documented", maybe_done=False)
        except BaseException:
            store.release()
            raise
        store.put(Token(value, clock.now() + dt.timedelta(seconds=life)))
        return value

    def _post(self, path: str, payload: Mapping[str, Any], token: str | None) -> dict[str, Any]:
        """POST JSON, read JSON; see ``_send``."""
        return self._send(
            "POST",
            path,
            params=None if token is None else {"access_token": token},
            # WeChat shows \uXXXX to people as it stands.
            data=json.dumps(payload, ensure_ascii=False).encode(),
            headers={"Content-Type": "application/json; charset=utf-8"},
        )

    def _get(self, path: str, asked: Mapping[str, str]) -> dict[str, Any]:
        """GET, read JSON; see ``_send``."""
        return self._send("GET", path, params=asked)

    def _send(self, method: str, path: str, **parts: Any) -> dict[str, Any]:
        """Ask once.

        :raises ApiError: errcode is not 0
        :raises Unreachable: no connection, no answer in time, or not JSON
        """
        fault: Unreachable
        try:
            response = self._http.request(
                method, self._base + path, timeout=TIMEOUT, allow_redirects=False, **parts
            )
        except requests.RequestException as err:
            # Its text holds the address with the token: only its kind is kept,
            # and it is left before raising so that no traceback chains to it.
            fault = Unreachable(type(err).__name__, maybe_done=not _never_left(err))
        else:
            return _read(response)
        raise fault


def _never_left(err: requests.RequestException) -> bool:
    """Tell whether the request surely did not reach the platform."""
    # A connection reset while waiting is a ConnectionError too: only these are certain.
    reason = getattr(err.args[0], "reason", None) if err.args else None
    return isinstance(err, requests.ConnectTimeout | requests.exceptions.SSLError) or isinstance(
        reason, NewConnectionError
    )


def _read(response: requests.Response) -> dict[str, Any]:
    """Return the answer's object, whatever Content-Type says; WeChat sends errors as text/plain."""
    if response.status_code != 200:
        raise Unreachable(f"HTTP {response.status_code}", maybe_done=response.status_code >= 500)
    try:
        answer = json.loads(response.content.decode(), strict=False)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise Unreachable("answer is not JSON", maybe_done=True)
    code = answer.get("errcode", 0)
    if code != 0:
        rid = _RID.search(str(answer.get("errmsg", "")))
        raise ApiError(code if isinstance(code, int) else -1, rid[1] if rid else "")
    return answer
