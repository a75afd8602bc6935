"""What a figure means for the person: gates, veto, grade by threshold, stars, procedures (steps 11, 12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from jifen.rulebook.engine.amount import Amount, exact, points, tidy
from jifen.rulebook.engine.blocks import Figures
from jifen.rulebook.engine.book import Gate, Line, Rulebook
from jifen.rulebook.engine.context import Context
from jifen.rulebook.engine.presence import GRADED, TRACKED


@dataclass(frozen=True, slots=True)
class Verdict:
    """See the fields of the same names on :class:`ScoreSheet`."""

    status: str
    grade: str | None
    stars: int | None
    eligible: bool
    vetoed: bool
    gates: Mapping[str, bool]
    target_line: Decimal | None
    reached: bool | None
    actions: tuple[Line, ...]


def verdict(figures: Figures, ctx: Context) -> Verdict:
    """Judge the figures; never changes them."""
    book, total = ctx.book, figures.total
    status = ctx.presence.status(ctx.as_of)
    share = Fraction(1)
    if book.switches.part_year == "prorata_target" and not ctx.presence.plain:
        share = ctx.presence.share(book.switches.part_year_unit)
    target = None if book.total.target_line is None else tidy(exact(book.total.target_line) * share)
    reached = None if target is None else total >= target
    gates = {
        gate.code: _holds(gate, figures, reached, ctx) for gate in book.gates if _concerns(gate.roles, ctx)
    }
    veto = _veto(ctx)
    graded = status == GRADED
    grade = stars = None
    if graded:
        grade = veto or grade_by_threshold(book, total, gates, set(ctx.counted), share)
        for star in book.stars:
            if total >= exact(star.at_least) * share:
                stars = star.stars
                break
    return Verdict(
        status=status,
        grade=grade,
        stars=stars,
        eligible=graded and veto is None and all(gates.values()),
        vetoed=veto is not None,
        gates=gates,
        target_line=None if target is None else points(target),
        reached=reached,
        actions=_actions(status, total, ctx),
    )


def grade_by_threshold(
    book: Rulebook, total: Amount, gates: Mapping[str, bool], counted: set[str], share: Fraction = Fraction(1)
) -> str | None:
    """Return the first grade whose line is reached and whose needs are met; ``None`` without a table."""
    for grade in book.grades:
        if grade.at_least is not None and total < exact(grade.at_least) * share:
            continue
        if all(gates.get(need, need in counted) for need in grade.needs):
            return grade.name
    return None


def _concerns(roles: frozenset[str], ctx: Context) -> bool:
    return not roles or ctx.is_one_of(roles, min(ctx.as_of, ctx.period.last_day))


def _holds(gate: Gate, figures: Figures, reached: bool | None, ctx: Context) -> bool:
    for test in gate.all:
        if test.of == "target_line":
            if not reached:
                return False
            continue
        figure = figures.total
        if test.of == "category":
            figure = figures.categories.get(test.code or "", 0)
        elif test.of == "item":
            figure = figures.items.get(test.code or "", 0)
        if figure < exact(test.at_least):
            return False
    return True


def _veto(ctx: Context) -> str | None:
    """Return the lowest grade that a veto in force sets."""
    order = [grade.name for grade in ctx.book.grades]
    standing = [grade for day, item, grade in ctx.vetoes if item not in ctx.lifted or ctx.lifted[item] < day]
    return max(standing, key=lambda name: order.index(name) if name in order else -1, default=None)


def _actions(status: str, total: Amount, ctx: Context) -> tuple[Line, ...]:
    """Return the procedures that start: only once the period has ended."""
    if ctx.as_of < ctx.period.last_day:
        return ()
    out = []
    for line in ctx.book.lines:
        if status != GRADED and not (status == TRACKED and line.roles):
            continue
        if line.roles and not _concerns(line.roles, ctx):
            continue
        if between(line, total):
            out.append(line)
    return tuple(out)


def between(line: Line, total: Amount) -> bool:
    """Whether a total lies within a score line: its lower bound included, its upper one not."""
    if line.at_least is not None and total < exact(line.at_least):
        return False
    return line.below is None or total < exact(line.below)
