"""From the facts of one item to its gains and losses: steps 1 to 6 of the order of evaluation."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass
from fractions import Fraction

from jifen.core.period import month_and_day
from jifen.rulebook.engine import values
from jifen.rulebook.engine.admit import refusal
from jifen.rulebook.engine.amount import Amount, exact, spoken, tidy
from jifen.rulebook.engine.book import Scope, Takes
from jifen.rulebook.engine.context import CUT, Context
from jifen.rulebook.engine.due import due
from jifen.rulebook.engine.facts import Fact, canonical
from jifen.rulebook.engine.plan import ItemPlan
from jifen.rulebook.engine.values import Event
from jifen.rulebook.engine.windows import KEYS, cap_by_window
from jifen.rulebook.engine.windows import words as window_words


@dataclass(slots=True)
class Outcome:
    """What an item brings, before its own bounds."""

    credit: Amount = 0
    #: <= 0.
    debit: Amount = 0
    #: Gains that lie outside the category's cap / the total's cap.
    beyond_category: Amount = 0
    beyond_total: Amount = 0


@dataclass(slots=True)
class Opened:
    """An item whose events are valued, but whose windows are not closed yet."""

    rule: ItemPlan
    out: Outcome
    gains: dict[dt.date, Amount]
    losses: dict[dt.date, Amount]


def fold_item(rule: ItemPlan, facts: list[Fact], ctx: Context) -> Outcome:
    """Return what ``facts``, all of this item and inside the period, bring; the item has nothing due."""
    if rule.simple and ctx.parts is None and ctx.spent is None and ctx.presence.plain:
        out = _fold_simple(rule, facts, ctx)
        if out is not None:
            return out
    return close_item(open_item(rule, facts, ctx), ctx)


def close_item(opened: Opened, ctx: Context) -> Outcome:
    """Add what is due, hold gains and losses inside the windows; all watched items must be open."""
    rule, out, gains, losses = opened.rule, opened.out, opened.gains, opened.losses
    for day, amount in due(rule, ctx):
        if amount > 0:
            gains[day] += amount
        else:
            losses[day] -= amount
    gained, cuts = cap_by_window(gains, rule.credit_windows)
    _note_cuts(rule, cuts, 1, ctx)
    lost, cuts = cap_by_window(losses, rule.debit_windows)
    _note_cuts(rule, cuts, -1, ctx)
    out.credit, out.debit = tidy(gained), tidy(-lost)
    return out


def _fold_simple(rule: ItemPlan, facts: list[Fact], ctx: Context) -> Outcome | None:
    """The fast road where each fact stands alone and nobody asked why; ``None``: take the other one."""
    if rule.chooses and len(facts) > 1:
        return None
    memo, by_quantity = rule.memo, rule.by_quantity
    bucket_of = rule.bucket_of
    credit: Amount = 0
    debit: Amount = 0
    buckets: dict[Hashable, Amount] = {}
    for fact in facts:
        if fact.excused:
            return None
        key = fact.quantity if by_quantity else (fact.quantity, fact.level, fact.value, fact.role)
        amount = memo.get(key)
        if amount is None:
            amount = _worth(rule, fact, ctx)
            if amount is None:
                return None
            if len(memo) < 4096:
                memo[key] = amount
        if amount < 0:
            debit += amount
        elif bucket_of is None:
            credit += amount
        else:
            bucket = bucket_of(fact.on)
            buckets[bucket] = buckets.get(bucket, 0) + amount
    if buckets:
        if len(rule.credit_windows) == 1:
            cap = rule.credit_windows[0][1]
            for amount in buckets.values():
                credit += amount if amount <= cap else cap
        else:
            # Several windows: the buckets are days, and wider windows hold what narrower ones left.
            credit += cap_by_window(buckets, rule.credit_windows)[0]  # type: ignore[arg-type]
    if rule.code in ctx.plan.watched:
        ctx.counted[rule.code] = [(fact.on, exact(fact.quantity)) for fact in facts]
    else:
        ctx.counted[rule.code] = []
    return Outcome(credit, debit)


def _worth(rule: ItemPlan, fact: Fact, ctx: Context) -> Amount | None:
    """Return what a fact of a simple item is worth, by the same rules as on the other road."""
    if refusal(fact, ctx.book) is not None:
        return None
    event = Event(fact)
    values.value(rule, [event], ctx)
    return rule.event_clamp(event.amount)


def open_item(rule: ItemPlan, facts: list[Fact], ctx: Context) -> Opened:
    """Value the events of an item, whatever kind it is."""
    item = rule.item
    if len(facts) > 1:
        facts = sorted(facts, key=canonical)
    events = [Event(fact) for fact in facts if _stands(rule, fact, ctx)]
    events = values.excuse(rule, events, ctx)
    values.count(rule, events, ctx)
    values.value(rule, events, ctx)
    out = Outcome()
    gains: dict[dt.date, Amount] = defaultdict(int)
    losses: dict[dt.date, Amount] = defaultdict(int)
    for event in events:
        event.raw = event.amount
        event.amount = rule.event_clamp(event.amount)
        if event.amount != event.raw:
            event.why += f"，单次最多计 {spoken(event.amount)} 分"
    _take(item.takes, rule, events)
    exempt = ctx.book.switches.exempt_facts == "credits_only" and not ctx.presence.plain
    for event in events:
        fact = event.fact
        if exempt and (event.amount < 0 or event.marks) and ctx.presence.at(fact.on).exempt:
            event.amount, event.marks = 0, frozenset()
            event.why = "免予积分期间，不扣分"
        ctx.note(rule, fact, event.raw, event.amount, event.why, fact.on)
        _trigger(rule, event, ctx)
        if event.amount > 0:
            scope = event.outside
            if scope is Scope.CATEGORY:
                out.beyond_category += event.amount
            elif scope is Scope.TOTAL:
                out.beyond_total += event.amount
            else:
                gains[fact.on] += event.amount
        elif event.amount < 0:
            losses[fact.on] -= event.amount
            if ctx.spent is not None:
                ctx.spent.append((fact.on, -event.amount))
    if events:
        ctx.counted[rule.code] = [(event.fact.on, event.allowed) for event in events]
    return Opened(rule, out, gains, losses)


def _note_cuts(
    rule: ItemPlan, cuts: list[tuple[str, dt.date, Amount, Amount]], sign: int, ctx: Context
) -> None:
    for window, day, before, cut in cuts:
        kind = "计" if sign > 0 else "扣"
        cap = spoken(before - cut)
        when = window_words(window, day)
        why = f"{when}“{rule.item.name}”最多{kind} {cap} 分，超出的 {spoken(cut)} 分不{kind}"
        ctx.note(rule, None, before * sign, -cut * sign, why, day, CUT)


def _stands(rule: ItemPlan, fact: Fact, ctx: Context) -> bool:
    """Whether the fact counts for this person at all; says why where it does not."""
    why = _bar(rule, fact, ctx)
    if why is not None:
        ctx.note(rule, fact, 0, 0, why, fact.on)
    return why is None


def _bar(rule: ItemPlan, fact: Fact, ctx: Context) -> str | None:
    item, presence = rule.item, ctx.presence
    if item.off is not None:
        return f"“{item.name}”已停用（{item.off}），不计分"
    if not presence.plain:
        stretch = presence.at(fact.on)
        if stretch.status == "away":
            return "当天不在本办法的人员范围内，不计分"
        if stretch.status == "left_out":
            return "当天属于不参加积分的人员，不计分"
        if stretch.exempt and (
            ctx.book.switches.exempt_facts == "none"
            or (ctx.book.switches.exempt_facts == "credits_only" and values.always_bad(rule))
        ):
            return "免予积分期间，不计分"
    if not ctx.applies(rule, fact.on, fact):
        return f"“{item.name}”不适用于本人当天的身份，不计分"
    key = (fact.quantity, fact.level, fact.value, fact.role, fact.excused)
    if key not in rule.refusals:
        if len(rule.refusals) >= 4096:
            rule.refusals.clear()
        rule.refusals[key] = refusal(fact, ctx.book)
    return rule.refusals[key]


def _take(takes: Takes, rule: ItemPlan, events: list[Event]) -> None:
    """Leave the amounts of those events that count where only one per deed or window does."""
    if takes.which == "each" or len(events) < 2:
        return
    groups: dict[Hashable, list[Event]] = defaultdict(list)
    for index, event in enumerate(events):
        if takes.per == "deed":
            key: Hashable = event.fact.deed or event.fact.source or ("alone", index)
        else:
            key = KEYS[takes.per](event.fact.on)
        groups[key].append(event)
    what = {"highest": "只取最高", "lowest": "只取最低", "last": "只取最近一次", "mean": "取平均"}[
        takes.which
    ]
    for group in groups.values():
        if len(group) < 2:
            continue
        scope = "同一事项" if takes.per == "deed" else window_words(takes.per, group[0].fact.on)
        if takes.which == "mean":
            for event in group:
                event.amount = tidy(event.amount * Fraction(1, len(group)))
                event.why += f"，{scope}{what}"
            continue
        if takes.which == "last":
            chosen = group[-1]
        else:
            best = max if takes.which == "highest" else min
            amount = best(event.amount for event in group)
            chosen = next(event for event in group if event.amount == amount)
        for event in group:
            if event is not chosen:
                event.amount, event.marks = 0, event.marks if takes.which != "last" else frozenset()
                event.why += f"；{scope}{what}，这条不另计"


def _trigger(rule: ItemPlan, event: Event, ctx: Context) -> None:
    item, fact = rule.item, event.fact
    if rule.triggers_zero or "zero" in event.marks:
        for target in item.zeroes or ("item",):
            ctx.zero(target, rule, f"{month_and_day(fact.on)}“{item.name}”")
    if rule.triggers_veto or "veto" in event.marks:
        assert item.veto is not None
        ctx.vetoes.append((fact.on, rule.code, item.veto))
    for code in item.lifts:
        ctx.lifted[code] = max(fact.on, ctx.lifted.get(code, fact.on))
