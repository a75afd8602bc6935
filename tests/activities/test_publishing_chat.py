"""Publishing in the chat by digits: what is asked, who is invited, conditions, and the place that is sent."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from bot import grammar
from bot.intents.activities import FenceActivity, PlanActivity
from jifen.activities import planning, queries, rules
from tests import city
from tests.activities.town import DAY, at, meeting, need
from tests.console.conftest import signed_in

#: Before the east gate of a park in Peking: as a map counts it, and as a satellite does.
MAP, SATELLITE = ("39.91334545536069", "116.38404722455657"), ("39.91195", "116.37782")


@pytest.fixture
def town(db):
    return city.build()


def fence(act: int, db) -> tuple[str, ...] | None:
    db.session.rollback()
    row = db.session.execute(
        sa.text("SELECT fence_lat, fence_lon, fence_metres FROM activity WHERE id = :id"), {"id": act}
    ).one()
    return None if row[2] is None else tuple(map(str, row))


def acts(db) -> list[int]:
    db.session.rollback()
    return list(db.session.scalars(sa.text("SELECT id FROM activity ORDER BY id")))


@pytest.mark.parametrize(
    ("said", "means"),
    [
        (
            "发布活动 志愿服务 名称 社区 清扫 日期 6月12日 时间 14:00-16:00 地点 滨河社区"
            " 面向 二支部 条件 仅限正式党员 名额 20 核对",
            PlanActivity(
                *("志愿服务", "社区 清扫", "滨河社区", dt.date(2026, 6, 12), (dt.time(14), dt.time(16)), 20),
                audience="二支部",
                gates=("仅限正式党员",),
                check=True,
            ),
        ),
        ("发布活动 志愿服务 日期 哪天", PlanActivity("志愿服务", ask="日期", unread="哪天")),
        ("发布活动 志愿服务 名额 很多", PlanActivity("志愿服务", ask="名额", unread="很多")),
        ("发布活动 志愿服务 改名额", PlanActivity("志愿服务", ask="名额")),
        ("发布活动 志愿服务 名称 每月一讲", PlanActivity("志愿服务", "每月一讲")),
        ("发布活动 志愿服务 改学时 学时 0", PlanActivity("志愿服务", ask="学时", unread="0")),
        ("发布活动 志愿服务 学时 201", PlanActivity("志愿服务", ask="学时", unread="201")),
        ("发布活动 志愿服务 条件 甲 条件 甲", PlanActivity("志愿服务", gates=("甲",))),
        ("发布活动 志愿服务 清扫 2月30日 广场", PlanActivity("志愿服务", "清扫", "广场", unread="2月30日")),
        ("发布活动 志愿服务 清扫 周末 广场", PlanActivity("志愿服务", "清扫", "广场", unread="周末")),
        ("现场范围", FenceActivity()),
        ("设现场范围 42", FenceActivity(42)),
        ("现场范围 42 500米", FenceActivity(42, 500)),
        ("取消现场范围 42", FenceActivity(42, off=True)),
    ],
)
def test_what_is_typed(said, means):
    assert grammar.parse(said, today=DAY) == means


def test_a_weekday_of_a_plan_is_to_come():
    assert grammar.parse("发布活动 党课 学习 周二 9:00-10:00 会议室", today=DAY).day == dt.date(2026, 6, 16)


def test_digits_alone_publish_once(phone, town, db):
    with at(9):
        secretary = phone("secretary")
        assert "发布什么活动" in secretary.say("发布活动")
        assert "1 党员教育培训" in secretary.say("8")
        assert "叫什么名称" in secretary.say("2")
        assert "1 今天 6月10日（周三）" in secretary.say("1")
        assert "几点到几点" in secretary.say("2")
        assert "在哪里" in secretary.say("3")
        shown = secretary.say("1")
        assert "请核对，还没有发布" in shown
        assert "可以报名：机关第一党支部的党员" in shown
        assert not acts(db)
        assert "已发布" in secretary.say("1")
        secretary.say("1")
        assert len(acts(db)) == 1
        act = queries.coming(by=town.actor("member"))[0]
        assert (act.title, act.place, act.time) == ("志愿服务项目", "党员活动室", "6月11日14:00—16:00")
        # What was said once is offered the next time.
        assert "1 志愿服务项目" in secretary.say("发布活动")


def test_a_step_back_and_words_of_ones_own(phone, town, db):
    with at(9):
        secretary = phone("secretary")
        secretary.say("发布活动 志愿服务 核对")
        assert "社区清扫。\n哪一天" in secretary.say("社区清扫")  # no report of a deed
        assert "没有看懂“哪天都行”" in secretary.say("哪天都行")
        assert "几点到几点" in secretary.say("明天")
        assert "没有看懂“下午”" in secretary.say("下午")
        assert "在哪里" in secretary.say("15:30到17:00")
        assert "几点到几点" in secretary.say("0")
        assert "在哪里" in secretary.say("1")
        assert "地点：滨河社区广场" in secretary.say("滨河社区广场")
        secretary.say("取消")
        assert "没有看懂" in secretary.say("1")
        assert not acts(db)


def test_what_cannot_be_is_asked_for_again_before_it_is_published(phone, town, db):
    with at(9):
        secretary = phone("secretary")
        line = "发布活动 志愿服务 社区清扫 {day} {time} 滨河社区 核对"
        shown = secretary.say(line.format(day="昨天", time="14:00-16:00"))
        assert "6月9日（周二）已经过去了" in shown
        assert "时间：6月10日（周三）14:00-16:00" in secretary.say("1")
        # Whoever turned the hours round sees it before it lasts until the next day.
        assert "16:00-次日14:00" in secretary.say(line.format(day="今天", time="16:00-14:00"))
        asked = secretary.say("发布活动 党员教育培训 社区清扫 今天 14:00-16:00 滨河社区 学时0")
        assert "没有看懂“0”" in asked
        assert "记多少学时" in asked
        assert not acts(db)


def test_what_is_over_is_not_published(phone, town, db):
    with at(17):
        secretary = phone("secretary")
        line = "发布活动 志愿服务 社区清扫 今天 14:00-16:00 滨河社区"
        assert "结束要晚于开始和现在" in secretary.say(line)
        asked = secretary.say(f"{line} 核对")
        assert "这个时间已经过去了" in asked
        assert "几点到几点" in asked
        assert "时间：6月10日（周三）18:00-19:00" in secretary.say("18:00-19:00")
        assert not acts(db)


@pytest.mark.parametrize(
    ("said", "then"),
    [
        pytest.param("取消活动", "确定取消", id="cancel"),
        pytest.param("改期", "请写明新的日期和时间", id="move"),
        pytest.param("名额", "请写明名额", id="places"),
    ],
)
def test_which_activity_is_meant_is_chosen(phone, town, db, said, then):
    with at(9):
        secretary = phone("secretary")
        assert "还没有结束的活动" in secretary.say(said)
        secretary.say("发布活动 志愿服务 社区清扫 今天 14:00-16:00 滨河社区")
        secretary.say("发布活动 志愿服务 楼道清理 明天 14:00-16:00 滨河社区")
        assert "1 社区清扫" in secretary.say(said)
        answer = secretary.say("2")
    assert then in answer
    assert "社区清扫" not in answer


def test_a_name_too_long_is_asked_for_again_and_none_is_cut(phone, town, db):
    with at(9):
        secretary = phone("secretary")
        asked = secretary.say(f"发布活动 志愿服务 {'长' * 81} 明天 14:00-16:00 滨河社区")
        assert "名称最多80个字，您写了81个字" in asked
        assert acts(db) == []
        shown = secretary.say("社区清扫{}行动")
        assert "社区清扫{}行动" in shown
        secretary.say("1")
    [act] = acts(db)
    assert (
        db.session.scalar(sa.text("SELECT title FROM activity WHERE id = :id"), {"id": act})
        == "社区清扫{}行动"
    )


def test_a_mark_of_ones_own_is_no_gap(phone, town, db):
    with at(9):
        secretary = phone("secretary")
        secretary.say("发布活动 志愿服务 名称 清扫{}行动 明天 14:00-16:00")
        shown = secretary.say("滨河社区")
    assert "清扫{}行动" in shown
    assert "滨河社区" in shown


def test_places_conditions_and_a_wider_audience(phone, town, db):
    with at(9):
        secretary = phone("secretary")
        secretary.say("发布活动 志愿服务 社区清扫 明天 14:00-16:00 滨河社区 核对")
        assert "最多几个人" in secretary.say("3")
        assert "名额：20人" in secretary.say("20")
        assert "什么样的同志可以报名" in secretary.say("4")
        assert "报名条件：仅限正式党员" in secretary.say("1")
        assert "2 市林业局及所属各支部的党员" in secretary.say("2")
        assert "可以报名：市林业局及所属各支部的党员" in secretary.say("2")
        said = secretary.say("1")
        assert "面向市林业局，报名条件：仅限正式党员，名额20个" in said
        # The other branch of the department sees it too.
        assert [one.title for one in queries.coming(by=town.actor("stranger"))] == ["社区清扫"]


def test_names_that_are_none_are_answered_with_those_that_are(phone, town, db):
    with at(9):
        secretary, line = phone("secretary"), "发布活动 志愿服务 社区清扫 明天 14:00-16:00 滨河社区"
        assert "可以邀请的组织里没有“第九支部”" in secretary.say(f"{line} 面向 第九支部")
        assert "可以邀请的组织里没有“机关第二党支部”" in secretary.say(f"{line} 面向 机关第二党支部")
        assert "没有“会唱歌”这个报名条件" in secretary.say(f"{line} 条件 会唱歌")
        assert "没有“打牌”这种活动" in secretary.say("发布活动 打牌 打牌 明天 14:00-16:00 滨河社区")
        assert "每月都办的系列活动只面向本组织" in secretary.say(f"{line} 每月 名额 3")
        assert not acts(db)
        assert "面向市林业局" in secretary.say(f"{line} 面向 林业局")


def test_a_committee_names_the_branch_that_must_come(phone, town, db):
    with at(9):
        organ = phone("organ")
        shown = organ.say("发布活动 党课 专题党课 明天 14:00-16:00 报告厅")
        assert "谁应到？只能是一个支部或党小组" in shown
        assert "1 机关第一党支部的党员" in shown
        assert "应到：机关第一党支部的党员" in organ.say("1")
        assert "面向机关第一党支部" in organ.say("1")


@pytest.mark.parametrize("who", ["member", "stranger"])
def test_a_member_is_told_at_once_and_asked_nothing(phone, town, who):
    with at(9):
        assert "发布什么活动" not in phone(who).say("发布活动")


def test_the_place_that_is_sent_is_the_activitys(phone, town, db):
    with at(9):
        secretary = phone("secretary")
        secretary.say("发布活动 志愿服务 社区清扫 今天 9:30-11:00 滨河社区 核对")
        shown = secretary.say("5")
        assert "已发布" in shown
        assert "谁的位置都不记" in shown
        (act,) = acts(db)
        assert fence(act, db) is None
        shown = secretary.send("location", Location_X=MAP[0], Location_Y=MAP[1])
        assert "地点周围300米以内算在现场" in shown
        assert fence(act, db) == (*SATELLITE, "300")
        assert "500米以内" in secretary.say("2")
        assert fence(act, db) == (*SATELLITE, "500")
        # Nothing else keeps it.
        kept = db.session.scalars(sa.text("SELECT data::text FROM conversation")).all()
        assert not [one for one in kept if "116.3" in one or "39.9" in one]
        secretary.say(f"取消现场范围 {act}")
        assert fence(act, db) is None


def test_no_step_leads_back_to_what_was_published(phone, town, db):
    with at(9):
        secretary = phone("secretary")
        secretary.say("发布活动 志愿服务 社区清扫 明天 14:00-16:00 滨河社区 核对")
        assert "0 不办了" in secretary.say("5")
        secretary.say("0")
        secretary.say("1")
        assert len(acts(db)) == 1


def test_a_place_without_an_activity_is_forgotten(phone, town, db):
    with at(9):
        act = planning.plan(need(town), by=town.actor("secretary")).id
        secretary, member = phone("secretary"), phone("member")
        assert "请先发“现场范围”" in secretary.send("location", Location_X=MAP[0], Location_Y=MAP[1])
        assert "也没有保存" in member.send("location", Location_X=MAP[0], Location_Y=MAP[1])
        assert fence(act, db) is None


def test_no_place_is_asked_for_where_none_can_be_set_any_more(phone, town, db):
    with at(9):
        gone, late = (planning.plan(need(town), by=town.actor("secretary")).id for _ in range(2))
        planning.cancel(gone, by=town.actor("secretary"))
        secretary = phone("secretary")
        refused = secretary.say(f"现场范围 {gone}")
        assert "取消" in refused
        assert "发一个位置" not in refused
    with at(20):
        assert "发一个位置" not in secretary.say(f"现场范围 {late}")


def test_of_two_activities_one_is_chosen(phone, town, db):
    with at(9):
        first = planning.plan(need(town), by=town.actor("secretary")).id
        second = planning.plan(meeting(town), by=town.actor("secretary")).id
        secretary = phone("secretary")
        shown = secretary.say("现场范围")
        assert "1 社区清扫" in shown
        assert "2 第二季度党员大会" in shown
        assert "“第二季度党员大会”" in secretary.say("2")
        secretary.send("location", Location_X=MAP[0], Location_Y=MAP[1])
        assert (fence(first, db), fence(second, db)) == (None, (*SATELLITE, "300"))


@pytest.mark.parametrize("who", ["member", "stranger", "other_secretary"])
def test_nobody_else_sets_the_place(phone, town, db, who):
    with at(9):
        act = planning.plan(need(town), by=town.actor("secretary")).id
        somebody = phone(who)
        assert "地点发一个位置" not in somebody.say(f"现场范围 {act}")
        somebody.send("location", Location_X=MAP[0], Location_Y=MAP[1])
        assert fence(act, db) is None


def test_what_is_over_or_nowhere_gets_no_place(phone, town, db):
    with at(9):
        act = planning.plan(need(town), by=town.actor("secretary")).id
        secretary = phone("secretary")
        secretary.say(f"现场范围 {act}")
        assert "这个位置或范围不对" in secretary.send("location", Location_X="139.9", Location_Y="216.3")
        secretary.send("location", Location_X=MAP[0], Location_Y=MAP[1])
        assert "50米到5000米" in secretary.say(f"现场范围 {act} 99999")
        assert fence(act, db) == (*SATELLITE, "300")
        secretary.say(f"取消现场范围 {act}")
    with at(15, 50):
        secretary.say(f"现场范围 {act}")
    with at(16, 10):
        assert "已经结束" in secretary.send("location", Location_X=MAP[0], Location_Y=MAP[1])
        assert fence(act, db) is None


@pytest.mark.parametrize(
    ("satellite", "on_map"),
    [
        ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
        ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
        ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
        ((48.8566, 2.3522), (48.8566, 2.3522)),
    ],
)
def test_a_chinese_map_is_read_as_a_satellite_tells_it(satellite, on_map):
    assert rules.off_the_map(*on_map) == pytest.approx(satellite, abs=1e-6)


def test_the_desk_sets_and_takes_away_the_place_too(app, town, db):
    with at(9):
        act = planning.plan(need(town), by=town.actor("secretary")).id
        desk = signed_in(app, town.people["secretary"])
        desk.open(f"/console/activities/{act}").fill("纬度", "30.12345").fill("经度", "120.12345")
        desk.press("保存现场范围")
        assert fence(act, db) == ("30.12345", "120.12345", "300")
        assert "300米以内" in desk.open(f"/console/activities/{act}").text
        desk.fill("纬度", "").press("保存现场范围")
        assert fence(act, db) is None
