"""From a workbook to lines: who, what, when, how much; nothing of the other columns is kept."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import islice
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, SheetTypeEnum, SheetVisibleEnum

from jifen.members.roster.book import open_book
from jifen.members.roster.dates import DateFault, parse_day
from jifen.members.roster.layout import HEAD_ROWS, is_footnote, is_total
from jifen.members.roster.problems import Problem, Severity, column_letters, unreadable
from jifen.members.roster.values import is_name, is_private, normalise_name, normalise_title
from jifen.members.roster.words import HINTS_SHEET
from jifen.points.intake import words
from jifen.points.intake.layout import Cells, Layout, Meeting, find_layout
from jifen.points.intake.lines import Line, Read, Reading
from jifen.points.intake.mapping import Mapping, SheetMapping
from jifen.points.intake.words import Field, Kind

#: Lines of one file: a city of 12 000 with their meetings of a season.
MAX_LINES = 200_000
PROGRESS_EVERY = 5_000
#: From a header's fingerprint to what the office corrected before.
Remembered = Callable[[str], SheetMapping | None]
Progress = Callable[[int, int], None]

_NUMBER = re.compile(r"[+-]?\d{1,9}(?:\.\d{1,4})?")
_UNIT = re.compile(r"(?:小时|学时|次|篇|分|人|h)$")
#: One blank is inside a name of two signs (周 正) unless whole names stand on both sides.
_BETWEEN_NAMES = re.compile(
    "[、，,;；/\n\r]+|[ \t\u3000]{2,}|(?<=[\u4e00-\u9fff]{2})[ \u3000](?=[\u4e00-\u9fff]{2})"
)


def read_book(
    source: Path | bytes,
    kind: Kind,
    *,
    today: dt.date,
    mapping: Mapping | None = None,
    remembered: Remembered | None = None,
    progress: Progress | None = None,
) -> Reading:
    """Read a workbook of facts or balances, guessing what ``mapping`` does not say.

    :param today: its year is the year of days that name none, where the title names none either
    :raises RosterUnreadable: no workbook that can be opened, nothing in it, or too much
    """
    mapping = mapping or Mapping()
    sheets: list[Read] = []
    problems: list[Problem] = []
    with open_book(source) as book:
        for meta in book.workbook.sheets_metadata:
            said = mapping.of(meta.name)
            shown = meta.typ is SheetTypeEnum.WorkSheet and meta.visible is SheetVisibleEnum.Visible
            if not shown or said.skip or meta.name == HINTS_SHEET:
                continue
            try:
                sheet = book.workbook.get_sheet_by_name(meta.name)
            except CalamineError:
                raise unreadable(
                    "damaged", f"工作表“{meta.name}”已损坏，读不出来。", "请打开后另存为新的工作簿，再上传。"
                ) from None
            if sheet.start is None:
                continue
            found = _layout(sheet, said, kind, today, remembered)
            if found is None:
                problems.append(_no_header(meta.name, kind))
                continue
            layout, said = found
            reader = _Reader(meta.name, layout, said, kind, problems)
            sheets.append(Read(meta.name, layout, list(reader.lines(sheet, progress)), said.item))
            if sum(len(one.lines) for one in sheets) > MAX_LINES:
                raise unreadable("too_many", f"超过 {MAX_LINES} 条记录。", "请分成几个文件再上传。")
    if not sheets and not problems:
        raise unreadable("empty", "工作簿里没有内容。", "请检查后重新上传。")
    if sheets:
        problems = [replace(p, severity=Severity.DOUBT) if p.code == "no_header" else p for p in problems]
    return Reading(tuple(sheets), tuple(problems))


def _layout(
    sheet: CalamineSheet, said: SheetMapping, kind: Kind, today: dt.date, remembered: Remembered | None
) -> tuple[Layout, SheetMapping] | None:
    head: list[Cells] = [list(row) for row in islice(_rows(sheet), HEAD_ROWS + 2)]
    merges = sheet.merged_cell_ranges or []
    layout = find_layout(head, merges, said, kind, today.year)
    before = remembered(layout.signature) if layout and remembered else None
    if layout and before:
        said = replace(said, columns=said.columns or before.columns, item=said.item or before.item)
        layout = find_layout(head, merges, said, kind, today.year)
    return (layout, said) if layout else None


def _rows(sheet: CalamineSheet) -> Iterator[list[object]]:
    """Yield the rows from row 1 with all columns from A: the reader begins at the first used column."""
    pad: list[object] = [""] * (sheet.start[1] if sheet.start else 0)
    for row in sheet.iter_rows():
        yield [*pad, *row]


def _no_header(sheet: str, kind: Kind) -> Problem:
    wants = "姓名、项目、日期" if kind is Kind.FACTS else "姓名、积分期间、积分、支委会纪要、签字人"
    return Problem(
        sheet,
        0,
        "",
        "no_header",
        "没有找到含“姓名”的表头，这张表没有读",
        f"请在表头写明{wants}等列名，或指定表头在第几行；不用导入的可以跳过。",
    )


class _Reader:
    """Reads the rows of one sheet whose layout is known."""

    def __init__(
        self, name: str, layout: Layout, said: SheetMapping, kind: Kind, problems: list[Problem]
    ) -> None:
        self.name, self.layout, self.said, self.kind, self.problems = name, layout, said, kind, problems
        self.at = {column.field: column.index for column in layout.columns}

    def lines(self, sheet: CalamineSheet, progress: Progress | None) -> Iterator[Line]:
        first = self.layout.header[1]
        total = sheet.end[0] + 1 if sheet.end else 0
        for number, cells in enumerate(islice(_rows(sheet), first, None), first + 1):
            if progress and number % PROGRESS_EVERY == 0:
                progress(number, total)
            if number in self.said.leave_out or self._is_no_row(cells):
                continue
            if self.kind is Kind.BALANCES:
                yield from self._balance(number, cells)
            elif Field.PRESENT in self.at and Field.NAME not in self.at and Field.NUMBER not in self.at:
                yield from self._minutes(number, cells)
            else:
                yield from self._facts(number, cells)

    def _is_no_row(self, cells: Cells) -> bool:
        """Whether a row is empty, a total or a footnote."""
        line = next((words.plain(cell) for cell in cells if cell not in ("", None)), "")
        return not line or is_total(line) or is_footnote(line)

    def _cell(self, field: Field, cells: Cells) -> object:
        index = self.at.get(field)
        cell = cells[index] if index is not None and index < len(cells) else ""
        return "" if cell is None or is_private(cell) else cell

    def _text(self, field: Field, cells: Cells, most: int) -> str:
        return words.plain(self._cell(field, cells)).lstrip("'")[:most]

    def _problem(
        self, row: int, at: Field | int | None, code: str, reason: str, remedy: str, **more: Severity
    ) -> None:
        index = self.at.get(at) if isinstance(at, Field) else at
        letters = column_letters(index) if index is not None else ""
        self.problems.append(Problem(self.name, row, letters, code, reason, remedy, **more))

    def _who(self, row: int, cells: Cells) -> Line | None:
        number = self._text(Field.NUMBER, cells, 12)
        raw = self._cell(Field.NAME, cells)
        name = normalise_name(raw) if isinstance(raw, str) else ""
        branch = normalise_title(str(self._cell(Field.BRANCH, cells)))[:80]
        if not number and not is_name(name):
            self._problem(
                row,
                Field.NAME,
                "no_name",
                "没有写姓名，或写的不是姓名",
                "请补上姓名或积分编号，或删去这一行。",
            )
            return None
        return Line(self.name, row, number=number, name=name if is_name(name) else "", branch=branch)

    def _facts(self, row: int, cells: Cells) -> Iterator[Line]:
        line = self._who(row, cells)
        if line is None:
            return
        line.item = self._text(Field.ITEM, cells, 60)
        line.level = self._text(Field.LEVEL, cells, 20) or self.said.level
        line.note = self._text(Field.NOTE, cells, 200)
        if self.layout.meetings:
            yield from (found for met in self.layout.meetings if (found := self._mark(line, met, cells)))
            return
        if Field.PAID_TO in self.at:
            yield from self._paid(line, cells)
            return
        if not self._day(line, cells) or not self._amounts(line, cells):
            return
        yield line

    def _mark(self, line: Line, met: Meeting, cells: Cells) -> Line | None:
        """Return the line of one meeting's cell; None for a blank one."""
        cell = cells[met.index] if met.index < len(cells) else ""
        text = words.plain(cell).upper()
        if not text:
            return None
        found = replace(
            line,
            column=column_letters(met.index),
            item=met.words or line.item,
            day=met.on,
            month=met.month,
        )
        if text in words.LEAVE_MARKS:
            found.mark = "leave"
        elif text in words.ABSENT_MARKS:
            found.mark = "absent"
        elif text not in words.PRESENT_MARKS:
            number = _number(text)
            if number is None or number <= 0:
                self._problem(
                    line.row,
                    met.index,
                    "mark_unclear",
                    "格子里的记号看不懂",
                    "到会写“√”，缺席写“缺”，请假写“假”，按数量计的写数字；没有这个人的事请留空。",
                )
                return None
            found.quantity = number
        return found

    def _paid(self, line: Line, cells: Cells) -> Iterator[Line]:
        """Yield the months that are paid, from the first of that year."""
        raw = self._cell(Field.PAID_TO, cells)
        if raw == "":
            return
        span = words.span_in(f"{raw:%Y-%m}" if isinstance(raw, dt.date) else raw)
        month = re.fullmatch(r"(\d{1,2})月份?", words.plain(raw))
        if span is None and month and self.said.year:
            span = words.span_in(f"{self.said.year}-{month[1]}")
        if span is None:
            self._problem(
                line.row,
                Field.PAID_TO,
                "month_unclear",
                "看不出缴到哪年哪月",
                "请写成 2026-08 或 2026年8月。",
            )
            return
        until = span[1]
        last = until - dt.timedelta(days=1)
        yield replace(line, day=last, month=True, since=dt.date(last.year, 1, 1), until=until)

    def _minutes(self, row: int, cells: Cells) -> Iterator[Line]:
        """Yield a line for each name of a meeting's row."""
        meeting = Line(self.name, row, branch=normalise_title(str(self._cell(Field.BRANCH, cells)))[:80])
        meeting.item = self._text(Field.ITEM, cells, 60)
        meeting.note = self._text(Field.NOTE, cells, 200)
        if not self._day(meeting, cells):
            return
        for field, mark in ((Field.PRESENT, ""), (Field.LEAVE, "leave"), (Field.ABSENT, "absent")):
            raw = self._cell(field, cells)
            for part in _BETWEEN_NAMES.split(raw) if isinstance(raw, str) else ():
                name = normalise_name(part)
                if is_name(name):
                    yield replace(meeting, column=column_letters(self.at[field]), name=name, mark=mark)
                elif name and name not in ("无", "/", "-"):
                    self._problem(
                        row, field, "no_name", "名单里有的不是姓名", "请只写姓名，用顿号隔开；人数请另列写。"
                    )

    def _day(self, line: Line, cells: Cells) -> bool:
        raw = self._cell(Field.DAY, cells)
        try:
            found = parse_day(raw) if raw != "" else None
        except DateFault as fault:
            beside = words.day_in(raw, self.said.year) if self.said.year else None
            if beside is None or beside[2]:
                self._problem(line.row, Field.DAY, fault.code, fault.reason, "请写成 2026-03-05 的样子。")
                return False
            line.day, line.month = beside[0], beside[1]
            return True
        if found is None:
            line.day = self.said.day
        elif found.precision == "day":
            line.day = found.on
        else:
            line.day, line.month = words.month_end(found.on.year, found.on.month), True
        if line.day is None:
            self._problem(
                line.row,
                Field.DAY,
                "no_day",
                "没有写日期",
                "请补上日期；整张表同一天的，可以为整张表指定日期。",
            )
            return False
        return True

    def _amounts(self, line: Line, cells: Cells) -> bool:
        for field, name in ((Field.QUANTITY, "quantity"), (Field.VALUE, "value")):
            text = _UNIT.sub("", self._text(field, cells, 20))
            if not text:
                continue
            number = _number(text)
            if number is None or (field is Field.QUANTITY and number <= 0):
                self._problem(line.row, field, "no_number", "这里不是数", "请写成 1 或 2.5 的样子。")
                return False
            setattr(line, name, number)
        return True

    def _balance(self, row: int, cells: Cells) -> Iterator[Line]:
        line = self._who(row, cells)
        if line is None:
            return
        raw = self._cell(Field.PERIOD, cells)
        span = words.span_in(f"{raw:%Y-%m}" if isinstance(raw, dt.date) else raw or self.said.period)
        points = _number(_UNIT.sub("", self._text(Field.POINTS, cells, 20)))
        if span is None:
            self._problem(
                row,
                Field.PERIOD,
                "no_period",
                "没有写清积分是哪几个月的",
                "请写成 2026年1—8月，或为整张表指定期间。",
            )
        if points is None:
            self._problem(row, Field.POINTS, "no_number", "积分不是数", "请写成 23.5 的样子，没有的写 0。")
        if span is None or points is None:
            return
        line.since, line.until = span
        line.day, line.value = line.until - dt.timedelta(days=1), points
        line.source = self._text(Field.SOURCE, cells, 120) or self.said.source
        line.minute = self._text(Field.MINUTE, cells, 120) or self.said.minute
        line.signer = self._text(Field.SIGNER, cells, 40) or self.said.signer
        for field, given in ((Field.MINUTE, line.minute), (Field.SIGNER, line.signer)):
            if not given:
                self._problem(
                    row,
                    field,
                    "no_basis",
                    f"没有写{words.FIELD_WORDS[field]}",
                    "接续积分要经支委会研究、负责人签字；可在表里加这一列，或为整张表填写。",
                )
        yield line


def _number(text: str) -> Decimal | None:
    return Decimal(text) if _NUMBER.fullmatch(text) else None
