"""How a fact becomes points (计分方式): the forms a line of a scheme may take, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction


class Scope(StrEnum):
    """A level at which something is netted or zeroed."""

    ITEM = "item"
    CATEGORY = "category"
    TOTAL = "total"


#: Windows in which caps, ladders and quotas may count, narrow to wide.
WINDOWS = ("day", "week", "month", "quarter", "half", "year")
#: A mark instead of points: the item (or what it names) scores nothing; the grade is overridden.
ZERO, VETO = "zero", "veto"
Mark = str


@dataclass(frozen=True, slots=True)
class Fixed:
    """``points``: so much each time; ``quantity`` is the number of times."""

    points: Decimal


@dataclass(frozen=True, slots=True)
class PerUnit:
    """``per_unit``: so much for every ``each`` of the measure (hour, article, percentage point)."""

    points: Decimal
    each: Decimal
    #: What an unfinished step earns: ``exact`` (in proportion), ``drop`` (nothing), ``up`` (a whole step).
    partial: str
    #: Where the measure is added up before steps are counted: ``fact``, a window, or ``period``.
    over: str
    #: ``quantity`` or ``value``.
    on: str = "quantity"
    #: The measure is what lies below / above this line; at most one of the two.
    below: Decimal | None = None
    above: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """``range``: the decider gives points inside the bounds, with a reason; they arrive as ``value``."""

    min: Decimal
    max: Decimal


@dataclass(frozen=True, slots=True)
class Band:
    """One tier: measure in ``[since, until)``, either end open when ``None``."""

    since: Decimal | None
    until: Decimal | None
    points: Decimal | Mark


@dataclass(frozen=True, slots=True)
class Tiers:
    """``tiers``: points by the band a measure falls in."""

    #: ``quantity``, ``value`` or ``rank`` (percent from the top, 0 < rank <= 100).
    on: str
    #: ``fact``, a window, or ``period``: the sum of the measure there decides, once.
    over: str
    #: A measure in no band: ``zero`` points or ``refuse`` the record.
    outside: str
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class Level:
    """One named level of an award, an appraisal, a rating."""

    name: str
    points: Decimal | Mark
    #: A chain of its own (C30); empty means the item's.
    decision_chain: tuple[str, ...] = ()
    #: Points of this level lie outside this cap (C12); ``None`` means as the item says.
    outside: Scope | None = None


@dataclass(frozen=True, slots=True)
class Levels:
    """``levels``: points by the fact's level, times its quantity."""

    rows: tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class Ladder:
    """``ladder``: points by which occurrence it is; the steps may hold ``zero`` or ``veto``."""

    steps: tuple[Decimal | Mark, ...]
    #: After the last step: ``last`` repeats it, ``nothing`` gives 0.
    beyond: str
    #: Where counting starts anew: a window or ``period``.
    per: str
    #: ``occurrence``, or ``month`` / ``quarter``: the length of the run of consecutive ones.
    counts: str = "occurrence"


@dataclass(frozen=True, slots=True)
class Convert:
    """``convert``: points = value times factor, clamped to the bounds (external scores)."""

    times: Fraction
    min: Decimal | None = None
    max: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Raters:
    """``raters``: the weighted mean of several kinds of rater, times a factor."""

    weights: Mapping[str, Fraction]
    #: A kind that did not rate: ``renormalise`` the others, count it as ``zero``, or ``wait``.
    missing: str
    #: One composite per window or ``period``; several are added.
    per: str
    times: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Inactivity:
    """``inactivity``: points for every full run of ``days`` days without a fact on the watched items."""

    days: int
    points: Decimal
    watch: tuple[str, ...]
    repeat: bool = True


Worth = Fixed | PerUnit | Range | Tiers | Levels | Ladder | Convert | Raters | Inactivity


@dataclass(frozen=True, slots=True)
class AddOn:
    """``add_on``: more points where the fact also meets a condition (C8)."""

    points: Decimal
    levels: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    value_at_least: Decimal | None = None
    quantity_at_least: Decimal | None = None
    #: Added for each of the quantity, or once per fact.
    each: bool = False


@dataclass(frozen=True, slots=True)
class Shortfall:
    """``shortfall``: what happens at the end of each window in which too little was done."""

    need: Decimal
    per: str
    #: Items whose quantities count; empty means this item.
    of: tuple[str, ...]
    #: Exactly one: points for each missing unit, points once, or a zero mark.
    each: Decimal | None = None
    once: Decimal | None = None
    zero: bool = False


@dataclass(frozen=True, slots=True)
class Excused:
    """What an excused occurrence means (C20)."""

    #: ``free`` (never counts), ``counts`` (as any other), ``quota`` (first ``free`` ones do not count).
    mode: str
    free: int = 0
    per: str = "period"
    #: Points for one past the quota; ``None``: as an unexcused one.
    then: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Takes:
    """Which of several facts count: ``each``, or one per deed/window/period."""

    #: ``each``, ``highest``, ``lowest``, ``last`` or ``mean``.
    which: str = "each"
    #: ``deed``, a window, or ``period``.
    per: str = "period"
