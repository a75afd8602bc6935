"""Openids, paper codes and tokens of demo people: derived, so that nothing is kept in clear.

An openid follows from the member number alone: the simulator plays the same
person in every installation. Codes and tokens follow from the installation's
secret as well.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from jifen.access.rules import ALPHABET, LENGTH


def openid(number: str) -> str:
    """Return the demo person's openid, of the form that WeChat's have: ``o`` and 27 characters."""
    digest = hashlib.sha256(f"jifen demo openid {number}".encode()).digest()
    return "o" + base64.urlsafe_b64encode(digest).decode()[:27]


def token(secret: str, number: str) -> str:
    """Return the demo person's bearer token in this installation."""
    return "jf_" + base64.urlsafe_b64encode(_mac(secret, "token", number)).decode().rstrip("=")


def paper_code(secret: str, number: str) -> str:
    """Return the code on the demo person's slip in this installation."""
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in _mac(secret, "slip", number)[:LENGTH])


def password(secret: str) -> str:
    """Return the console password of this installation's demo people, one for all."""
    return f"演示密码-{paper_code(secret, 'password').lower()}"


def totp_seed(secret: str, number: str) -> str:
    """Return the seed of the demo person's time codes in this installation."""
    return base64.b32encode(_mac(secret, "totp", number)[:20]).decode()


def _mac(secret: str, purpose: str, number: str) -> bytes:
    return hmac.new(secret.encode(), f"jifen demo {purpose} {number}".encode(), hashlib.sha256).digest()
