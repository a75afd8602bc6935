"""One sound rulebook for tests of the checks, and ways of spoiling one line of it."""

from __future__ import annotations

from jifen.rulebook import check
from jifen.rulebook.faults import Fault

HEAD = """\
format = 1
[rulebook]
code = "T"
version = "1"
name = "党员积分办法"
effective_from = 2026-01-01
source = "测试"
tag = "J"
status = "scheme"
subject = "member"
cycle = "year"
[applies]
in_force = ["full_member", "probationary_member"]
tracked = ["activist"]
left_out = ["retired_member"]
[total]
granted = "60"
target_line = "none"
guaranteed_floor = "none"
floor = "0"
cap = "none"
clause = "第三条"
[switches]
deduct_scope = "item"
order = "caps_then_ladder"
rounding = { mode = "half_up", step = "0.01" }
excused = "free"
exempt_facts = "credits_only"
part_year = "none"
part_year_unit = "month"
transfer = "percent"
late_facts = "own_period"
late_after_days = 31
carry_over = "clear"
appraisal_base = "full_members"
quota_rounding = "floor"
ties = "committee"
[[category]]
code = "ZZ"
name = "组织生活"
clause = "第四条"
cap = "none"
floor = "none"
"""
#: What every item of a test has unless the test says otherwise.
COMMON = {
    "name": '"参加主题党日"',
    "category": '"ZZ"',
    "clause": '"第四条第一项"',
    "basis": '"《中国共产党支部工作条例（试行）》"',
    "feeders": '["roster"]',
    "once_per": '"activity"',
}


def item(body: str = 'points = "1"', *, code: str = "A01", **keys: str | None) -> str:
    """Return an ``[[item]]``; a key given as TOML replaces the common one, ``None`` removes it."""
    rows = {**COMMON, **keys}
    said = "\n".join(f"{key} = {value}" for key, value in rows.items() if value is not None)
    return f'[[item]]\ncode = "{code}"\n{said}\n{body}\n'


def book(*parts: str, **replaced: str) -> str:
    """Return a rulebook of ``parts`` (one plain item where there are none)."""
    text = HEAD
    for old, new in replaced.items():
        lines = [line for line in text.splitlines() if line.startswith(f"{old} = ")]
        assert lines, old
        text = text.replace(lines[0], f"{old} = {new}", 1)
    return text + "".join(parts or (item(),))


def line_of(text: str, start: str) -> int:
    """Return the number of the first line that starts with ``start``."""
    return next(n for n, line in enumerate(text.splitlines(), 1) if line.startswith(start))


def told(text: str) -> list[tuple[int, str, str]]:
    """Return line, code and severity of every finding."""
    return [(one.line, one.code, one.severity) for one in findings(text)]


def findings(text: str) -> list[Fault]:
    """Return the findings; each of them must be complete."""
    found = check.findings(text)
    for one in found:
        assert one.message
        assert one.remedy
        assert bool(one.clause) or one.severity not in ("risky", "forbidden")
    return found
