"""The result of a score: a sheet that explains itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from jifen.core.period import Period
from jifen.rulebook.engine.book import Line


@dataclass(frozen=True, slots=True)
class TraceLine:
    """One part of a total; the ``points`` of all lines sum to it, exactly."""

    #: Code of the item or category; ``-`` for what concerns the total.
    item: str
    clause: str
    #: The ledger entry (or line of the file); ``None`` for openings, cuts and rounding.
    entry: int | str | None
    #: The event's value before ``takes`` and bounds; for cuts the figure before the cut.
    raw: Decimal
    points: Decimal
    #: A sentence a member understands.
    why: str
    on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class ScoreSheet:
    """A person's figure in a period (积分单)."""

    subject: str
    rulebook: str
    version: str
    period: Period
    as_of: dt.date
    #: ``graded``, ``tracked`` (scored, never graded or ranked), ``left_out``.
    status: str
    #: 基础分 and what was brought in; full marks of blocks are in their categories.
    opening: Decimal
    #: Balances taken over from before, in no category; their trace parts bear the item ``takeover``.
    taken_over: Decimal
    categories: Mapping[str, Decimal]
    items: Mapping[str, Decimal]
    total: Decimal
    grade: str | None
    stars: int | None
    #: Graded, not vetoed, and every gate that applies holds.
    eligible: bool
    vetoed: bool
    gates: Mapping[str, bool] = field(default_factory=dict)
    #: 基准积分 that holds for this person, and whether it is reached.
    target_line: Decimal | None = None
    reached: bool | None = None
    #: Losses of the period, known where kept points expire: they use up the oldest ones.
    spent: Decimal = Decimal(0)
    #: Procedures that the period's end has started (C25).
    actions: tuple[Line, ...] = ()
    trace: tuple[TraceLine, ...] = ()
