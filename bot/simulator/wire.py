"""WeChat's side of the wire: sign and seal a delivery, prove and open an answer.

Source: developers.weixin.qq.com/doc/service/guide/dev/push/encryption.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import struct
from dataclasses import dataclass, field
from urllib.parse import urlencode
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

#: Bits of the padding unit: 32 bytes.
_UNIT = 256
#: Bytes of text that WeChat shows in one bubble.
MAX_TEXT = 2048
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class BadReply(Exception):
    """The product's answer is not one that WeChat would show; the text says why, in Chinese."""


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """What the account's owner and WeChat share."""

    app_id: str
    secret: str = field(repr=False)
    token: str = field(repr=False)
    #: EncodingAESKey, 43 characters.
    aes_key: str = field(repr=False)
    #: safe, compat or plain.
    mode: str = "safe"

    def sign(self, *parts: str) -> str:
        """Return the signature that binds ``parts`` to the shared token."""
        digest = hashlib.sha1(usedforsecurity=False)
        for part in sorted((self.token, *parts)):
            digest.update(part.encode())
        return digest.hexdigest()

    def _cipher(self) -> Cipher[CBC]:
        key = base64.b64decode(f"{self.aes_key}=")
        return Cipher(AES(key), CBC(key[0:16]))

    def encrypt(self, text: str, salt: bytes | None = None) -> str:
        """Return the ``Encrypt`` field that carries ``text``."""
        content = text.encode()
        framed = (salt or os.urandom(16)) + struct.pack("!I", len(content)) + content + self.app_id.encode()
        padder, encryptor = PKCS7(_UNIT).padder(), self._cipher().encryptor()
        padded = padder.update(framed) + padder.finalize()
        return base64.standard_b64encode(encryptor.update(padded) + encryptor.finalize()).decode()

    def decrypt(self, field_text: str) -> str:
        """Return the text in an ``Encrypt`` field.

        :raises BadReply: not sealed with our key for our appid
        """
        try:
            decryptor, unpadder = self._cipher().decryptor(), PKCS7(_UNIT).unpadder()
            padded = decryptor.update(base64.b64decode(field_text)) + decryptor.finalize()
            framed = unpadder.update(padded) + unpadder.finalize()
            (length,) = struct.unpack_from("!I", framed, 16)
            content, app_id = framed[20 : 20 + length], framed[20 + length :]
            if app_id != self.app_id.encode():
                raise InvalidKey
            return content.decode()
        except (ValueError, struct.error, InvalidKey) as err:
            raise BadReply("应答的密文打不开：密钥或 AppID 与公众号的不一致。") from err


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One message or event on its way; copies of it differ in nonce and time stamp only."""

    account: str
    openid: str
    #: Name and value of each further field, in WeChat's order.
    fields: tuple[tuple[str, str], ...]
    #: Seconds since the epoch.
    created: int

    def xml(self) -> str:
        """Return the plain form."""
        head = (
            ("ToUserName", self.account),
            ("FromUserName", self.openid),
            ("CreateTime", str(self.created)),
        )
        return "<xml>" + "".join(f"<{n}>{_text(v)}</{n}>" for n, v in (*head, *self.fields)) + "</xml>"


def _text(value: str) -> str:
    return value if value.isascii() and value.isdigit() else escape(_NOT_TEXT.sub("", value))


def request_of(delivery: Delivery, shared: Credentials, *, nonce: str, timestamp: str) -> tuple[str, bytes]:
    """Return the query string and the body of one copy."""
    query = {
        "signature": shared.sign(timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
        "openid": delivery.openid,
    }
    xml = delivery.xml()
    if shared.mode == "plain":
        return urlencode(query), xml.encode()
    sealed = shared.encrypt(xml)
    query |= {"encrypt_type": "aes", "msg_signature": shared.sign(timestamp, nonce, sealed)}
    if shared.mode == "compat":
        body = xml.removesuffix("</xml>")
    else:
        body = f"<xml><ToUserName>{escape(delivery.account)}</ToUserName>"
    return urlencode(query), f"{body}<Encrypt><![CDATA[{sealed}]]></Encrypt></xml>".encode()


def read_reply(body: bytes, delivery: Delivery, shared: Credentials) -> str | None:
    """Return the text that the person would see; None where the product only says "received".

    :raises BadReply: WeChat would show its "unavailable" bubble
    """
    if body in (b"", b"success"):
        return None
    outer = _tree(body)
    sealed = outer.get("Encrypt")
    if sealed is None:
        if shared.mode == "safe":
            raise BadReply("安全模式下的应答没有加密。")
        inner = outer
    else:
        proof = shared.sign(outer.get("TimeStamp", ""), outer.get("Nonce", ""), sealed)
        if outer.get("MsgSignature") != proof:
            raise BadReply("应答的签名 MsgSignature 不对。")
        inner = _tree(shared.decrypt(sealed).encode())
    if (inner.get("ToUserName"), inner.get("FromUserName")) != (delivery.openid, delivery.account):
        raise BadReply("应答的收发双方不对：ToUserName 应是发来消息的人。")
    if not inner.get("CreateTime", "").isdigit():
        raise BadReply("应答的 CreateTime 不是整数。")
    if inner.get("MsgType") != "text":
        raise BadReply("应答的类型不是文字，模拟器还不会显示。")
    content = inner.get("Content", "")
    if not content:
        raise BadReply("应答的文字是空的。")
    if len(content.encode()) > MAX_TEXT:
        raise BadReply(f"应答的文字超过 {MAX_TEXT} 字节，微信不显示。")
    return content


def _tree(body: bytes) -> dict[str, str]:
    """Return the fields right below the root."""
    if b"<!DOCTYPE" in body:
        raise BadReply("应答带有 DOCTYPE。")
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 - no DOCTYPE, so nothing to expand
    except ElementTree.ParseError as err:
        raise BadReply("应答不是合法的 XML。") from err
    if root.tag != "xml":
        raise BadReply("应答的根元素不是 <xml>。")
    return {child.tag: child.text or "" for child in root}
