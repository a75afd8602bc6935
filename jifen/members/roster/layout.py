"""Guess a sheet's layout: title, 填报单位, header of one to three rows, and what each column means."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from jifen.members.roster import values, words
from jifen.members.roster.dates import DateFault, parse_day
from jifen.members.roster.words import Field

#: Rows at the top that are looked at for the header, and below it for the content.
HEAD_ROWS, SAMPLE_ROWS = 40, 60
_MAX_SPAN = 3

Cells = Sequence[object]
#: ((first row, first column), (last row, last column)), 0-based, both inside.
Merge = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Column:
    """A kept column: where it stands, what it is headed, and how its meaning was known."""

    field: Field
    #: 0-based.
    index: int
    #: As the header says it, rows joined by /.
    header: str
    #: exact, loose, content, yes:<word>, or given (a person said so).
    how: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Where what stands in a sheet; row numbers are 1-based, as Excel shows them."""

    #: First and last header row.
    header: tuple[int, int]
    columns: tuple[Column, ...]
    #: Headers of the columns that are dropped.
    dropped: tuple[str, ...] = ()
    #: The department that the sheet names (填报单位, else the title), None if silent.
    unit: str | None = None
    #: 填报单位, title or "" — where ``unit`` was found.
    unit_from: str = ""
    #: A fingerprint of the header words, by which a corrected mapping is remembered.
    signature: str = ""

    def column(self, field: Field) -> Column | None:
        """The first column with this meaning."""
        return next((c for c in self.columns if c.field is field), None)


def guess_layout(head: Sequence[Cells], merges: Iterable[Merge] = ()) -> Layout | None:
    """Return the layout of a sheet from its first rows; None when no header row is found.

    A header is the row, or up to three rows, that name most of the known columns and
    a person's name among them. Horizontally merged header cells head all their columns.
    """
    grid = _spread_headers(head, merges)
    best: tuple[int, int, int] | None = None
    for top in range(min(len(grid), HEAD_ROWS)):
        for span in range(1, min(_MAX_SPAN, len(grid) - top) + 1):
            score = _score(grid, top, span)
            if score and (best is None or score > best[0]):
                best = (score, top, span)
    if best is None:
        return None
    _, top, span = best
    return layout_at(head, merges, top, span)


def layout_at(head: Sequence[Cells], merges: Iterable[Merge], top: int, span: int) -> Layout:
    """Return the layout with the header rows given (0-based ``top``, ``span`` rows)."""
    grid = _spread_headers(head, merges)
    sample = [row for row in head[top + span : top + span + SAMPLE_ROWS] if any(row)]
    stacks = _stacks(grid, top, span)
    columns: list[Column] = []
    taken: set[Field] = set()
    dropped = []
    for rank in (("exact",), ("loose",), ("content",), ("yes",)):
        for index, stack in enumerate(stacks):
            field, how = words.meaning(stack)
            if field is None or how.split(":")[0] not in rank:
                continue
            if field in taken and not (field is Field.SITUATION and rank == ("yes",)):
                continue
            if rank == ("content",) and not _content_fits(field, index, sample):
                continue
            columns.append(Column(field, index, "/".join(stack), how))
            taken.add(field)
    columns += _by_content_alone(stacks, columns, sample, taken)
    columns.sort(key=lambda c: c.index)
    kept = {c.index for c in columns}
    dropped = ["/".join(stack) for index, stack in enumerate(stacks) if stack and index not in kept]
    unit, unit_from = _reporting_unit(head[:top])
    return Layout(
        header=(top + 1, top + span),
        columns=tuple(columns),
        dropped=tuple(_harmless(text) for text in dropped),
        unit=unit,
        unit_from=unit_from,
        signature=signature(stacks),
    )


def with_columns(layout: Layout, given: dict[Field, int | None], head: Sequence[Cells]) -> Layout:
    """Return the layout with a person's word on columns: field → 0-based index, or None for "not there"."""
    columns = [c for c in layout.columns if c.field not in given and c.index not in given.values()]
    for field, index in given.items():
        if index is not None:
            row = head[layout.header[1] - 1] if layout.header[1] <= len(head) else ()
            text = words.squeeze(row[index]) if index < len(row) else ""
            columns.append(Column(field, index, _harmless(text), "given"))
    return replace(layout, columns=tuple(sorted(columns, key=lambda c: c.index)))


def without_staff_numbers(layout: Layout) -> Layout:
    """Return the layout with 工号 dropped: it is kept only after a yes."""
    staff = layout.column(Field.STAFF)
    if staff is None:
        return layout
    columns = tuple(c for c in layout.columns if c is not staff)
    return replace(layout, columns=columns, dropped=(*layout.dropped, staff.header))


def signature(stacks: Sequence[tuple[str, ...]]) -> str:
    """Return the fingerprint of a header: its words in order, spaces and empty columns left out."""
    text = "|".join("/".join(stack) for stack in stacks if stack)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def is_total(text: str) -> bool:
    """Whether a line that starts so is a total (合计：57人)."""
    return words.TOTAL.match(text.strip()) is not None


def is_footnote(text: str) -> bool:
    """Whether a line that starts so is a note, a signature or a date of filing."""
    return words.FOOTNOTE.match(text.strip()) is not None


