"""Entries as they wait for the confirmation: allow-listed values only, compressed."""

from __future__ import annotations

import datetime as dt
import json
import zlib
from collections.abc import Sequence

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
            posts=tuple(NamedPost(role, title) for role, title in row[10]),
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
        entry.joined and (entry.joined.on.isoformat(), entry.joined.precision),
        entry.confirmed and (entry.confirmed.on.isoformat(), entry.confirmed.precision),
        entry.posts,
    ]


def _day(plain: tuple[str, Precision] | None) -> RosterDay | None:
    return RosterDay(dt.date.fromisoformat(plain[0]), plain[1]) if plain else None
