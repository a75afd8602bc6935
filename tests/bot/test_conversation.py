"""The main job through the WeChat door: signed, encrypted pushes, one effect each."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.callback import config_of_house
from jifen.access import service as access
from jifen.core import clock
from jifen.members import queries as members_queries
from jifen.members import service as members
from jifen.points import verify
from tests import city
from tests.bot.phone import Phone


@pytest.fixture
def town(db):
    return city.build()


@pytest.fixture
def phone(town, client, app):
    """Return how a person of the town writes; he is bound on first use."""

    def of(who: str, *, bound: bool = True) -> Phone:
        made = Phone(client, config_of_house(), who)
        if bound:
            code = access.issue_code(town.people[who], by=city.BY)
            name = city.bind(made.openid, code, city.NAMES[who]).name
            assert name == city.NAMES[who]
        return made

    return of


def test_the_whole_conversation(town, phone):
    stranger = phone("member", bound=False)
    assert "绑定" in stranger.say("我的积分")
    code = access.issue_code(town.people["member"], by=town.actor("secretary"))
    assert "同意" in stranger.say(f"绑定 {code.lower()} 陈国强")
    assert "绑定成功，陈国强同志" in stranger.say("同意")
    member, secretary = stranger, phone("secretary")
    answer = member.say("上报 志愿服务 昨天 2小时 清扫街道")
    assert "编号1" in answer
    assert "机关第一党支部" in answer
    assert "1号 陈国强" in secretary.say("待审")
    day = clock.today() - dt.timedelta(days=1)
    said = secretary.say("通过 1")
    assert all(
        part in said for part in ("1号", "陈国强", f"{day.month}月{day.day}日", "志愿服务", "2小时", "61分")
    )
    assert "61分" in member.say("我的积分")
    assert "第1名（共4人）" in member.say("排名")
    why = member.say("为什么")
    assert "起始分 60分" in why
    assert "志愿服务 1分" in why
    assert "周正确认" in member.say("为什么 D01")
    assert list(verify.faults()) == []


def test_a_repeated_delivery_has_one_effect_and_the_same_answer(town, phone):
    member, secretary = phone("member"), phone("secretary")
    first = member.say("上报 志愿服务 昨天 2小时", msg_id="7")
    assert member.say("上报 志愿服务 昨天 2小时", msg_id="7") == first
    assert secretary.say("待审").count("陈国强") == 1


def test_a_refusal_is_remembered_like_an_effect(town, phone):
    member = phone("member")
    first = member.say("上报 看电影", msg_id="8")
    assert "没有“看电影”这个积分项目" in first
    assert member.say("上报 看电影", msg_id="8") == first


@pytest.mark.parametrize(
    ("said", "part"),
    [
        pytest.param("帮助", "我的积分", id="help"),
        pytest.param("？", "我的积分", id="question mark"),
        pytest.param("你好", "我的积分", id="greeting"),
        pytest.param("今天天气不错", "没有看懂", id="unknown"),
        pytest.param("上报", "您要上报哪一项", id="report without item"),
        pytest.param("上报 主题党日", "由支部按签到或名册登记", id="fed by activities"),
        pytest.param("上报 志愿服务 2月30日", "没有看懂日期", id="no such day"),
        pytest.param("上报 志愿服务 昨天 99小时", "数量应在", id="too much"),
        pytest.param("上报 志愿服务 2099-01-01", "还没有到", id="future"),
        pytest.param("通过 999", "没有找到999号", id="somebody else's number"),
        pytest.param("通过", "请写明编号", id="approve without number"),
        pytest.param("撤回 5", "没有找到5号", id="take back nothing"),
        pytest.param("我的上报", "还没有上报记录", id="no reports"),
        pytest.param("项目", "D01 志愿服务", id="items"),
        pytest.param("关闭提醒", "已关闭每月提醒", id="reminders off"),
        pytest.param("排名", "您的名次", id="ranking"),
        pytest.param("我 的 积 分", "", id="spaced"),
    ],
)
def test_every_word_gets_a_helpful_answer(town, phone, said, part):
    answer = phone("member").say(said)
    assert answer
    assert part in answer


def test_guessing_codes_is_answered_by_waiting(town, phone):
    stranger = phone("member", bound=False)
    for _ in range(5):
        assert "绑定没有成功" in stranger.say("绑定 AAAAAAAA 陈国强")
    code = access.issue_code(town.people["member"], by=town.actor("secretary"))
    assert "已经连着几次不对" in stranger.say(f"绑定 {code} 陈国强")


def test_a_wrong_name_kills_the_slip_after_five_tries(town, phone):
    code = access.issue_code(town.people["member"], by=town.actor("secretary"))
    for n in range(5):
        assert "绑定没有成功" in phone(f"guesser{n}", bound=False).say(f"绑定 {code} 张三")
    assert "绑定没有成功" in phone("member", bound=False).say(f"绑定 {code} 陈国强")


def test_a_forged_or_unreadable_push_never_gets_a_server_error(phone):
    member = phone("member", bound=False)
    assert member.push(member.sealed(b"<xml/>"), tamper=True).status_code == 403
    broken = member.push(member.sealed(b"<xml><MsgType>text</MsgType></xml>"))
    assert (broken.status_code, broken.data) == (200, b"success")
    assert member.push(b"x" * 300_000).status_code == 403


def test_one_number_in_two_branches_is_asked_about(town, phone):
    # Each branch has a lone secretary whose own matter goes up to the committee, and each has number 1.
    deputies = [
        p for p in members_queries.posts_in_sight(by=town.actor("leader")) if p.role == "deputy_secretary"
    ]
    members.end_post(deputies[0].id, on=clock.today(), by=city.BY)
    first, second, organ = phone("secretary"), phone("other_secretary"), phone("organ")
    for one in (first, second):
        assert "编号1" in one.say("上报 志愿服务 昨天 2小时")
    answer = organ.say("通过 1")
    assert all(part in answer for part in ("几条1号", "周正", "孙立"))
    assert "1号 周正" in organ.say("通过 1 周正")
    assert "已退回1号（孙立）" in organ.say("退回 1 日期写错了")
    assert "1号的确认已撤回，周正同志" in organ.say("撤回 1")


def test_one_takes_back_and_corrects_ones_own_report_after_a_transfer(town, phone):
    stranger, colleague = phone("stranger"), phone("colleague")
    assert "编号1" in stranger.say("上报 志愿服务 昨天 2小时")
    assert "编号1" in colleague.say("上报 志愿服务 昨天 2小时")
    members.transfer(
        town.people["stranger"], town.branch, on=clock.today(), letter="转接1号", by=town.actor("office")
    )
    assert "1号上报已取消" in stranger.say("撤回 1")


def test_a_returned_report_may_be_let_be(town, phone):
    member, secretary = phone("member"), phone("secretary")
    member.say("上报 志愿服务 昨天 2小时")
    secretary.say("退回 1 日期写错了")
    assert "1号上报已取消" in member.say("撤回 1")


def test_another_deed_takes_the_place_of_one_taken_back(town, phone):
    member = phone("member")
    for said in ("上报 志愿服务 昨天 2小时", "上报 志愿服务 昨天 1小时 另一件"):
        assert "已收到" in member.say(said)
    assert "1号上报已取消" in member.say("撤回 1")
    assert "编号3" in member.say("上报 志愿服务 昨天 3小时 另一件")
