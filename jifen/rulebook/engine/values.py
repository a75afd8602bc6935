"""What each occurrence is worth: excuses, counts, and the nine ways of scoring (steps 2 and 3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from decimal import Decimal
from fractions import Fraction

from jifen.core.period import month_and_day
from jifen.rulebook.engine.amount import Amount, exact, multiplied, ratio, spoken, tidy, words
from jifen.rulebook.engine.book import (
    ZERO,
    AddOn,
    Convert,
    Excused,
    Fixed,
    Ladder,
    Levels,
    Mark,
    PerUnit,
    Range,
    Raters,
    Scope,
    Tiers,
)
from jifen.rulebook.engine.context import Context
from jifen.rulebook.engine.facts import Fact
from jifen.rulebook.engine.measure import band_of, beyond_line, measure_of, steps_worth
from jifen.rulebook.engine.plan import ItemPlan
from jifen.rulebook.engine.windows import KEYS
from jifen.rulebook.engine.windows import words as window_words


class Event:
    """A fact on its way to points."""

    __slots__ = (
        "allowed",
        "amount",
        "counted",
        "fact",
        "fixed",
        "marks",
        "outside",
        "quantity",
        "raw",
        "why",
    )

    def __init__(self, fact: Fact) -> None:
        self.fact = fact
        #: What is left of the quantity after excuses (numbering of ladders uses it).
        self.quantity: Amount = exact(fact.quantity)
        #: What of it counts after ``max_times``.
        self.allowed: Amount = self.quantity
        #: Points each, where an excuse past its quota has a price of its own.
        self.fixed: Decimal | None = None
        self.raw: Amount = 0
        self.amount: Amount = 0
        self.marks: frozenset[Mark] = frozenset()
        self.outside: Scope | None = None
        self.why = ""


def always_bad(rule: ItemPlan) -> bool:
    """Whether the item can only take points away (or zero, or veto): nothing of it reaches the exempt."""
    item, worth = rule.item, rule.item.worth
    if isinstance(worth, Ladder):
        return all(isinstance(step, str) or step <= 0 for step in worth.steps)
    if isinstance(worth, Fixed | PerUnit):
        return worth.points < 0
    return worth is None and (bool(item.zeroes) or item.veto is not None)


def say(rule: ItemPlan, fact: Fact, amount: Amount, extra: str = "") -> str:
    """Return the sentence of a fact: what was done, when, how much, what it brings."""
    level = f"（{fact.level}）" if fact.level else ""
    kind = "计" if amount >= 0 else "扣"
    much = f"{words(fact.quantity)}{rule.item.unit}"
    return f"{month_and_day(fact.on)}“{rule.item.name}”{level}{much}{extra}，{kind} {spoken(amount)} 分"


# -- step 2: excuses and counts ------------------------------------------------------------------------


def excuse(rule: ItemPlan, events: list[Event], ctx: Context) -> list[Event]:
    """Drop or reprice what an excuse covers; return what goes on."""
    if not any(event.fact.excused for event in events):
        return events
    policy = rule.item.excused or Excused(ctx.book.switches.excused)
    if policy.mode == "counts":
        return events
    out = []
    free = exact(policy.free)
    used: dict[Hashable, Amount] = defaultdict(int)
    for event in events:
        fact = event.fact
        if not fact.excused:
            out.append(event)
            continue
        if policy.mode == "free":
            ctx.note(rule, fact, 0, 0, f"{month_and_day(fact.on)}“{rule.item.name}”已请假，不计", fact.on)
            continue
        bucket = KEYS[policy.per](fact.on)
        room = max(free - used[bucket], 0)
        used[bucket] += event.quantity
        event.quantity = event.allowed = max(event.quantity - room, 0)
        if event.quantity == 0:
            why = (
                f"{month_and_day(fact.on)}“{rule.item.name}”已请假，"
                f"{window_words(policy.per, fact.on)}前 {policy.free} 次不计"
            )
            ctx.note(rule, fact, 0, 0, why, fact.on)
            continue
        event.fixed = policy.then
        event.why = f"（请假，超过{window_words(policy.per, fact.on)}的 {policy.free} 次）"
        out.append(event)
    return out


def count(rule: ItemPlan, events: list[Event], ctx: Context) -> None:
    """Apply ``max_times``, narrow windows first; earlier occurrences keep their place."""
    for window in KEYS:
        if window not in rule.item.max_times:
            continue
        most = rule.item.max_times[window]
        used: dict[Hashable, Amount] = defaultdict(int)
        for event in events:
            bucket = KEYS[window](event.fact.on)
            left = max(min(event.allowed, exact(most) - used[bucket]), 0)
            used[bucket] += left
            if left < event.allowed:
                event.why += f"，{window_words(window, event.fact.on)}最多计 {words(most)}{rule.item.unit}"
            event.allowed = left
    for event in events:
        if ctx.book.switches.order == "caps_then_ladder":
            event.quantity = event.allowed


# -- step 3: value -------------------------------------------------------------------------------------


def value(rule: ItemPlan, events: list[Event], ctx: Context) -> None:
    """Give every event its amount, its marks and its sentence."""
    worth = rule.item.worth
    priced = [event for event in events if event.fixed is not None]
    others = [event for event in events if event.fixed is None]
    for event in priced:
        assert event.fixed is not None
        event.amount = multiplied(exact(event.fixed), event.allowed)
    if isinstance(worth, Ladder):
        _ladder(worth, others)
    elif isinstance(worth, Raters):
        _raters(worth, others)
    elif isinstance(worth, Tiers) and worth.over != "fact":
        _tiers_over(worth, others)
    elif isinstance(worth, PerUnit) and worth.over != "fact":
        _units_over(worth, others)
    else:
        for event in others:
            _alone(rule, event)
    for event in others:
        for more in rule.item.add_ons:
            if event.allowed > 0 and _meets(more, event.fact, ctx):
                extra = exact(more.points)
                if more.each:
                    extra = multiplied(extra, event.allowed)
                event.amount += extra
                event.why += f"，另加 {spoken(extra)} 分"
    for event in events:
        event.amount = tidy(event.amount)
        if ctx.parts is not None:
            event.why = say(rule, event.fact, event.amount, event.why)


def _alone(rule: ItemPlan, event: Event) -> None:
    """Value of a fact that is worth something by itself."""
    worth, fact = rule.item.worth, event.fact
    if isinstance(worth, Fixed):
        event.amount = multiplied(exact(worth.points), event.allowed)
    elif isinstance(worth, Levels):
        row = next(row for row in worth.rows if row.name == fact.level)
        event.outside = row.outside
        if isinstance(row.points, str):
            event.marks = frozenset({row.points})
        else:
            event.amount = multiplied(exact(row.points), event.allowed)
    elif isinstance(worth, Range):
        event.amount = exact(fact.value or 0) if event.allowed else 0
        event.why += "，由决定人在规定范围内给分"
    elif isinstance(worth, Convert):
        amount = Fraction(fact.value or 0) * worth.times
        amount = amount if worth.min is None else max(amount, Fraction(worth.min))
        amount = amount if worth.max is None else min(amount, Fraction(worth.max))
        event.amount = exact(amount) if event.allowed else 0
        event.why += f"，成绩 {words(fact.value or 0)} × {words(worth.times)}"
    elif isinstance(worth, PerUnit):
        measure = measure_of(fact, worth.on) if worth.on == "value" else ratio(event.allowed)
        part = beyond_line(worth, measure)
        event.amount = steps_worth(worth, part) if event.allowed else 0
        if worth.below is not None or worth.above is not None:
            line = worth.below if worth.below is not None else worth.above
            side = "低于" if worth.below is not None else "高于"
            event.why += f"，{words(measure)} {side} {words(line or 0)} 的部分为 {words(part)}"
    elif isinstance(worth, Tiers):
        _band(worth, event, measure_of(fact, worth.on) if worth.on != "quantity" else ratio(event.allowed))


def _band(worth: Tiers, event: Event, measure: Fraction) -> None:
    band = band_of(worth, measure) if event.allowed else None
    if band is None:
        return
    if isinstance(band.points, str):
        event.marks = frozenset({band.points})
    else:
        event.amount = exact(band.points)
    low = "" if band.since is None else f"{words(band.since)} 起"
    high = "" if band.until is None else f"至 {words(band.until)}"
    event.why += f"，{words(measure)} 在“{low}{high}”一档"


def _ladder(worth: Ladder, events: list[Event]) -> None:
    done: dict[Hashable, int] = defaultdict(int)
    last_run: dict[Hashable, tuple[int, int]] = {}
    for event in events:
        bucket = KEYS[worth.per](event.fact.on)
        if worth.counts == "occurrence":
            first = done[bucket]
            done[bucket] += int(ratio(event.quantity))
            numbers = range(first + 1, first + int(ratio(event.allowed)) + 1)
        else:
            unit = KEYS[worth.counts](event.fact.on)
            assert isinstance(unit, int)
            if event.allowed == 0:
                continue
            before, run = last_run.get(bucket, (unit - 2, 0))
            if before == unit:
                numbers = range(1, 1)  # one step per month (quarter)
            else:
                run = run + 1 if before == unit - 1 else 1
                numbers = range(run, run + 1)
            last_run[bucket] = (unit, run)
        for step in worth.steps[numbers.start - 1 : numbers.stop - 1]:
            if isinstance(step, str):
                event.marks |= {step}
            else:
                event.amount += exact(step)
        after = numbers.stop - max(numbers.start, len(worth.steps) + 1)
        if after > 0 and worth.beyond == "last":
            last = worth.steps[-1]
            if isinstance(last, str):
                event.marks |= {last}
            else:
                event.amount += exact(last) * after
        if numbers:
            which = "连续第" if worth.counts != "occurrence" else "第"
            unit_word = {"occurrence": "次", "month": "个月", "quarter": "个季度"}[worth.counts]
            span = f"{numbers[0]}" if len(numbers) == 1 else f"{numbers[0]} 至 {numbers[-1]}"
            event.why += f"，{which} {span} {unit_word}"
            if ZERO in event.marks:
                event.why += "，触发不得分"


def _raters(worth: Raters, events: list[Event]) -> None:
    forms: dict[Hashable, list[Event]] = defaultdict(list)
    for event in events:
        if event.allowed:
            forms[KEYS[worth.per](event.fact.on)].append(event)
    for group in forms.values():
        by_kind: dict[str, list[Event]] = defaultdict(list)
        for event in group:
            by_kind[event.fact.role or ""].append(event)
        missing = [kind for kind in worth.weights if kind not in by_kind]
        whole = sum((worth.weights[kind] for kind in by_kind), Fraction(0))
        for kind, marks in by_kind.items():
            weight = worth.weights[kind]
            if missing and worth.missing == "renormalise" and whole:
                weight = weight / whole
            for event in marks:
                share = Fraction(event.fact.value or 0) * weight * worth.times / len(marks)
                waiting = bool(missing) and worth.missing == "wait"
                event.amount = 0 if waiting else exact(share)
                event.why += f"，评 {words(event.fact.value or 0)} 分，权重 {words(weight)}"
                if waiting:
                    event.why += "，等其他评分人评完再计"


def _tiers_over(worth: Tiers, events: list[Event]) -> None:
    groups: dict[Hashable, list[Event]] = defaultdict(list)
    for event in events:
        groups[KEYS[worth.over](event.fact.on)].append(event)
    for group in groups.values():
        measure = Fraction(0)
        for event in group:
            more = measure_of(event.fact, worth.on) if worth.on != "quantity" else ratio(event.allowed)
            measure += more if event.allowed else 0
        # The sum decides once; it stands with the last deed of the window.
        last = next((event for event in reversed(group) if event.allowed), None)
        if last is not None:
            _band(worth, last, measure)
        for event in group:
            if event is not last:
                event.why += "，与同期其他记录合计后计分"


def _units_over(worth: PerUnit, events: list[Event]) -> None:
    sums: dict[Hashable, Fraction] = defaultdict(Fraction)
    for event in events:
        bucket = KEYS[worth.over](event.fact.on)
        more = measure_of(event.fact, worth.on) if worth.on == "value" else ratio(event.allowed)
        before = sums[bucket]
        sums[bucket] = before + (more if event.allowed else 0)
        event.amount = steps_worth(worth, beyond_line(worth, sums[bucket])) - steps_worth(
            worth, beyond_line(worth, before)
        )
        event.why += f"，{window_words(worth.over, event.fact.on)}累计 {words(sums[bucket])}"


def _meets(more: AddOn, fact: Fact, ctx: Context) -> bool:
    return (
        (not more.levels or fact.level in more.levels)
        and (not more.roles or ctx.is_one_of(more.roles, fact.on, fact))
        and (more.value_at_least is None or (fact.value is not None and fact.value >= more.value_at_least))
        and (more.quantity_at_least is None or fact.quantity >= more.quantity_at_least)
    )
