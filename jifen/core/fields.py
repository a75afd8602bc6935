"""Field encryption and keyed digests: what may not stand in a table in plain.

Values are AES-256-GCM under a key with an id; the first key encrypts, all
decrypt, so that keys can be turned over. Look-ups use an HMAC instead.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class FieldCipher:
    """Encrypts and digests with the keys of ``JIFEN_FIELD_KEYS``.

    :param keys: key id -> 32 bytes, the first one encrypts
    """

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        if not keys or any(len(k) != 32 for k in keys.values()):
            raise ValueError("field keys must be 32 bytes each")
        self._keys = dict(keys)
        self._first = next(iter(self._keys))
        # The digest key must not change when encryption keys are turned over: the last one stays.
        self._digest_key = hashlib.sha256(b"digest" + list(self._keys.values())[-1]).digest()

    def encrypt(self, text: str, *, purpose: str) -> str:
        """Return ``text`` sealed for ``purpose``; the same text seals differently each time."""
        nonce = os.urandom(12)
        sealed = AESGCM(self._keys[self._first]).encrypt(nonce, text.encode(), purpose.encode())
        return f"{self._first}:{base64.b64encode(nonce + sealed).decode()}"

    def decrypt(self, sealed: str, *, purpose: str) -> str:
        """Return the text.

        :raises ValueError: an unknown key, another purpose, or a changed value
        """
        key_id, _, body = sealed.partition(":")
        raw = base64.b64decode(body)
        try:
            return AESGCM(self._keys[key_id]).decrypt(raw[:12], raw[12:], purpose.encode()).decode()
        except (KeyError, InvalidTag) as err:
            raise ValueError(f"cannot open a value sealed with key {key_id!r}") from err

    def digest(self, text: str, *, purpose: str) -> str:
        """Return the HMAC-SHA256 by which ``text`` can be found again, hex."""
        return hmac.new(self._digest_key, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()
