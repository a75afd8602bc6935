"""A sheet holds what was given: texts stay texts, figures are figures, days are days."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import openpyxl
import pytest

from jifen.documents import xlsx


def written(*cells):
    table = xlsx.Table("表", "标题", ["列"] * len(cells), [cells], [10] * len(cells))
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx.write(table))).active
    return [sheet.cell(3, n + 1) for n in range(len(cells))]


@pytest.mark.parametrize(
    "text", ["=1+1", "+86", "-5", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")', "http://x", "{=1}"]
)
def test_a_text_never_becomes_a_formula(text):
    [cell] = written(text)
    assert (cell.data_type, cell.value) == ("s", text)
    assert cell.hyperlink is None
    assert cell.quotePrefix == text.startswith(("=", "+", "-", "@", "\t"))


def test_every_kind_of_value_arrives():
    evening = dt.datetime(2026, 3, 4, 20, 30, tzinfo=dt.UTC)
    cells = written(None, "", True, 3, Decimal("86.50"), dt.date(2026, 3, 5), evening, "陈")
    assert [c.value for c in cells[:5]] == [None, None, "是", 3, 86.5]
    # Shanghai is eight hours ahead; a sheet's dates bear no zone.
    assert [f"{c.value:%Y-%m-%d %H:%M}" for c in cells[5:7]] == ["2026-03-05 00:00", "2026-03-05 04:30"]
    assert cells[7].value == "陈"


def test_what_no_sheet_can_hold_is_left_out():
    cells = written("甲\x00乙\x1f\ud800", "x" * 40_000)
    assert (cells[0].value, len(cells[1].value)) == ("甲乙", 32_767)
