"""The words that offices write in roster headers, titles, totals and footnotes."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

#: The sheet of our own template that tells how to fill in the other; it is never read.
HINTS_SHEET = "填表说明"


class Field(StrEnum):
    """The columns that are kept; every other column is dropped while reading."""

    #: The number that jifen issued (积分编号).
    NUMBER = "number"
    #: The department's own number (工号): kept only after a yes, inside one department.
    STAFF = "staff_number"
    NAME = "name"
    UNIT = "unit"
    BRANCH = "branch"
    #: 人员类别, 党员类型: full, probationary and so on.
    CATEGORY = "category"
    #: 在职情况: in post, retired, floating, lost.
    SITUATION = "situation"
    JOINED = "joined"
    CONFIRMED = "confirmed"
    #: 党内职务, never the administrative one.
    POST = "post"


FIELD_WORDS = {
    Field.NUMBER: "积分编号",
    Field.STAFF: "工号",
    Field.NAME: "姓名",
    Field.UNIT: "所在单位",
    Field.BRANCH: "所在支部",
    Field.CATEGORY: "人员类别",
    Field.SITUATION: "在职情况",
    Field.JOINED: "入党时间",
    Field.CONFIRMED: "转正时间",
    Field.POST: "党内职务",
}

_EXACT = {
    Field.NUMBER: """积分编号 党员积分编号 积分系统编号 积分号""",
    Field.STAFF: """工号 职工号 员工号 职工编号 员工编号 人事编号 工作证号""",
    Field.NAME: """姓名 党员姓名 名字 党员名字""",
    Field.UNIT: """单位 所在单位 单位名称 部门 所在部门 部门名称 部门单位 单位部门 所属单位 所属部门""",
    Field.BRANCH: """支部 党支部 所在支部 所在党支部 所属支部 所属党支部 支部名称 党支部名称
        所在支部名称 所在党支部名称 所属支部名称 所属党支部名称 所在党组织 所属党组织
        所在党组织名称 所属党组织名称 党组织名称 所在基层党组织""",
    Field.CATEGORY: """人员类别 人员类型 党员类别 党员类型 党员身份 类别 类型 政治面貌 发展阶段 党籍类别""",
    Field.SITUATION: """在职情况 在职状态 人员状态 党员状态 在岗情况 在岗状态 任职状态 流动情况 流动状态""",
    Field.JOINED: """入党时间 入党日期 入党年月 入党年月日 入党 加入党组织时间 加入党组织日期
        加入中国共产党时间 加入中国共产党日期""",
    Field.CONFIRMED: """转正时间 转正日期 转正年月 转正年月日 转正 转为正式党员时间 转为正式党员日期
        成为正式党员时间 预备党员转正时间""",
    Field.POST: """党内职务 党务职务 党内任职 党组织职务 支部职务 党支部职务 支委职务 党务岗位""",
}
EXACT = {word: field for field, words in _EXACT.items() for word in words.split()}

#: Headers that may mean a kept column; what stands below decides.
BY_CONTENT = {"职务": Field.POST, "任职": Field.POST, "状态": Field.SITUATION}

_LOOSE = (
    (re.compile(r"(?:入党|加入.*党组织|加入.*共产党).*(?:时间|日期|年月)"), Field.JOINED),
    (re.compile(r"(?:转正|转为正式|成为正式).*(?:时间|日期|年月)"), Field.CONFIRMED),
    (re.compile(r".*(?:所在|所属|隶属).*(?:支部|党组织)(?:名称)?"), Field.BRANCH),
    (re.compile(r".*(?:党员|人员)(?:类别|类型)"), Field.CATEGORY),
    (re.compile(r".*党[内务].*职务?(?:名称)?"), Field.POST),
)
#: A header with one of these speaks of somebody or something else.
_OTHER = re.compile(
    r"介绍人|联系|申请|培养|培训|配偶|父|母|子女|家庭|电话|手机|身份证|证件|出生|生日|年龄|党龄|积极分子|发展对象|"
    r"原|(?<!目)前|转出|转入|曾|拟|是否|学|行政|缴|交|党费|备注|说明|籍贯|民族|性别|住|地址"
)
#: 是否流动党员 and its like: a yes below means this situation.
_YES_NO = re.compile(r"是否(?:为|是)?.*?(流动|失联|离退休|退休|在职|在岗)")

#: Header words that are known but not kept; they help to find the header row.
_DROPPED = """序号 编号 性别 民族 身份证号 身份证号码 公民身份号码 证件号码 出生年月 出生日期 出生年月日
    学历 学位 籍贯 联系电话 手机 手机号 手机号码 电话 家庭住址 住址 备注 行政职务 工作岗位 年龄 党龄
    入党介绍人 参加工作时间 职称 毕业院校 专业 申请入党时间 户籍 说明 党费 单位及职务 工作单位及职务"""
DROPPED = frozenset(_DROPPED.split())

TOTAL = re.compile(r"(?:合|总|小|共)\s*计|(?:总人数|总数|人数合计|共[\s\d０-９]+[人名])")
FOOTNOTE = re.compile(
    r"[（(]?(?:注|备注|说明|填表说明|填报人|填表人|制表人|制表|审核人|审核|负责人|单位负责人|党组织负责人|书记签字|签字|"
    r"联系人|填报日期|填报时间|填表日期|制表日期|附件?|报送)[）)]?\s*(?:[:：一1]|$)"
)
REPORTING_UNIT = re.compile(
    r"(?:填报|报送|上报|编报|制表)?(?:单位|部门|党组织)(?:[(（](?:盖章|公章|章)[)）])?(?:名称)?[:：](.+)"
)
TITLE = re.compile(r"(?:花名册|名册|信息表|信息登记表|登记表|一览表|名单|统计表|信息采集表|台账|情况表)")
_TITLE_UNIT = re.compile(
    r"^(?:中共)?(.{2,30}?)(?:直属)?(?:机关)?(?:委员会|党委|党总支|党组)?(?:\d{4}年(?:度|\d{1,2}月)?)?(?:全体)?(?:在职|离退休|正式|预备)?"
    r"(?:党员|党组织)(?:基本)?(?:信息|情况)?(?:采集|统计|登记|一览)?(?:花名册|名册|表|名单|台账)"
)


def squeeze(value: object) -> str:
    """Return a header cell as one word: no spaces, no brackets' content, half-width."""
    if not isinstance(value, str):
        return ""
    text = "".join(unicodedata.normalize("NFKC", value).split())
    return re.sub(r"\([^)]*\)|\[[^\]]*\]|[*#:·/、\-_]", "", text)


