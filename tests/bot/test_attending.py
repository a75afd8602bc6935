"""考勤, 说明, 请假 in the chat, as the notices about meetings say."""

from __future__ import annotations

import datetime as dt

import pytest

from bot import grammar
from bot.callback import config_of_house
from bot.intents.own import Attendance, Explain, Leave
from jifen.access import service as access
from jifen.core import clock
from jifen.points.attendance import gatherings
from jifen.points.attendance.gatherings import Mark, Sheet
from jifen.volunteering import service as hours
from tests import city
from tests.bot.phone import Phone

NOVEMBER = dt.date(2026, 11, 24)


@pytest.fixture
def town(db):
    return city.build()


@pytest.fixture
def member(town, client, app):
    phone = Phone(client, config_of_house(), "member")
    city.bind(phone.openid, access.issue_code(town.people["member"], by=city.BY), city.NAMES["member"])
    return phone


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        pytest.param("请假", Leave(), id="alone"),
        pytest.param(
            "请假 12月3日 公务",
            Leave(dt.date(2026, 12, 3), dt.date(2026, 12, 3), "12月3日 公务"),
            id="to come",
        ),
        pytest.param(
            "请假明天到后天出差",
            Leave(dt.date(2026, 11, 25), dt.date(2026, 11, 26), "明天到后天出差"),
            id="two days",
        ),
        pytest.param("说明 3 出差在外", Explain("出差在外", 3), id="by number"),
        pytest.param("说明 3号那天出差", Explain("3号那天出差"), id="a day is no number"),
        pytest.param("考勤", Attendance(), id="attendance"),
    ],
)
def test_what_is_meant(said, intent):
    assert grammar.parse(said, today=NOVEMBER) == intent


def test_somebody_missed_is_told_explains_and_looks(town, member):
    assert "没有等您说明" in member.say("说明 出差")
    marks = {town.people["member"]: Mark("absent")}
    day = clock.today() - dt.timedelta(days=1)
    sheet = Sheet(branch_id=town.branch, item="A01", day=day, marks=marks)
    gatherings.record(sheet, confirm=True, by=town.actor("secretary"))
    assert "前可发送“说明" in member.say("考勤")
    assert "请写明编号和原因" in member.say("说明")
    assert "已记下您对" in member.say("说明 出差在外")
    assert "已说明，待处理" in member.say("考勤")


def test_leave_is_asked_for_with_a_day_and_a_reason(member):
    day = clock.today() + dt.timedelta(days=3)
    said = f"{day.month}月{day.day}日"
    assert "请写明日期和事由" in member.say("我要请假")
    assert "什么事由" in member.say(f"请假 {said}")
    assert f"已登记请假：{said}（公务）" in member.say(f"请假 {said} 出差")
    assert f"请假 {said}（公务）：待批" in member.say("考勤")
    assert "待批" in member.say("请假")


@pytest.mark.parametrize(
    ("said", "part"),
    [
        pytest.param("为什么没给我加分", "年共60分", id="in words"),
        pytest.param("为什么我的志愿服务没有分", "志愿服务", id="with an item in it"),
        pytest.param("为什么 看电影", "没有“看电影”这个积分项目", id="no item"),
        pytest.param("提醒设置", "每月提醒现在开着", id="reminders"),
        pytest.param("还差什么", "离“合格”（75分）还差15分", id="missing"),
        pytest.param("志愿时长", "还没有志愿时长", id="hours"),
        pytest.param("志愿服务一次几分", "不用交材料", id="an item"),
        pytest.param("主题党日一次几分", "由支部按签到或名册登记", id="the branch's item"),
        pytest.param("减负意见", "减负意见 匿名", id="burden"),
        pytest.param("更多", "后面没有了", id="no more"),
    ],
)
def test_what_one_asks_about_oneself(member, said, part):
    assert part in member.say(said)


def test_confirmed_hours_are_added_up(town, member, client, app):
    secretary = Phone(client, config_of_house(), "secretary")
    city.bind(
        secretary.openid, access.issue_code(town.people["secretary"], by=city.BY), city.NAMES["secretary"]
    )
    member.say("上报 志愿服务 昨天 2小时")
    member.say("上报 志愿服务 前天 1.5小时")
    secretary.say("通过 1 2")
    assert "另有3.5小时" in member.say("我一共做了多少小时志愿服务")
    member.say("关闭提醒")
    assert "现在关着" in member.say("提醒设置")


def test_hours_are_told_by_account(town, member):
    span = (
        clock.at(clock.today() - dt.timedelta(days=2), 9),
        clock.at(clock.today() - dt.timedelta(days=2), 11),
    )
    served = hours.Served(
        member_id=town.people["member"],
        activity_id=7,
        unit_id=town.branch,
        started_at=span[0],
        ended_at=span[1],
        window_start=span[0],
        window_end=span[1],
    )
    hours.credit([served], by=town.actor("secretary"))
    said = member.say("志愿时长")
    assert "合计2小时" in said
    assert "签到2小时，补录0分钟" in said
    assert "离下一星还差98小时" in said
    assert "9:00—11:00，2小时" in said
