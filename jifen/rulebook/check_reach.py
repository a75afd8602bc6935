"""Lines nobody reaches or everybody passes: grades, stars, gates, score lines, the target, lists."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from jifen.core.period import Cycle
from jifen.rulebook import attainable
from jifen.rulebook.engine.amount import words
from jifen.rulebook.engine.book import GateTest, Rulebook
from jifen.rulebook.faults import Fault


def findings(book: Rulebook) -> Iterator[Fault]:
    """Compare every line with the highest and the lowest total that the scheme allows."""
    most = attainable.total(book)
    if most is not None:
        yield from _too_high(book, most)
    yield from _never_below(book)
    yield from _gates(book, most)
    yield from _lists(book)


def _lists(book: Rulebook) -> Iterator[Fault]:
    """A list that spans several cycles has no total to show."""
    if book.publicity is not None and Cycle(book.publicity.cycle).months > book.cycle.months:
        yield Fault(
            book.source_map.line("publicity", "cycle"),
            "rare_lists",
            "公示周期比积分周期长，一份名单跨了几个周期，没有总分可以公示。",
            "请把 [publicity] cycle 写成与 cycle 相同或更短的周期。",
        )


def _too_high(book: Rulebook, most: Decimal) -> Iterator[Fault]:
    lines = book.source_map
    wanted = [
        (one.at_least, f"等次“{one.name}”", "grade_unreachable", lines.line("grade", n, "at_least"))
        for n, one in enumerate(book.grades)
    ]
    wanted += [
        (one.at_least, f"{one.stars} 星", "star_unreachable", lines.line("star")) for one in book.stars
    ]
    wanted += [
        (one.at_least, f"分数线“{one.name}”", "line_unreachable", lines.of("line", one.code, "at_least"))
        for one in book.lines
    ]
    target = book.total.target_line
    wanted.append((target, "基准积分", "target_unreachable", lines.line("total", "target_line")))
    for at_least, what, code, line in wanted:
        if at_least is not None and at_least > most:
            yield _high(line, code, what, at_least, most)


def _high(line: int, code: str, what: str, at_least: Decimal, most: Decimal) -> Fault:
    return Fault(
        line,
        code,
        f"{what}要 {words(at_least)} 分，最多却只能得 {words(most)} 分，谁也达不到。",
        "请降低这条线，或核对各项分值和上限。",
        "warning",
    )


def _never_below(book: Rulebook) -> Iterator[Fault]:
    """Grades and lines below what everybody has in any case."""
    floors = [one for one in (book.total.floor, book.total.guaranteed_floor) if one is not None]
    if not floors:
        return
    low, lines = max(floors), book.source_map
    vetoes = {item.veto for item in book.items.values() if item.off is None and item.veto is not None}
    for n, (better, grade) in enumerate(zip(book.grades, book.grades[1:], strict=False), 1):
        full = better.at_least is not None and better.at_least <= low
        if full and better.quota is None and not better.needs and grade.name not in vetoes:
            yield Fault(
                lines.line("grade", n, "name"),
                "grade_never",
                f"总分不会低于 {words(low)} 分，人人至少“{better.name}”，等次“{grade.name}”用不上。",
                "请提高上一等次的分数线，或核对总分下限和保底分。",
                "warning",
            )
    for line in book.lines:
        if line.below is not None and line.below <= low:
            yield Fault(
                lines.of("line", line.code, "below"),
                "line_never",
                f"总分不会低于 {words(low)} 分，分数线“{line.name}”（{words(line.below)} 分以下）用不上。",
                "请核对这条线和总分下限、保底分。",
                "warning",
            )


def _gates(book: Rulebook, total: Decimal | None) -> Iterator[Fault]:
    for index, gate in enumerate(book.gates):
        for n, test in enumerate(gate.all):
            most = _most(book, test, total)
            if most is not None and test.at_least > most:
                line = book.source_map.line("gate", index, "all", n)
                yield _high(line, "gate_unreachable", f"门槛“{gate.name}”", test.at_least, most)


def _most(book: Rulebook, test: GateTest, total: Decimal | None) -> Decimal | None:
    if test.code is None:
        return total
    if test.of == "category":
        return attainable.filled(book, book.categories[test.code])
    return attainable.held(book, book.items[test.code])
