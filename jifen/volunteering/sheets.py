"""The field's usual sheet of hours: 姓名, 编号, 项目, 日期, 开始, 结束, 时长. Read and written in one shape."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from itertools import islice
from pathlib import Path
from typing import Any

from jifen.members.roster.book import open_book
from jifen.members.roster.dates import DateFault, parse_day
from jifen.members.roster.problems import Problem, Severity
from jifen.points.intake.words import plain

#: What a column may be called, the first as we write it.
COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "志愿者姓名", "志愿者"),
    "number": ("编号", "积分编号"),
    "branch": ("支部", "所在支部", "党支部"),
    "title": ("项目", "项目名称", "服务项目", "活动名称", "活动"),
    "day": ("日期", "服务日期", "活动日期"),
    "since": ("开始", "开始时间", "签到时间"),
    "until": ("结束", "结束时间", "签退时间"),
    "length": ("时长", "服务时长", "时长（小时）", "时长(小时)", "小时"),
}
#: Rows in which the header may stand; most lines of a file; and of one row's text.
HEAD_ROWS, MAX_LINES, MAX_TEXT = 10, 20_000, 80
_CLOCK = re.compile(r"(\d{1,2})[:：](\d{2})(?::\d{2})?$")
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*(小时|时|h|分钟|分|min)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a sheet; times as ``9:00``, the length in whole minutes, "" and None where it is silent."""

    row: int
    name: str
    number: str
    branch: str
    title: str
    day: dt.date | None
    since: str
    until: str
    length: int | None

    def kept(self) -> dict[str, Any]:
        """Return it as it is kept for a day."""
        return asdict(self) | {"day": self.day.isoformat() if self.day else None}

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Row:
        """Return what was kept."""
        return cls(**kept | {"day": dt.date.fromisoformat(kept["day"]) if kept["day"] else None})


def read(source: Path | bytes, *, today: dt.date) -> tuple[list[Row], list[Problem]]:
    """Read the first sheet that has a header with a name or a number and a day.

    :raises RosterUnreadable: not a workbook that can be opened
    """
    with open_book(source) as book:
        for meta in book.workbook.sheets_metadata:
            lines = book.workbook.get_sheet_by_name(meta.name).to_python(skip_empty_area=False)
            found = _header(lines)
            if found is not None:
                return _rows(meta.name, lines, *found, today=today)
    remedy = "请用“导出”得到的表，或照它的表头：姓名、编号、项目、日期、开始、结束、时长。"
    return [], [Problem("", 1, "", "no_header", "没有找到表头", remedy, Severity.ERROR)]


def _header(lines: Sequence[Sequence[object]]) -> tuple[int, dict[str, int]] | None:
    for at, line in enumerate(islice(lines, HEAD_ROWS)):
        said = [re.sub(r"\s", "", plain(cell)) for cell in line]
        columns = {
            field: next(i for i, text in enumerate(said) if text in names)
            for field, names in COLUMNS.items()
            if any(text in names for text in said)
        }
        if columns.keys() >= {"day"} and columns.keys() & {"name", "number"}:
            return at, columns
    return None


def _rows(
    sheet: str, lines: Sequence[Sequence[object]], head: int, columns: dict[str, int], *, today: dt.date
) -> tuple[list[Row], list[Problem]]:
    rows, problems = [], []
    for row, line in _numbered(lines, head):
        cells = {f: line[i] if i < len(line) else "" for f, i in columns.items()}
        said = {f: plain(cells.get(f, ""))[:MAX_TEXT] for f in COLUMNS}
        if not (said["name"] or said["number"]) or said["name"] in ("合计", "总计"):
            continue
        try:
            on = parse_day(cells["day"])
        except DateFault:
            on = None
        day = on.on if on is not None and on.precision == "day" else None
        if day is None or day > today:
            problems.append(_problem(sheet, row, "day", "日期看不懂或还没有到", "请写成 2026-03-05 这样。"))
            continue
        since, until = _clock(cells.get("since", "")), _clock(cells.get("until", ""))
        length = _length(cells.get("length", ""))
        if not since or not (until or length):
            problems.append(
                _problem(
                    sheet,
                    row,
                    "since",
                    "没有开始时间，或结束时间和时长都没有",
                    "请补上：时间要用来查重，缺了不能导入。",
                )
            )
            continue
        rows.append(
            Row(
                row,
                said["name"],
                said["number"],
                said["branch"],
                said["title"] or "志愿服务",
                day,
                since,
                until,
                length,
            )
        )
    if len(rows) > MAX_LINES:
        remedy = f"一次最多{MAX_LINES}行，请分成几个文件。"
        return [], [_problem(sheet, 1, "", "行数太多", remedy)]
    return rows, problems


def _numbered(lines: Sequence[Sequence[object]], head: int) -> Iterator[tuple[int, Sequence[object]]]:
    yield from ((at + 1, line) for at, line in enumerate(lines) if at > head)


def _problem(sheet: str, row: int, code: str, reason: str, remedy: str) -> Problem:
    return Problem(sheet, row, "", code or "too_long", reason, remedy, Severity.ERROR)


def _clock(value: object) -> str:
    """Return a time of the day as ``9:00``; "" where there is none."""
    if isinstance(value, dt.datetime | dt.time):
        return f"{value.hour}:{value.minute:02}"
    if isinstance(value, dt.timedelta):
        return _of_minutes(int(value.total_seconds() // 60))
    if isinstance(value, float) and 0 < value < 1:
        return _of_minutes(round(value * 1440))
    found = _CLOCK.search(plain(value))
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        return ""
    return f"{int(found[1])}:{found[2]}"


def _of_minutes(minutes: int) -> str:
    return f"{minutes // 60 % 24}:{minutes % 60:02}"


def _length(value: object) -> int | None:
    """Return a length in whole minutes: a bare number is hours."""
    if isinstance(value, dt.timedelta):
        return int(value.total_seconds() // 60)
    found = _LENGTH.fullmatch(plain(value))
    if found is None:
        return None
    try:
        number = Decimal(found[1])
    except InvalidOperation:
        return None
    in_minutes = (found[2] or "").lower() in ("分钟", "分", "min")
    return int(number if in_minutes else number * 60) or None
