"""What columns and codes are called where people read rows as they are kept: one's own data, the audit."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from functools import lru_cache
from typing import Any

from jifen.core.settings import ROOT

FILE = ROOT / "config" / "privacy" / "columns.toml"


@lru_cache(maxsize=1)
def words() -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Return what columns are called, and what their codes mean."""
    raw = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return raw["columns"], raw["values"]


def head(table: str, column: str) -> str:
    """Return what a column is called; its own name if nobody said."""
    known = words()[0]
    return known.get(f"{table}.{column}") or known.get(column, column)


def said(column: str, value: Any) -> str:
    """Return a value as people read it: codes in words, yes and no, several joined."""
    match value:
        case None | "":
            return ""
        case bool():
            return "是" if value else "否"
        case Decimal():
            return f"{value.normalize():f}"
        case list():
            return "、".join(said(column, one) for one in value)
        case dict():
            return "；".join(f"{head('', key)}：{said(key, one)}" for key, one in value.items() if one != "")
        case str() if column == "action":
            return _act(value)
        case _:
            return words()[1].get(column, {}).get(str(value), str(value))


def note(codes: str) -> str:
    """Return the note of an audit row in words: ``unit=4 count=18`` or the code of a state, a role, a reason.

    What no table knows (numbers of documents, digests) stays as it is written.
    """
    return " ".join(_word(part) for part in codes.split())


def _word(part: str) -> str:
    values = words()[1]
    name, mark, value = part.partition("=")
    if mark:
        return f"{values['note'].get(name, name)}{value if value != '-' else '无'}"
    for column in _NOTED:
        if part in values[column]:
            return values[column][part]
    return part


#: Where the codes of a note come from, the likeliest first.
_NOTED = ("state", "outcome", "role", "reason", "kind", "category", "what")


def _act(code: str) -> str:
    """Return an act of the audit in words: of what, then what was done."""
    what, _, verb = code.partition(".")
    values = words()[1]
    return f"{values['subject'].get(what, what)}{values['verb'].get(verb, verb)}"
