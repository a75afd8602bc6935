"""What offices write in sheets of facts and of balances: headers, marks of attendance, months."""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from enum import StrEnum


class Kind(StrEnum):
    """What a sheet brings."""

    FACTS = "facts"
    BALANCES = "balances"


class Field(StrEnum):
    """The columns that are read; every other column is dropped while reading."""

    NUMBER = "number"
    NAME = "name"
    BRANCH = "branch"
    #: 活动、项目: words that mean an item of the rulebook.
    ITEM = "item"
    DAY = "day"
    QUANTITY = "quantity"
    LEVEL = "level"
    #: A measured value or the decider's points, where the item asks for one.
    VALUE = "value"
    NOTE = "note"
    #: 党费缴至: the last month that is paid.
    PAID_TO = "paid_to"
    #: Names in one cell, of a list of meetings.
    PRESENT = "present"
    ABSENT = "absent"
    LEAVE = "leave"
    #: Months of a balance.
    PERIOD = "period"
    POINTS = "points"
    SOURCE = "source"
    MINUTE = "minute"
    SIGNER = "signer"


FIELD_WORDS = {
    Field.NUMBER: "积分编号",
    Field.NAME: "姓名",
    Field.BRANCH: "所在支部",
    Field.ITEM: "活动或项目",
    Field.DAY: "日期",
    Field.QUANTITY: "数量",
    Field.LEVEL: "级别或等次",
    Field.VALUE: "数值",
    Field.NOTE: "说明",
    Field.PAID_TO: "党费缴至",
    Field.PRESENT: "参加人员",
    Field.ABSENT: "缺席人员",
    Field.LEAVE: "请假人员",
    Field.PERIOD: "积分期间",
    Field.POINTS: "积分",
    Field.SOURCE: "来源文件",
    Field.MINUTE: "支委会纪要",
    Field.SIGNER: "签字人",
}

_PEOPLE = {
    Field.NUMBER: "积分编号 党员积分编号 积分号",
    Field.NAME: "姓名 党员姓名 名字",
    Field.BRANCH: "支部 党支部 所在支部 所在党支部 所属支部 所属党支部 支部名称 党支部名称 党组织 所在党组织",
}
_FACTS = {
    Field.ITEM: """项目 积分项目 活动 活动项目 活动名称 活动内容 会议名称 会议类型 会议 事项 积分事项 加分项目 项目编号
        项目名称 类型""",
    Field.DAY: """日期 时间 活动日期 活动时间 会议日期 会议时间 召开时间 开展时间 发生日期 发生时间 获奖时间 表彰时间
        授予时间 完成时间 评议时间 服务日期 服务时间""",
    Field.QUANTITY: "数量 次数 小时 小时数 时长 服务时长 学时 篇数 积分数量",
    Field.LEVEL: """级别 等级 荣誉级别 表彰级别 奖励级别 授予级别 等次 评议等次 民主评议等次 评议结果 考核等次 年度考核等次
        考核结果""",
    Field.VALUE: "数值 成绩 分值",
    Field.NOTE: "备注 说明 荣誉名称 表彰名称 奖项 奖项名称 称号 内容 议题 会议议题 主要内容",
    Field.PAID_TO: "党费缴至 党费缴至月份 党费缴纳至 缴至月份 已缴至 党费交至 党费交纳至 党费已缴至",
    Field.PRESENT: "参加人员 出席人员 到会人员 参会人员 参加党员 出席党员 参会党员 出席",
    Field.ABSENT: "缺席人员 缺席",
    Field.LEAVE: "请假人员 请假",
}
_BALANCES = {
    Field.PERIOD: "积分期间 期间 周期 积分周期 起止月份 月份",
    Field.POINTS: "积分 累计积分 积分合计 累计得分 得分 总分 合计 合计得分 现有积分 接续积分 结余",
    Field.SOURCE: "来源 来源文件 源文件 台账 台账名称",
    Field.MINUTE: "支委会纪要 会议纪要 纪要 支委会记录 会议记录 依据 审议依据",
    Field.SIGNER: "签字人 签字 审核人 负责人 签批人 确认人 支部书记",
}
EXACT = {
    kind: {word: field for field, words in (_PEOPLE | more).items() for word in words.split()}
    for kind, more in ((Kind.FACTS, _FACTS), (Kind.BALANCES, _BALANCES))
}