def meaning(words: tuple[str, ...]) -> tuple[Field | None, str]:
    """Return the field that a column's header words mean, top row first, and how it was known.

    The second value is ``exact``, ``loose``, ``content`` (what stands below must
    decide), ``yes:<word>`` for a yes-or-no column, or "" when it is not kept.
    """
    last = words[-1] if words else ""
    whole = "".join(words)
    if m := _YES_NO.fullmatch(last.removesuffix("党员").removesuffix("人员")):
        return Field.SITUATION, f"yes:{m[1]}"
    if last in EXACT and not _OTHER.search("".join(words[:-1])):
        # 行政 | 职务 and 原 | 所在支部 speak of something else.
        return EXACT[last], "exact"
    if whole in EXACT:
        return EXACT[whole], "exact"
    if _OTHER.search(whole):
        return None, ""
    if len(words) > 1:
        for pattern, field in _LOOSE:
            if pattern.fullmatch(whole):
                return field, "loose"
    for pattern, field in _LOOSE:
        if pattern.fullmatch(last):
            return field, "loose"
    if last in BY_CONTENT:
        return BY_CONTENT[last], "content"
    return None, ""


def speaks_of_another(header: str) -> bool:
    """Whether a header speaks of something that is never kept (介绍人, 联系电话, 原所在支部)."""
    return _OTHER.search(header) is not None


def unit_of_title(text: str) -> str | None:
    """Return the department that a title names: 某市林业局机关党委党员花名册 → 某市林业局."""
    squeezed = re.sub(r"\([^)]*\)", "", "".join(unicodedata.normalize("NFKC", text).split()))
    m = _TITLE_UNIT.match(squeezed)
    return m[1] if m else None
