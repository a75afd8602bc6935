"""Sheets that we write: the template to fill in, and the roster back with the issued numbers."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import xlsxwriter

from jifen.members.roster.dates import RosterDay
from jifen.members.roster.words import HINTS_SHEET

#: Headers that the reader understands without guessing.
COLUMNS = ("积分编号", "姓名", "所在单位", "所在支部", "人员类别", "入党时间", "转正时间", "党内职务")
_WIDTHS = (12, 12, 24, 24, 14, 14, 14, 18)

CATEGORY_LABELS = {
    "full_member": "正式党员",
    "probationary_member": "预备党员",
    "development_candidate": "发展对象",
    "activist": "入党积极分子",
    "retired_member": "离退休党员",
    "floating_member": "流动党员",
    "lost_contact_member": "失联党员",
}
_POSTS = "支部书记、支部副书记、组织委员、宣传委员、纪检委员、支部委员、党小组长"
_HINTS = (
    "1. 每人一行。第一次导入时“积分编号”留空，由系统发放；以后请用系统返回的名册修改后再导入。",
    "2. 日期写成 2012-07-01；只知道年月的写 2012.07。",
    f"3. 人员类别写：{'、'.join(CATEGORY_LABELS.values())}。",
    f"4. 党内职务写：{_POSTS}；没有的留空，多个用顿号隔开。",
    "5. 请不要填写身份证号、电话、健康状况等信息；即使填了，系统也不会保存。",
)
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class RosterLine:
    """One person on a roster that we write."""

    number: str
    name: str
    unit: str
    branch: str
    category: str
    joined: RosterDay | None
    confirmed: RosterDay | None
    posts: Sequence[str]
    #: Whose line it is, for the note of the export; not written.
    member_id: int = 0


def neutral(text: str) -> str:
    """Return text that no spreadsheet takes for a formula, even after it is saved as CSV."""
    return f"'{text}" if text.startswith(_RISKY) else text


def template() -> bytes:
    """Return the empty sheet to fill in, with how to fill it in on a second one."""
    return roster(())


def roster(lines: Iterable[RosterLine], *, mark: str = "") -> bytes:
    """Return the roster as .xlsx, readable by the importer as it stands.

    :param mark: line that says who took it, when and why; on every printed page and on the second sheet
    """
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        head = book.add_format({"bold": True, "bg_color": "#F2F2F2", "border": 1, "num_format": "@"})
        text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet("花名册")
        for column, (word, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True)):
            sheet.set_column(column, column, width, text)
            sheet.write_string(0, column, word, head)
        sheet.freeze_panes(1, 2)
        sheet.data_validation(1, 4, 1_000, 4, {"validate": "list", "source": list(CATEGORY_LABELS.values())})
        for row, line in enumerate(lines, 1):
            cells = (
                line.number,
                line.name,
                line.unit,
                line.branch,
                CATEGORY_LABELS.get(line.category, ""),
                str(line.joined or ""),
                str(line.confirmed or ""),
                "、".join(line.posts),
            )
            for column, cell in enumerate(cells):
                sheet.write_string(row, column, neutral(cell), text)
        hints = book.add_worksheet(HINTS_SHEET)
        hints.set_column(0, 0, 100)
        if mark:
            sheet.set_footer("&C" + mark.replace("&", "&&"))
        for row, hint in enumerate((mark, *_HINTS) if mark else _HINTS):
            hints.write_string(row, 0, hint)
    return out.getvalue()
