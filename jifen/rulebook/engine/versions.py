"""Versions of a scheme, local refinements, and figures of parts of a period (C33, C38)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import fields
from decimal import Decimal

from jifen.core.period import Period
from jifen.rulebook.engine.book import Rulebook
from jifen.rulebook.engine.facts import Fact, Subject
from jifen.rulebook.engine.fold import score


def version_for(books: Iterable[Rulebook], period: Period) -> Rulebook | None:
    """Return the version that scores ``period``: the one in force on its first day.

    A version that takes effect inside a period holds from the next one, so
    that a period is never computed by two texts.

    :param books: versions of one scheme
    """
    return in_force(books, period.since)


def in_force(books: Iterable[Rulebook], day: dt.date) -> Rulebook | None:
    """Return the version in force on a day: the latest that has begun and not ended."""
    holding = [
        one
        for one in books
        if one.effective_from <= day and (one.effective_until is None or day < one.effective_until)
    ]
    return max(holding, key=lambda one: (one.effective_from, one.version), default=None)


def figure(subject: Subject, part: Period, facts: Sequence[Fact], book: Rulebook) -> Decimal:
    """Return what ``part`` (a month of a year, say) brought: the sheet at its end minus the sheet before it.

    The parts of a period sum to its total; the first one carries the opening.

    :raises ValueError: ``part`` is longer than the rulebook's cycle
    """
    if part.months > book.cycle.months:
        raise ValueError(f"{part} is longer than the cycle {book.cycle}")
    whole = Period.containing(part.since, book.cycle)
    after = score(subject, whole, facts, book, as_of=part.last_day, trace=False).total
    if part.since == whole.since:
        return after
    before = part.since - dt.timedelta(days=1)
    return after - score(subject, whole, facts, book, as_of=before, trace=False).total


def refinement_breaks(parent: Rulebook, child: Rulebook) -> list[tuple[str, str]]:
    """Return what a local refinement changes although it may only add: (code, Chinese sentence).

    A child keeps every item, bound, switch and grade of its parent as they
    are; it may add items, and blocks inside a block of the parent.
    """
    out: list[tuple[str, str]] = []
    refines = child.refines
    if refines is None or (refines.code, refines.version) != (parent.code, parent.version):
        out.append(("-", f"没有写明细化的是“{parent.key}”，请在 [refines] 写明。"))
    for name, what in (
        ("cycle", "积分周期"),
        ("applies", "适用人员"),
        ("total", "总分的起点和上下限"),
        ("switches", "开关"),
        ("grades", "等次"),
        ("stars", "星级"),
        ("gates", "门槛"),
        ("lines", "分数线"),
    ):
        if getattr(parent, name) != getattr(child, name):
            out.append(("-", f"{what}与上级办法不同，细化时不能改，请改回。"))
    for code, block in parent.categories.items():
        if code not in child.categories:
            out.append((code, f"缺少上级办法的类别“{block.name}”，请补上。"))
        elif child.categories[code] != block:
            out.append((code, f"类别“{block.name}”与上级办法不同，上下限不能改，请改回。"))
    for code, block in child.categories.items():
        if code not in parent.categories and block.within is None:
            out.append((code, f"新增的类别“{block.name}”要放在上级办法的类别之内，请写 within。"))
    for code, item in parent.items.items():
        if code not in child.items:
            out.append((code, f"缺少上级办法的项目“{item.name}”，请补上。"))
        elif changed := [
            one.name
            for one in fields(item)
            if getattr(child.items[code], one.name) != getattr(item, one.name)
        ]:
            out.append(
                (code, f"项目“{item.name}”的 {'、'.join(changed)} 与上级办法不同，请改回，或另立新项目。")
            )
    return out
