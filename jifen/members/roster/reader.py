"""Read a roster and keep the allow-listed columns only.

ID numbers, phones, remarks and every other column are dropped here, row by
row, while reading: nothing past this file ever sees them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from operator import itemgetter
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, SheetTypeEnum, SheetVisibleEnum

from jifen.members.roster.book import Book, open_book
from jifen.members.roster.layout import (
    HEAD_ROWS,
    SAMPLE_ROWS,
    Layout,
    Merge,
    guess_layout,
    is_footnote,
    is_total,
    layout_at,
    with_columns,
    without_staff_numbers,
)
from jifen.members.roster.mapping import Mapping, SheetMapping
from jifen.members.roster.problems import Problem, Severity, unreadable
from jifen.members.roster.values import is_private, normalise_title
from jifen.members.roster.words import HINTS_SHEET, Field

#: People in one file; a whole province's organs fit.
MAX_PEOPLE = 500_000
#: Rows between two calls of ``progress``.
PROGRESS_EVERY = 5_000

#: Called with rows read so far and the rows there are.
Progress = Callable[[int, int], None]
#: A kept row: its number as Excel shows it, then the cells in the layout's column order.
Row = tuple[int, tuple[object, ...]]

_FILLED_DOWN = (Field.BRANCH, Field.UNIT, Field.CATEGORY)
#: Stands for a cell that looked like an ID number or a phone in a kept column.
PRIVATE = "\0"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that holds people: its layout and its kept cells."""

    name: str
    layout: Layout
    rows: list[Row]
    said: SheetMapping
    #: Row → branch, from lines such as 机关第一支部（21人） that head a group.
    sections: dict[int, str] = field(default_factory=dict)
    #: Cells (row, column index) that are formulas without a value.
    formulas: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Reading:
    """A roster as read: its sheets with people, and what could not be read."""

    sheets: tuple[Sheet, ...]
    problems: tuple[Problem, ...]


def read_book(
    source: Path | bytes,
    *,
    mapping: Mapping | None = None,
    remembered: Callable[[str], SheetMapping | None] | None = None,
    progress: Progress | None = None,
) -> Reading:
    """Read a roster, guessing what ``mapping`` does not say.

    :param remembered: from a header's signature to the mapping that the office corrected before
    :param progress: called every ``PROGRESS_EVERY`` rows
    :raises RosterUnreadable: the file is no workbook that can be opened; see ``open_book``
    """
    mapping = mapping or Mapping()
    sheets, problems = [], []
    with open_book(source) as book:
        candidates = [
            meta.name
            for meta in book.workbook.sheets_metadata
            if meta.typ is SheetTypeEnum.WorkSheet and meta.visible is SheetVisibleEnum.Visible
        ]
        for name in candidates:
            if mapping.of(name).skip or name == HINTS_SHEET:
                continue
            try:
                sheet = book.workbook.get_sheet_by_name(name)
            except CalamineError:
                raise unreadable(
                    "damaged", f"工作表“{name}”已损坏，读不出来。", "请打开后另存为新的工作簿，再上传。"
                ) from None
            found = _read_sheet(book, sheet, mapping, remembered, progress)
            if isinstance(found, Sheet):
                sheets.append(found)
            elif found is not None:
                problems.append(found)
    if not sheets:
        if not problems:
            raise unreadable("empty", "工作簿里没有内容。", "请检查后重新上传。")
    else:
        problems = [replace(p, severity=Severity.DOUBT) if p.code == "no_header" else p for p in problems]
    if sum(len(s.rows) for s in sheets) > MAX_PEOPLE:
        raise unreadable("too_many", f"名册超过 {MAX_PEOPLE} 人。", "请按部门分成几个文件再上传。")
    return Reading(tuple(sheets), tuple(problems))


def _read_sheet(
    book: Book,
    sheet: CalamineSheet,
    mapping: Mapping,
    remembered: Callable[[str], SheetMapping | None] | None,
    progress: Progress | None,
) -> Sheet | Problem | None:
    if sheet.start is None:
        return None
    merges: list[Merge] = sheet.merged_cell_ranges or []
    head = sheet.to_python(skip_empty_area=False, nrows=HEAD_ROWS + SAMPLE_ROWS)
    said = mapping.of(sheet.name)
    if said.header:
        first, last = said.header
        layout = layout_at(head, merges, first - 1, last - first + 1)
    else:
        guessed = guess_layout(head, merges)
        if guessed is None:
            return _no_header(sheet.name)
        layout = guessed
    if remembered and not said.columns and (before := remembered(layout.signature)):
        said = replace(said, columns=before.columns)
    layout = with_columns(layout, said.columns, head)
    if not mapping.use_staff_number:
        layout = without_staff_numbers(layout)
    if layout.column(Field.NAME) is None:
        return _no_header(sheet.name)
    rows, sections = _kept_rows(sheet, layout, merges, said, progress)
    return Sheet(sheet.name, layout, rows, said, sections, _formulas(book, sheet.name, layout, rows))


def _no_header(sheet: str) -> Problem:
    return Problem(
        sheet,
        0,
        "",
        "no_header",
        "没有找到含“姓名”的表头，这张表没有读。",
        "请在表头写明姓名、所在支部、入党时间等列名，或指定表头在第几行；不是名册的可以跳过。",
    )


