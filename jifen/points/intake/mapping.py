"""A person's word on a sheet of facts or balances: columns, the item of a whole sheet, rows that stay out."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any

from jifen.core.errors import Invalid
from jifen.members.roster.problems import column_index, column_letters
from jifen.points.intake.words import Field, span_in

_FILE_KEYS = {"sheets", "items", "answers"}
_SHEET_KEYS = {
    *("header", "columns", "item", "day", "year", "level"),
    *("period", "minute", "signer", "source", "skip", "leave_out"),
}
_TEXTS = {"item": 60, "level": 20, "period": 30, "minute": 120, "signer": 40, "source": 120}


@dataclass(frozen=True, slots=True)
class SheetMapping:
    """What is said of one sheet; what is not said is guessed."""

    #: First and last header row, 1-based.
    header: tuple[int, int] | None = None
    #: Field -> 0-based column, None for "this sheet has none".
    columns: dict[Field, int | None] = field(default_factory=dict)
    #: Code or name of the item that every row of the sheet is.
    item: str = ""
    #: The day of every row that names none.
    day: dt.date | None = None
    #: The year of days that name none.
    year: int | None = None
    level: str = ""
    period: str = ""
    minute: str = ""
    signer: str = ""
    source: str = ""
    skip: bool = False
    #: Row numbers (1-based) that are left out on purpose.
    leave_out: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Mapping:
    """What is said of a whole file."""

    #: By sheet name; ``*`` speaks for all sheets not named.
    sheets: dict[str, SheetMapping] = field(default_factory=dict)
    #: Words in the sheet -> code of the item they mean.
    items: dict[str, str] = field(default_factory=dict)
    #: Answers to questions, by the question's key.
    answers: dict[str, str] = field(default_factory=dict)

    def of(self, sheet: str) -> SheetMapping:
        """What is said of a sheet."""
        return self.sheets.get(sheet) or self.sheets.get("*") or SheetMapping()


def parse_mapping(text: str) -> Mapping:
    """Read a mapping file.

    :raises Invalid: not JSON, an unknown key, field or column; the sentence names it
    """
    try:
        return mapping_of(json.loads(text))
    except json.JSONDecodeError as err:
        raise Invalid(reason=f"对照文件第{err.lineno}行不是有效的 JSON，请改正后再试。") from None


def mapping_of(data: Any) -> Mapping:
    """Read a mapping from plain values, as a request or a stored row holds them.

    :raises Invalid: an unknown key, field or column
    """
    _known(data, "对照文件", _FILE_KEYS)
    sheets, items, answers = (data.get(key, {}) for key in ("sheets", "items", "answers"))
    _require(isinstance(sheets, dict), "“sheets”应是一个对象，键是工作表名。")
    for name, plain in (("items", items), ("answers", answers)):
        _require(
            isinstance(plain, dict) and all(isinstance(v, str) and len(v) <= 200 for v in plain.values()),
            f"“{name}”应是一个对象，键和值都是文字。",
        )
    return Mapping({name: _sheet(name, value) for name, value in sheets.items()}, items, answers)


def mapping_from(said: dict[str, Any]) -> Mapping:
    """Return what a form says of all sheets: ``header`` is 3 or 3-4, the rest as in a mapping's sheet.

    :raises Invalid: a row, column, month or year that is none
    """
    plain = {key: value for key, value in said.items() if value not in (None, "", {})}
    if header := plain.pop("header", ""):
        rows = header.replace("—", "-").split("-")
        _require(all(row.strip().isdigit() for row in rows), "表头请写行号，如 3 或 3-4。")
        plain["header"] = [int(rows[0]), int(rows[-1])]
    if day := plain.pop("day", None):
        plain["day"] = day.isoformat()
    # A column that is said not to be there is written as 0.
    columns = {f: None if c == "0" else c for f, c in plain.pop("columns", {}).items()}
    return mapping_of({"sheets": {"*": {**plain, "columns": columns}}}) if plain or columns else Mapping()


def mapping_to(mapping: Mapping) -> dict[str, Any]:
    """Return the plain values of a mapping; ``mapping_of`` reads them back."""
    sheets = {}
    for name, said in mapping.sheets.items():
        plain: dict[str, Any] = {key: getattr(said, key) for key in _TEXTS if getattr(said, key)}
        if said.header:
            plain["header"] = list(said.header)
        if said.columns:
            plain["columns"] = {
                f.value: None if index is None else column_letters(index) for f, index in said.columns.items()
            }
        if said.day:
            plain["day"] = said.day.isoformat()
        if said.year:
            plain["year"] = said.year
        if said.skip:
            plain["skip"] = True
        if said.leave_out:
            plain["leave_out"] = sorted(said.leave_out)
        sheets[name] = plain
    return {"sheets": sheets, "items": dict(mapping.items), "answers": dict(mapping.answers)}


def _sheet(name: str, data: Any) -> SheetMapping:
    where = f"工作表“{name}”"
    _known(data, where, _SHEET_KEYS)
    header = data.get("header")
    if isinstance(header, int):
        header = [header, header]
    _require(
        header is None
        or (
            isinstance(header, list)
            and len(header) == 2
            and all(isinstance(n, int) for n in header)
            and 1 <= header[0] <= header[1] <= header[0] + 1
        ),
        f"{where}的表头应是行号，如 3 或 [3, 4]。",
    )
    leave_out = data.get("leave_out", [])
    _require(
        isinstance(leave_out, list) and all(isinstance(n, int) for n in leave_out),
        f"{where}的“leave_out”应是行号列表。",
    )
    columns = data.get("columns", {})
    _require(isinstance(columns, dict), f"{where}的“columns”应是一个对象。")
    texts = {key: data.get(key) or "" for key in _TEXTS}
    for key, text in texts.items():
        _require(
            isinstance(text, str) and len(text) <= _TEXTS[key],
            f"{where}的“{key}”应是{_TEXTS[key]}字以内的文字。",
        )
    _require(
        not texts["period"] or span_in(texts["period"]) is not None,
        f"{where}的“period”应写明年份和月份，如 2026年1—8月。",
    )
    year = data.get("year")
    _require(year is None or (isinstance(year, int) and 1900 <= year <= 2200), f"{where}的“year”应是年份。")
    return SheetMapping(
        header=(header[0], header[1]) if header else None,
        columns={_field(key): _column(key, value) for key, value in columns.items()},
        day=_day(data.get("day")),
        year=year,
        skip=data.get("skip", False) is True,
        leave_out=frozenset(leave_out),
        **texts,
    )


def _day(value: Any) -> dt.date | None:
    if value is None:
        return None
    try:
        return dt.date.fromisoformat(value)
    except (ValueError, TypeError):
        raise Invalid(reason="“day”请写成日期，如 2026-03-05。") from None


def _field(key: str) -> Field:
    try:
        return Field(key)
    except ValueError:
        raise Invalid(
            reason=f"没有“{key}”这一项，请从这些里选：{'、'.join(f.value for f in Field)}。"
        ) from None


def _column(key: str, value: Any) -> int | None:
    if value is None:
        return None
    try:
        return column_index(value)
    except (ValueError, AttributeError):
        raise Invalid(reason=f"“{key}”应写列的字母（如 B），没有这一列请写 null。") from None


def _known(data: Any, where: str, keys: set[str]) -> None:
    _require(isinstance(data, dict), f"{where}应是一个对象（{{…}}）。")
    unknown = sorted(set(data) - keys)
    _require(
        not unknown, f"{where}里有不认识的项：{'、'.join(unknown)}，可用的有：{'、'.join(sorted(keys))}。"
    )


def _require(holds: bool, reason: str) -> None:
    if not holds:
        raise Invalid(reason=reason)
