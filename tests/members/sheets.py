"""Rosters made on the spot: .xlsx by XlsxWriter, .xls by xlwt. All people are invented."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter
import xlwt

SHARED = Path(__file__).parents[1] / "data" / "rosters"
ONE_DEPARTMENT = SHARED / "one-department.xlsx"
BY_SHEET = SHARED / "committee-by-sheet.xlsx"

HEADER = ["姓名", "所在支部", "人员类别", "入党时间", "转正时间", "党内职务"]
#: (first row, first column, last row, last column), 0-based.
Merge = tuple[int, int, int, int]


def xlsx(sheets: dict[str, list[list]], merges: dict[str, list[Merge]] | None = None) -> bytes:
    """Return a workbook; a string that starts with = is a formula without a value."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    day = book.add_format({"num_format": "yyyy/m/d"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for area in (merges or {}).get(name, []):
            sheet.merge_range(*area, "")
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                if isinstance(cell, dt.date):
                    sheet.write_datetime(r, c, dt.datetime.combine(cell, dt.time()), day)
                elif isinstance(cell, str) and cell.startswith("="):
                    sheet.write_formula(r, c, cell, None, "")
                elif cell is not None:
                    sheet.write(r, c, cell)
    book.close()
    return out.getvalue()


def xls(rows: list[list], merges: Sequence[Merge] = (), name: str = "花名册") -> bytes:
    """Return an old workbook of one sheet."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet(name)
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    covered = {(r, c) for r0, c0, r1, c1 in merges for r in range(r0, r1 + 1) for c in range(c0, c1 + 1)}
    for r0, c0, r1, c1 in merges:
        sheet.write_merge(r0, r1, c0, c1, rows[r0][c0])
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            if cell is None or (r, c) in covered:
                continue
            if isinstance(cell, dt.date):
                sheet.write(r, c, dt.datetime.combine(cell, dt.time()), day)
            else:
                sheet.write(r, c, cell)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def encrypted() -> bytes:
    """Return the outer shape of a workbook with a password: a compound file that holds EncryptedPackage."""
    old, new = (name.encode("utf-16-le").ljust(64, b"\0") for name in ("Workbook", "EncryptedPackage"))
    whole = xls([HEADER]).replace(old + bytes([18, 0]), new + bytes([34, 0]))
    assert new in whole
    return whole


def locked_xls() -> bytes:
    """Return an old workbook whose stream says FILEPASS: the rest is enciphered."""
    whole = xls([HEADER])
    interface_header, file_pass = b"\xe1\x00\x02\x00", b"\x2f\x00\x02\x00"
    assert interface_header in whole
    return whole.replace(interface_header, file_pass, 1)
