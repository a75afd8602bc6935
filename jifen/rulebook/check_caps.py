"""Bounds that do nothing or too much: caps, floors, starting points of items, blocks and the total."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import combinations

from jifen.rulebook import attainable
from jifen.rulebook.engine.amount import words
from jifen.rulebook.engine.book import WINDOWS, Category, Rulebook
from jifen.rulebook.engine.item import Item, Start
from jifen.rulebook.faults import Fault

_NAMES = {
    "event": "每次",
    "day": "每天",
    "week": "每周",
    "month": "每月",
    "quarter": "每季度",
    "half": "每半年",
    "year": "每年",
    "period": "本期",
}


def findings(book: Rulebook) -> Iterator[Fault]:
    """Caps that cannot bind, caps below a single event, floors above caps, starts above caps."""
    live = [item for item in book.items.values() if item.off is None]
    # Deductions of a neighbour make room again under the block's cap.
    losing = {item.category for item in live if attainable.least(item) < 0}
    for item in live:
        yield from _item(book, item, quiet=item.category not in losing)
    for category in book.categories.values():
        yield from _category(book, category, live)
    yield from _total(book)


def _item(book: Rulebook, item: Item, *, quiet: bool) -> Iterator[Fault]:
    idle = [fault for key in ("caps", "debit_caps", "max_times") for fault in _windows(book, item, key)]
    yield from idle
    yield from _sides(book, item)
    best = attainable.once(item)
    for name, cap in _limits(item).items():
        if best is not None and cap < best:
            yield Fault(
                _at(book, item, name),
                "cap_below_event",
                f"项目“{item.name}”一次可得 {words(best)} 分，{_NAMES[name]}上限却只有 {words(cap)} 分，一次都得不满。",
                "请核对分值和上限，把上限调到不低于一次的分值，或降低分值。",
                "warning",
            )
    if item.cap is not None and all(one.line != book.source_map.item(item.code, "cap") for one in idle):
        yield from _own_cap(book, item, item.cap, quiet=quiet)
    yield from _bounds(
        f"项目“{item.name}”",
        book.source_map.item(item.code, "floor"),
        book.source_map.item(item.code, "full_mark" if item.full_mark else "base"),
        floor=item.floor,
        cap=item.cap,
        full_mark=item.full_mark,
        base=item.base,
    )
    if item.full_mark is not None:
        yield from _full_mark(book, item)


def _own_cap(book: Rulebook, item: Item, cap: Decimal, *, quiet: bool) -> Iterator[Fault]:
    """The item's cap beside what it can gain, and beside its block's cap.

    :param quiet: nothing in the block deducts
    """
    line = book.source_map.item(item.code, "cap")
    gained = attainable.gained(book, item, capped=False)
    plain = attainable.least(item) == 0 and not (item.full_mark or item.base)
    if gained is not None and plain and cap > gained > 0:
        yield _idle(
            line,
            f"项目“{item.name}”全期最多只能得 {words(gained)} 分，上限 {words(cap)} 分起不到作用。",
        )
        return
    category = book.categories[item.category]
    if category.cap is not None and quiet and item.outside is None and cap > category.cap:
        yield _idle(
            line,
            f"项目“{item.name}”的上限 {words(cap)} 分比所在类别“{category.name}”的上限 "
            f"{words(category.cap)} 分还高，起不到作用。",
        )


def _full_mark(book: Rulebook, item: Item) -> Iterator[Fault]:
    line = book.source_map.item(item.code, "full_mark")
    if not attainable.takes_away(item):
        yield Fault(
            line,
            "full_mark_never_falls",
            f"项目“{item.name}”按满分扣分写，却没有任何扣分，人人都是满分。",
            "请写扣分（负数的分值），或改用 base、points 加分。",
            "warning",
        )
    elif item.floor is None and attainable.least(item) < 0:
        yield Fault(
            line,
            "full_mark_no_floor",
            f"项目“{item.name}”满分扣分却没有写扣到哪里为止，可能扣成负数。",
            '“扣完为止”请写 floor = "0"。',
            "warning",
        )


def _limits(item: Item) -> dict[str, Decimal]:
    """Caps on gains by window, the item's own as ``period``; narrow to wide."""
    own = {} if item.cap is None else {"period": item.cap}
    return {**{name: item.caps[name] for name in ("event", *WINDOWS) if name in item.caps}, **own}


def _at(book: Rulebook, item: Item, window: str) -> int:
    return book.source_map.item(item.code, *(("cap",) if window == "period" else ("caps", window)))


def _windows(book: Rulebook, item: Item, key: str) -> Iterator[Fault]:
    """Of two windows one makes the other idle: a day above a month, a year above twelve months."""
    bounds: Mapping[str, Decimal] = getattr(item, key)
    if key == "caps" and attainable.least(item) == 0 and item.full_mark is None and item.base is None:
        bounds = _limits(item)
    order = [name for name in ("event", *WINDOWS, "period") if name in bounds]
    what = {"caps": "上限", "debit_caps": "扣分上限", "max_times": "次数上限"}[key]
    for narrow, wide in combinations(order, 2):
        line = book.source_map.item(item.code, key, narrow)
        wide_line = book.source_map.item(
            item.code, *(("cap",) if (key, wide) == ("caps", "period") else (key, wide))
        )
        if bounds[narrow] > bounds[wide]:
            yield _idle(
                line,
                f"项目“{item.name}”{_NAMES[narrow]}{what} {words(bounds[narrow])} 比{_NAMES[wide]}{what} "
                f"{words(bounds[wide])} 还大，起不到作用。",
            )
        elif narrow != "event":
            most = bounds[narrow] * attainable.windows_within(narrow, wide, book.cycle)
            if bounds[wide] > most:
                yield _idle(
                    wide_line,
                    f"项目“{item.name}”按{_NAMES[narrow]}{what} {words(bounds[narrow])} 算，{_NAMES[wide]}最多 "
                    f"{words(most)}，{_NAMES[wide]}{what} {words(bounds[wide])} 起不到作用。",
                )


