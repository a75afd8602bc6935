"""Facts by hand at the desk and over HTTP: one writes, another confirms."""

from __future__ import annotations

import datetime as dt

import pytest

from jifen.core import clock
from jifen.points.manual import queries

YESTERDAY = (clock.today() - dt.timedelta(days=1)).isoformat()


def test_written_by_one_confirmed_by_another(at_desk, town):
    desk = at_desk("secretary").open("/console/").follow("手工登记")
    desk.fill("项目", "志愿服务").fill("日期", YESTERDAY).tick("陈国强").tick("林小梅")
    desk.fill("为什么手工登记", "活动签到表漏扫").press("登记")
    assert "已登记2人" in desk.text
    assert "待确认，等机关第一党支部" in desk.text
    other = at_desk("deputy").open("/console/").follow("手工登记待确认")
    assert "活动签到表漏扫" in other.text
    other.press("确认", near="陈国强")
    assert "已确认" in other.text
    other.fill("原因", "没有参加", near="林小梅").press("退回", near="林小梅")
    assert "已退回" in other.text
    assert "已退回：没有参加" in desk.open("/console/manual").text


def test_what_was_typed_is_kept_when_refused(at_desk):
    desk = at_desk("secretary").open("/console/manual")
    desk.fill("项目", "没有这一项").tick("陈国强").fill("为什么手工登记", "漏记").press("登记")
    assert desk.status == 404
    assert desk.value("为什么手工登记") == "漏记"


@pytest.mark.parametrize(
    ("path", "data"),
    [
        pytest.param("/console/manual/{id}/confirm", {}, id="confirm"),
        pytest.param("/console/manual/{id}/return", {"reason": "不行"}, id="return"),
    ],
)
def test_another_branch_answers_nothing(at_desk, town, path, data):
    desk = at_desk("secretary").open("/console/manual")
    desk.fill("项目", "志愿服务").tick("陈国强").fill("为什么手工登记", "漏记").press("登记")
    [row] = queries.own(by=town.actor("secretary"))
    other = at_desk("other_secretary").open("/console/manual")
    token = next(n["value"] for n in other.root.all("input") if n["name"] == "_csrf")
    answer = other.client.post(path.format(id=row.id), data=data | {"_csrf": token})
    assert answer.status_code == 404
