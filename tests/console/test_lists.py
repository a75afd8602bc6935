"""Lists at the desk: a 接龙 pasted, whom it does not know named, a list taken back."""

from __future__ import annotations

import datetime as dt

import pytest

from jifen.core import clock
from jifen.members import service as members
from jifen.points import queries
from tests import city

YESTERDAY = clock.today() - dt.timedelta(days=1)


def total(town, who):
    return queries.my_standing(town.actor(who)).total


def pasted(walker, names: str):
    walker.choose("什么事", "志愿服务").fill("哪一天", YESTERDAY).fill("每人多少", 2).fill("名单", names)
    return walker.press("登记")


def test_a_pasted_list_counts_and_goes_again(at_desk, town):
    desk = at_desk("secretary").open("/console/").follow("名单登记")
    pasted(desk, "#接龙\n1. 陈国强\n2. 林小梅（带队）\n3. 周正")
    assert "已登记2人，当即计分" in desk.text
    assert "D01" not in desk.text
    assert "您本人没有登记" in desk.text
    assert [total(town, who) for who in ("member", "colleague", "secretary")] == [61, 61, 60]
    assert desk.clicks <= 3
    desk.press("确定", near="撤回后可以重新登记")
    assert "已撤回，2人" in desk.text
    assert total(town, "member") == 60


@pytest.mark.parametrize(
    ("names", "says"),
    [
        pytest.param("陈国强\n张三丰", "没有叫“张三丰”的人", id="nobody of the branch"),
        pytest.param("赵远", "没有叫“赵远”的人", id="another branch's"),
        pytest.param("", "请粘贴姓名", id="nothing"),
    ],
)
def test_a_list_that_names_somebody_else_counts_nothing(at_desk, town, names, says):
    desk = pasted(at_desk("secretary").open("/console/lists"), names)
    assert says in desk.text
    assert desk.value("名单").strip() == names.strip(), "what was typed is still there"
    assert total(town, "member") == 60


def test_namesakes_are_told_apart_by_number(at_desk, town):
    twin = members.take_in(
        "陈国强", branch_id=town.branch, since=city.SINCE, joined_on=city.SINCE, by=city.BY
    )
    desk = pasted(at_desk("secretary").open("/console/lists"), "陈国强")
    assert "同名的“陈国强”" in desk.text
    assert "已登记1人" in pasted(desk, twin.number).text
    assert total(town, "member") == 60


@pytest.mark.parametrize("who", ["member", "other_secretary", "office", "it"])
def test_other_branches_lists_stay_closed(at_desk, town, who):
    walker = at_desk(who)
    walker.open(f"/console/lists?branch={town.branch}")
    assert walker.status in (403, 404) or "登录" in walker.text
    assert "陈国强" not in walker.text
