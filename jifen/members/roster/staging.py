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

#: Changes with the order of ``_plain``: what an older release staged is not read as another thing.
_FORM = 1


def pack(entries: Sequence[Entry]) -> bytes:
    """Return entries as bytes; ``unpack`` gives them back."""
    text = json.dumps([_FORM, [_plain(e) for e in entries]], ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode(), level=1)


def unpack(staged: bytes) -> list[Entry]:
    """Return the entries that were packed.

    :raises ValueError: packed by another release
    """
    form, rows = json.loads(zlib.decompress(staged))
    if form != _FORM:
        raise ValueError(f"staged rows of form {form}")
    return [
        Entry(
            *row[:8],  # type: ignore[misc]
            joined=_day(row[8]),
            confirmed=_day(row[9]),
            posts=tuple(NamedPost(role, title) for role, title in row[10]) if row[10] else (),
        )
        for row in rows
    ]


def _plain(entry: Entry) -> list[object]:
    return [
        entry.sheet,
        entry.row,
        entry.name,
        entry.number,
        entry.staff_number,
        entry.unit,
        entry.branch,
        entry.category,
        _words(entry.joined),
        _words(entry.confirmed),
        entry.posts,
    ]


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
