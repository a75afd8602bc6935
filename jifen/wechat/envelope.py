"""The callback's outside: from a request to an :class:`Inbound`, from a reply to bytes.

Pure: no Flask, no clock. The modes are WeChat's own (消息加解密方式):

``safe``    only the encrypted half is there, and only that is believed;
``compat``  the body carries a plain copy beside it, which is ignored, so
            nobody gains by leaving the encrypted half out;
``plain``   for trying things out: WeChat's signature then covers the query
            but not the body, so production refuses this mode.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from jifen.wechat.crypto import SafeBox, check_token, decode_aes_key, prove, signature
from jifen.wechat.errors import Forged
from jifen.wechat.inbound import MAX_BODY, Inbound, parse

#: What WeChat takes for "received, nothing to say"; needs no encryption.
ACK = b"success"
#: Bytes of UTF-8 that a text answer may hold; WeChat shows nothing of a longer one.
MAX_TEXT = 2048
#: A plain query older or newer than this is not taken: it could be a captured one.
PLAIN_SKEW = dt.timedelta(seconds=600)

_ENCRYPT = re.compile(rb"<Encrypt>\s*(?:<!\[CDATA\[)?([A-Za-z0-9+/=]+)(?:\]\]>)?\s*</Encrypt>")
_TIMESTAMP = re.compile(r"\d{10}", re.ASCII)
_NONCE = re.compile(r"[\w-]{1,64}", re.ASCII)
_ECHO = re.compile(r"[\x21-\x7e]{1,512}", re.ASCII)
#: Characters that no XML document may hold, CDATA or not.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Mode(StrEnum):
    """How the account sends its deliveries; see the module's words."""

    SAFE = "safe"
    COMPAT = "compat"
    PLAIN = "plain"


@dataclass(frozen=True, kw_only=True)
class CallbackConfig:
    """What proves a delivery to be WeChat's for our account.

    :raises ValueError: a token or key that is not of WeChat's form, or a missing one
    """

    app_id: str
    token: str = field(repr=False)
    aes_key: str | None = field(default=None, repr=False)
    #: Still opens what was sealed with it while a new key is being rolled out.
    aes_key_previous: str | None = field(default=None, repr=False)
    mode: Mode = Mode.SAFE
    #: Built from the fields above.
    box: SafeBox = field(init=False, repr=False)

    def __post_init__(self) -> None:
        check_token(self.token)
        if self.mode is not Mode.PLAIN and not (self.aes_key and self.app_id):
            raise ValueError(f"WeChat mode {self.mode} needs an appid and an EncodingAESKey")
        keys = tuple(decode_aes_key(key) for key in (self.aes_key, self.aes_key_previous) if key)
        object.__setattr__(self, "box", SafeBox(self.app_id, self.token, keys))


class Seals(Protocol):
    """What seals an answer: a token and the box that opened the question."""

    @property
    def token(self) -> str: ...
    @property
    def box(self) -> SafeBox: ...


@dataclass(frozen=True, slots=True)
class TextReply:
    """One bubble of text. Too long a text is cut where WeChat would drop it whole."""

    text: str


def verify_url(query: Mapping[str, str], *, config: CallbackConfig) -> str:
    """Return the ``echostr`` that proves to WeChat that this URL is ours; answer it as text/plain.

    :raises Forged: the query is not signed with our token
    """
    timestamp, nonce = _stamp(query)
    prove(query.get("signature", ""), config.token, timestamp, nonce)
    echo = query.get("echostr", "")
    if not _ECHO.fullmatch(echo):
        raise Forged("echostr is not as documented")
    return echo


def open_envelope(
    query: Mapping[str, str], body: bytes, *, config: CallbackConfig, now: dt.datetime
) -> Inbound:
    """Prove a delivery, open it, and read it.

    :param now: this instant, aware; only plain bodies are held to it
    :raises Forged: not proven to be WeChat's, or plain where encryption is configured
    :raises BadCallback: proven, but not a message we can read
    """
    if len(body) > MAX_BODY:
        raise Forged("body too long to be looked at")
    timestamp, nonce = _stamp(query)
    if config.mode is Mode.PLAIN:
        prove(query.get("signature", ""), config.token, timestamp, nonce)
        if abs(now - dt.datetime.fromtimestamp(int(timestamp), dt.UTC)) > PLAIN_SKEW:
            raise Forged("plain delivery is not of now")
        return parse(body)
    if query.get("encrypt_type") != "aes":
        raise Forged("plain delivery where encryption is configured")
    xml, index = _open(query.get("msg_signature", ""), timestamp, nonce, body, config.box)
    return dataclasses.replace(parse(xml), sealed_with=index)


def _open(msg_signature: str, timestamp: str, nonce: str, body: bytes, box: SafeBox) -> tuple[bytes, int]:
    """Find the encrypted half without running an XML parser on unproven bytes, and decrypt it."""
    # In compat mode a member may have typed <Encrypt>: the signature tells which is WeChat's.
    refusal = Forged("no encrypted half")
    for match in _ENCRYPT.finditer(body):
        try:
            return box.open(
                match[1].decode("ascii"), msg_signature=msg_signature, timestamp=timestamp, nonce=nonce
            )
        except Forged as err:
            refusal = err
    raise refusal


def _stamp(query: Mapping[str, str]) -> tuple[str, str]:
    """Return timestamp and nonce of a query.

    Their forms are checked first: the parts of a signature are joined
    without a separator, so free text could be moved from one to another.
    """
    timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
    if not _TIMESTAMP.fullmatch(timestamp) or not _NONCE.fullmatch(nonce):
        raise Forged("timestamp or nonce is not as documented")
    return timestamp, nonce


def seal(reply: TextReply | None, inbound: Inbound, *, config: Seals, nonce: str, timestamp: int) -> bytes:
    """Return the body that answers ``inbound``; ``success`` where there is nothing to say.

    :param nonce: of the request being answered, also when the reply is a stored one
    :param timestamp: this instant in whole seconds
    """
    content = clip(reply.text) if reply is not None else ""
    if not content:
        return ACK
    xml = (
        f"<xml><ToUserName>{_cdata(inbound.openid)}</ToUserName>"
        f"<FromUserName>{_cdata(inbound.account)}</FromUserName>"
        f"<CreateTime>{timestamp}</CreateTime>"
        f"<MsgType><![CDATA[text]]></MsgType><Content>{_cdata(content)}</Content></xml>"
    ).encode()
    if inbound.sealed_with is None:
        return xml
    encrypt = config.box.seal(xml, key_index=inbound.sealed_with)
    proof = signature(config.token, str(timestamp), nonce, encrypt)
    return (
        f"<xml><Encrypt>{_cdata(encrypt)}</Encrypt><MsgSignature>{_cdata(proof)}</MsgSignature>"
        f"<TimeStamp>{timestamp}</TimeStamp><Nonce>{_cdata(nonce)}</Nonce></xml>"
    ).encode()


def clip(text: str) -> str:
    """Return ``text`` as one bubble can show it: no characters that XML lacks, 2048 bytes at most.

    A cut falls between characters and is marked by an ellipsis.
    """
    text = _NOT_XML.sub("", text)
    data = text.encode()
    if len(data) <= MAX_TEXT:
        return text
    return data[: MAX_TEXT - len("…".encode())].decode(errors="ignore") + "…"


def _cdata(text: str) -> str:
    """Wrap text so that nothing in it can end the section."""
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"
