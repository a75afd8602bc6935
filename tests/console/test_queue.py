"""The secretary's queue at the desk: few clicks, nothing hidden, nobody else's."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from jifen.core import clock
from jifen.core.actor import Role
from jifen.members import service as members
from jifen.points import service
from jifen.points.service import Filing
from tests import city

TODAY = clock.today()


@pytest.fixture
def file(town):
    def filed(who="member", days=1, hours="1", **more):
        filing = Filing(
            item="志愿服务", occurred_on=TODAY - dt.timedelta(days=days), quantity=Decimal(hours), **more
        )
        return service.submit(filing, by=town.actor(who))

    return filed


def test_a_month_of_reports_in_three_clicks(at_desk, file, town):
    city.minute(town)
    for days in range(1, 20, 2):
        file(days=days)
        file("colleague", days=days)
    most = file("deputy", hours="8")
    desk = at_desk("secretary").open("/console/")
    desk.follow("上报待审")
    assert "可以一起确认的（20条）" in desk.text
    assert "请逐条看的（1条）" in desk.text
    assert "数量到了上限" in desk.text
    desk.choose("依据", "支委会纪要〔2026〕3号《3月28日支委会》").press("确认勾选的")
    assert "已确认20条" in desk.text
    assert desk.clicks == 3
    desk.follow(f"{most.number}号")
    assert "吴敏" in desk.text
    desk.fill("退回的原因", "时长请再核对").press("退回")
    assert "已退回" in desk.text
    assert "现在没有等您处理的上报" in desk.text
    desk.open(f"/console/reports/{most.id}")
    assert "时长请再核对" in desk.text
    assert "周正" in desk.text


def test_unticked_ones_stay(at_desk, file):
    first, second = file(), file("colleague")
    desk = at_desk("secretary").open("/console/queue")
    desk.tick(f"{first.number}号", off=True).press("确认勾选的")
    assert "已确认1条" in desk.text
    assert f"{first.number}号" in desk.text
    assert f"{second.number}号 " not in desk.text


def test_nothing_ticked_is_said(at_desk, file):
    report = file()
    desk = at_desk("secretary").open("/console/queue")
    desk.tick(f"{report.number}号", off=True).press("确认勾选的")
    assert desk.status == 422
    assert "请先勾选" in desk.text


def test_one_report_is_confirmed_on_its_page_and_taken_back_by_nobody_else(at_desk, file, town):
    report = file(hours="8")
    desk = at_desk("deputy").open("/console/queue").follow(f"{report.number}号").press("确认")
    assert "已确认" in desk.text
    assert report.state == "approved"


@pytest.mark.parametrize(
    ("who", "status"), [("secretary", 200), ("organ", 200), ("other_secretary", 404), ("deputy", 200)]
)
def test_who_reads_a_report(at_desk, file, who, status):
    assert at_desk(who).open(f"/console/reports/{file().id}").status == status


def test_another_branch_confirms_nothing_here(at_desk, file, town):
    mine, theirs = file(), file("stranger", days=2)
    other = at_desk("other_secretary").open("/console/queue")
    assert "林" not in other.text.split("待审")[-1]
    [box] = [n for n in other.root.all("input") if n["name"] == "ids"]
    box.attributes["value"] = str(mine.id)
    other.press("确认勾选的")
    assert (mine.state, theirs.state) == ("pending", "pending")
    token = next(n["value"] for n in other.open("/console/queue").root.all("input") if n["name"] == "_csrf")
    answer = other.client.post(f"/console/reports/{mine.id}/confirm", data={"_csrf": token})
    assert answer.status_code == 404


def test_a_recorder_looks_first_and_decides_nothing(at_desk, file, town):
    members.appoint(town.people["colleague"], town.branch, Role.POINTS_RECORDER, since=TODAY, by=city.BY)
    report = file()
    desk = at_desk("colleague").open("/console/queue")
    assert not [n for n in desk.root.all("button") if "确认" in n.text]
    desk.follow(f"{report.number}号").press("我已初看")
    assert "林小梅已初看" in at_desk("secretary").open("/console/queue").text
    assert report.state == "pending"
