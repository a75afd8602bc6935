"""A person's word on a roster: which column is what, which unit a sheet belongs to, which rows stay out.

The same JSON is written by the page that corrects a guess and read by
``flask roster import --mapping FILE``.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any

from jifen.core.errors import Invalid
from jifen.members.roster.problems import column_index, column_letters
from jifen.members.roster.words import Field


@dataclass(frozen=True, slots=True)
class SheetMapping:
    """What is said of one sheet; what is not said is guessed."""

    #: First and last header row, 1-based.
    header: tuple[int, int] | None = None
    #: Field → 0-based column, None for "this sheet has none".
    columns: dict[Field, int | None] = field(default_factory=dict)
    #: Code of the department that the sheet belongs to.
    unit: str | None = None
    #: The branch of all people of the sheet, where no column says it.
    branch: str | None = None
    #: The sheet is no roster.
    skip: bool = False
    #: Row numbers (1-based) that are left out on purpose.
    leave_out: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Mapping:
    """What is said of a whole file."""

    #: By sheet name; ``*`` speaks for all sheets not named.
    sheets: dict[str, SheetMapping] = field(default_factory=dict)
    #: 工号 may be kept and matched by: a yes, good inside one department only.
    use_staff_number: bool = False
    #: Answers to questions, by the question's key.
    answers: dict[str, str] = field(default_factory=dict)
    #: From which day people new to the house belong to their branch; None: see ``imports``.
    since: dt.date | None = None

    def of(self, sheet: str) -> SheetMapping:
        """What is said of a sheet."""
        return self.sheets.get(sheet) or self.sheets.get("*") or SheetMapping()


_FILE_KEYS = {"sheets", "use_staff_number", "answers", "since"}
_SHEET_KEYS = {"header", "columns", "unit", "branch", "skip", "leave_out"}


def parse_mapping(text: str) -> Mapping:
    """Read a mapping file.

    :raises Invalid: not JSON, an unknown key, field or column; the sentence names it
    """
    try:
        data = json.loads(text)
    except json.JSONDecodeError as err:
        raise Invalid(reason=f"对照文件第{err.lineno}行不是有效的 JSON，请改正后再试。") from None
    return mapping_of(data)


def mapping_of(data: Any) -> Mapping:
    """Read a mapping from plain values, as a request or a stored row holds them.

    :raises Invalid: an unknown key, field or column
    """
    _require(isinstance(data, dict), "对照文件应是一个对象（{…}）。")
    _known(data, _FILE_KEYS)
    sheets = data.get("sheets", {})
    answers = data.get("answers", {})
    _require(isinstance(sheets, dict), "“sheets”应是一个对象，键是工作表名。")
    _require(
        isinstance(answers, dict) and all(isinstance(v, str) for v in answers.values()),
        "“answers”应是一个对象，键是问题编号，值是答案。",
    )
    return Mapping(
        sheets={name: _sheet(name, value) for name, value in sheets.items()},
        use_staff_number=data.get("use_staff_number", False) is True,
        answers=answers,
        since=_since(data.get("since")),
    )


def mapping_from(said: dict[str, Any]) -> Mapping:
    """Return what a form says of all sheets: columns, header row, branch, and from when people belong.

    :raises Invalid: a column that is none
    """
    columns = {f: None if c == "0" else c for f, c in said.get("columns", {}).items()}
    sheet = {"columns": columns, "header": said.get("header"), "branch": said.get("branch") or ""}
    since = said.get("since")
    return mapping_of({"sheets": {"*": sheet}, "since": since.isoformat() if since else None})


def mapping_to(mapping: Mapping) -> dict[str, Any]:
    """Return the plain values of a mapping; ``mapping_of`` reads them back."""
    sheets: dict[str, Any] = {}
    for name, said in mapping.sheets.items():
        plain: dict[str, Any] = {}
        if said.header:
            plain["header"] = list(said.header)
        if said.columns:
            plain["columns"] = {
                f.value: None if index is None else column_letters(index) for f, index in said.columns.items()
            }
        plain |= {key: value for key in ("unit", "branch") if (value := getattr(said, key))}
        if said.skip:
            plain["skip"] = True
        if said.leave_out:
            plain["leave_out"] = sorted(said.leave_out)
        sheets[name] = plain
    whole: dict[str, Any] = {
        "sheets": sheets,
        "use_staff_number": mapping.use_staff_number,
        "answers": dict(mapping.answers),
    }
    return whole | ({"since": mapping.since.isoformat()} if mapping.since else {})


def _sheet(name: str, data: Any) -> SheetMapping:
    _require(isinstance(data, dict), f"工作表“{name}”的对照应是一个对象。")
    _known(data, _SHEET_KEYS)
    header = data.get("header")
    if isinstance(header, int):
        header = [header, header]
    _require(
        header is None
        or (
            isinstance(header, list)
            and len(header) == 2
            and all(isinstance(n, int) for n in header)
            and 1 <= header[0] <= header[1] <= header[0] + 2
        ),
        f"工作表“{name}”的表头应是行号，如 3 或 [3, 4]。",
    )
    leave_out = data.get("leave_out", [])
    _require(
        isinstance(leave_out, list) and all(isinstance(n, int) for n in leave_out),
        f"工作表“{name}”的“leave_out”应是行号列表。",
    )
    columns = data.get("columns", {})
    _require(isinstance(columns, dict), f"工作表“{name}”的“columns”应是一个对象。")
    for key in ("unit", "branch"):
        _require(isinstance(data.get(key, ""), str), f"工作表“{name}”的“{key}”应是文字。")
    return SheetMapping(
        header=(header[0], header[1]) if header else None,
        columns={_field(key): _column(key, value) for key, value in columns.items()},
        unit=data.get("unit") or None,
        branch=data.get("branch") or None,
        skip=data.get("skip", False) is True,
        leave_out=frozenset(leave_out),
    )


def _since(value: Any) -> dt.date | None:
    if value is None:
        return None
    try:
        return dt.date.fromisoformat(value)
    except (ValueError, TypeError):
        raise Invalid(reason="“since”请写成日期，如 2026-01-01。") from None


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


def _known(data: dict[str, Any], keys: set[str]) -> None:
    unknown = sorted(set(data) - keys)
    _require(
        not unknown, f"对照文件里有不认识的项：{'、'.join(unknown)}，可用的有：{'、'.join(sorted(keys))}。"
    )


def _require(holds: bool, reason: str) -> None:
    if not holds:
        raise Invalid(reason=reason)
