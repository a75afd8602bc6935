"""Small rulebooks for tests: a head with every switch, and items in one line each."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from jifen.core.period import Period
from jifen.rulebook.engine import Fact, ScoreSheet, Subject, score
from jifen.rulebook.engine.book import Rulebook
from jifen.rulebook.loader import load_text

SWITCHES = {
    "deduct_scope": '"item"',
    "order": '"caps_then_ladder"',
    "rounding": '{ mode = "half_up", step = "0.01" }',
    "excused": '"free"',
    "exempt_facts": '"credits_only"',
    "part_year": '"none"',
    "part_year_unit": '"month"',
    "transfer": '"percent"',
    "late_facts": '"own_period"',
    "late_after_days": "31",
    "carry_over": '"clear"',
    "appraisal_base": '"full_members"',
    "quota_rounding": '"floor"',
    "ties": '"committee"',
}
TOTAL = {
    "granted": '"0"',
    "target_line": '"none"',
    "guaranteed_floor": '"none"',
    "floor": '"none"',
    "cap": '"none"',
    "clause": '"第三条"',
}
APPLIES = {
    "in_force": '["full_member", "probationary_member"]',
    "tracked": '["activist"]',
    "left_out": '["retired_member", "floating_member"]',
}
YEAR = Period.parse("2026")
END = dt.date(2026, 12, 31)


def _section(name: str, values: dict[str, str]) -> str:
    return f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in values.items())


def item(code: str, *keys: str, category: str = "K") -> str:
    """Return one ``[[item]]``; keys left out get harmless values."""
    given = {key.split("=", 1)[0].strip() for key in keys}
    rest = {
        "name": f'"项目{code}"',
        "clause": f'"条款{code}"',
        "feeders": '["manual"]',
        "once_per": '"deed"',
    }
    lines = [f'code = "{code}"', f'category = "{category}"', *keys]
    lines += [f"{key} = {value}" for key, value in rest.items() if key not in given]
    return "[[item]]\n" + "\n".join(lines) + "\n"


def category(code: str, *keys: str) -> str:
    """Return one ``[[category]]``, without bounds where none are given."""
    given = {key.split("=", 1)[0].strip() for key in keys}
    rest = {"name": f'"类别{code}"', "clause": f'"条款{code}"', "cap": '"none"', "floor": '"none"'}
    lines = [f'code = "{code}"', *keys]
    lines += [f"{key} = {value}" for key, value in rest.items() if key not in given]
    return "[[category]]\n" + "\n".join(lines) + "\n"


def text(
    *blocks: str, cycle: str = "year", subject: str = "member", version: str = "1", **changes: str
) -> str:
    """Return a rulebook's text; keywords change a switch, a bound of the total, or who it is for.

    Without a ``[[category]]`` among the blocks there is one, ``K``, without bounds.
    """
    parts = {"switches": dict(SWITCHES), "total": dict(TOTAL), "applies": dict(APPLIES)}
    for key, value in changes.items():
        home = next((name for name, keys in parts.items() if key in keys), "switches")
        parts[home][key] = value
    head = {
        "code": '"T"',
        "version": f'"{version}"',
        "name": '"试算办法"',
        "effective_from": "2020-01-01",
        "source": '"测试"',
        "tag": '"J"',
        "status": '"scheme"',
        "subject": f'"{subject}"',
        "cycle": f'"{cycle}"',
    }
    body = "\n".join(blocks)
    if "[[category]]" not in body:
        body = category("K") + body
    sections = [_section("rulebook", head), *(_section(name, keys) for name, keys in parts.items())]
    return "format = 1\n" + "\n".join(sections) + "\n" + body


def book(*blocks: str, **changes: str) -> Rulebook:
    """Return a loaded rulebook, see :func:`text`."""
    return load_text(text(*blocks, **changes))


def fact(code: str, day: str = "03-05", quantity: str | int = 1, **more) -> Fact:
    """Return a fact of 2026 (or of a full date); value and quantity are written as texts."""
    on = dt.date.fromisoformat(day if re.match(r"\d{4}-", day) else f"2026-{day}")
    if "value" in more and not isinstance(more["value"], Decimal):
        more["value"] = Decimal(more["value"])
    return Fact(code, on, Decimal(quantity), **more)


def facts(code: str, *days: str, **more) -> list[Fact]:
    """Return one fact for each day."""
    return [fact(code, day, **more) for day in days]


def sheet(
    rulebook: Rulebook,
    *given: Fact,
    subject: Subject | None = None,
    period: Period | str | None = None,
    as_of: dt.date | str | None = None,
) -> ScoreSheet:
    """Return the sheet; by default that of 2026 at its end. Always checks that the trace sums to the total."""
    period = Period.parse(period) if isinstance(period, str) else period or YEAR
    as_of = dt.date.fromisoformat(as_of) if isinstance(as_of, str) else as_of or period.last_day
    out = score(subject or Subject("m"), period, given, rulebook, as_of=as_of)
    assert sum((line.points for line in out.trace), Decimal(0)) == out.total
    bare = score(subject or Subject("m"), period, given, rulebook, as_of=as_of, trace=False)
    assert (bare.total, bare.items, bare.categories, bare.grade) == (
        out.total,
        out.items,
        out.categories,
        out.grade,
    )
    return out


def total(rulebook: Rulebook, *given: Fact, **more) -> Decimal:
    """Return the total of :func:`sheet`."""
    return sheet(rulebook, *given, **more).total
