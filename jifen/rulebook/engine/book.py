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
from fractions import Fraction
from typing import Any

from jifen.core.period import Cycle
from jifen.rulebook.engine.item import Evidence, Feeder, Item, OncePer, RiskDecision, Start
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
