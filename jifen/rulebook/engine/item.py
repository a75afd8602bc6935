"""One line of a rulebook (积分项目): what it is worth, who may put facts on it, what makes two of them one deed.

Points, bounds and ratios are as in ``book``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from jifen.rulebook.engine.worths import (
    AddOn,
    Excused,
    Levels,
    Scope,
    Shortfall,
    Takes,
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
