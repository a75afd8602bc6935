"""Lines as they wait for the confirmation: allow-listed values only, compressed."""

from __future__ import annotations

import datetime as dt
import json
import zlib
from collections.abc import Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Any

from jifen.points.intake.lines import Line

#: Changes with the columns below: what an older release staged is not read as another thing.
_FORM = 1
_NAMES = [one.name for one in fields(Line)]
_DAYS = {"day", "since", "until"}
_FIGURES = {"quantity", "value"}


def pack(lines: Sequence[Line]) -> bytes:
    """Return lines as bytes, column by column; ``unpack`` gives them back."""
    columns = [[_plain(getattr(line, name)) for line in lines] for name in _NAMES]
    text = json.dumps([_FORM, columns], ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode(), level=1)


def unpack(staged: bytes) -> list[Line]:
    """Return the lines that were packed.

    :raises ValueError: packed by another release
    """
    form, columns = json.loads(zlib.decompress(staged))
    if form != _FORM:
        raise ValueError(f"staged lines of form {form}")
    read = [map(_reader(name), column) for name, column in zip(_NAMES, columns, strict=True)]
    return list(map(Line, *read))


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, dt.date | Decimal) else value


def _reader(name: str) -> Any:
    if name in _DAYS:
        return lambda text: dt.date.fromisoformat(text) if text else None
    if name in _FIGURES:
        return lambda text: Decimal(text) if text else None
    return lambda value: value
