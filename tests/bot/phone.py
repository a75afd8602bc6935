"""A phone for tests: seals what is typed as WeChat does and opens the answer."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from jifen.core import clock
from jifen.wechat.crypto import signature
from jifen.wechat.envelope import CallbackConfig

_ids = itertools.count(10_000)


class Phone:
    """One person's WeChat."""

    def __init__(self, client: FlaskClient, config: CallbackConfig, who: str) -> None:
        self._client, self._config = client, config
        self.openid = "o" + hashlib.sha256(who.encode()).hexdigest()[:27]

    def say(self, text: str, *, msg_id: str | None = None, at: dt.datetime | None = None) -> str:
        """Send a text, written now if not ``at``, and return the answer's words; empty for ``success``."""
        response = self.push(self.sealed(self.xml(text, msg_id or str(next(_ids)), at)))
        assert response.status_code == 200, response.status_code
        return self.words(response.data)

    def event(self, event: str, key: str = "", *, at: dt.datetime | None = None) -> str:
        """Push an event, with a key where it has one, and return the answer's words."""
        xml = (
            f"<xml><ToUserName><![CDATA[gh_test]]></ToUserName><FromUserName><![CDATA[{self.openid}]]></FromUserName>"
            f"<CreateTime>{int((at or clock.now()).timestamp())}</CreateTime><MsgType><![CDATA[event]]></MsgType>"
            f"<Event><![CDATA[{event}]]></Event><EventKey><![CDATA[{key}]]></EventKey></xml>"
        ).encode()
        response = self.push(self.sealed(xml))
        assert response.status_code == 200, response.status_code
        return self.words(response.data)

    def scan(self, result: str) -> str:
        """Scan a picture inside the chat by a menu button that waits, and return the answer's words."""
        xml = (
            f"<xml><ToUserName><![CDATA[gh_test]]></ToUserName><FromUserName><![CDATA[{self.openid}]]></FromUserName>"
            f"<CreateTime>{int(clock.now().timestamp())}</CreateTime><MsgType><![CDATA[event]]></MsgType>"
            f"<Event><![CDATA[scancode_waitmsg]]></Event><EventKey><![CDATA[scan]]></EventKey>"
            f"<ScanCodeInfo><ScanType><![CDATA[qrcode]]></ScanType><ScanResult><![CDATA[{result}]]></ScanResult>"
            "</ScanCodeInfo></xml>"
        ).encode()
        response = self.push(self.sealed(xml))
        assert response.status_code == 200, response.status_code
        return self.words(response.data)

    def send(self, kind: str, *, at: dt.datetime | None = None, **fields: str) -> str:
        """Send a message of another kind (image, voice, link …), written now if not ``at``; return the answer's words."""
        inner = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in fields.items())
        body = self.xml("", str(next(_ids)), at).replace(
            b"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[]]></Content>",
            f"<MsgType><![CDATA[{kind}]]></MsgType>{inner}".encode(),
        )
        response = self.push(self.sealed(body))
        assert response.status_code == 200, response.status_code
        return self.words(response.data)

    def xml(self, text: str, msg_id: str, at: dt.datetime | None = None) -> bytes:
        """Return a text message as WeChat writes it."""
        return (
            f"<xml><ToUserName><![CDATA[gh_test]]></ToUserName><FromUserName><![CDATA[{self.openid}]]></FromUserName>"
            f"<CreateTime>{int((at or clock.now()).timestamp())}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
            f"<Content><![CDATA[{text}]]></Content><MsgId>{msg_id}</MsgId></xml>"
        ).encode()

    def sealed(self, xml: bytes) -> tuple[str, str, str, str]:
        """Return ciphertext, signature, timestamp and nonce of a push."""
        timestamp, nonce = str(int(clock.now().timestamp())), f"n{next(_ids)}"
        encrypted = self._config.box.seal(xml)
        return encrypted, signature(self._config.token, timestamp, nonce, encrypted), timestamp, nonce

    def push(self, sealed: tuple[str, str, str, str] | bytes, *, tamper: bool = False) -> TestResponse:
        """Post a push."""
        if isinstance(sealed, bytes):
            return self._client.post("/wechat?timestamp=1700000000&nonce=n&encrypt_type=aes", data=sealed)
        encrypted, signed, timestamp, nonce = sealed
        if tamper:
            encrypted = encrypted[:-8] + "AAAAAAA="
        query = {"timestamp": timestamp, "nonce": nonce, "encrypt_type": "aes", "msg_signature": signed}
        return self._client.post(
            "/wechat", query_string=query, data=f"<xml><Encrypt>{encrypted}</Encrypt></xml>"
        )

    def words(self, body: bytes) -> str:
        """Return the text of a sealed answer."""
        if body == b"success":
            return ""
        part = {k: _find(k, body.decode()) for k in ("Encrypt", "MsgSignature", "TimeStamp", "Nonce")}
        xml, _ = self._config.box.open(
            part["Encrypt"],
            msg_signature=part["MsgSignature"],
            timestamp=part["TimeStamp"],
            nonce=part["Nonce"],
        )
        return _find("Content", xml.decode())


def _find(tag: str, xml: str) -> str:
    found = re.search(rf"<{tag}>(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?</{tag}>", xml, re.DOTALL)
    return found[1] if found else ""
