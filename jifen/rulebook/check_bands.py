"""Bands that must cover without overlap: tiers, ladders, grades, stars, score lines."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal
from itertools import pairwise

from jifen.rulebook.engine.book import WINDOWS, ZERO, Band, Ladder, Line, Rulebook, Tiers
from jifen.rulebook.engine.item import Item
from jifen.rulebook.faults import Fault

#: Of these only one can befall a probationary member.
_PROBATION = frozenset({"confirm_on_time", "extend_probation", "cancel_probation"})
_LOW, _HIGH = Decimal("-Infinity"), Decimal("Infinity")


def findings(book: Rulebook) -> Iterator[Fault]:
    """Gaps, overlaps and steps that nobody can reach."""
    for item in book.items.values():
        if isinstance(item.worth, Tiers):
            yield from _tiers(book, item, item.worth)
        elif isinstance(item.worth, Ladder):
            yield from _ladder(book, item, item.worth)
    yield from _stars(book)
    yield from _quotas(book)
    yield from _lines(book)


def _ends(band: Band) -> tuple[Decimal, Decimal]:
    return (
        _LOW if band.since is None else band.since,
        _HIGH if band.until is None else band.until,
    )


def _said(low: Decimal, high: Decimal) -> str:
    if low == _LOW:
        return f"{high} 以下"
    if high == _HIGH:
        return f"{low} 以上"
    return f"{low} 到 {high}" if low != high else f"{low}"


def _tiers(book: Rulebook, item: Item, tiers: Tiers) -> Iterator[Fault]:
    rank = tiers.on == "rank"

    def line(index: int | None) -> int:
        return book.source_map.item(item.code, "tiers", *(() if index is None else ("bands", index)))

    ordered = sorted(range(len(tiers.bands)), key=lambda n: _ends(tiers.bands[n]))
    for n in ordered:
        low, high = _ends(tiers.bands[n])
        if low >= high:
            yield Fault(
                line(n),
                "tier_empty",
                f"项目“{item.name}”有一档从 {low} 到 {high}，是空的。",
                "请把较小的数写在 from，较大的写在 until。",
            )
            return
    reached: Decimal | None = None
    for n in ordered:
        low, high = _ends(tiers.bands[n])
        if reached is not None:
            if low < reached:
                yield Fault(
                    line(n),
                    "tier_overlap",
                    f"项目“{item.name}”的分档有重叠：{_said(low, min(high, reached))} 同时落在两档里。",
                    "请让后一档的 from 等于前一档的 until"
                    + ("（按名次时含上界、不含下界）。" if rank else "（含下界、不含上界）。"),
                )
            elif low > reached and _measurable(item, tiers, reached, low):
                yield _gap(line(n), item, tiers, reached, low)
        reached = high if reached is None else max(high, reached)
    if tiers.outside == "refuse" and reached is not None:
        yield from _open_ends(item, tiers, _ends(tiers.bands[ordered[0]])[0], reached, line(None))


def _gap(line: int, item: Item, tiers: Tiers, low: Decimal, high: Decimal) -> Fault:
    fate = "记录会被退回" if tiers.outside == "refuse" else "按 0 分计"
    return Fault(
        line,
        "tier_gap",
        f"项目“{item.name}”的分档有空缺：{_said(low, high)} 不在任何一档，{fate}。",
        "请补上这一段，或把相邻一档的 from、until 接上；确实不计分的，写一档 0 分。",
        "warning",
    )


def _open_ends(item: Item, tiers: Tiers, low: Decimal, high: Decimal, at: int) -> Iterator[Fault]:
    """Measures below the first or above the last band, where they would be refused."""
    least = item.quantity_min if tiers.on == "quantity" else Decimal(0)
    if low > least and _measurable(item, tiers, least, low):
        yield _gap(at, item, tiers, _LOW if tiers.on == "value" else least, low)
    most = Decimal(100) if tiers.on == "rank" else _HIGH
    if tiers.on == "quantity" and tiers.over == "fact" and item.quantity_max is not None:
        most = item.quantity_max
        if high <= most:
            yield _gap(at, item, tiers, high, most)
    elif high < most:
        yield _gap(at, item, tiers, high, most)


def _measurable(item: Item, tiers: Tiers, low: Decimal, high: Decimal) -> bool:
    """Whether a measure can lie in ``[low, high)``: quantities come in steps."""
    if tiers.on != "quantity" or item.quantity_step <= 0:
        return True
    step = item.quantity_step
    return (low / step).to_integral_value(ROUND_CEILING) * step < high


def _ladder(book: Rulebook, item: Item, ladder: Ladder) -> Iterator[Fault]:
    line = book.source_map.item(item.code, "ladder")
    if ZERO in ladder.steps[:-1]:
        yield Fault(
            line,
            "ladder_after_zero",
            f"项目“{item.name}”清零之后还写了后面几次的分值。",
            '请把 "zero" 写成最后一级，后面的删去。',
            "warning",
        )
    wide = WINDOWS.index(ladder.per) if ladder.per in WINDOWS else len(WINDOWS)
    if ladder.counts != "occurrence" and WINDOWS.index(ladder.counts) >= wide:
        yield Fault(
            line,
            "ladder_too_short",
            f"项目“{item.name}”按连续 {ladder.counts} 计，却每个 {ladder.per} 重新开始，永远连不起来。",
            '请把 per 改得更长，例如 "year" 或 "period"。',
        )
    most = item.max_times.get(ladder.per)
    counted = book.switches.order == "caps_then_ladder" and ladder.counts == "occurrence"
    if counted and most is not None and most < len(ladder.steps):
        yield Fault(
            book.source_map.item(item.code, "max_times", ladder.per),
            "ladder_unreachable",
            f"项目“{item.name}”最多计 {most} 次，第 {int(most) + 1} 次以后的分值用不上。",
            "请调大 max_times，或删去用不上的几级。",
            "warning",
        )


def _stars(book: Rulebook) -> Iterator[Fault]:
    line = book.source_map.line("star")
    for above, below in pairwise(sorted(book.stars, key=lambda star: star.stars, reverse=True)):
        if above.at_least <= below.at_least or above.stars == below.stars:
            yield Fault(
                line,
                "star_order",
                f"星级分数线有冲突：{above.stars} 星从 {above.at_least} 分起，"
                f"{below.stars} 星从 {below.at_least} 分起。",
                "星级越高分数线应越高，每个星级写一条。",
            )
        elif above.stars - below.stars > 1:
            yield Fault(
                line,
                "star_gap",
                f"{below.stars} 星与 {above.stars} 星之间缺了星级。",
                "请补上中间的星级；确实不设的可以不改。",
                "warning",
            )


def _quotas(book: Rulebook) -> Iterator[Fault]:
    if not book.grades:
        return
    if book.grades[-1].quota is not None:
        yield Fault(
            book.source_map.line("grade", len(book.grades) - 1, "quota"),
            "quota_bottom",
            f"最后一个等次“{book.grades[-1].name}”写了名额，排不进的人没有等次可去。",
            "请删去最后一级的 quota。",
        )
    total = sum(grade.quota for grade in book.grades if grade.quota is not None)
    if total > 1:
        last = max(n for n, grade in enumerate(book.grades) if grade.quota is not None)
        yield Fault(
            book.source_map.line("grade", last, "quota"),
            "quota_sum",
            f"各等次名额合计 {float(total):.0%}，超过全体，有的名额用不上。",
            "请核对各等次的 quota，使合计不超过 100%。",
            "warning",
        )


def _lines(book: Rulebook) -> Iterator[Fault]:
    whole = []
    for line in book.lines:
        low, high = _span(line)
        if low >= high:
            yield Fault(
                book.source_map.of("line", line.code, "at_least"),
                "line_empty",
                f"分数线“{line.name}”从 {low} 到 {high}，谁也落不进去。",
                "at_least 要小于 below。",
            )
        else:
            whole.append(line)
    kind: dict[frozenset[str], list[Line]] = {}
    for line in whole:
        if line.action in _PROBATION:
            kind.setdefault(line.roles, []).append(line)
    for lines in kind.values():
        lines.sort(key=_span)
        for lower, upper in pairwise(lines):
            end, start = _span(lower)[1], _span(upper)[0]
            at = book.source_map.of("line", upper.code)
            if start < end and lower.action != upper.action:
                yield Fault(
                    at,
                    "line_overlap",
                    f"“{lower.name}”与“{upper.name}”有重叠：{_said(start, min(end, _span(upper)[1]))} 分"
                    "同时落在两条里。",
                    "请让上一条的 below 等于下一条的 at_least。",
                )
            elif start > end:
                yield Fault(
                    at,
                    "line_gap",
                    f"“{lower.name}”与“{upper.name}”之间有空缺：{_said(end, start)} 分没有规定。",
                    "请把两条分数线接上。",
                    "warning",
                )


def _span(line: Line) -> tuple[Decimal, Decimal]:
    return (
        _LOW if line.at_least is None else line.at_least,
        _HIGH if line.below is None else line.below,
    )
