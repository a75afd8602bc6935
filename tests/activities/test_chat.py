"""An organiser and a member in the chat: publish, move, cancel, places, minutes, taps; what is due, class-hours."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
import sqlalchemy as sa

from bot import grammar
from bot.intents import Intent
from bot.intents.activities import Activities, BranchDue, ChangeActivity, ClassHours, PlanActivity, SignUp
from jifen.activities import planning, queries
from jifen.activities.policy import organises_for
from jifen.core import clock
from jifen.points import queries as points
from tests import city
from tests.activities.town import DAY, at, meeting, need


@pytest.fixture
def town(db):
    with at(8):  # the year's totals are opened where the story plays
        return city.build()


TOMORROW, TIMES = DAY + dt.timedelta(days=1), (dt.time(14), dt.time(16))


@pytest.mark.parametrize(
    ("said", "means"),
    [
        (
            "发布活动 志愿服务 社区清扫 明天 14:00-16:00 滨河社区 名额20",
            PlanActivity("志愿服务", "社区清扫", "滨河社区", TOMORROW, TIMES, 20),
        ),
        (
            "发布活动：主题党日、学习会，6月11日14点到16点，党员活动室，每月",
            PlanActivity("主题党日", "学习会", "党员活动室", TOMORROW, TIMES, monthly=True),
        ),
        (
            "发布活动 培训 业务培训 明天 14:00~16:00 一楼报告厅 学时2",
            PlanActivity("培训", "业务培训", "一楼报告厅", TOMORROW, TIMES, class_hours="2"),
        ),
        ("发布活动", PlanActivity()),
        ("取消活动 42", ChangeActivity("cancel", 42)),
        ("取消活动", ChangeActivity("cancel", None)),
        ("改期", ChangeActivity("move", None)),
        ("名额", ChangeActivity("places", None)),
        ("取消活动 42 确认", ChangeActivity("cancel", 42, "确认")),
        ("改期 42 明天 14:00-16:00", ChangeActivity("move", 42, "", TOMORROW, TIMES)),
        ("名额 42 30", ChangeActivity("places", 42, "30")),
        ("记录 42：学习了有关文件", ChangeActivity("minutes", 42, "学习了有关文件")),
        ("登记签到 42 张三、李四", ChangeActivity("tap_in", 42, "张三 李四")),
        ("确认签退 42 张三 15:40", ChangeActivity("confirm", 42, "张三 15:40")),
        ("支部还差什么", BranchDue()),
        ("本季度还差什么？", BranchDue()),
        ("我的学时", ClassHours()),
        ("活动", Activities()),
        ("取消报名 42", SignUp(42, True)),
    ],
)
def test_what_is_typed(said, means):
    assert grammar.parse(said, today=DAY) == means


@pytest.mark.parametrize("said", ["记录 6月9日社区清扫2小时", "登记 志愿服务 昨天 2小时", "名额3人够不够"])
def test_a_deed_told_is_no_change_of_an_activity(said):
    found: Intent = grammar.parse(said, today=DAY)
    assert not isinstance(found, ChangeActivity)


def test_from_the_call_to_the_minutes_without_a_desk(phone, town):
    with at(9):
        secretary, member, colleague = phone("secretary"), phone("member"), phone("colleague")
        assert "哪一天" in secretary.say("发布活动 志愿服务 社区清扫")
        said = secretary.say("发布活动 志愿服务 社区清扫 今天 14:00-16:00 幸福社区 名额1")
        number = said.partition("已发布：")[2].partition("号")[0]
        assert "名额1个" in said
        assert "机关第一党支部组织" in said
        assert "报名成功" in member.say(f"报名 {number}")
        assert "候补第1位" in colleague.say(f"报名 {number}")
        assert "已报名2人，候补0人" in secretary.say(f"名额 {number} 2")
        assert "15:00—17:00" in secretary.say(f"改期 {number} 今天 15:00-17:00")
    with at(14, 50):
        assert "登记签到1人（陈国强）" in secretary.say(f"登记签到 {number} 陈国强")
        assert "已经登记过了" in secretary.say(f"登记签到 {number} 陈国强")
        assert "名单里没有“王五”" in secretary.say(f"登记签到 {number} 王五")
    with at(17):
        assert "还有1人要确认" in secretary.say(f"办结 {number} 确认")
        assert "陈国强已确认，16:30离开" in secretary.say(f"确认签退 {number} 陈国强 16:30")
        assert "记录已保存" in secretary.say(f"记录 {number} 清扫两条街，工具已归还。")
        act = queries.shown(int(number), by=town.actor("member"))
        assert (act.minutes, act.outcome) == ("清扫两条街，工具已归还。", "attended")
        assert (
            points.my_standing(town.actor("member")).total > points.my_standing(town.actor("colleague")).total
        )


def test_with_several_posts_it_is_ones_own_branch_that_organises(town):
    secretary, office = town.actor("secretary"), town.actor("office")
    for held in ((*office.holdings, *secretary.holdings), (*secretary.holdings, *office.holdings)):
        assert organises_for(dataclasses.replace(secretary, holdings=held)) == town.branch
    assert organises_for(office) == town.department
    assert organises_for(town.actor("member")) is None


def test_cancelling_asks_first_and_tells_everybody(phone, town, db):
    with at(9):
        act = planning.plan(need(town), by=town.actor("secretary")).id
        phone("member").say(f"报名 {act}")
        secretary = phone("secretary")
        assert "都会收到通知" in secretary.say(f"取消活动 {act}")
        assert queries.shown(act, by=town.actor("member")).state == "published"
        assert "已取消：社区清扫" in secretary.say(f"取消活动 {act} 确认")
        told = sa.text("SELECT count(*) FROM notice WHERE kind = 'activity_cancelled'")
        assert db.session.scalar(told) == 1
        assert "已取消" in secretary.say(f"取消活动 {act} 确认")


@pytest.mark.parametrize("who", ["member", "stranger", "other_secretary"])
def test_nobody_else_changes_it(phone, town, who):
    with at(9):
        act = planning.plan(need(town), by=town.actor("secretary")).id
        somebody = phone(who)
        for said in (
            f"取消活动 {act} 确认",
            f"改期 {act} 今天 15:00-17:00",
            f"名额 {act} 3",
            f"记录 {act} 好",
        ):
            somebody.say(said)
        shown = queries.shown(act, by=town.actor("secretary"))
        assert (shown.state, shown.starts_at, shown.capacity, shown.minutes) == (
            "published",
            clock.at(DAY, 14),
            None,
            None,
        )
        if who == "member":
            somebody.say("发布活动 志愿服务 我的活动 今天 20:00-21:00 家里")
            assert len(queries.coming(by=town.actor("secretary"))) == 1


def test_a_series_by_a_word(phone, town):
    with at(9):
        said = phone("secretary").say("发布活动 主题党日 主题党日 明天 15:00-17:00 党员活动室 每月")
        assert "每月第二个周四15:00" in said
        assert len(queries.coming(by=town.actor("member"))) >= 2


def test_what_the_branch_still_owes_and_ones_own_class_hours(phone, town):
    with at(9):
        member = phone("member")
        owed = member.say("支部还差什么")
        assert "支部党员大会：2026年第二季度至少1次，已办0次，还差1次" in owed
        planning.plan(meeting(town), by=town.actor("secretary"))
        assert "支部党员大会" not in member.say("本季度还差什么")
        assert "要求32学时，还差32学时" in member.say("学时")
        assert "要求56" in phone("secretary").say("学时")
