"""Faults that need the whole file: codes that point nowhere, too long windows, loops of blocks."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable

from jifen.core.period import Cycle
from jifen.rulebook.engine.book import WINDOWS, Inactivity, Ladder, PerUnit, Raters, Rulebook, Scope, Tiers
from jifen.rulebook.engine.item import Feeder, Item
from jifen.rulebook.faults import Fault
from jifen.rulebook.toml_lines import SourceMap

#: The widest window inside a cycle.
_WIDEST = {Cycle.YEAR: "year", Cycle.HALF: "half", Cycle.QUARTER: "quarter", Cycle.MONTH: "month"}
#: Adds a fault: line, code, message, remedy.
Note = Callable[[int, str, str, str], None]
#: Blocks inside blocks: published schemes have two levels at most.
_DEEPEST = 8
_SELF = ("item", "category", "total")


def judge_references(book: Rulebook, lines: SourceMap, faults: list[Fault]) -> None:
    """Add the faults of ``book`` that no single table shows."""

    def fault(line: int, code: str, message: str, remedy: str) -> None:
        faults.append(Fault(line, code, message, remedy))

    who = {*book.roles, *book.applies.in_force, *book.applies.tracked, *book.applies.left_out}
    grade_names = {grade.name for grade in book.grades}
    for category in book.categories.values():
        line = lines.of("category", category.code, "within")
        if category.within is not None and category.within not in book.categories:
            fault(line, "unknown_category", f"没有类别“{category.within}”。", "请核对 within。")
        seen, at = {category.code}, category.within
        while at is not None and at in book.categories:
            if at in seen:
                fault(
                    line,
                    "category_loop",
                    f"类别“{category.code}”绕了一圈又回到自己。",
                    "请改正 within，使类别逐级向上。",
                )
                break
            seen.add(at)
            if len(seen) > _DEEPEST:
                fault(
                    line,
                    "category_too_deep",
                    f"类别“{category.code}”套得太深，超过 {_DEEPEST} 层。",
                    "请减少层级，一般两层就够。",
                )
                break
            at = book.categories[at].within
        _roles(category.roles, who, lines.of("category", category.code, "roles"), fault)
    for item in book.items.values():
        _item(item, book, who, grade_names, lines, fault)
    for gate in book.gates:
        for test in gate.all:
            known = book.categories if test.of == "category" else book.items
            if test.code is not None and test.code not in known:
                fault(
                    lines.of("gate", gate.code), "unknown_code", f"门槛里没有“{test.code}”。", "请核对编码。"
                )
            if test.of == "target_line" and book.total.target_line is None:
                fault(
                    lines.of("gate", gate.code),
                    "no_target",
                    "没有写基准积分，不能作为门槛。",
                    "请在 [total] 写 target_line。",
                )
        _roles(gate.roles, who, lines.of("gate", gate.code), fault)
    codes = {gate.code for gate in book.gates}
    for index, grade in enumerate(book.grades):
        for need in grade.needs:
            if need not in codes and need not in book.items:
                fault(
                    lines.line("grade", index, "needs"),
                    "unknown_code",
                    f"没有门槛或项目“{need}”。",
                    "请核对 needs。",
                )
    for line_ in book.lines:
        _roles(line_.roles, who, lines.of("line", line_.code, "roles"), fault)
    for streak in book.streaks:
        for name in sorted(streak.grades - grade_names):
            fault(lines.of("streak", streak.code), "unknown_grade", f"没有等次“{name}”。", "请核对 grades。")


def _roles(roles: Iterable[str], who: Container[str], line: int, fault: Note) -> None:
    for role in sorted(role for role in roles if role not in who):
        fault(line, "unknown_role", f"没有身份“{role}”。", "请在 [roles] 写明，或用 [applies] 里的人员类别。")


def _item(
    item: Item,
    book: Rulebook,
    who: Container[str],
    grade_names: Container[str],
    lines: SourceMap,
    fault: Note,
) -> None:
    code = item.code
    if item.category not in book.categories:
        fault(
            lines.item(code, "category"),
            "unknown_category",
            f"没有类别“{item.category}”。",
            "请核对 category 或补上 [[category]]。",
        )
    elif item.code in book.categories:
        fault(lines.item(code, "code"), "duplicate_code", f"“{code}”既是项目又是类别。", "请改其中一个编码。")
    _roles(item.roles, who, lines.item(code, "roles"), fault)
    for target in item.zeroes:
        if target not in _SELF and target not in book.items and target not in book.categories:
            fault(
                lines.item(code, "zeroes"),
                "unknown_code",
                f"清零对象“{target}”不存在。",
                "写 item、category、total，或项目、类别的编码。",
            )
    for target in item.lifts:
        if target not in book.items or book.items[target].veto is None:
            fault(
                lines.item(code, "lifts"),
                "unknown_code",
                f"“{target}”不是一票否决项目。",
                "请写要解除的否决项目编码。",
            )
    for key, target in item.attendance.targets.items() if item.attendance else ():
        if target not in book.items or Feeder.ABSENCE not in book.items[target].feeders:
            fault(
                lines.item(code, "attendance") or lines.item(code),
                "unknown_code",
                f"attendance 里的 {key} 指向“{target}”，没有这个项目，或它不接受考勤结果。",
                '请写计缺席、迟到的项目编码，并在那个项目的 feeders 里写上 "absence"。',
            )
    if item.veto is not None and item.veto not in grade_names:
        fault(
            lines.item(code, "veto"), "unknown_grade", f"没有等次“{item.veto}”。", "请写 [[grade]] 里的名称。"
        )
    watched = item.worth.watch if isinstance(item.worth, Inactivity) else ()
    if item.shortfall is not None:
        watched += item.shortfall.of
    for target in watched:
        if target not in book.items:
            fault(lines.item(code), "unknown_code", f"没有项目“{target}”。", "请核对所关注的项目编码。")
    widest = WINDOWS.index(_WIDEST[book.cycle])
    for key, window in _windows(item):
        if window in WINDOWS and WINDOWS.index(window) > widest:
            fault(
                lines.item(code, key),
                "window_too_long",
                f"“{key}”按 {window} 计，比积分周期（{book.cycle.value}）还长。",
                "请改用不超过积分周期的时段。",
            )
    scope = item.deduct_scope or book.switches.deduct_scope
    block = book.categories.get(item.category)
    if block is not None and block.full_mark is not None and scope is Scope.TOTAL:
        fault(
            lines.item(code, "deduct_scope") or lines.item(code),
            "full_mark_scope",
            "满分扣分的类别里，扣分要在本类别内扣。",
            '请在这个项目写 deduct_scope = "category"。',
        )


def _windows(item: Item) -> list[tuple[str, str]]:
    out = [(key, name) for key in ("max_times", "caps", "debit_caps") for name in getattr(item, key)]
    worth = item.worth
    if isinstance(worth, PerUnit | Tiers):
        out.append(("per_unit" if isinstance(worth, PerUnit) else "tiers", worth.over))
    if isinstance(worth, Ladder):
        out += [("ladder", worth.per)] + ([("ladder", worth.counts)] if worth.counts != "occurrence" else [])
    if isinstance(worth, Raters):
        out.append(("raters", worth.per))
    if item.shortfall is not None:
        out.append(("shortfall", item.shortfall.per))
    if item.excused is not None:
        out.append(("excused", item.excused.per))
    out.append(("takes", item.takes.per))
    return out
