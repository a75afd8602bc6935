"""Records from a CSV file as facts; every bad line is told, none is dropped in silence."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from jifen.rulebook.engine.admit import refusal
from jifen.rulebook.engine.book import Raters, Rulebook, Tiers
from jifen.rulebook.engine.facts import Fact, canonical
from jifen.rulebook.engine.taken import TAKEOVER
from jifen.rulebook.scheme_loader import PEOPLE

REQUIRED = ("member", "item", "occurred_on", "quantity")
COLUMNS = (*REQUIRED, "value", "level", "role", "excused", "source", "note")
#: The item of a line that only says that the member is there.
NOBODY = "-"
MAX_BYTES = 64_000_000

_CATEGORY_WORDS = {
    "正式党员": "full_member",
    "预备党员": "probationary_member",
    "发展对象": "development_candidate",
    "入党积极分子": "activist",
    "积极分子": "activist",
    "流动党员": "floating_member",
    "离退休党员": "retired_member",
    "失联党员": "lost_contact_member",
}
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})-|/(\d{1,2})/|\.(\d{1,2})\.|年(\d{1,2})月)(\d{1,2})日?")
_NUMBER = re.compile(r"[+-]?\d{1,12}(?:\.\d{1,6})?")
_RANK = re.compile(r"(\d{1,6})\s*/\s*(\d{1,6})")
_YES = {"1", "true", "yes", "y", "是", "√"}
_NO = {"", "0", "false", "no", "n", "否"}


class Unreadable(Exception):
    """The file is no table of records; the message is Chinese and says what to do."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One bad line."""

    line: int
    message: str


@dataclass(slots=True)
class Person:
    """What the file says about one member."""

    key: str
    facts: list[Fact] = field(default_factory=list)
    #: Days of lines, those of item ``-`` included.
    days: list[dt.date] = field(default_factory=list)
    #: (day, category) and roles the lines carry.
    categories: list[tuple[dt.date, str]] = field(default_factory=list)
    roles: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Records:
    """A file's facts by member, and what is wrong with it."""

    people: dict[str, Person] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    #: Lines taken together because they carry the same source: (line, the line it joined).
    merged: list[tuple[int, int]] = field(default_factory=list)

    @property
    def last_day(self) -> dt.date | None:
        """The last day in the file."""
        return max((day for person in self.people.values() for day in person.days), default=None)


def read_records(path: str | Path, book: Rulebook) -> Records:
    """Return the records of a CSV file in UTF-8 or GB18030.

    :raises Unreadable: no such file, no text, no table, or columns missing
    """
    rows = _rows(_decode(Path(path)))
    header = next(rows, None)
    if header is None:
        raise Unreadable("文件是空的，请在第一行写列名：" + "、".join(REQUIRED) + "。")
    columns = _columns(header[1])
    records = Records()
    for line, cells in rows:
        if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
            records.problems.append(
                Problem(line, f"比表头多出 {len(cells) - len(columns)} 格，请核对逗号和引号。")
            )
            continue
        row = dict.fromkeys(columns, "") | dict(zip(columns, (cell.strip() for cell in cells), strict=False))
        problem = _take(row, line, book, records)
        if problem is not None:
            records.problems.append(Problem(line, problem))
    for person in records.people.values():
        _merge(person, book, records)
    records.problems.sort()
    return records


