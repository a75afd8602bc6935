"""Finding an item by what people call it."""

from __future__ import annotations

import datetime as dt
import unicodedata
from decimal import Decimal
from functools import lru_cache

from jifen.core.errors import Invalid
from jifen.points.errors import AmbiguousItem, BadQuantity, LevelNeeded, UnknownItem
from jifen.rulebook.engine import Fact, refusal
from jifen.rulebook.engine.book import Rulebook
from jifen.rulebook.engine.item import Item


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


def check_amount(
    item: Item,
    book: Rulebook,
    *,
    day: dt.date,
    quantity: Decimal,
    value: Decimal | None = None,
    level: str | None = None,
) -> None:
    """Refuse an amount that the item cannot count.

    :raises BadQuantity: outside the item's bounds, or finer than its step
    :raises LevelNeeded: the item is scored by level and ``level`` is none of its own
    :raises Invalid: the engine would refuse it for another reason
    """
    most = item.quantity_max
    steps = (quantity / item.quantity_step) % 1
    if quantity < item.quantity_min or (most is not None and quantity > most) or steps:
        raise BadQuantity(
            item=item.name,
            least=plain(item.quantity_min),
            most=plain(most) if most is not None else "不限",
            step=plain(item.quantity_step),
            unit=item.unit,
        )
    if item.levels and level not in item.levels:
        raise LevelNeeded(item=item.name, levels="、".join(item.levels))
    if (why := refusal(Fact(item.code, day, quantity, value, level), book)) is not None:
        raise Invalid(reason=f"“{item.name}”不能这样上报：{why}。请核对后再发。")


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """Return ``text`` in half width, upper case, without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).upper().split())


def plain(number: Decimal) -> str:
    """Return a figure as people write it: 2, 0.5, never 2.00 or 1E+1."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
