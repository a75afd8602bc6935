"""WeChat's message encryption (消息加解密, safe mode) and its signatures.

Source: developers.weixin.qq.com/doc/service/guide/dev/push/encryption.
AES-256-CBC, the IV is the first half of the key, PKCS#7 to 32 bytes, the
plaintext is 16 random bytes, a big-endian length, the message, the appid.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from jifen.wechat.errors import Forged

#: Padding unit of WeChat's PKCS#7; twice the cipher's own block.
PAD = 32
_SALT = 16
_HEAD = _SALT + 4
_AES_KEY = re.compile(r"[A-Za-z0-9+/]{43}", re.ASCII)
_TOKEN = re.compile(r"[\w-]{3,32}", re.ASCII)
_SHA1 = re.compile(r"[0-9a-f]{40}", re.ASCII)


def signature(*parts: str) -> str:
    """Return WeChat's signature: SHA-1 over the parts, sorted and joined, lower-case hex."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324 - WeChat's choice


def prove(given: str, *parts: str) -> None:
    """Compare a given signature in constant time.

    :raises Forged: it is not the signature of ``parts``
    """
    if not _SHA1.fullmatch(given) or not hmac.compare_digest(given, signature(*parts)):
        raise Forged("signature does not match")


def check_token(token: str) -> None:
    """Check the form of the callback token (令牌): 3 to 32 letters and digits; - and _ do no harm.

    :raises ValueError: not of this form; an empty token would prove anything
    """
    if not _TOKEN.fullmatch(token):
        raise ValueError("WeChat token must be 3 to 32 letters and digits")


def decode_aes_key(text: str) -> bytes:
    """Return the 32 bytes of an EncodingAESKey (消息加解密密钥) of 43 characters of base64.

    :raises ValueError: not of this form
    """
    if not _AES_KEY.fullmatch(text):
        raise ValueError("EncodingAESKey must be 43 characters of base64")
    return base64.b64decode(text + "=")


@dataclass(frozen=True, slots=True)
class SafeBox:
    """Opens and seals what passes between WeChat and one account in safe mode.

    ``keys`` holds the current EncodingAESKey and, during a rotation, the
    previous one; both decoded, the current first.
    """

    app_id: str
    token: str = field(repr=False)
    keys: tuple[bytes, ...] = field(repr=False)

    def open(self, encrypt: str, *, msg_signature: str, timestamp: str, nonce: str) -> tuple[bytes, int]:
        """Verify, then decrypt.

        :return: the message and the index of the key that opened it; answer with that key
        :raises Forged: signature, padding, length or appid is not right
        """
        prove(msg_signature, self.token, timestamp, nonce, encrypt)
        try:
            sealed = base64.b64decode(encrypt, validate=True)
        except (binascii.Error, ValueError) as err:
            raise Forged("ciphertext is not base64") from err
        if len(sealed) < PAD or len(sealed) % PAD:
            raise Forged("ciphertext is not whole blocks")
        for index, key in enumerate(self.keys):
            message = self._decrypt(sealed, key)
            if message is not None:
                return message, index
        raise Forged("no key opens this for our appid")

    def _decrypt(self, sealed: bytes, key: bytes) -> bytes | None:
        """Return the message, or None when ``key`` or the appid is another one's."""
        decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
        plain = decryptor.update(sealed) + decryptor.finalize()
        pad = plain[-1]
        if not 1 <= pad <= PAD or plain[-pad:] != bytes([pad]) * pad:
            return None
        plain = plain[:-pad]
        end = _HEAD + int.from_bytes(plain[_SALT:_HEAD], "big")
        # A length past the end leaves no appid, so it is refused here too.
        if not hmac.compare_digest(plain[end:], self.app_id.encode()):
            return None
        return plain[_HEAD:end]

    def seal(self, message: bytes, *, key_index: int = 0, salt: bytes | None = None) -> str:
        """Encrypt ``message``; return base64.

        :param key_index: the key to use, as returned by :meth:`open`
        :param salt: 16 random bytes; given only where a result must repeat
        """
        key = self.keys[key_index]
        plain = b"".join(
            (
                salt or secrets.token_bytes(_SALT),
                len(message).to_bytes(4, "big"),
                message,
                self.app_id.encode(),
            )
        )
        pad = PAD - len(plain) % PAD
        encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
        sealed = encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()
        return base64.b64encode(sealed).decode("ascii")
