"""Writing .xlsx: plain tables whose texts stay texts.

A name or a remark that begins with ``=``, ``+``, ``-`` or ``@`` is written as a
text and marked so, because a sheet that is edited or saved as CSV would
otherwise run it as a formula on somebody else's desk.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import xlsxwriter

from jifen.core.clock import SHANGHAI

#: What a sheet program takes for the beginning of a formula.
_RISKY = ("=", "+", "-", "@", "\t", "\r")
#: What XML 1.0, and so a sheet, cannot hold.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: Longest text of a cell.
_MOST = 32_767


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: a title line, a header, rows."""

    #: Name of the sheet; at most 31 characters.
    name: str
    title: str
    header: Sequence[str]
    rows: Iterable[Sequence[Any]]
    #: Widths in characters, one a column.
    widths: Sequence[int]


def write(*tables: Table, mark: str = "") -> bytes:
    """Return the .xlsx of these tables.

    ``mark`` stands below each title and on every printed page: who took the
    sheet out of the house, when and why.

    Days and instants become real dates (instants in Shanghai time), exact
    numbers become numbers, everything else text.
    """
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        formats = {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "header": book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
            "instant": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            "text": book.add_format({"text_wrap": True}),
            "mark": book.add_format({"italic": True, "font_color": "#A00000"}),
            "quoted": book.add_format({"text_wrap": True, "quote_prefix": True}),
        }
        for table in tables:
            _table(book.add_worksheet(table.name), table, formats, mark)
    return buffer.getvalue()


def _table(sheet: Any, table: Table, formats: dict[str, Any], mark: str) -> None:
    sheet.write_string(0, 0, plain(table.title), formats["title"])
    head = 1
    if mark:
        sheet.write_string(1, 0, plain(mark), formats["mark"])
        sheet.set_footer("&C" + plain(mark).replace("&", "&&")[:240])
        head = 2
    for column, (words, width) in enumerate(zip(table.header, table.widths, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(head, column, plain(words), formats["header"])
    sheet.freeze_panes(head + 1, 0)
    for number, row in enumerate(table.rows, head + 1):
        for column, value in enumerate(row):
            _cell(sheet, number, column, value, formats)


def _cell(sheet: Any, row: int, column: int, value: Any, formats: dict[str, Any]) -> None:
    match value:
        case None | "":
            return
        case bool():
            sheet.write_string(row, column, "是" if value else "否", formats["text"])
        case int() | Decimal():
            sheet.write_number(row, column, value)
        case dt.datetime():
            local = value.astimezone(SHANGHAI).replace(tzinfo=None)
            sheet.write_datetime(row, column, local, formats["instant"])
        case dt.date():
            sheet.write_datetime(row, column, value, formats["day"])
        case _:
            text = plain(str(value))
            kind = "quoted" if text.startswith(_RISKY) else "text"
            sheet.write_string(row, column, text, formats[kind])


def plain(text: str) -> str:
    """Return ``text`` as a cell can hold it."""
    return _FORBIDDEN.sub("", text)[:_MOST]
