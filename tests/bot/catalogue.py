"""The default rulebook's items as the reader of words knows them."""

from __future__ import annotations

from functools import cache

from bot.talk.names import Known
from jifen.core.settings import ROOT
from jifen.rulebook.loader import load_file


@cache
def items() -> tuple[Known, ...]:
    """Return every item that is in force."""
    book = load_file(ROOT / "config" / "rulebooks" / "municipal-organs.toml")
    return tuple(
        Known(
            item.code,
            item.name,
            item.unit,
            item.words,
            item.levels,
            item.quantity_min,
            item.quantity_max,
            item.quantity_step,
            item.evidence.basis if item.evidence and item.evidence.min else None,
            "self_report" in item.feeders,
        )
        for item in book.items.values()
        if item.off is None
    )


def by_code() -> dict[str, Known]:
    """Return them by code."""
    return {item.code: item for item in items()}
