"""Passwords: Argon2id, and the same time spent whether or not there is anything to compare with."""

from __future__ import annotations

import secrets
import unicodedata
from functools import lru_cache

import argon2

#: RFC 9106, second recommendation: three passes over 64 MiB; one lane, for the server has few cores.
HASHER = argon2.PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=1, hash_len=32, salt_len=16)


def hash_of(password: str) -> str:
    """Return what is kept of a password."""
    return HASHER.hash(_one_form(password))


def fits(kept: str | None, password: str) -> bool:
    """Return whether ``password`` is the one kept; takes as long when none is kept."""
    try:
        return HASHER.verify(kept or _nobodys(), _one_form(password)) and kept is not None
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False


def is_dated(kept: str) -> bool:
    """Return whether the parameters have changed since: hash anew while the password is at hand."""
    return HASHER.check_needs_rehash(kept)


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return HASHER.hash(secrets.token_urlsafe(16))


def _one_form(password: str) -> str:
    # The same keys on another machine may compose a character differently.
    return unicodedata.normalize("NFKC", password)
