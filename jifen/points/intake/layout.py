"""Where what stands in a sheet of facts or balances: the header, the columns, meetings across."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jifen.members.roster.layout import HEAD_ROWS, Merge
from jifen.members.roster.values import is_private
from jifen.points.intake import words
from jifen.points.intake.mapping import SheetMapping
from jifen.points.intake.words import EXACT, Field, Kind

Cells = Sequence[object]
_MAX_SPAN = 2
#: Without one of these a sheet says nothing of anybody.
_WHO = (Field.NAME, Field.NUMBER, Field.PRESENT)


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is read."""

    field: Field
    #: 0-based.
    index: int
    header: str
    #: exact, or given (a person said so, now or before).
    how: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """A column headed by a day, with marks below it."""

    index: int
    on: dt.date
    #: Only the month is known; ``on`` is its last day.
    month: bool
    #: Words beside the day: 主题党日.
    words: str


@dataclass(frozen=True, slots=True)
class Layout:
    """A sheet's header (1-based rows), its columns, its meetings, and what is dropped."""

    header: tuple[int, int]
    columns: tuple[Column, ...]
    meetings: tuple[Meeting, ...]
    dropped: tuple[str, ...]
    signature: str

    def column(self, field: Field) -> Column | None:
        """The column with this meaning."""
        return next((c for c in self.columns if c.field is field), None)


def find_layout(
    head: Sequence[Cells], merges: Iterable[Merge], said: SheetMapping, kind: Kind, year: int
) -> Layout | None:
    """Return the layout of a sheet from its first rows; None when no header names people.

    :param year: of days that name none, where neither a person nor the title says it
    """
    grid = _spread(head, merges)
    if said.header:
        first, last = said.header
        tops = [(first - 1, last - first + 1)] if last <= len(grid) else []
    else:
        tops = [(top, span) for top in range(min(len(grid), HEAD_ROWS)) for span in range(1, _MAX_SPAN + 1)]
    best: tuple[int, Layout] | None = None
    for top, span in tops:
        if top + span > len(grid) or any(_is_title(row) for row in grid[top : top + span]):
            continue
        titles = " ".join(words.plain(cell) for row in grid[:top] for cell in row if isinstance(cell, str))
        layout = _layout_at(grid, top, span, said, kind, said.year or words.year_in(titles) or year)
        score = len(layout.columns) * 10 + min(len(layout.meetings), 30) * 5 - span
        fits = any(layout.column(f) for f in _WHO) and (
            said.header or len(layout.columns) + len(layout.meetings) > 1
        )
        if fits and (best is None or score > best[0]):
            best = (score, layout)
    return best[1] if best else None


def _layout_at(
    grid: Sequence[Cells], top: int, span: int, said: SheetMapping, kind: Kind, year: int
) -> Layout:
    width = max((len(row) for row in grid[top : top + span]), default=0)
    given = {index: field for field, index in said.columns.items() if index is not None}
    columns: list[Column] = []
    meetings: list[Meeting] = []
    dropped: list[str] = []
    heads: list[str] = []
    for index in range(width):
        stack: list[object] = []
        for row in grid[top : top + span]:
            cell = row[index] if index < len(row) else ""
            if cell not in ("", None) and (not stack or stack[-1] != cell):
                stack.append(cell)
        header = "/".join(words.plain(cell) for cell in stack)
        heads.append(header)
        if index in given:
            columns.append(Column(given[index], index, _harmless(header), "given"))
            continue
        field = EXACT[kind].get(words.squeeze(stack[-1])) if stack else None
        if field in said.columns or any(c.field is field for c in columns):
            field = None
        if field is not None:
            columns.append(Column(field, index, header, "exact"))
        elif stack and kind is Kind.FACTS and (met := _meeting(stack, index, year)):
            meetings.append(met)
        elif stack:
            dropped.append(_harmless(header))
    text = "|".join([kind, *(h for h in heads if h)])
    return Layout(
        header=(top + 1, top + span),
        columns=tuple(columns),
        meetings=tuple(meetings),
        dropped=tuple(dropped),
        signature=hashlib.sha256(text.encode()).hexdigest()[:15],
    )


def _meeting(stack: Sequence[object], index: int, year: int) -> Meeting | None:
    """Return the meeting that heads a column, its day in one cell or over two rows (3月 over 12日)."""
    days = [cell for cell in stack if isinstance(cell, dt.date)]
    text = "".join(words.plain(cell) for cell in stack if not isinstance(cell, dt.date))
    if days:
        found = words.day_in(days[-1], year)
        beside = text
    else:
        found = words.day_in(text, year)
        beside = found[2] if found else ""
    return Meeting(index, found[0], found[1], beside[:60]) if found else None


def _is_title(row: Cells) -> bool:
    """Whether a row is empty, or one text over everything."""
    return len({words.plain(cell) for cell in row} - {""}) <= 1


def _harmless(header: str) -> str:
    return "…" if is_private(header) else header[:20]


def _spread(head: Sequence[Cells], merges: Iterable[Merge]) -> list[list[object]]:
    """Copy the head with each merged cell's value in all its cells; a merged title stays one cell."""
    grid = [list(row) for row in head]
    for (r0, c0), (r1, c1) in merges:
        if r0 >= len(grid) or c0 >= len(grid[r0]) or r1 - r0 >= _MAX_SPAN:
            continue
        value = grid[r0][c0]
        for r in range(r0, min(r1 + 1, len(grid))):
            for c in range(c0, min(c1 + 1, len(grid[r]))):
                grid[r][c] = value
    return grid