def _decode(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise Unreadable("记录文件超过 64 MB，请分成几个文件。")
        raw = path.read_bytes()
    except OSError as e:
        raise Unreadable(f"记录文件打不开（{e.strerror}），请核对路径和读取权限。") from e
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Unreadable("这是 Excel 文件，请在 Excel 里另存为 CSV（UTF-8）后再试。")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable("文件不是 UTF-8 或 GB18030 编码的文字，请另存为 CSV（UTF-8）后再试。")


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the first line number and the cells of every row that is not empty."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = next((mark for mark in (",", "\t", ";") if mark in first), ",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as e:
        raise Unreadable(f"第 {line} 行起不符合 CSV 写法（{e}），请检查引号是否成对。") from e


def _columns(cells: list[str]) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    while names and not names[-1]:
        names.pop()
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise Unreadable(f"表头缺少列 {'、'.join(missing)}，请在第一行写全：{'、'.join(REQUIRED)}。")
    for name in names:
        if name not in COLUMNS:
            raise Unreadable(f"不认识表头里的“{name}”，可用的列有：{'、'.join(COLUMNS)}。")
        if names.count(name) > 1:
            raise Unreadable(f"表头里“{name}”出现了两次，请删去一列。")
    return names


def _take(row: dict[str, str], line: int, book: Rulebook, records: Records) -> str | None:
    """Add one row to its person; return what is wrong with it."""
    key = row["member"]
    if not key:
        return "没有写成员（member），请补上。"
    person = records.people.setdefault(key, Person(key))
    code = _plain(row["item"])
    if not code:
        return "没有写项目编码（item）；只列出成员请写 -。"
    try:
        day = _day(row["occurred_on"])
        role = _role(row.get("role", ""), code, book)
        if code == NOBODY:
            _know(person, day, role, book)
            return None
        if day is None:
            return "没有写日期（occurred_on），请写成 2026-03-05 的样子。"
        quantity = _number("quantity", row["quantity"])
        fact = Fact(
            item=code,
            on=day,
            quantity=Decimal(1) if quantity is None else quantity,
            value=_value(row.get("value", ""), code, book),
            level=row.get("level") or None,
            role=role,
            excused=_excused(row.get("excused", "")),
            source=row.get("source") or None,
            entry=line,
        )
    except ValueError as e:
        return str(e)
    problem = refusal(fact, book)
    if problem is not None:
        return problem
    if code == TAKEOVER:
        return _take_over(fact, person)
    item = book.items[code]
    _know(person, day, None if isinstance(item.worth, Raters) else role, book)
    person.facts.append(fact)
    return None


def _take_over(fact: Fact, person: Person) -> str | None:
    """Add a balance; its source is what it rests on. One a day: a second one is the first one again."""
    if any(one.item == TAKEOVER and one.on == fact.on for one in person.facts):
        return f"{person.key} 截至 {fact.on} 的接续积分已经有一行，不能重复接续，请删去一行。"
    person.days.append(fact.on)
    person.facts.append(fact._replace(basis=fact.source, source=None))
    return None


def _know(person: Person, day: dt.date | None, role: str | None, book: Rulebook) -> None:
    if day is not None:
        person.days.append(day)
    if role is None:
        return
    if role in PEOPLE:
        person.categories.append((day or dt.date.min, role))
    else:
        person.roles.add(role)


def _merge(person: Person, book: Rulebook, records: Records) -> None:
    """Take lines of one item and source together; the first in the canonical order stays.

    Items that choose among the records of one deed keep them: they choose.
    """
    kept: list[Fact] = []
    first: dict[tuple[str, str], Fact] = {}
    for fact in sorted(person.facts, key=canonical):
        if fact.source is None:
            kept.append(fact)
            continue
        takes = book.items[fact.item].takes
        if takes.which != "each" and takes.per == "deed":
            kept.append(fact)
            continue
        key = (fact.item, fact.source)
        if key in first:
            records.merged.append((_line(fact), _line(first[key])))
        else:
            first[key] = fact
            kept.append(fact)
    person.facts = kept


def _line(fact: Fact) -> int:
    assert isinstance(fact.entry, int)
    return fact.entry


def _plain(text: str) -> str:
    """Full-width digits and signs as typed on a phone become plain ones."""
    return unicodedata.normalize("NFKC", text).strip()


def _day(text: str) -> dt.date | None:
    text = _plain(text)
    if not text:
        return None
    m = _DATE.fullmatch(text)
    if m is not None:
        year, *months, day = m.groups()
        month = next(one for one in months if one)
        try:
            return dt.date(int(year), int(month), int(day))
        except ValueError:
            m = None
    raise ValueError(f"日期“{text}”不存在或写法不对，请写成 2026-03-05 的样子。")


def _number(column: str, text: str) -> Decimal | None:
    text = _plain(text)
    if not text:
        return None
    if _NUMBER.fullmatch(text) is None:
        raise ValueError(f"“{column}”不是数：{text}，请写成 1 或 2.5 的样子。")
    return Decimal(text)


def _value(text: str, code: str, book: Rulebook) -> Decimal | Fraction | None:
    item = book.items.get(code)
    if item is not None and isinstance(item.worth, Tiers) and item.worth.on == "rank":
        m = _RANK.fullmatch(_plain(text))
        if m is not None:
            place, size = int(m[1]), int(m[2])
            if not 1 <= place <= size:
                raise ValueError(f"名次 {place} 不在 {size} 人之内，请核对 value。")
            return Fraction(100 * place, size)
    return _number("value", text.rstrip("%") if text.endswith("%") else text)


def _role(text: str, code: str, book: Rulebook) -> str | None:
    text = _plain(text)
    if not text:
        return None
    item = book.items.get(code)
    if item is not None and isinstance(item.worth, Raters):
        return text
    names = {name: role for role, name in book.roles.items()} | _CATEGORY_WORDS
    role = names.get(text, text)
    if role in PEOPLE or role in book.roles or role in book.applies.in_force:
        return role
    known = [*book.roles.values(), *sorted(book.applies.in_force)]
    raise ValueError(f"没有身份“{text}”（role），可用的有：{'、'.join(known)}。")


def _excused(text: str) -> bool:
    plain = _plain(text).lower()
    if plain in _YES:
        return True
    if plain in _NO:
        return False
    raise ValueError(f"请假标记（excused）“{text}”看不懂，请写 1 或留空。")
