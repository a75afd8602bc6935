"""Points taken over from before (接续积分): what an office had counted until the day it began here.

A balance is a fact of the reserved item ``takeover``: its ``value`` is the
points, which may be below zero where the old account was in debt. It stands
beside the items, so that no cap of an item, a window or a category cuts what
was earned under them before; the bounds of the total hold it like everything
else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from jifen.rulebook.engine.amount import Amount, exact, words
from jifen.rulebook.engine.context import START, Context
from jifen.rulebook.engine.facts import Fact, canonical

#: The reserved item; no rulebook may have one of this code.
TAKEOVER = "takeover"
NAME = "接续积分"
#: What stands where an item has its clause.
CLAUSE = "接续"
#: No account of one period holds more, in either direction.
MOST = Decimal(100_000)
#: Finer than this no office keeps an account.
STEP = Decimal("0.01")

_SPAN = re.compile(r"(\d{4})-(\d{2})/(\d{4})-(\d{2})")


def refusal_of(fact: Fact) -> str | None:
    """Return why a balance cannot be taken over, None if it can."""
    if fact.value is None:
        return f"“{NAME}”要在 value 写明积分。"
    if fact.quantity != 1:
        return f"“{NAME}”的数量只能是 1，积分写在 value。"
    value = Fraction(fact.value)
    if abs(value) > MOST or value % Fraction(STEP):
        return f"“{NAME}”应在 -{MOST} 到 {MOST} 分之间，最多两位小数，这里是 {words(fact.value)}，请核对。"
    return None


def span_words(key: str | None) -> str:
    """Return the months of a balance in words: ``2026-01/2026-08`` is 2026年1—8月; empty if none are given."""
    m = _SPAN.fullmatch(key or "")
    if m is None:
        return ""
    since, until = (m[1], int(m[2])), (m[3], int(m[4]))
    if since == until:
        return f"{m[1]}年{since[1]}月"
    if m[1] == m[3]:
        return f"{m[1]}年{since[1]}—{until[1]}月"
    return f"{m[1]}年{since[1]}月至{m[3]}年{until[1]}月"


def taken_over(facts: Iterable[Fact], ctx: Context) -> Amount:
    """Return the sum of the balances, each told as a part of its own."""
    here = any(one.status in ("graded", "tracked") for one in ctx.presence.stretches)
    total: Amount = 0
    for fact in sorted(facts, key=canonical):
        value = fact.value if fact.value is not None else Decimal(0)
        amount = exact(value) if here else 0
        total += amount
        if ctx.parts is not None:
            basis = f"（依据 {fact.basis}）" if fact.basis else ""
            why = f"接续 {span_words(fact.level)}积分 {words(value)} 分{basis}"
            if not here:
                why += "，本周期不在积分范围内，不计"
            ctx.parts.append((TAKEOVER, CLAUSE, fact.entry, exact(value), amount, why, fact.on, START))
    return total
