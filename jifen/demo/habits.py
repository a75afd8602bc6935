"""What a branch and its people usually do in a year, by item of the default rulebook (municipal-organs).

Numbers are invented, of the size that an ordinary year has; nothing here is a
rule. An item that the rulebook lacks is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

#: What organised service was for, by what its month leaves when divided by three.
SERVED_FOR = ("河道清洁", "社区独居老人探访", "文明交通劝导")
EVERY_MONTH = tuple(range(1, 13))
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Gathering:
    """Something the branch does together; the secretary or the recorder enters who was there (名单)."""

    item: str
    #: Calendar months in which it happens.
    months: tuple[int, ...]
    #: Days of the month between which a branch has its own fixed day.
    first_day: int
    last_day: int
    #: Only in branches with cells.
    in_cells: bool = False
    #: Whether candidates and activists take part.
    guests: bool = True
    #: Share of the people for whom it is noted at all; the rest comes from how diligent each one is.
    share: float = 1.0
    #: (level, weight) where the item asks for one.
    levels: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """Something a member reports himself."""

    item: str
    #: How many of these a hundred people report in a year.
    per_hundred: int
    words: tuple[str, ...]
    quantities: tuple[Decimal, ...] = (ONE,)
    levels: tuple[tuple[str, int], ...] = ()
    #: Reference of the document, where the item asks for evidence; ``{year}`` and ``{n}`` are filled.
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class Deduction:
    """Something an office writes down by a decision; rare."""

    item: str
    per_thousand: int
    levels: tuple[tuple[str, int], ...] = ()


GATHERINGS: tuple[Gathering, ...] = (
    Gathering("A01", (3, 6, 9, 12), 10, 24, guests=False),
    Gathering("A02", EVERY_MONTH, 5, 20),
    Gathering("A03", EVERY_MONTH, 21, 27, in_cells=True),
    Gathering("A04", (2, 5, 8, 11), 6, 18),
    Gathering("A05", (1, 7), 11, 20, guests=False),
    Gathering("A06", (1,), 21, 26, guests=False),
    Gathering("C02", (3, 6, 9, 12), 25, 27, guests=False, share=0.9, levels=(("完成", 9), ("部分完成", 1))),
    Gathering("C03", (6,), 26, 28, guests=False, share=0.08),
    Gathering("D01", (3, 5, 9), 3, 12, share=0.45),
    Gathering("B01", (4, 10), 12, 24, guests=False, share=0.18),
)
#: Results of last year's appraisal, taken in from the office's file in February.
IMPORTS: tuple[Gathering, ...] = (
    Gathering(
        "C01", (2,), 20, 27, guests=False, share=0.97,
        levels=(("优秀", 18), ("称职", 78), ("基本称职", 3), ("不称职", 1)),
    ),
)  # fmt: skip
CLAIMS: tuple[Claim, ...] = (
    Claim(
        "B02",
        150,
        ("学习全会精神心得", "读书学习体会", "主题教育学习体会", "学习党章的一点体会"),
    ),
    Claim("B03", 14, ("给支部讲《廉洁自律准则》", "讲党课：身边的榜样", "讲党课：我的入党故事")),
    Claim("B04", 60, ("支部学习会上领学", "集体学习交流发言", "专题研讨作重点发言")),
    Claim(
        "B05",
        10,
        ("参加微党课比赛", "到包联社区微宣讲"),
        levels=(("支部", 5), ("机关党委", 4), ("市直机关工委", 1)),
    ),
    Claim(
        "B01",
        30,
        ("参加市委党校培训班", "机关党务干部培训", "参加网络专题班线下结业"),
        tuple(map(Decimal, ("1", "2", "3", "5", "0.5", "10"))),
    ),
    Claim(
        "C05",
        12,
        ("关于窗口错峰服务的建议", "调研报告：基层减负情况"),
        levels=(("本单位", 8), ("市级以上", 2)),
    ),
    Claim(
        "D01",
        110,
        ("河道清洁志愿服务", "交通文明劝导", "社区独居老人探访", "植树护绿志愿活动", "无偿献血现场服务"),
        tuple(map(Decimal, ("1", "1.5", "2", "2", "2.5", "3", "4"))),
    ),
    Claim("D02", 55, ("到居住地社区党组织报到", "向社区党支部报到并领任务")),
    Claim("D03", 130, ("走访结对困难户", "到结对村走访", "电话加上门看望结对家庭")),
    Claim("D04", 18, ("帮社区孩子配一套书", "为独居老人修好热水器", "给结对家庭送取暖器")),
    Claim(
        "E01",
        8,
        ("获评优秀共产党员", "获评先进工作者", "业务技能竞赛获奖"),
        levels=(("本单位", 7), ("市级", 3), ("省级", 1)),
        evidence="岚直工委〔{year}〕{n}号",
    ),
    Claim(
        "E02",
        4,
        ("所在科室获评先进集体", "参与的项目获表扬"),
        levels=(("本单位", 6), ("市级", 3), ("省级以上", 1)),
        evidence="岚直工委〔{year}〕{n}号",
    ),
)
DEDUCTIONS: tuple[Deduction, ...] = (
    Deduction("F01", 14),
    Deduction("F02", 8),
    Deduction("F03", 3, (("提醒谈话", 8), ("通报批评", 2), ("诫勉", 1))),
    Deduction("F05", 1),
)
#: Why a secretary gave a report back.
RETURN_REASONS = (
    "日期和签到记录对不上，请核对后再报。",
    "时长写多了，请按实际时间改正。",
    "请写清楚是哪一次活动。",
    "请补上文件的文号。",
)