def _kept_rows(
    sheet: CalamineSheet, layout: Layout, merges: list[Merge], said: SheetMapping, progress: Progress | None
) -> tuple[list[Row], dict[int, str]]:
    """Return the rows with people, and the branch that each group's heading line names."""
    start = sheet.start[1] if sheet.start else 0
    total = sheet.end[0] + 1 if sheet.end else 0
    pick = _picker([c.index - start for c in layout.columns])
    name_at = next(i for i, c in enumerate(layout.columns) if c.field is Field.NAME)
    covers = _covers(layout, merges)
    held: dict[int, tuple[int, object]] = {}
    grouped = layout.column(Field.BRANCH) is None
    section = ""
    rows: list[Row] = []
    sections: dict[int, str] = {}
    # iter_rows begins with row 1 whatever is used, but with the first used column.
    for number, raw in enumerate(islice(sheet.iter_rows(), layout.header[1], None), layout.header[1] + 1):
        if progress and number % PROGRESS_EVERY == 0:
            progress(number, total)
        cells = pick(raw)
        for at, last in covers.get(number, ()):
            held[at] = (last, cells[at])
        may_be_name = _may_be_name(cells[name_at])
        if grouped and not (may_be_name and len(str(cells[name_at])) < 5) and (heading := _section(raw)):
            section = heading
            continue
        if not may_be_name:
            line = _line(raw)
            if line is None or is_total(line) or is_footnote(line):
                continue
            if all(_is_blank(cell) for cell in cells):
                continue
        if number in said.leave_out:
            continue
        if held:
            cells = tuple(
                held[at][1] if cell == "" and at in held and number <= held[at][0] else cell
                for at, cell in enumerate(cells)
            )
        if any(map(is_private, cells)):
            cells = tuple(PRIVATE if is_private(cell) else cell for cell in cells)
        if section:
            sections[number] = section
        rows.append((number, cells))
    return rows, sections


def _picker(indices: list[int]) -> Callable[[Sequence[object]], tuple[object, ...]]:
    """Return what takes the kept cells out of a row; a column outside the used range is blank."""
    last = max(indices)

    def pick(row: Sequence[object]) -> tuple[object, ...]:
        return tuple(row[i] if 0 <= i < len(row) else "" for i in indices)

    if min(indices) < 0:
        return pick
    fast: Callable[[Sequence[object]], tuple[object, ...]] = (
        itemgetter(*indices) if len(indices) > 1 else lambda row: (row[last],)
    )
    return lambda row: fast(row) if last < len(row) else pick(row)


def _may_be_name(cell: object) -> bool:
    """Whether a name cell may hold a person: not blank, and no total or footnote spread into it."""
    if not isinstance(cell, str):
        return cell is not None
    if len(cell) in (2, 3) and cell[0] not in "合总小共附" and "\u4e00" <= cell[-1] <= "\u9fff":
        return True
    text = cell.strip()
    return bool(text) and not is_total(text) and not is_footnote(text)


def _is_blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _line(raw: Sequence[object]) -> str | None:
    """Return the first text of a row, "" if there are only numbers, None for a blank row."""
    filled = [cell for cell in raw if not _is_blank(cell)]
    if not filled:
        return None
    return next((cell for cell in filled if isinstance(cell, str)), "")


def _section(raw: Sequence[object]) -> str:
    """Return the branch that a line with nothing else names: 机关第一支部（21人）."""
    filled = {normalise_title(cell) for cell in raw if isinstance(cell, str) and cell.strip()}
    if len(filled) != 1:
        return ""
    text = re.sub(r"（[^）]*）$", "", filled.pop())
    text = re.sub(r"^[一二三四五六七八九十\d]+[、.．]", "", text).rstrip(":：")
    return text if re.fullmatch(r".{2,40}(?:支部|总支)(?:委员会)?", text) else ""


def _covers(layout: Layout, merges: list[Merge]) -> dict[int, list[tuple[int, int]]]:
    """Return row → (place in the kept cells, last row covered) of merged cells that start there.

    Only branch, unit and category are merged over several people.
    """
    covers: dict[int, list[tuple[int, int]]] = {}
    places = {c.index: at for at, c in enumerate(layout.columns) if c.field in _FILLED_DOWN}
    for (r0, c0), (r1, _) in merges:
        for column, at in places.items():
            if c0 == column and r1 > r0 and r0 >= layout.header[1]:
                covers.setdefault(r0 + 1, []).append((at, r1 + 1))
    return covers


def _formulas(book: Book, sheet: str, layout: Layout, rows: list[Row]) -> frozenset[tuple[int, int]]:
    """Return the kept cells, (row, column index), that are formulas without a value.

    The file is searched only where a kept column has a blank cell at all.
    """
    columns = {
        column.index for at, column in enumerate(layout.columns) if any(cells[at] == "" for _, cells in rows)
    }
    if not columns:
        return frozenset()
    numbers = {number for number, _ in rows}
    return frozenset(
        (row + 1, column) for row, column in book.empty_formulas(sheet, columns) if row + 1 in numbers
    )
