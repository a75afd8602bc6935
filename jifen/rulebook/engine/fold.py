"""``score``: one person, one period, one rulebook; a pure fold over facts that explains itself.

The order of evaluation (``config/rulebooks/README.md`` tells it with examples):

1. who: membership, exemption, applicability, lines switched off;
2. excuses, ``max_times`` (before or after ladders, by the switch ``order``);
3. event value with add-ons;
4. event caps, then ``takes``;
5. what falls due (shortfall, inactivity);
6. windows: day, week, month, quarter, half, year;
7. item: start + gains - losses of scope ``item``, clamped; zero triggers;
8. category, inner before outer: start + items - losses of scope ``category``,
   clamped; zero triggers; gains outside the category's cap;
9. total: opening + what was taken over + categories - losses of scope
   ``total``, clamped; gains outside the total's cap; zeroing of everything;
   guaranteed floor;
10. rounding, once;
11. veto and gates; 12. grade by threshold. Quotas need the group: ``group``.

Nothing depends on the order of the input: sums commute, and where occurrence
counts the facts are put into the canonical order first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from jifen.core.period import Period
from jifen.rulebook.engine.amount import points, sum_of
from jifen.rulebook.engine.blocks import Figures, figures_of
from jifen.rulebook.engine.book import Rulebook
from jifen.rulebook.engine.context import FACT, Context
from jifen.rulebook.engine.facts import Fact, Subject, canonical, live
from jifen.rulebook.engine.items import Outcome, close_item, fold_item, open_item
from jifen.rulebook.engine.late import in_their_period
from jifen.rulebook.engine.plan import plan_for
from jifen.rulebook.engine.presence import Presence
from jifen.rulebook.engine.sheet import ScoreSheet, TraceLine
from jifen.rulebook.engine.taken import TAKEOVER, taken_over
from jifen.rulebook.engine.verdict import verdict

_ONE_DAY = dt.timedelta(days=1)


def score(
    subject: Subject,
    period: Period,
    facts: Iterable[Fact],
    rulebook: Rulebook,
    *,
    as_of: dt.date,
    trace: bool = True,
) -> ScoreSheet:
    """Return the sheet of ``subject`` for ``period`` as it stands on ``as_of``.

    :param period: a period of the rulebook's cycle
    :param facts: the person's facts in any order; those of other days are passed over
    :param as_of: later facts do not count, and nothing falls due after it
    :param trace: leave out the explanation where only figures are wanted; figures are the same
    :raises ValueError: the period is not one of the rulebook's cycle
    """
    plan = plan_for(rulebook)
    if period.months != rulebook.cycle.months:
        raise ValueError(f"{period} is no period of the cycle {rulebook.cycle}")
    if rulebook.switches.late_facts != "own_period":
        facts = in_their_period(facts, rulebook)
    elif not isinstance(facts, list | tuple):
        facts = list(facts)
    since, until = period.since, min(period.until, as_of + _ONE_DAY)
    groups: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.reverses is not None:
            # Rare: start over without the pairs.
            return score(subject, period, live(facts), rulebook, as_of=as_of, trace=trace)
        if since <= fact.on < until:
            group = groups.get(fact.item)
            if group is None:
                groups[fact.item] = [fact]
            else:
                group.append(fact)
    ctx = Context(plan, rulebook, period, as_of, Presence(subject, rulebook, period), [] if trace else None)
    if rulebook.switches.carry_expires_months is not None:
        ctx.spent = []
    brought = taken_over(groups.pop(TAKEOVER), ctx) if TAKEOVER in groups else 0
    outcomes = _items(groups, ctx)
    figures = figures_of(outcomes, subject, ctx, brought)
    out = verdict(figures, ctx)
    return ScoreSheet(
        subject=subject.key,
        rulebook=rulebook.code,
        version=rulebook.version,
        period=period,
        as_of=as_of,
        status=out.status,
        opening=points(figures.opening),
        taken_over=points(brought),
        categories={code: points(amount) for code, amount in figures.categories.items()},
        items={code: points(amount) for code, amount in figures.items.items()},
        total=points(figures.total),
        grade=out.grade,
        stars=out.stars,
        eligible=out.eligible,
        vetoed=out.vetoed,
        gates=out.gates,
        target_line=out.target_line,
        reached=out.reached,
        spent=points(sum_of(amount for _, amount in ctx.spent or ())),
        actions=out.actions,
        trace=_trace(figures, ctx) if trace else (),
    )


def _items(groups: dict[str, list[Fact]], ctx: Context) -> dict[str, Outcome]:
    """Fold every item that has facts or a figure without them, in the order of the file."""
    rules = ctx.plan.items
    outcomes: dict[str, Outcome] = {}
    waiting = []
    for code, facts in groups.items():
        rule = rules.get(code)
        if rule is None:
            _unknown(facts, ctx)
        elif not rule.due:
            outcomes[code] = fold_item(rule, facts, ctx)
    for rule in ctx.plan.always:
        if rule.due:
            waiting.append(open_item(rule, groups.get(rule.code, []), ctx))
        elif rule.code not in outcomes:
            outcomes[rule.code] = Outcome()
    for opened in waiting:
        outcomes[opened.rule.code] = close_item(opened, ctx)
    return outcomes


def _unknown(facts: list[Fact], ctx: Context) -> None:
    """A fact of another version's item: shown, worth nothing here."""
    if ctx.parts is not None:
        for fact in sorted(facts, key=canonical):
            why = f"本版规则没有项目“{fact.item}”，不计分"
            ctx.parts.append((fact.item, "", fact.entry, 0, 0, why, fact.on, FACT))


def _trace(figures: Figures, ctx: Context) -> tuple[TraceLine, ...]:
    """Turn parts into lines that sum to the total exactly: what six decimals cannot show is rounding."""
    assert ctx.parts is not None
    rank = {code: rule.index for code, rule in ctx.plan.items.items()}
    last = len(rank)
    # The opening first, items in the file's order, then unknown ones, blocks, and the total.
    for number, category in enumerate(ctx.plan.order, 1):
        rank[category.code] = last + number
    rank["-"] = last + len(ctx.plan.order) + 1
    rank[TAKEOVER] = -1
    start = ctx.period.since
    ctx.parts.sort(key=lambda part: (rank.get(part[0], last), part[0], part[7], part[6] or start))
    lines = [
        TraceLine(item, clause, entry, points(raw), points(amount), why, on)
        for item, clause, entry, raw, amount, why, on, _ in (*ctx.opening, *ctx.parts)
    ]
    total = points(figures.total)
    gap = total - sum((line.points for line in lines), Decimal(0))
    if gap:
        clause = ctx.book.total.clause
        lines.append(TraceLine("-", clause, None, total - gap, gap, _rounding_words(ctx), None))
    return tuple(lines)


def _rounding_words(ctx: Context) -> str:
    rounding = ctx.book.switches.rounding
    mode = {
        "half_up": "四舍五入",
        "half_even": "四舍六入五成双",
        "down": "舍去尾数",
        "floor": "向下取整",
        "ceiling": "向上取整",
    }[rounding.mode]
    return f"总分按 {rounding.step} 分{mode}"