def _sides(book: Rulebook, item: Item) -> Iterator[Fault]:
    """Caps on gains of a line that only deducts, and the other way round."""
    gains = attainable.once(item)
    adds = any(more.points > 0 for more in item.add_ons)
    if item.caps and gains == 0 and not adds:
        yield Fault(
            book.source_map.item(item.code, "caps"),
            "caps_on_debits",
            f"项目“{item.name}”只扣分，caps 只管加分，起不到作用。",
            "限制扣分请改用 debit_caps（写正数）。",
            "warning",
        )
    if item.debit_caps and attainable.least(item) == 0:
        yield Fault(
            book.source_map.item(item.code, "debit_caps"),
            "debit_caps_on_credits",
            f"项目“{item.name}”不扣分，debit_caps 起不到作用。",
            "限制加分请改用 caps。",
            "warning",
        )


def _idle(line: int, message: str) -> Fault:
    return Fault(line, "cap_never_binds", message, "请核对数字；确实不需要的上限请删去。", "warning")


def _bounds(
    what: str,
    floor_line: int,
    start_line: int,
    *,
    floor: Decimal | None,
    cap: Decimal | None,
    full_mark: Start | None,
    base: Start | None,
) -> Iterator[Fault]:
    if floor is not None and cap is not None and floor > cap:
        yield Fault(
            floor_line,
            "empty_range",
            f"{what}的下限 {words(floor)} 高于上限 {words(cap)}。",
            "请核对 floor 与 cap，较小的写在 floor。",
        )
    if full_mark is not None and cap is not None and cap != full_mark.fixed and not full_mark.of_last:
        yield Fault(
            start_line,
            "full_mark_and_cap",
            f"{what}的满分是 {words(full_mark.fixed)}，又写了上限 {words(cap)}：满分本身就是上限。",
            '请只写 full_mark，cap 写 "none" 或与满分相同。',
            "warning",
        )
    if base is not None and cap is not None and not base.of_last and base.fixed >= cap:
        yield Fault(
            start_line,
            "cap_always_binds",
            f"{what}起步就有 {words(base.fixed)} 分，已到上限 {words(cap)} 分，再做什么也不加分。",
            "请降低起步分或提高上限；满分扣分请改用 full_mark。",
            "warning",
        )
    start = full_mark or base
    if start is not None and floor is not None and not start.of_last and floor > start.fixed:
        yield Fault(
            floor_line,
            "floor_above_start",
            f"{what}的下限 {words(floor)} 高于起步的 {words(start.fixed)} 分。",
            "请核对 floor。",
        )


def _category(book: Rulebook, category: Category, live: list[Item]) -> Iterator[Fault]:
    lines = book.source_map
    yield from _bounds(
        f"类别“{category.name}”",
        lines.of("category", category.code, "floor"),
        lines.of("category", category.code, "full_mark" if category.full_mark else "base"),
        floor=category.floor,
        cap=category.cap,
        full_mark=category.full_mark,
        base=category.base,
    )
    if category.cap is None or category.full_mark is not None:
        return
    most = attainable.filled(book, category, capped=False)
    if most is not None and category.cap > most > 0:
        yield _idle(
            lines.of("category", category.code, "cap"),
            f"类别“{category.name}”的项目全部得满也只有 {words(most)} 分，上限 {words(category.cap)} 分起不到作用。",
        )
    for item in live:
        best = attainable.once(item)
        if (
            item.category == category.code
            and item.outside is None
            and best is not None
            and best > category.cap
        ):
            yield Fault(
                lines.of("category", category.code, "cap"),
                "cap_below_event",
                f"类别“{category.name}”的上限 {words(category.cap)} 分，比项目“{item.name}”一次的 {words(best)} 分还低。",
                '请核对上限；这一项不受类别上限限制的，请写 outside = "category"。',
                "warning",
            )


def _total(book: Rulebook) -> Iterator[Fault]:
    total, lines = book.total, book.source_map
    granted = None if total.granted.of_last else total.granted.fixed
    most = attainable.total(book, capped=False)
    if total.cap is not None and most is not None and total.cap > most:
        yield _idle(
            lines.line("total", "cap"),
            f"所有项目全部得满，总分也只有 {words(most)} 分，总分上限 {words(total.cap)} 分起不到作用。",
        )
    if total.cap is not None and granted is not None and granted >= total.cap:
        yield Fault(
            lines.line("total", "granted"),
            "cap_always_binds",
            f"基础分 {words(granted)} 分已到总分上限 {words(total.cap)} 分，加分都不起作用。",
            '请核对：只扣不加的请写满分扣分（full_mark），基准积分请写 target_line，基础分写 "0"。',
            "warning",
        )
    if (
        total.guaranteed_floor is not None
        and total.floor is not None
        and total.guaranteed_floor <= total.floor
    ):
        yield _idle(
            lines.line("total", "guaranteed_floor"),
            f"保底分 {words(total.guaranteed_floor)} 不高于总分下限 {words(total.floor)}，起不到作用。",
        )
    if total.target_line is not None and granted and total.target_line <= granted:
        yield Fault(
            lines.line("total", "target_line"),
            "target_at_start",
            f"基准积分 {words(total.target_line)} 分，开始时就有 {words(granted)} 分，一开始就达标。",
            '基准积分是要达到的线，通常从 0 分计起：请核对 granted 是否应写 "0"。',
            "warning",
        )
