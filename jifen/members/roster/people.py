"""Make entries of kept rows: one form for each value, every fault placed to its cell."""

from __future__ import annotations

import datetime as dt

from jifen.members.roster.dates import EARLIEST, DateFault, RosterDay, parse_day
from jifen.members.roster.entries import Entry, Found, check_twins
from jifen.members.roster.problems import Problem, Severity, column_letters
from jifen.members.roster.reader import PRIVATE, Reading, Sheet
from jifen.members.roster.values import (
    PLAIN_NAME,
    NamedPost,
    is_name,
    normalise_name,
    normalise_title,
    parse_category,
    parse_posts,
)
from jifen.members.roster.words import FIELD_WORDS, Field

MAX_TITLE, MAX_STAFF_NUMBER = 80, 24


def extract(reading: Reading, *, today: dt.date) -> Found:
    """Return the entries of a roster and every problem that the roster alone shows.

    A row with an error gives no entry. Sheets whose column says no department take
    it from 填报单位, the title, or their own name.
    """
    found = Found()
    found.problems.extend(reading.problems)
    several = len(reading.sheets) > 1
    for sheet in reading.sheets:
        _extract_sheet(sheet, today, found, by_sheet=several)
    check_twins(found)
    return found


def sheet_unit(sheet: Sheet, *, by_sheet: bool) -> str:
    """Return the department that a sheet as a whole speaks for, "" if it is silent."""
    if sheet.layout.unit and sheet.layout.unit_from == "填报单位":
        return sheet.layout.unit
    if by_sheet:
        return normalise_title(sheet.name)
    return sheet.layout.unit or ""


class _Row:
    """Helper over one row: cells by field, and faults with their place."""

    __slots__ = ("cells", "failed", "found", "letters", "number", "sheet")

    def __init__(self, sheet: Sheet, number: int, cells: tuple[object, ...], found: Found) -> None:
        self.sheet, self.number, self.cells, self.found = sheet, number, cells, found
        self.failed = False

    def fault(
        self, field: Field | None, code: str, reason: str, remedy: str, severity: Severity = Severity.ERROR
    ) -> None:
        column = self.sheet.layout.column(field) if field else None
        letters = column_letters(column.index) if column else ""
        self.found.problems.append(
            Problem(self.sheet.name, self.number, letters, code, reason, remedy, severity)
        )
        self.failed |= severity is Severity.ERROR


def _extract_sheet(sheet: Sheet, today: dt.date, found: Found, *, by_sheet: bool) -> None:
    places: dict[Field, list[int]] = {}
    for at, column in enumerate(sheet.layout.columns):
        places.setdefault(column.field, []).append(at)
    name_at = places[Field.NAME][0]
    situations = [
        (at, sheet.layout.columns[at].how.removeprefix("yes:") if _is_yes(sheet, at) else "")
        for at in places.get(Field.SITUATION, [])
    ]
    one = {field: ats[0] for field, ats in places.items()}
    number_at, staff_at, unit_at, branch_at = (
        one.get(f, -1) for f in (Field.NUMBER, Field.STAFF, Field.UNIT, Field.BRANCH)
    )
    category_at, joined_at, confirmed_at, post_at = (
        one.get(f, -1) for f in (Field.CATEGORY, Field.JOINED, Field.CONFIRMED, Field.POST)
    )
    whole_unit = sheet_unit(sheet, by_sheet=by_sheet)
    whole_branch = normalise_title(sheet.said.branch or "") or _branch_of_sheet(sheet)
    # What many rows say in the same words is read once; only what was good is kept.
    days: dict[object, RosterDay] = {}
    categories: dict[object, str] = {}
    for number, cells in sheet.rows:
        row = _Row(sheet, number, cells, found)
        if PRIVATE in cells or sheet.formulas:
            cells = _without_unusable(row, cells)
        entry = Entry(sheet.name, number, _name(row, cells[name_at]))
        entry.unit = (unit_at >= 0 and normalise_title(_text(cells[unit_at]))) or whole_unit
        entry.branch = (
            (branch_at >= 0 and normalise_title(_text(cells[branch_at])))
            or sheet.sections.get(number)
            or whole_branch
        )
        if not entry.branch and not row.failed:
            row.fault(
                Field.BRANCH,
                "branch_missing",
                "没有写所在支部",
                "请填写支部名称；一个支部占多行的，可以合并单元格。",
            )
        if len(entry.branch) > MAX_TITLE or len(entry.unit) > MAX_TITLE:
            row.fault(Field.BRANCH, "title_too_long", f"单位或支部名称超过{MAX_TITLE}个字", "请核对后改短。")
        if number_at >= 0:
            entry.number = _digits(cells[number_at])
        if staff_at >= 0:
            entry.staff_number = _digits(cells[staff_at])[:MAX_STAFF_NUMBER]
        if situations or category_at < 0:
            entry.category = _category(row, cells, category_at, situations)
        elif (known := categories.get(cells[category_at])) is not None:
            entry.category = known
        elif category := _category(row, cells, category_at, situations):
            entry.category = categories[cells[category_at]] = category
        if joined_at >= 0:
            entry.joined = days.get(cells[joined_at]) or _date(
                row, Field.JOINED, cells[joined_at], today, days
            )
        if confirmed_at >= 0:
            entry.confirmed = days.get(cells[confirmed_at]) or _date(
                row, Field.CONFIRMED, cells[confirmed_at], today, days
            )
        if post_at >= 0 and cells[post_at]:
            entry.posts = _posts(row, cells[post_at])
        _check_sense(row, entry, today)
        if not row.failed:
            found.entries.append(entry)


