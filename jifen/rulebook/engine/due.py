"""What falls due without a fact: too little done by a window's end, nothing done for too long."""

from __future__ import annotations

import datetime as dt

from jifen.core.period import month_and_day
from jifen.rulebook.engine.amount import Amount, exact, multiplied, spoken, sum_of, words
from jifen.rulebook.engine.book import Inactivity, Shortfall
from jifen.rulebook.engine.context import Context
from jifen.rulebook.engine.plan import ItemPlan
from jifen.rulebook.engine.windows import spans
from jifen.rulebook.engine.windows import words as window_words

_ONE_DAY = dt.timedelta(days=1)


def due(rule: ItemPlan, ctx: Context) -> list[tuple[dt.date, Amount]]:
    """Return what has fallen due by ``as_of``: day and amount, noted in the trace."""
    if not rule.due or rule.item.off is not None:
        return []
    out: list[tuple[dt.date, Amount]] = []
    if rule.item.shortfall is not None:
        out += _shortfall(rule, rule.item.shortfall, ctx)
    if isinstance(rule.item.worth, Inactivity):
        out += _inactivity(rule, rule.item.worth, ctx)
    return out


def _shortfall(rule: ItemPlan, short: Shortfall, ctx: Context) -> list[tuple[dt.date, Amount]]:
    out: list[tuple[dt.date, Amount]] = []
    done = [one for code in short.of or (rule.code,) for one in ctx.counted.get(code, ())]
    for since, until in spans(short.per, ctx.period):
        last = until - _ONE_DAY
        if last > ctx.as_of or not ctx.presence.whole(since, until):
            continue
        if not ctx.applies(rule, last):
            continue
        had = sum_of(amount for day, amount in done if since <= day < until)
        missing = exact(short.need) - had
        if missing <= 0:
            continue
        window = window_words(short.per, last)
        lack = spoken(missing)
        said = (
            f"{window}应有 {words(short.need)}{rule.item.unit}“{rule.item.name}”，少 {lack}{rule.item.unit}"
        )
        if short.zero:
            for target in rule.item.zeroes or ("item",):
                ctx.zero(target, rule, said)
            ctx.note(rule, None, 0, 0, f"{said}，触发不得分", last)
            continue
        if short.each is not None:
            amount = multiplied(exact(short.each), missing)
        else:
            assert short.once is not None
            amount = exact(short.once)
        kind = "扣" if amount < 0 else "计"
        ctx.note(rule, None, amount, amount, f"{said}，{kind} {spoken(amount)} 分", last)
        out.append((last, amount))
    return out


def _inactivity(rule: ItemPlan, worth: Inactivity, ctx: Context) -> list[tuple[dt.date, Amount]]:
    out: list[tuple[dt.date, Amount]] = []
    days = sorted({day for code in worth.watch for day, _ in ctx.counted.get(code, ())})
    for stretch in ctx.presence.stretches:
        if not stretch.active:
            continue
        end = min(stretch.until, ctx.as_of + _ONE_DAY)
        since = stretch.since
        for stop in [*(day for day in days if stretch.since <= day < end), end]:
            runs = (stop - since).days // worth.days
            for number in range(runs if worth.repeat else min(runs, 1)):
                day = since + dt.timedelta(days=worth.days * (number + 1) - 1)
                if not ctx.applies(rule, day):
                    continue
                amount = exact(worth.points)
                kind = "扣" if amount < 0 else "计"
                why = f"到 {month_and_day(day)}已连续 {worth.days} 天没有记录，{kind} {spoken(amount)} 分"
                ctx.note(rule, None, amount, amount, why, day)
                out.append((day, amount))
            since = stop + _ONE_DAY
    return out
