"""Entries as they wait for the confirmation: allow-listed values only, compressed."""

from __future__ import annotations

import datetime as dt
import json
import zlib
from collections.abc import Sequence
from functools import lru_cache
from typing import cast

from jifen.members.roster.dates import Precision, RosterDay
from jifen.members.roster.entries import Entry
from jifen.members.roster.values import NamedPost

#: Changes with the columns below: what an older release staged is not read as another thing.
_FORM = 2


def pack(entries: Sequence[Entry]) -> bytes:
    """Return entries as bytes, column by column; ``unpack`` gives them back."""
    columns = [
        [e.sheet for e in entries],
        [e.row for e in entries],
        [e.name for e in entries],
        [e.number for e in entries],
        [e.staff_number for e in entries],
        [e.unit for e in entries],
        [e.branch for e in entries],
        [e.category for e in entries],
        [_words(e.joined) for e in entries],
        [_words(e.confirmed) for e in entries],
        [e.posts for e in entries],
    ]
    text = json.dumps([_FORM, columns], ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode(), level=1)


def unpack(staged: bytes) -> list[Entry]:
    """Return the entries that were packed.

    :raises ValueError: packed by another release
    """
    form, columns = json.loads(zlib.decompress(staged))
    if form != _FORM:
        raise ValueError(f"staged rows of form {form}")
    *plain, joined, confirmed, posts = columns
    return list(map(Entry, *plain, map(_day, joined), map(_day, confirmed), map(_posts, posts)))


def _posts(plain: list[list[str]]) -> tuple[NamedPost, ...]:
    return tuple(NamedPost(role, title) for role, title in plain) if plain else ()


# Days repeat: a city's people joined on fewer days than there are people.
@lru_cache(maxsize=65536)
def _words(day: RosterDay | None) -> str:
    return f"{day.precision}:{day.on}" if day else ""


@lru_cache(maxsize=65536)
def _day(words: str) -> RosterDay | None:
    if not words:
        return None
    precision, _, on = words.partition(":")
    return RosterDay(dt.date.fromisoformat(on), cast(Precision, precision))
