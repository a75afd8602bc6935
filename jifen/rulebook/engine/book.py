"""The plain types of a rulebook (积分规则): what a file says, already checked for form.

Points are exact ``Decimal``; ratios (shares, factors, weights) are exact
``Fraction``. ``None`` in a bound means "no bound", which the file writes as
``"none"``. Nothing here reads files, clocks or databases.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from jifen.core.period import Cycle
from jifen.rulebook.engine.worths import (
    VETO,
    WINDOWS,
    ZERO,
    AddOn,
    Band,
    Convert,
    Excused,
    Fixed,
    Inactivity,
    Ladder,
    Level,
    Levels,
    Mark,
    PerUnit,
    Range,
    Raters,
    Scope,
    Shortfall,
    Takes,
    Tiers,
    Worth,
)


class Feeder(StrEnum):
    """Which source may put a fact on an item (数据来源)."""

    ACTIVITY = "activity"
    ROSTER = "roster"
    SELF_REPORT = "self_report"
    IMPORT = "import"
    MANUAL = "manual"
    #: A plate given or an honour written down (示范岗、荣誉登记).
    HONOUR = "honour"
    #: 双报到: a registration, and a fulfilled wish, that the community confirmed.
    REGISTRATION = "registration"
    WISH = "wish"
    #: An absence that a decider confirmed after the member could explain himself.
    ABSENCE = "absence"


class OncePer(StrEnum):
    """What makes two records one and the same deed (同一件事的判定)."""

    ACTIVITY = "activity"
    DEED = "deed"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Start:
    """Points that stand there before anything happens: fixed, or a share of the last period's total."""

    fixed: Decimal = Decimal(0)
    #: C2: share of the last period's total; ``fixed`` then is the value of the first period.
    of_last: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Material an item asks for (佐证材料), never more than its basis names."""

    kinds: tuple[str, ...]
    min: int
    photos: bool
    basis: str


@dataclass(frozen=True, slots=True)
class RiskDecision:
    """The recorded decision to keep a line that lint calls risky."""

    document: str
    on: dt.date
    by: str


@dataclass(frozen=True, slots=True)
class Attendance:
    """Where it counts that somebody expected was not there from beginning to end (考勤): codes of items."""

    #: A confirmed absence; a granted leave counts there too, marked as excused.
    absent: str | None = None
    late: str | None = None
    left_early: str | None = None
    #: Whether who came late or left early earns what attending earns.
    partial: bool = True

    @property
    def targets(self) -> dict[str, str]:
        """Return the items that are named, by the key that names them."""
        named = {"absent": self.absent, "late": self.late, "left_early": self.left_early}
        return {key: code for key, code in named.items() if code is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of the scheme (积分项目)."""

    code: str
    name: str
    category: str
    unit: str
    clause: str
    basis: str | None
    feeders: frozenset[Feeder]
    once_per: OncePer
    worth: Worth | None
    quantity_min: Decimal = Decimal(1)
    quantity_max: Decimal | None = None
    #: Quantities are multiples of this: 1 for times, 0.5 for half hours.
    quantity_step: Decimal = Decimal(1)
    words: tuple[str, ...] = ()
    add_ons: tuple[AddOn, ...] = ()
    takes: Takes = field(default_factory=Takes)
    excused: Excused | None = None
    #: What becomes of those expected who were not there; ``None``: nothing is deducted for it.
    attendance: Attendance | None = None
    shortfall: Shortfall | None = None
    #: Most occurrences (quantity) that count in a window.
    max_times: Mapping[str, Decimal] = field(default_factory=dict)
    #: Most points that may be gained, per ``event`` or window.
    caps: Mapping[str, Decimal] = field(default_factory=dict)
    #: Most points that may be lost, per ``event`` or window (positive numbers).
    debit_caps: Mapping[str, Decimal] = field(default_factory=dict)
    cap: Decimal | None = None
    floor: Decimal | None = None
    full_mark: Start | None = None
    base: Start | None = None
    outside: Scope | None = None
    deduct_scope: Scope | None = None
    #: What a trigger empties: ``item``, ``category``, ``total`` or codes of items and categories.
    zeroes: tuple[str, ...] = ()
    #: The grade a veto sets.
    veto: str | None = None
    #: Codes of veto items that a fact on this item lifts.
    lifts: tuple[str, ...] = ()
    #: Who it applies to (roles or categories of people); empty means everybody.
    roles: frozenset[str] = frozenset()
    #: A deed of a team: ``copy`` to each, ``split`` evenly, ``none``.
    team: str = "none"
    evidence: Evidence | None = None
    decision_chain: tuple[str, ...] = ()
    publicity: str = "none"
    report_within_days: int | None = None
    #: Why the line is switched off (the clause that forbids it); ``None`` while it is on.
    off: str | None = None
    #: What the author says the line touches, for the policy lint.
    touches: frozenset[str] = frozenset()
    risk_decision: RiskDecision | None = None

    @property
    def levels(self) -> tuple[str, ...]:
        """Names of the levels a fact may carry; empty where the item has none."""
        if isinstance(self.worth, Levels):
            return tuple(row.name for row in self.worth.rows)
        return tuple(sorted({name for more in self.add_ons for name in more.levels}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A block of items with its own bounds (积分类别); may stand inside another."""

    code: str
    name: str
    clause: str
    within: str | None = None
    cap: Decimal | None = None
    floor: Decimal | None = None
    full_mark: Start | None = None
    base: Start | None = None
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """What the whole score starts from and is held between."""

    #: 基础分, granted at the start.
    granted: Start
    #: 基准积分, a line to reach; adds nothing.
    target_line: Decimal | None
    #: 保底分: the total is lifted to it.
    guaranteed_floor: Decimal | None
    floor: Decimal | None
    cap: Decimal | None
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounding:
    """The one rounding, at the very end."""

    #: ``half_up`` (away from zero), ``half_even``, ``down`` (towards zero), ``floor``, ``ceiling``.
    mode: str
    step: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """Policy that no source settles; every file must say it."""

    deduct_scope: Scope
    order: str
    rounding: Rounding
    excused: str
    exempt_facts: str
    part_year: str
    part_year_unit: str
    transfer: str
    late_facts: str
    late_after_days: int
    carry_over: str
    carry_fraction: Fraction
    carry_expires_months: int | None
    appraisal_base: str
    quota_rounding: str
    ties: str


@dataclass(frozen=True, slots=True)
class GateTest:
    """One condition of a gate: a category, an item or the total reaches a line."""

    of: str
    code: str | None
    at_least: Decimal


@dataclass(frozen=True, slots=True)
class Gate:
    """AND of conditions (C16), for a purpose such as confirmation."""

    code: str
    name: str
    clause: str
    all: tuple[GateTest, ...]
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Grade:
    """A row of the grade table (等次): threshold, then quota."""

    name: str
    at_least: Decimal | None
    quota: Fraction | None = None
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Star:
    """A star band (星级), open at the top."""

    stars: int
    at_least: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """A score line that starts a procedure at the period's end (C25)."""

    code: str
    name: str
    action: str
    clause: str
    at_least: Decimal | None
    below: Decimal | None
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Streak:
    """So many periods in a row with one of these grades start a procedure (C26)."""

    code: str
    name: str
    grades: frozenset[str]
    periods: int
    action: str
    clause: str


@dataclass(frozen=True, slots=True)
class Applies:
    """Whom the scheme is for, by category of member (C17, C34)."""

    in_force: frozenset[str]
    tracked: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Publicity:
    """How lists are publicised (公示)."""

    scope: str
    cycle: str
    #: How long a list stays open to objections.
    working_days: int
    items: str
    #: How long a branch may still finish a period that has ended, before its list is drawn.
    closing_working_days: int = 5


@dataclass(frozen=True, slots=True)
class Appeal:
    """How a figure is contested (异议、复核)."""

    open_working_days: int
    answer_working_days: int
    decided_by: str


@dataclass(frozen=True, slots=True)
class Refines:
    """The parent scheme a local one refines, and who approved it (C33)."""

    code: str
    version: str
    approved_by: str
    document: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, weakref_slot=True)
class Rulebook:
    """One version of a scheme. Never edited: a change is a new version.

    Compared by identity: a plan compiled from it lives as long as it does.
    """

    code: str
    version: str
    name: str
    effective_from: dt.date
    #: First day on which it no longer holds.
    effective_until: dt.date | None
    source: str
    #: How well attested: A, B, C, L, S, K, J.
    tag: str
    #: ``example`` (to adapt, cannot be assigned) or ``scheme``.
    status: str
    subject: str
    cycle: Cycle
    applies: Applies
    roles: Mapping[str, str]
    total: Total
    switches: Switches
    categories: Mapping[str, Category]
    items: Mapping[str, Item]
    grades: tuple[Grade, ...] = ()
    stars: tuple[Star, ...] = ()
    gates: tuple[Gate, ...] = ()
    lines: tuple[Line, ...] = ()
    streaks: tuple[Streak, ...] = ()
    decision_chain: tuple[str, ...] = ("branch_secretary",)
    report_within_days: int | None = None
    publicity: Publicity | None = None
    appeal: Appeal | None = None
    refines: Refines | None = None
    #: :class:`jifen.rulebook.toml_lines.SourceMap` of the file; no part of what the scheme means.
    source_map: Any = field(default=None, repr=False)

    @property
    def key(self) -> str:
        """``code@version``, as ledger lines name it."""
        return f"{self.code}@{self.version}"

    def chain(self, item: Item, level: str | None = None) -> tuple[str, ...]:
        """Return who decides on a fact of ``item`` at ``level``, in order (C30)."""
        if isinstance(item.worth, Levels):
            for row in item.worth.rows:
                if row.name == level and row.decision_chain:
                    return row.decision_chain
        return item.decision_chain or self.decision_chain


#: Both halves of the vocabulary are read from here.
__all__ = [
    "VETO",
    "WINDOWS",
    "ZERO",
    "AddOn",
    "Appeal",
    "Applies",
    "Band",
    "Category",
    "Convert",
    "Evidence",
    "Excused",
    "Feeder",
    "Fixed",
    "Gate",
    "GateTest",
    "Grade",
    "Inactivity",
    "Item",
    "Ladder",
    "Level",
    "Levels",
    "Line",
    "Mark",
    "OncePer",
    "PerUnit",
    "Publicity",
    "Range",
    "Raters",
    "Refines",
    "RiskDecision",
    "Rounding",
    "Rulebook",
    "Scope",
    "Shortfall",
    "Star",
    "Start",
    "Streak",
    "Switches",
    "Takes",
    "Tiers",
    "Total",
    "Worth",
]
