"""Pushing prepared messages as WeChat would: a fixed number of clients, one message at a time each."""

from __future__ import annotations

import hashlib
import itertools
import re
import socket
import threading
import time

from jifen.wechat.crypto import signature
from jifen.wechat.envelope import CallbackConfig

_ids = itertools.count(time.time_ns() // 1000)


def openid(member_id: int) -> str:
    """Return the openid of a bench member."""
    return "o" + hashlib.sha256(f"bench{member_id}".encode()).hexdigest()[:27]


def prepared(config: CallbackConfig, member_id: int, text: str, host: str) -> bytes:
    """Return the whole HTTP request of one encrypted text message."""
    now = str(int(time.time()))
    xml = (
        f"<xml><ToUserName><![CDATA[gh_bench]]></ToUserName><FromUserName><![CDATA[{openid(member_id)}]]></FromUserName>"
        f"<CreateTime>{now}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{text}]]></Content>"
        f"<MsgId>{next(_ids)}</MsgId></xml>"
    )
    return sealed(config, xml.encode(), host)


def scanned(config: CallbackConfig, member_id: int, result: str, host: str, *, later: int = 0) -> bytes:
    """Return the whole HTTP request of a picture scanned inside the chat, so many seconds from now."""
    xml = (
        f"<xml><ToUserName><![CDATA[gh_bench]]></ToUserName><FromUserName><![CDATA[{openid(member_id)}]]></FromUserName>"
        f"<CreateTime>{int(time.time()) + later}</CreateTime><MsgType><![CDATA[event]]></MsgType>"
        "<Event><![CDATA[scancode_waitmsg]]></Event><EventKey><![CDATA[scan]]></EventKey><ScanCodeInfo>"
        f"<ScanType><![CDATA[qrcode]]></ScanType><ScanResult><![CDATA[{result}]]></ScanResult></ScanCodeInfo></xml>"
    )
    return sealed(config, xml.encode(), host)


def sealed(config: CallbackConfig, xml: bytes, host: str) -> bytes:
    """Return the whole HTTP request that pushes ``xml``, whatever it is, as WeChat does."""
    now = str(int(time.time()))
    encrypted = config.box.seal(xml)
    signed = signature(config.token, now, "bench", encrypted)
    body = f"<xml><ToUserName><![CDATA[gh_bench]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>".encode()
    return _request(f"timestamp={now}&nonce=bench&encrypt_type=aes&msg_signature={signed}", body, host)


def unsigned(body: bytes, host: str) -> bytes:
    """Return the whole HTTP request of a body that is not WeChat's."""
    return _request("timestamp=1700000000&nonce=bench&encrypt_type=aes&msg_signature=" + "0" * 40, body, host)


def _request(query: str, body: bytes, host: str) -> bytes:
    head = f"POST /wechat?{query} HTTP/1.1\r\nHost: {host}\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n"
    return f"{head}Connection: close\r\n\r\n".encode() + body


def rate(
    port: int, requests: list[bytes], *, clients: int, config: CallbackConfig, expected: re.Pattern[str]
) -> float:
    """Return answers per second; what every answer says is proven after the clock has stopped.

    :raises RuntimeError: an answer that does not hold ``expected``
    """
    turn = itertools.count()
    answers: list[bytes] = []

    def work() -> None:
        while (n := next(turn)) < len(requests):
            with socket.create_connection(("127.0.0.1", port), timeout=30) as wire:
                wire.sendall(requests[n])
                parts = []
                while part := wire.recv(65536):
                    parts.append(part)
            answers.append(b"".join(parts))

    threads = [threading.Thread(target=work) for _ in range(clients)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - begun
    bad = [words for words in (said(answer, config) for answer in answers) if not expected.search(words)]
    if bad or len(answers) != len(requests):
        raise RuntimeError(
            f"{len(answers) - len(bad)} of {len(requests)} were answered right, not: {bad[:1]}"
        )
    return len(requests) / took


def said(answer: bytes, config: CallbackConfig) -> str:
    """Return the words of an encrypted answer; the answer itself where it is none."""
    text = answer.decode(errors="replace")
    found = [re.search(rf"<{tag}>(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?</{tag}>", text) for tag in _SEALED]
    sealed, signed, timestamp, nonce = (match[1] if match else "" for match in found)
    if not sealed:
        return text[:300]
    xml, _ = config.box.open(sealed, msg_signature=signed, timestamp=timestamp, nonce=nonce)
    return xml.decode()


_SEALED = ("Encrypt", "MsgSignature", "TimeStamp", "Nonce")
