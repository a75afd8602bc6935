"""Sheets to fill in: attendance, honours and the like, dues, meetings, balances."""

from __future__ import annotations

import io
from collections.abc import Sequence

import xlsxwriter

from jifen.members.roster.words import HINTS_SHEET

#: Kind -> sheet's name, header, what it is for. Headers are ones that the reader knows.
TEMPLATES: dict[str, tuple[str, Sequence[str], Sequence[str]]] = {
    "facts": (
        "积分记录",
        ("积分编号", "姓名", "所在支部", "项目", "日期", "数量", "级别", "说明"),
        (
            "1. 每行一件事。项目写办法里的项目编号或名称；日期写成 2026-03-05。",
            "2. 数量不写按 1 算；表彰、等次写在“级别”；同一天同一项目的两件事，请在“说明”里分别写明。",
            "3. 没有积分编号的，写姓名和所在支部。",
        ),
    ),
    "attendance": (
        "考勤",
        ("积分编号", "姓名", "所在支部", "2026-01-15", "2026-02-12", "2026-03-12"),
        (
            "1. 每人一行，每次会议一列，列名写日期，可在日期后写活动名称，如“3月12日主题党日”。",
            "2. 到会写“√”，缺席写“缺”，请假写“假”（不写请假原因），没有安排的留空。",
            "3. 缺席不会因为导入而扣分；需要扣分的，按缺席核实程序办理。",
        ),
    ),
    "dues": (
        "党费",
        ("积分编号", "姓名", "所在支部", "党费缴至"),
        ("1. 党费缴至写成 2026-08。请不要写金额。",),
    ),
    "minutes": (
        "会议记录",
        ("项目", "会议日期", "参加人员", "请假人员", "缺席人员", "议题"),
        ("1. 每次会议一行，姓名用顿号隔开。", "2. 同名的同志请改用考勤表，并填写积分编号。"),
    ),
    "balances": (
        "接续积分",
        ("积分编号", "姓名", "所在支部", "积分期间", "积分", "来源文件", "支委会纪要", "签字人"),
        (
            "1. 每人每段时间一行。积分期间写成 2026年1—8月，要在一个积分周期内。",
            "2. 积分最多两位小数，旧台账为负的照写负数。",
            "3. 支委会纪要写日期和编号，如“9月2日支委会纪要第7号”；签字人写负责人姓名。",
            "4. 同一段时间只能接续一次；已经接续的月份，不再导入单项记录。",
        ),
    ),
}
_SECRECY = "请不要填写身份证号、电话、健康状况和涉密内容；即使填了，系统也不会保存表外的列。"


def template(which: str) -> bytes:
    """Return the empty sheet to fill in, with how to fill it in on a second one.

    :param which: a key of ``TEMPLATES``
    """
    name, header, hints = TEMPLATES[which]
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        head = book.add_format({"bold": True, "bg_color": "#F2F2F2", "border": 1, "num_format": "@"})
        text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(name)
        for column, word in enumerate(header):
            sheet.set_column(column, column, max(12, len(word) * 2 + 2), text)
            sheet.write_string(0, column, word, head)
        sheet.freeze_panes(1, 2)
        told = book.add_worksheet(HINTS_SHEET)
        told.set_column(0, 0, 100)
        for row, hint in enumerate((*hints, _SECRECY)):
            told.write_string(row, 0, hint)
    return out.getvalue()
