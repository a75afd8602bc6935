"""双报到 in the chat: registering, taking on, giving back, and the community's word from its paper."""

from __future__ import annotations

import datetime as dt

import pytest

from bot import grammar
from bot.callback import config_of_house
from bot.intents import Unknown
from bot.intents.communities import Communities, CommunityWord, RegisterThere, TakeOn
from bot.intents.reporting import Report
from jifen.access import service as access
from jifen.core import clock
from jifen.points import queries as points
from jifen.volunteering import community, queries, queries_community
from tests import city
from tests.bot.phone import Phone

TODAY = dt.date(2026, 11, 28)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("社区需求", Communities()),
        ("我要报到", RegisterThere()),
        ("报到社区 3", RegisterThere(3)),
        ("撤回报到", RegisterThere(withdrawn=True)),
        ("认领 12", TakeOn(12)),
        ("认领", TakeOn()),
        ("认领 12 林小梅", TakeOn(12, whom="林小梅")),
        ("认领 12 替 00000015", TakeOn(12, whom="00000015")),
        ("认领 12 替谁", TakeOn(12, whom="谁")),
        ("报到社区 3 林小梅", RegisterThere(3, whom="林小梅")),
        ("取消认领5号", TakeOn(5, back=True)),
        ("确认报到 8", CommunityWord("registration", 8)),
        (
            "确认认领 5 好 11月20日 9:00-10:30",
            CommunityWord("claim", 5, said="good", day=dt.date(2026, 11, 20), time="9:00-10:30"),
        ),
        ("确认认领 5", CommunityWord("claim", 5)),
        ("确认认领 5 不好", CommunityWord("claim", 5, said="poor")),
        ("没有办成 5", CommunityWord("claim", 5, done=False)),
    ],
)
def test_what_is_said(said, meant):
    assert grammar.parse(said, today=TODAY) == meant


@pytest.mark.parametrize("said", ["认领微心愿1个", "认领 2 个微心愿", "昨天社区报到", "双报到"])
def test_what_tells_of_a_deed_is_no_command(said):
    assert isinstance(grammar.parse(said, today=TODAY), Report | Unknown)


@pytest.fixture
def town(db) -> city.City:
    made = city.build()
    secretary = made.actor("secretary")
    place = community.found("朝阳街道", "滨河社区", by=secretary)
    soon = clock.today() + dt.timedelta(days=9)
    community.ask_for(place.id, "换一盏灯", kind="wish", wanted=1, due_on=soon, by=secretary)
    return made


@pytest.fixture
def chat(client, town):
    def bound(who: str) -> Phone:
        phone = Phone(client, config_of_house(), who)
        name = city.NAMES[who]
        city.bind(phone.openid, access.issue_code(town.people[who], by=city.BY), name)
        return phone

    return bound


def test_from_registering_to_the_communitys_word(chat, town):
    member, secretary = chat("member"), chat("secretary")
    assert "还没有到社区报到" in member.say("社区需求")
    assert "朝阳街道滨河社区" in member.say("我要报到")
    assert "已报到：朝阳街道滨河社区" in member.say("1")
    assert "换一盏灯" in member.say("社区需求")
    need = int(member.say("社区需求").split("换一盏灯")[0].rsplit("·", 1)[1].split()[0])
    assert "已认领" in member.say(f"认领 {need}")
    asked = secretary.say("社区需求")
    assert "等您登记社区确认的" in asked
    registration = asked.split("· 报到")[1].split()[0]
    claim = asked.split("· 认领")[1].split()[0]
    before = points.my_standing(town.actor("member")).total
    assert "已登记社区的确认" in secretary.say(f"确认报到 {registration}")
    yesterday = clock.today() - dt.timedelta(days=1)
    said = f"确认认领 {claim} 好 {yesterday.month}月{yesterday.day}日 9:00-10:30"
    assert "已登记社区的确认" in secretary.say(said)
    assert queries.account(town.people["member"]).attested == 90
    assert points.my_standing(town.actor("member")).total > before + 1
    assert "社区已确认" in member.say("社区需求")
    assert "已撤回报到" in member.say("撤回报到")
    assert "不用撤回" in member.say("撤回报到")


def test_given_back_and_nobody_elses(chat, town):
    member, colleague = chat("member"), chat("colleague")
    need = int(member.say("社区需求").split("换一盏灯")[0].rsplit("·", 1)[1].split()[0])
    claim = member.say(f"认领 {need}").rsplit("取消认领 ", 1)[1].split("”")[0]
    assert "没有找到" in colleague.say(f"取消认领 {claim}")
    assert "已经够了" in colleague.say(f"认领 {need}")
    assert "没有找到" in colleague.say(f"确认认领 {claim}")
    assert "等您登记" not in colleague.say("社区需求")
    assert "另一位同志" in member.say(f"确认认领 {claim}")
    assert "已退回" in member.say(f"取消认领 {claim}")
    assert "已认领" in colleague.say(f"认领 {need}")


def need_of(phone: Phone) -> int:
    return int(phone.say("社区需求").split("换一盏灯")[0].rsplit("·", 1)[1].split()[0])


def test_a_keeper_takes_on_for_somebody_of_his_branch_by_digits(chat, town):
    secretary = chat("secretary")
    assert "1 " in secretary.say("认领")
    shown = secretary.say("1")
    assert "谁去办" in shown
    assert "1 我自己" in shown
    assert "赵远" not in shown
    digit = shown.split(" 林小梅")[0].rsplit("\n", 1)[1]
    assert "已替林小梅认领" in secretary.say(digit)
    [own] = queries_community.own_claims(by=town.actor("colleague"))
    assert own.title == "换一盏灯"
    assert "现在没有可以认领的需求" in chat("member").say("认领")


def test_a_keeper_registers_somebody_and_a_plain_choice_stays_short(chat, town):
    secretary = chat("secretary")
    shown = secretary.say("我要报到")
    assert "1 朝阳街道滨河社区" in shown
    assert "2 替本支部的同志报到" in shown
    assert "凭社区的单子" in secretary.say("2")
    assert "谁去办" in secretary.say("1")
    assert "已替陈国强登记报到" in secretary.say("陈国强")
    assert "社区已确认" in chat("member").say("社区需求")
    assert "已报到" in secretary.say(f"报到社区 {queries_community.communities()[0].id}")


@pytest.mark.parametrize("name", ["赵远", "王五"])
def test_nobody_enters_anything_for_other_branches(chat, town, name):
    secretary, need = chat("secretary"), need_of(chat("member"))
    assert f"没有“{name}”" in secretary.say(f"认领 {need} {name}")
    assert f"没有“{name}”" in secretary.say(f"报到社区 {queries_community.communities()[0].id} {name}")
    assert not queries_community.of_branches(by=town.actor("secretary"))


def test_a_keeper_who_names_himself_is_told_what_holds_for_himself(chat, town):
    secretary, name = chat("secretary"), "周正"
    place, need = queries_community.communities()[0], queries_community.needs(limit=1)[0]
    assert "社区确认以后按积分办法记分" in secretary.say(f"报到社区 {place.id} {name}")
    assert "交给支部登记" in secretary.say(f"认领 {need.id} {name}")


def test_a_member_enters_nothing_for_another(chat, town):
    member = chat("member")
    need = need_of(member)
    assert "林小梅" not in member.say(f"认领 {need} 替谁")
    assert "没有“林小梅”" in member.say(f"认领 {need} 林小梅")
    assert not queries_community.own_claims(by=town.actor("colleague"))