def _spread_headers(head: Sequence[Cells], merges: Iterable[Merge]) -> list[list[object]]:
    """Copy the head with each merged cell's value in all its cells."""
    grid = [list(row) for row in head]
    for (r0, c0), (r1, c1) in merges:
        if r0 >= len(grid) or c0 >= len(grid[r0]) or r1 - r0 >= _MAX_SPAN:
            continue
        value = grid[r0][c0]
        for r in range(r0, min(r1 + 1, len(grid))):
            for c in range(c0, min(c1 + 1, len(grid[r]))):
                grid[r][c] = value
    return grid


def _stacks(grid: Sequence[Cells], top: int, span: int) -> list[tuple[str, ...]]:
    """Return each column's header words, top to bottom, repetitions and blanks left out."""
    width = max((len(row) for row in grid[top : top + span]), default=0)
    stacks = []
    for c in range(width):
        stack: list[str] = []
        for row in grid[top : top + span]:
            word = words.squeeze(row[c]) if c < len(row) else ""
            if word and (not stack or stack[-1] != word):
                stack.append(word)
        stacks.append(tuple(stack))
    return stacks


def _score(grid: Sequence[Cells], top: int, span: int) -> int:
    """Return how well these rows serve as the header: 0 is not at all."""
    stacks = _stacks(grid, top, span)
    fields = set()
    known = 0
    for stack in stacks:
        field, how = words.meaning(stack)
        if field is not None:
            fields.add(field)
            known += 1
        elif stack and stack[-1] in words.DROPPED:
            known += 1
        elif how == "" and stack and stack[0] in words.EXACT and len(stack) > 1:
            return 0  # a header word with something else below: the rows reach into the data
    if len(fields) < 2 or known < 2:
        return 0
    if Field.NAME not in fields and known < 4:
        return 0
    for row in grid[top : top + span]:
        filled = [words.squeeze(cell) for cell in row if cell not in ("", None)]
        if not filled or len(set(filled)) == 1:
            return 0  # an empty line or a merged title belongs to no header
    return (100 if Field.NAME in fields else 0) + 10 * len(fields) + known - span


def _column_sample(index: int, sample: Sequence[Cells]) -> list[object]:
    return [row[index] for row in sample if index < len(row) and row[index] not in ("", None)]


def _share(cells: Sequence[object], fits) -> float:
    return sum(1 for cell in cells if fits(cell)) / len(cells) if cells else 0.0


def _content_fits(field: Field, index: int, sample: Sequence[Cells]) -> bool:
    """Whether what stands in a column agrees with what its header may mean."""
    cells = _column_sample(index, sample)
    if field is Field.POST:
        return _share(cells, lambda c: isinstance(c, str) and bool(values.parse_posts(c)[0])) >= 0.5
    if field in (Field.SITUATION, Field.CATEGORY):
        return _share(cells, _is_standing) >= 0.6
    return False


def _is_standing(cell: object) -> bool:
    return isinstance(cell, str) and bool(values.parse_category(cell))


def _is_branch(cell: object) -> bool:
    return (
        isinstance(cell, str)
        and re.search(r"(?:支部|总支)(?:委员会)?$", values.normalise_title(cell)) is not None
    )


def _is_person(cell: object) -> bool:
    return (
        isinstance(cell, str)
        and re.fullmatch("[\u4e00-\u9fff]{2,4}", values.normalise_name(cell)) is not None
    )


def _by_content_alone(
    stacks: Sequence[tuple[str, ...]], columns: Sequence[Column], sample: Sequence[Cells], taken: set[Field]
) -> list[Column]:
    """Return branch, category and name columns that only their content gives away.

    Dates are never guessed so: a day of birth looks like a day of joining.
    """
    used = {c.index for c in columns}
    found = []
    for field, fits, least in (
        (Field.BRANCH, _is_branch, 0.6),
        (Field.CATEGORY, _is_standing, 0.6),
        (Field.NAME, _is_person, 0.8),
    ):
        if field in taken:
            continue
        candidates = []
        for index, stack in enumerate(stacks):
            header = "".join(stack)
            if index in used or header in words.DROPPED or words.speaks_of_another(header):
                continue
            cells = _column_sample(index, sample)
            distinct = len(set(map(str, cells))) > len(cells) * 0.7
            if cells and _share(cells, fits) >= least and (field is not Field.NAME or distinct):
                candidates.append(index)
        if len(candidates) == 1:
            index = candidates[0]
            used.add(index)
            found.append(Column(field, index, _harmless("/".join(stacks[index])), "content"))
    return found


def _reporting_unit(lines: Sequence[Cells]) -> tuple[str | None, str]:
    title = None
    for row in lines:
        for cell in row:
            if not isinstance(cell, str) or not cell.strip():
                continue
            if m := words.REPORTING_UNIT.match("".join(cell.split())):
                unit = values.normalise_title(re.split(r"填报|报送|日期|时间|单位[:：]", m[1])[0])
                if unit and not values.is_private(unit) and unit not in ("人", "名"):
                    return unit, "填报单位"
            if title is None and words.TITLE.search(cell):
                title = words.unit_of_title(cell)
    if title and not values.is_private(title):
        return title, "标题"
    return None, ""


def _harmless(header: str) -> str:
    """A header word as it may be shown and kept: short, and never a number or a day."""
    if values.is_private(header) or _is_day(header):
        return "…"
    return header[:20]


def _is_day(text: str) -> bool:
    try:
        return parse_day(text) is not None and any(c.isdigit() for c in text)
    except DateFault:
        return False
