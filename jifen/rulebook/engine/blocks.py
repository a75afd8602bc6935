"""From items to the total: bounds of items, categories and the total, zeroing (steps 7 to 10)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction

from jifen.rulebook.engine.amount import Amount, exact, points, rounded, tidy, words
from jifen.rulebook.engine.book import Category, Scope
from jifen.rulebook.engine.context import BOUND, EVERYTHING, START, Context
from jifen.rulebook.engine.facts import Subject
from jifen.rulebook.engine.items import Outcome
from jifen.rulebook.engine.opening import openings, start_of
from jifen.rulebook.engine.plan import ItemPlan


@dataclass(slots=True)
class Figures:
    """The figures of a sheet, exact until ``total``, which is rounded."""

    opening: Amount = 0
    items: dict[str, Amount] = field(default_factory=dict)
    categories: dict[str, Amount] = field(default_factory=dict)
    total: Amount = 0


@dataclass(slots=True)
class _Block:
    """What has come together in a category."""

    #: Gains and item nets that the category's cap holds.
    inside: Amount = 0
    #: Losses of scope ``category``, <= 0.
    losses: Amount = 0
    #: Gains outside the category's cap / the total's cap; losses of scope ``total``.
    beyond: Amount = 0
    beyond_total: Amount = 0
    losses_total: Amount = 0


class _Bounds:
    """Caps of this person: smaller where the scheme shrinks them for part of a period."""

    def __init__(self, ctx: Context) -> None:
        self.share = Fraction(1)
        switches = ctx.book.switches
        if switches.part_year == "prorata_caps" and not ctx.presence.plain:
            self.share = ctx.presence.share(switches.part_year_unit)
        self.words = (
            "" if self.share == 1 else f"（按在册 {self.share.numerator}/{self.share.denominator} 折算）"
        )

    def of(self, amount: Amount | None) -> Amount | None:
        """Return a cap as it holds for this person."""
        return amount if amount is None or self.share == 1 else tidy(amount * self.share)


def figures_of(outcomes: dict[str, Outcome], subject: Subject, ctx: Context, brought: Amount = 0) -> Figures:
    """Return items, categories and total.

    :param brought: what was taken over; only the bounds of the total hold it
    """
    figures = Figures()
    bounds = _Bounds(ctx)
    blocks: dict[str, _Block] = defaultdict(_Block)
    day = min(ctx.as_of, ctx.period.last_day)
    here = any(one.status in ("graded", "tracked") for one in ctx.presence.stretches)
    rules = ctx.plan.items
    for code in sorted(outcomes, key=lambda one: rules[one].index):
        figures.items[code] = _item(rules[code], outcomes[code], blocks, bounds, subject, ctx, day, here)
        if code not in ctx.counted and not figures.items[code] and code not in ctx.zeroed:
            del figures.items[code]
    top: Amount = brought
    whole = _Block()
    for category in ctx.plan.order:
        applies = not category.roles or ctx.is_one_of(category.roles, day)
        if not applies and blocks[category.code] == _Block():
            continue
        net, block = _category(category, blocks, bounds, subject, ctx, here and applies)
        if category.within is None:
            top += net
            outer = whole
        else:
            outer = blocks[category.within]
            outer.inside += net
        outer.beyond += block.beyond
        outer.beyond_total += block.beyond_total
        outer.losses_total += block.losses_total
        figures.categories[category.code] = net + block.beyond + block.beyond_total + block.losses_total
    figures.categories = {
        code: figures.categories[code] for code in ctx.book.categories if code in figures.categories
    }
    _total(figures, top, whole, bounds, subject, ctx, here)
    return figures


def _item(
    rule: ItemPlan,
    out: Outcome,
    blocks: dict[str, _Block],
    bounds: _Bounds,
    subject: Subject,
    ctx: Context,
    day: dt.date,
    here: bool,
) -> Amount:
    item, block = rule.item, blocks[rule.item.category]
    flow, down, cap = out.credit, out.debit, rule.cap
    if rule.base is not None and here and item.off is None and ctx.applies(rule, day):
        start, said = start_of(rule.base, subject)
        if item.full_mark is not None:
            cap = start if cap is None else min(cap, start)
            start = bounds.of(start) or 0
        kind = "满分" if item.full_mark is not None else "起步"
        ctx.note(rule, None, start, start, f"“{item.name}”{kind} {said}{bounds.words}", None, START)
        flow += start
    cap, floor = bounds.of(cap), rule.floor
    if rule.scope is Scope.ITEM:
        flow, down = flow + down, 0
        if cap is not None and flow > cap:
            ctx.note(rule, None, flow, cap - flow, _over(item.name, flow, cap, bounds), None, BOUND)
            flow = cap
        if floor is not None and flow < floor:
            ctx.note(rule, None, flow, floor - flow, _under(item.name, flow, floor), None, BOUND)
            flow = floor
    else:
        if cap is not None and flow > cap:
            ctx.note(rule, None, flow, cap - flow, _over(item.name, flow, cap, bounds), None, BOUND)
            flow = cap
        if floor is not None and flow + down < floor:
            ctx.note(
                rule, None, flow + down, floor - flow - down, _under(item.name, flow + down, floor), None
            )
            down = floor - flow
    beyond, beyond_total = out.beyond_category, out.beyond_total
    if rule.code in ctx.zeroed:
        before = flow + down + beyond + beyond_total
        beyond, beyond_total = 0, 0
        if flow + down > 0:
            flow = -down
        gone = before - (flow + down)
        if gone > 0:
            why = f"因{ctx.zeroed[rule.code]}，“{item.name}”不得分"
            ctx.note(rule, None, before, -gone, why, None, BOUND)
    if item.outside is Scope.CATEGORY:
        block.beyond += flow
    elif item.outside is Scope.TOTAL:
        block.beyond_total += flow
    else:
        block.inside += flow
    block.beyond += beyond
    block.beyond_total += beyond_total
    if rule.scope is Scope.TOTAL:
        block.losses_total += down
    else:
        block.losses += down
    return flow + down + beyond + beyond_total


def _category(
    category: Category,
    blocks: dict[str, _Block],
    bounds: _Bounds,
    subject: Subject,
    ctx: Context,
    here: bool,
) -> tuple[Amount, _Block]:
    block = blocks[category.code]
    start, said = start_of(category.full_mark or category.base, subject)
    cap = None if category.cap is None else exact(category.cap)
    if category.full_mark is not None:
        cap = start if cap is None else min(cap, start)
        start = bounds.of(start) or 0
    if not here:
        start = 0
    if start:
        kind = "满分" if category.full_mark is not None else "起步"
        _note(category, start, start, f"“{category.name}”{kind} {said}{bounds.words}", ctx)
    cap, floor = bounds.of(cap), None if category.floor is None else exact(category.floor)
    net = start + block.inside + block.losses
    if cap is not None and net > cap:
        _note(category, net, cap - net, _over(category.name, net, cap, bounds), ctx)
        net = cap
    if floor is not None and net < floor:
        _note(category, net, floor - net, _under(category.name, net, floor), ctx)
        net = floor
    if category.code in ctx.zeroed:
        before = net + block.beyond + block.beyond_total
        net, block.beyond, block.beyond_total = min(net, 0), 0, 0
        if before > net:
            _note(
                category, before, net - before, f"因{ctx.zeroed[category.code]}，“{category.name}”不得分", ctx
            )
    return net, block


def _total(
    figures: Figures,
    top: Amount,
    whole: _Block,
    bounds: _Bounds,
    subject: Subject,
    ctx: Context,
    here: bool,
) -> None:
    rules = ctx.book.total
    if here:
        for amount, why in openings(subject, ctx.book, ctx.period, ctx.as_of, ctx.spent or ()):
            figures.opening += amount
            if ctx.parts is not None:
                ctx.opening.append((EVERYTHING, rules.clause, None, amount, amount, why, None, START))
    total = figures.opening + top + whole.beyond + whole.losses_total
    cap = None if rules.cap is None else bounds.of(exact(rules.cap))
    if cap is not None and total > cap:
        _note(None, total, cap - total, _over("总分", total, cap, bounds), ctx)
        total = cap
    if rules.floor is not None and total < exact(rules.floor):
        floor = exact(rules.floor)
        _note(None, total, floor - total, _under("总分", total, floor), ctx)
        total = floor
    total += whole.beyond_total
    if EVERYTHING in ctx.zeroed:
        if total > 0:
            _note(None, total, -total, f"因{ctx.zeroed[EVERYTHING]}，总分清零", ctx)
            total = 0
    elif rules.guaranteed_floor is not None and here and total < exact(rules.guaranteed_floor):
        lift = exact(rules.guaranteed_floor)
        _note(None, total, lift - total, f"保底 {words(rules.guaranteed_floor)} 分，补足", ctx)
        total = lift
    rounding = ctx.book.switches.rounding
    figures.total = rounded(total, mode=rounding.mode, step=rounding.step)


def _note(category: Category | None, raw: Amount, amount: Amount, why: str, ctx: Context) -> None:
    if ctx.parts is not None:
        code = EVERYTHING if category is None else category.code
        clause = ctx.book.total.clause if category is None else category.clause
        ctx.parts.append((code, clause, None, raw, amount, why, None, BOUND))


def _over(name: str, figure: Amount, cap: Amount, bounds: _Bounds) -> str:
    return (
        f"“{name}”共 {words(points(figure))} 分，最多计 {words(points(cap))} 分{bounds.words}，超出部分不计"
    )


def _under(name: str, figure: Amount, floor: Amount) -> str:
    return f"“{name}”共 {words(points(figure))} 分，最低为 {words(points(floor))} 分，不再往下扣"
