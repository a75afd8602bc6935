"""Attendance at the desk: a branch of 45 in a few clicks, and each waiting thing answered on one page."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from jifen.core import clock, workdays
from jifen.members import service as members
from jifen.points import queries, standings_follow
from tests import city
from tests.api.doors import statements

TODAY = clock.today()


@pytest.fixture
def crowd(town):
    """The branch grows to 45."""
    for n in range(41):
        members.take_in(
            f"党员{n:02}", branch_id=town.branch, since=city.SINCE, joined_on=city.SINCE, by=city.BY
        )
    standings_follow.follow("/", day=TODAY)
    return town


def total(town, who):
    return queries.my_standing(town.actor(who), TODAY).total  # the year of the deed, whenever it is decided


def test_a_meeting_of_45_takes_five_clicks(at_desk, crowd):
    walker = at_desk("secretary").open("/console/attendance")
    walker.follow("登记一次会议")
    walker.choose("陈国强", "缺席").choose("林小梅", "请假（公务）")
    walker.press("登记并确认")

    assert walker.status == 200
    assert walker.clicks <= 5
    assert "应到45人，实到43人，请假1人，缺席1人" in walker.text
    assert (total(crowd, "deputy"), total(crowd, "member")) == (61, 60)


def test_an_absence_from_the_page_to_the_decision(at_desk, town):
    secretary = at_desk("secretary").open("/console/attendance/new")
    secretary.choose("吴敏", "缺席").press("登记并确认")
    deputy = at_desk("deputy").open("/console/attendance/waiting")
    assert "周正" in deputy.text
    assert "已确认" in deputy.press("确认", near="周正").text
    deputy.open("/console/attendance/mine").fill("说明情况", "下乡走访").press("提交说明")
    assert "下乡走访" in deputy.open("/console/attendance/mine").text
    secretary.open("/console/attendance/waiting")
    assert "确认缺席，按办法计" not in secretary.text
    with time_machine.travel(clock.at(workdays.add(TODAY, 4), 10), tick=False):
        late = at_desk("secretary").open("/console/attendance/waiting")
        late.tick("确认缺席").press("处理")
        assert "请写明理由" in late.text
        late.tick("确认缺席").fill("给本人的话", "未事先请假").press("处理")
        assert "已处理" in late.text
        assert total(town, "deputy") == Decimal("59.5")
        deputy = at_desk("deputy").open("/console/attendance/mine")
        assert "未事先请假" in deputy.text
        deputy.fill("从哪天", TODAY.isoformat()).press("请假")
        assert "待批" in deputy.text
        at_desk("secretary").open("/console/attendance/waiting").press("批准", near="吴敏")
        assert total(town, "deputy") == 60


def test_a_wrong_person_is_put_right_on_the_page(at_desk, town):
    walker = at_desk("secretary").open("/console/attendance/new").press("登记并确认")
    walker.choose("谁", "陈国强").choose("其实是", "请假（休假）").press("更正")
    assert "已更正" in walker.text
    assert (total(town, "member"), total(town, "colleague")) == (60, 61)
    walker.press("确定", near="撤回整次会议")
    assert "已撤回" in walker.text
    assert total(town, "colleague") == 60


def test_who_prepares_does_not_confirm_and_leave_may_be_refused(at_desk, town):
    walker = at_desk("secretary").open("/console/attendance/new").press("只登记")
    assert "待确认" in walker.text
    assert "会议考勤待确认" in at_desk("deputy").open("/console/").text
    walker.press("确定", near="作废")
    assert "已作废" in walker.text
    walker.open("/console/attendance/mine").fill("从哪天", TODAY.isoformat()).press("请假")
    deputy = at_desk("deputy").open("/console/attendance/waiting")
    deputy.fill("理由", "当天有会议任务").press("不批准")
    assert "已处理" in deputy.text
    assert "未批准" in walker.open("/console/attendance/mine").text


def test_a_form_sent_twice_is_one_meeting(at_desk, town):
    walker = at_desk("secretary").open("/console/attendance/new")
    button = next(b for b in walker.root.all("button") if b.text == "登记并确认")
    form = button.up("form")
    data = walker.data_of(form)
    data.add("confirm", "1")
    first = walker.client.post(form["action"], data=data)
    second = walker.client.post(form["action"], data=data)
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]


@pytest.mark.parametrize("who", ["other_secretary", "it"])
def test_other_branches_meetings_stay_closed(at_desk, town, who):
    secretary = at_desk("secretary").open("/console/attendance/new").press("登记并确认")
    address = secretary.address
    walker = at_desk(who)
    assert walker.open(address).status == 404
    assert walker.open(f"/console/attendance/new?branch_id={town.branch}").status in (403, 404)
    assert "参加支部党员大会" not in walker.open("/console/attendance").text
    assert walker.open("/console/attendance/waiting").status in (200, 403)


@pytest.mark.parametrize(
    ("page", "most"),
    [("", 7), ("/new", 9), ("/waiting", 10), ("/mine", 8), ("/1st", 8)],
)
def test_pages_cost_the_same_for_45(at_desk, town, page, most):
    walker = at_desk("secretary")
    walker.open("/console/attendance/new").choose("陈国强", "缺席").press("登记并确认")
    path = walker.address if page == "/1st" else f"/console/attendance{page}"

    def cost() -> int:
        walker.open(path)
        with statements() as seen:
            assert walker.open(path).status == 200
        return len(seen)

    assert cost() <= most
    for n in range(20):
        members.take_in(f"党员{n}", branch_id=town.branch, since=city.SINCE, joined_on=city.SINCE, by=city.BY)
    for n in range(1, 4):
        day = (TODAY - dt.timedelta(days=n)).isoformat()
        walker.open(f"/console/attendance/new?day={day}").press("登记并确认")
    assert cost() <= most