PRESENT_MARKS = frozenset(
    ["√", "✓", "✔", "☑", "V", "到", "已到", "实到", "出席", "参加", "是", "已交", "已缴", "已参加"]
)
ABSENT_MARKS = frozenset(
    ["缺", "缺席", "未到", "旷", "旷会", "无故缺席", "×", "X", "✗", "否", "0", "未交", "未缴", "未参加"]
)
#: Why somebody was on leave is never kept.
LEAVE_MARKS = frozenset(["假", "请假", "事假", "病假", "公假", "年假", "产假", "休假"])

_FULL = re.compile(r"(?<!\d)(\d{4})[年./\-](\d{1,2})[月./\-](\d{1,2})日?(?!\d)")
_SHORT = re.compile(r"(?<![\d.])(\d{1,2})[月./\-](\d{1,2})日?(?!\d)")
_MONTH = re.compile(r"(?<!\d)(?:(\d{4})[年./\-])?(\d{1,2})月份?")
_YEAR = re.compile(r"(20\d{2})\s*年")
_SPAN = re.compile(
    r"(\d{4})[年./\-](\d{1,2})月?份?(?:至|到|[\-—–~/])+(?:(\d{4})[年./\-])?(\d{1,2})月?份?|"
    r"(\d{4})[年./\-](\d{1,2})月?份?|(\d{4})年?"
)


def plain(value: object) -> str:
    """Return a cell as one line of half-width text; a whole number without its point."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if value is None:
        return ""
    return " ".join(unicodedata.normalize("NFKC", str(value)).split())


def squeeze(value: object) -> str:
    """Return a header cell as one word: no blanks, no brackets' content."""
    if not isinstance(value, str):
        return ""
    text = "".join(unicodedata.normalize("NFKC", value).split())
    return re.sub(r"\([^)]*\)|\[[^\]]*\]|[*#:·/、\-_]", "", text)


def year_in(text: str) -> int | None:
    """Return the year that a title names (2026年考勤表)."""
    m = _YEAR.search(text)
    return int(m[1]) if m else None


def day_in(value: object, year: int) -> tuple[dt.date, bool, str] | None:
    """Return the day that heads a column, whether only the month is known, and the words beside it.

    :param year: of a day that names none
    :return: None where no day of the calendar stands there; a month is its last day
    """
    if isinstance(value, dt.datetime):
        return value.date(), False, ""
    if isinstance(value, dt.date):
        return value, False, ""
    text = plain(value)
    for pattern, whole in ((_FULL, True), (_SHORT, False)):
        if m := pattern.search(text):
            parts = [int(g) for g in m.groups()]
            on = _day(*(parts if whole else (year, *parts)))
            return (on, False, _beside(text, m)) if on else None
    if m := _MONTH.search(text):
        month = month_end(int(m[1] or year), int(m[2]))
        return (month, True, _beside(text, m)) if month else None
    return None


def _beside(text: str, m: re.Match[str]) -> str:
    return (text[: m.start()] + text[m.end() :]).strip(" ()（）:：、,-—")


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def month_end(year: int, month: int) -> dt.date | None:
    """Return the last day of a month, None if there is no such month."""
    if not (1900 <= year <= 2200 and 1 <= month <= 12):
        return None
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def span_in(value: object) -> tuple[dt.date, dt.date] | None:
    """Return the months that a cell means as [since, until): 2026年1—8月, 2026-01/2026-08, 2026年, 2026.3."""
    text = "".join(plain(value).split())
    m = _SPAN.fullmatch(text)
    if m is None:
        return None
    if m[7]:
        first, last = (int(m[7]), 1), (int(m[7]), 12)
    elif m[5]:
        first = last = (int(m[5]), int(m[6]))
    else:
        first, last = (int(m[1]), int(m[2])), (int(m[3] or m[1]), int(m[4]))
    end = month_end(*last)
    if month_end(*first) is None or end is None or last < first:
        return None
    return dt.date(*first, 1), end + dt.timedelta(days=1)


def span_key(since: dt.date, until: dt.date) -> str:
    """Return the months [since, until) as the ledger keeps them: ``2026-01/2026-08``."""
    return f"{since:%Y-%m}/{until - dt.timedelta(days=1):%Y-%m}"
