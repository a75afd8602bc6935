"""The 78 departments of an invented city: 56 with a committee, 22 without (市直部门).

The counts are those that the founding article reports of its city; the names
are those that any city of that size has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

CITY = "岚江市"
WORK_COMMITTEE = f"中共{CITY}委市直机关工作委员会"
#: Home of the people who run the work committee.
HOME = "市直机关工委"
#: Department and branch that the tour of the README walks through.
SHOWCASE = "市林业局"


class Department(NamedTuple):
    """One department (市直部门)."""

    name: str
    #: 单位类型, by which organisations of like type are compared.
    kind: str
    #: Whether it has a committee (机关党委) and with it a discipline committee (机关纪委).
    committee: bool
    #: With a committee: its share of the people; without: how many people it has in a city of 3 600.
    weight: int


# 单位类型: 名称 followed by a number, see Department.weight.
_WITH = """
党群: 市委办公室5 市人大常委会5 市政协5 市纪委监委7 市委组织部4 市委宣传部4
党群: 市委统战部2 市委政法委3 市委党校5 市总工会3 市残联2
政法: 市中级人民法院8 市人民检察院7 市公安局20 市司法局5
政府: 市政府办公室6 市发展改革委6 市经济和信息化局6 市教育局7 市科技局3 市民政局4
政府: 市财政局7 市人力资源社会保障局6 市自然资源和规划局9 市生态环境局6 市住房城乡建设局8
政府: 市交通运输局10 市水务局7 市农业农村局9 市林业局6 市商务局4 市文化广电旅游局5
政府: 市卫生健康委8 市退役军人事务局3 市应急管理局5 市审计局5 市国资委3 市市场监管局12
政府: 市体育局2 市统计局3 市医保局3 市数据局3 市城市管理局8 市机关事务管理局4 市税务局11
政府: 市气象局2 市烟草专卖局3
事业: 市住房公积金中心3 市供销合作社3 市广播电视台6 市日报社4 市图书馆2
事业: 市疾病预防控制中心5 市中心医院14 市职业技术学院11 市农业科学院4
"""
_WITHOUT = """
党群: 市直机关工委18 市委编办16 市委老干部局56 市委党史研究室9 市档案馆24 市信访局21
党群: 团市委11 市妇联13 市科协12 市工商联14 市文联9 市社科联6 市侨联4 市红十字会7
党群: 市委金融办12
政府: 市民族宗教局15 市国防动员办公室19 市投资促进局22 市邮政管理局10
事业: 市公共资源交易中心26 市博物馆52 市地震监测中心3
"""


def _read(text: str, committee: bool) -> Iterator[Department]:
    for line in text.split("\n"):
        kind, _, names = line.partition(": ")
        for name, weight in re.findall(r"(\D+)(\d+)\s?", names):
            yield Department(name, kind, committee, int(weight))


#: The showcase first and the work committee's own people second, whatever the size of the city:
#: so the tour's people have the same numbers in every demo.
DEPARTMENTS: tuple[Department, ...] = tuple(
    sorted(
        [*_read(_WITH, True), *_read(_WITHOUT, False)],
        key=lambda d: (d.name != SHOWCASE, d.name != HOME),
    )
)