def _is_yes(sheet: Sheet, at: int) -> bool:
    return sheet.layout.columns[at].how.startswith("yes:")


def _branch_of_sheet(sheet: Sheet) -> str:
    """A sheet named after a branch holds that branch, where no column says otherwise."""
    name = normalise_title(sheet.name)
    return name if name.endswith("支部") else ""


def _without_unusable(row: _Row, cells: tuple[object, ...]) -> tuple[object, ...]:
    """Return the cells with unusable ones blank, each reported."""
    kept = []
    for column, cell in zip(row.sheet.layout.columns, cells, strict=True):
        if cell == PRIVATE:
            row.fault(
                column.field,
                "private",
                f"“{FIELD_WORDS[column.field]}”一格里像是身份证号或电话",
                "本系统不保存这类信息，这一格没有读入；请改正后再导入。",
            )
            cell = ""
        elif (row.number, column.index) in row.sheet.formulas:
            row.fault(
                column.field,
                "formula_without_value",
                f"“{FIELD_WORDS[column.field]}”一格是公式，没有算出的结果",
                "请在 Excel 里复制这一列，“选择性粘贴”为数值，保存后再导入。",
            )
            cell = ""
        kept.append(cell)
    return tuple(kept)


def _text(cell: object) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


def _digits(cell: object) -> str:
    """A number cell as text: 1234.0 is 1234; spaces and full width go."""
    return normalise_title(_text(cell))


def _name(row: _Row, cell: object) -> str:
    if isinstance(cell, str) and PLAIN_NAME.fullmatch(cell):
        return cell
    name = normalise_name(_text(cell))
    if not name:
        if not row.failed:
            row.fault(
                Field.NAME,
                "name_missing",
                "没有写姓名",
                "请补上姓名；不是党员的行请删去，或选择不导入这一行。",
            )
    elif not is_name(name):
        row.fault(
            Field.NAME,
            "name_unreadable",
            "姓名一格里有姓名以外的内容，或是系统认不出的字",
            "请只写姓名；生僻字请改用通用字库里的字。",
        )
    return name


def _category(
    row: _Row, cells: tuple[object, ...], category_at: int, situations: list[tuple[int, str]]
) -> str:
    said = [_text(cells[category_at])] if category_at >= 0 else []
    for at, yes_word in situations:
        text = _text(cells[at]).strip()
        if yes_word:
            said.append(yes_word if text in ("是", "√", "Y", "y", "1") else "")
        else:
            said.append(text)
    if not any(said):
        return ""
    category = parse_category("、".join(filter(None, said)))
    if category is None:
        row.fault(
            Field.CATEGORY if category_at >= 0 else Field.SITUATION,
            "category_unknown",
            "人员类别一格里有认不出的词",
            "请写：正式党员、预备党员、发展对象、入党积极分子、离退休党员、流动党员或失联党员。",
        )
        return ""
    return category


_DATE_REMEDIES = {
    "date_ambiguous": "请把这一格改成文本格式，写成 2012.10 或 2012年10月。",
    "date_year_only": "请补上月份，如 2012.07。",
}


def _date(
    row: _Row, field: Field, cell: object, today: dt.date, days: dict[object, RosterDay]
) -> RosterDay | None:
    """Return the day of a cell, and keep it in ``days``; a fault is the row's own."""
    word = FIELD_WORDS[field]
    try:
        day = parse_day(cell)
    except DateFault as fault:
        remedy = _DATE_REMEDIES.get(fault.code, "请写成 2012-07-01、2012年7月1日，只知道年月的写 2012.07。")
        row.fault(field, fault.code, f"{word}：{fault.reason}", remedy)
        return None
    if day is None:
        return None
    if day.on > today:
        row.fault(field, "date_future", f"{word}：{day} 还没有到", "请核对年份后改正。")
        return None
    if day.on < EARLIEST:
        row.fault(field, "date_too_early", f"{word}：{day} 早于1921年7月", "请核对年份后改正。")
        return None
    days[cell] = day
    return day


def _posts(row: _Row, cell: object) -> tuple[NamedPost, ...]:
    posts, understood = parse_posts(_text(cell))
    if not understood:
        row.fault(
            Field.POST,
            "post_unknown",
            "党内职务一格里有认不出的职务，这一项不导入",
            "可写：支部书记、副书记、组织委员、宣传委员、纪检委员、委员、党小组长；也可以导入后再登记任职。",
            Severity.DOUBT,
        )
    return posts


def _check_sense(row: _Row, entry: Entry, today: dt.date) -> None:
    """Doubts about one person: the rules on admission and probation."""
    joined, confirmed = entry.joined, entry.confirmed
    if joined and confirmed and _month_of(confirmed) < _month_of(joined):
        row.fault(
            Field.CONFIRMED,
            "confirmed_before_joined",
            f"转正时间 {confirmed} 早于入党时间 {joined}",
            "请核对是否写反了。",
        )
    if entry.category == "probationary_member":
        if confirmed:
            row.fault(
                Field.CONFIRMED,
                "probationary_but_confirmed",
                f"写的是预备党员，却有转正时间 {confirmed}",
                "请核对人员类别；确认导入即按预备党员登记。",
                Severity.DOUBT,
            )
        if joined and (today - joined.on).days > 3 * 365:
            row.fault(
                Field.JOINED,
                "probation_too_long",
                f"预备期一般为一年，入党时间 {joined} 已超过三年",
                "请核对人员类别；确认导入即按预备党员登记。",
                Severity.DOUBT,
            )


def _month_of(day: RosterDay) -> tuple[int, int]:
    return day.on.year, day.on.month
