"""What a sheet says, line by line, before anybody is looked for: the plain types between reading and planning."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from jifen.members.roster.problems import Problem
from jifen.points.intake.layout import Layout


@dataclass(slots=True)
class Line:
    """One fact or balance as a sheet says it; "" and None where it is silent."""

    sheet: str
    #: 1-based row, and the column's letters where one row says several.
    row: int
    column: str = ""
    number: str = ""
    name: str = ""
    branch: str = ""
    #: Words that mean an item.
    item: str = ""
    day: dt.date | None = None
    #: Only the month is known; ``day`` is its last day.
    month: bool = False
    quantity: Decimal | None = None
    value: Decimal | None = None
    level: str = ""
    note: str = ""
    #: "", leave or absent.
    mark: str = ""
    #: The months [since, until) that are paid, or that a balance stands for.
    since: dt.date | None = None
    until: dt.date | None = None
    source: str = ""
    minute: str = ""
    signer: str = ""

    @property
    def span(self) -> tuple[dt.date, dt.date]:
        """The months of a balance."""
        assert self.since is not None
        assert self.until is not None
        return self.since, self.until


@dataclass(frozen=True, slots=True)
class Read:
    """A sheet as read."""

    name: str
    layout: Layout
    lines: list[Line]
    #: Item of the whole sheet, said now or before.
    item: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as read: its sheets, and what could not be read."""

    sheets: tuple[Read, ...]
    problems: tuple[Problem, ...]

    @property
    def lines(self) -> list[Line]:
        """The lines of all sheets, in file order."""
        return [line for sheet in self.sheets for line in sheet.lines]
