"""A rulebook compiled once for scoring: exact integers, resolved codes, and which items are simple."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from weakref import WeakKeyDictionary

from jifen.rulebook.engine.amount import Amount, exact
from jifen.rulebook.engine.book import (
    VETO,
    WINDOWS,
    ZERO,
    Category,
    Convert,
    Fixed,
    Inactivity,
    Ladder,
    Levels,
    PerUnit,
    Range,
    Rulebook,
    Tiers,
)
from jifen.rulebook.engine.item import Item, Start
from jifen.rulebook.engine.windows import KEYS, Key

_PLANS: WeakKeyDictionary[Rulebook, Plan] = WeakKeyDictionary()


class ItemPlan:
    """One item, compiled."""

    __slots__ = (
        "base",
        "bucket_of",
        "by_quantity",
        "cap",
        "chooses",
        "code",
        "credit_event",
        "credit_windows",
        "debit_event",
        "debit_windows",
        "due",
        "floor",
        "index",
        "item",
        "marks",
        "memo",
        "refusals",
        "roles",
        "scope",
        "simple",
        "triggers_veto",
        "triggers_zero",
    )

    def __init__(self, item: Item, book: Rulebook, index: int) -> None:
        self.item, self.code, self.index = item, item.code, index
        #: One of each set the person must be: the item's, its block's, the outer blocks'.
        self.roles = _roles(item, book)
        self.scope = item.deduct_scope or book.switches.deduct_scope
        self.cap = _bound(item.cap)
        if item.full_mark is not None and item.full_mark.of_last is None:
            self.cap = _least(self.cap, exact(item.full_mark.fixed))
        self.floor = _bound(item.floor)
        self.base: Start | None = item.full_mark or item.base
        self.credit_event = _bound(item.caps.get("event"))
        self.debit_event = _bound(item.debit_caps.get("event"))
        self.credit_windows = tuple((w, exact(item.caps[w])) for w in WINDOWS if w in item.caps)
        self.debit_windows = tuple((w, exact(item.debit_caps[w])) for w in WINDOWS if w in item.debit_caps)
        steps = _steps(item)
        self.marks = ZERO in steps or VETO in steps
        shortfall = item.shortfall
        self.triggers_zero = bool(item.zeroes) and ZERO not in steps and not (shortfall and shortfall.zero)
        self.triggers_veto = item.veto is not None and VETO not in steps
        self.due = shortfall is not None or isinstance(item.worth, Inactivity)
        #: Only one of several facts may count; a single fact needs no choice.
        self.chooses = item.takes.which != "each"
        #: What a fact of a simple item is worth, filled as facts are met: by the quantity, or by
        #: (quantity, level, value, role) where those matter.
        self.memo: dict[Any, Amount] = {}
        #: Why a fact like this cannot stand (``None``: it can), filled likewise.
        self.refusals: dict[Any, str | None] = {}
        self.by_quantity = isinstance(item.worth, Fixed) or (
            isinstance(item.worth, PerUnit | Tiers) and item.worth.on == "quantity"
        )
        if item.add_ons:
            self.by_quantity = False
        self.simple = self._is_simple()
        #: The bucket of a day where window caps hold gains: of the only window, or the day itself.
        self.bucket_of: Key | None = None
        if len(self.credit_windows) == 1:
            self.bucket_of = KEYS[self.credit_windows[0][0]]
        elif self.credit_windows:
            self.bucket_of = KEYS["day"]

    def _is_simple(self) -> bool:
        """Whether each fact is worth something by itself, whatever the others and the person are."""
        item, worth = self.item, self.item.worth
        if isinstance(worth, PerUnit | Tiers):
            plain = worth.over == "fact"
        elif isinstance(worth, Levels):
            plain = all(row.outside is None for row in worth.rows)
        else:
            plain = isinstance(worth, Fixed | Range | Convert)
        return (
            plain
            and not self.marks
            and not (self.triggers_zero or self.triggers_veto or item.lifts or self.due)
            and not (item.max_times or self.roles or item.off or self.debit_windows)
            and not any(more.roles for more in item.add_ons)
        )

    def event_clamp(self, amount: Amount) -> Amount:
        """Hold one event's amount inside the event caps."""
        if self.credit_event is not None and amount > self.credit_event:
            return self.credit_event
        if self.debit_event is not None and amount < -self.debit_event:
            return -self.debit_event
        return amount


class Plan:
    """A rulebook, compiled."""

    __slots__ = (
        "always",
        "book",
        "children",
        "items",
        "order",
        "watched",
    )

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        self.items: Mapping[str, ItemPlan] = {
            code: ItemPlan(item, book, index) for index, (code, item) in enumerate(book.items.items())
        }
        #: Items that have a figure without any fact: a start, or something that may fall due.
        self.always = tuple(one for one in self.items.values() if one.base is not None or one.due)
        watched: set[str] = set()
        for one in self.items.values():
            if one.item.shortfall is not None:
                watched.update(one.item.shortfall.of or (one.code,))
            if isinstance(one.item.worth, Inactivity):
                watched.update(one.item.worth.watch)
        for grade in book.grades:
            watched.update(need for need in grade.needs if need in book.items)
        self.watched = frozenset(watched)
        self.children: dict[str | None, list[Category]] = {}
        for category in book.categories.values():
            self.children.setdefault(category.within, []).append(category)
        #: Inner blocks before outer ones.
        self.order: list[Category] = []
        self._walk(None)

    def _walk(self, code: str | None) -> None:
        for category in self.children.get(code, ()):
            self._walk(category.code)
            self.order.append(category)


def plan_for(book: Rulebook) -> Plan:
    """Return the plan of a rulebook, compiled on first use."""
    plan = _PLANS.get(book)
    if plan is None:
        plan = _PLANS[book] = Plan(book)
    return plan


def _bound(points: Decimal | None) -> Amount | None:
    return None if points is None else exact(points)


def _least(a: Amount | None, b: Amount | None) -> Amount | None:
    return b if a is None else a if b is None else min(a, b)


def _roles(item: Item, book: Rulebook) -> tuple[frozenset[str], ...]:
    sets = [item.roles]
    at: str | None = item.category
    while at is not None:
        block = book.categories[at]
        sets.append(block.roles)
        at = block.within
    return tuple(one for one in sets if one)


def _steps(item: Item) -> tuple[object, ...]:
    worth = item.worth
    if isinstance(worth, Ladder):
        return worth.steps
    if isinstance(worth, Levels):
        return tuple(row.points for row in worth.rows)
    if isinstance(worth, Tiers):
        return tuple(band.points for band in worth.bands)
    return ()
