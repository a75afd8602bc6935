"""Finding an item by what people call it."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

from jifen.points.errors import AmbiguousItem, UnknownItem
from jifen.rulebook.engine.book import Item, Rulebook


def find(book: Rulebook, typed: str) -> Item:
    """Return the item with that code, name or word, in any width or case.

    A part of a name does if only one item bears it.

    :raises UnknownItem: nothing bears it
    :raises AmbiguousItem: several do
    """
    key = folded(typed)
    exact, part = [], []
    for item in book.items.values():
        names = [folded(n) for n in (item.code, item.name, *item.words)]
        if key in names:
            exact.append(item)
        elif len(key) >= 2 and any(key in n for n in names):
            part.append(item)
    found = exact or part
    if not found or not key:
        raise UnknownItem(item=typed)
    if len(found) > 1:
        raise AmbiguousItem(item=typed, choices="、".join(f"{i.code} {i.name}" for i in found[:6]))
    return found[0]


def folded(text: str) -> str:
    """Return ``text`` in half width, upper case, without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).upper().split())


def plain(number: Decimal) -> str:
    """Return a figure as people write it: 2, 0.5, never 2.00 or 1E+1."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
