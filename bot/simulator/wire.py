"""WeChat's side of the wire: sign and seal a delivery; ``replies`` proves and opens the answer.

Source: developers.weixin.qq.com/doc/service/guide/dev/push/encryption;
WeCom's: developer.work.weixin.qq.com/document/path/90930.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import struct
from dataclasses import dataclass, field
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

#: Bits of the padding unit: 32 bytes.
_UNIT = 256
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


#: Name and value of fields; a value may be fields again.
Fields = tuple[tuple[str, "str | Fields"], ...]


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
    #: safe, compat or plain; wecom for an application of WeCom, whose envelope is its own.
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
    fields: Fields
    #: Seconds since the epoch.
    created: int

    def xml(self) -> str:
        """Return the plain form."""
        head = (
            ("ToUserName", self.account),
            ("FromUserName", self.openid),
            ("CreateTime", str(self.created)),
        )
        return f"<xml>{_inner((*head, *self.fields))}</xml>"


def _inner(fields: Fields) -> str:
    return "".join(f"<{name}>{_value(value)}</{name}>" for name, value in fields)


def _value(value: str | Fields) -> str:
    if not isinstance(value, str):
        return _inner(value)
    if value.isascii() and value.isdigit():
        return value
    # The platform cuts what XML cannot carry, and splits what would end the section.
    return f"<![CDATA[{_NOT_XML.sub('', value).replace(']]>', ']]]]><![CDATA[>')}]]>"


def request_of(
    delivery: Delivery, shared: Credentials, *, nonce: str, timestamp: str, salt: bytes | None = None
) -> tuple[str, bytes]:
    """Return the query string and the body of one copy."""
    query = {
        "signature": shared.sign(timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
        "openid": delivery.openid,
    }
    xml = delivery.xml()
    if shared.mode == "wecom":
        sealed = shared.encrypt(xml, salt)
        query = {
            "msg_signature": shared.sign(timestamp, nonce, sealed),
            "timestamp": timestamp,
            "nonce": nonce,
        }
        to = f"<ToUserName><![CDATA[{delivery.account}]]></ToUserName><AgentID><![CDATA[]]></AgentID>"
        return urlencode(query), f"<xml>{to}<Encrypt><![CDATA[{sealed}]]></Encrypt></xml>".encode()
    if shared.mode == "plain":
        return urlencode(query), xml.encode()
    sealed = shared.encrypt(xml, salt)
    query |= {"encrypt_type": "aes", "msg_signature": shared.sign(timestamp, nonce, sealed)}
    if shared.mode == "compat":
        body = xml.removesuffix("</xml>")
    else:
        body = f"<xml><ToUserName>{escape(delivery.account)}</ToUserName>"
    return urlencode(query), f"{body}<Encrypt><![CDATA[{sealed}]]></Encrypt></xml>".encode()
