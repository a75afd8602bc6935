"""A sheet that is being planned: each line's person, item, day and deed, and what there is to say of it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from jifen.members.roster.problems import Problem, Severity
from jifen.points.intake.lines import Line
from jifen.rulebook.queries import InForce


@dataclass(slots=True)
class Planned:
    """A line that would be written."""

    line: Line
    member_id: int
    branch_id: int
    rules: InForce
    item_code: str
    day: dt.date
    quantity: Decimal
    value: Decimal | None
    level: str | None
    excused: bool
    occasion: str
    #: The entry that holds the deed already.
    held: int | None = None

    @property
    def deed(self) -> tuple[int, str, str]:
        """What counts once."""
        return self.member_id, self.item_code, self.occasion


@dataclass(slots=True)
class Draft:
    """A plan with what it was made of."""

    lines: list[Planned] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    #: absent, leave, left_out, repeated: lines that write nothing.
    passed: Counter[str] = field(default_factory=Counter)


def problem(line: Line, code: str, reason: str, remedy: str, severity: Severity = Severity.ERROR) -> Problem:
    return Problem(line.sheet, line.row, line.column, code, reason, remedy, severity)
