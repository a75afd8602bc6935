"""异议 in the chat: asked what is meant and how long, filed once, answered, taken back."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from bot import grammar
from bot.intents.own import MyObjections, Object, ObjectHow, WithdrawObjection
from bot.intents.reporting import TakeBack
from jifen.decisions import objections
from jifen.decisions.states_objections import ObjectionState
from jifen.points import answering
from tests import city
from tests.decisions import objecting as kit


@pytest.fixture
def town(db):
    with time_machine.travel(kit.SHOWN, tick=False) as now:
        made = city.build()
        object.__setattr__(made, "now", now)
        yield made


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        pytest.param("异议", ObjectHow(), id="alone"),
        pytest.param("我有异议。", ObjectHow(), id="politely"),
        pytest.param("异议 少记一次", Object("少记一次"), id="words"),
        pytest.param("异议 9月15日的会没有记", Object("9月15日的会没有记"), id="a-day-is-no-number"),
        pytest.param("异议 42 数量应为3小时", Object("数量应为3小时", 42), id="a-report"),
        pytest.param("异议42号数量应为3小时", Object("数量应为3小时", 42), id="a-report-without-blanks"),
        pytest.param("撤回异议 12", WithdrawObjection(12), id="taken-back"),
        pytest.param("撤回 12", TakeBack(12), id="a-report-taken-back"),
        pytest.param("我的异议", MyObjections(), id="mine"),
    ],
)
def test_what_is_meant(said, meant):
    assert grammar.parse(said, today=kit.LAST_DAY) == meant


def test_the_whole_conversation(town, phone):
    kit.list_of(town)
    member = phone("member")
    asked = member.say("异议")
    assert "2026年第三季度名单公示：可提异议到10月16日（还有5个工作日）" in asked
    assert "不得涉密" in asked
    said = member.say("异议 9月15日的党员大会没有记")
    assert "由市林业局复核，10月26日前答复" in said
    number = int(said.split("编号")[1].split("：")[0])
    assert "已经提过异议" in member.say("异议 再说一次")
    answering.answer(number, ObjectionState.REJECTED, "当天没有开会。", by=town.actor("organ"))
    assert "异议不成立（当天没有开会。）" in member.say("我的异议")
    assert "目前是“异议不成立”，不能撤回" in member.say(f"撤回异议 {number}")


def test_past_the_last_day_the_running_score_may_still_be_contested(town, phone):
    kit.list_of(town)
    town.now.shift(dt.timedelta(days=7))
    member = phone("member")

    assert "没有公示中的名单" in member.say("异议")
    assert "2026年积分" in member.say("异议 少记一次会")


def test_a_repeated_message_objects_once(db, town, phone):
    kit.list_of(town)
    member = phone("member")

    assert member.say("异议 少记一次", msg_id="77") == member.say("异议 少记一次", msg_id="77")
    assert len(objections.open_members()) == 1


def test_somebody_elses_line_is_named_first(town, phone):
    kit.list_of(town)

    said = phone("colleague").say("异议 陈国强 这一项多记了")

    assert "已收到" in said
    assert objections.open_members() == {town.people["member"], town.people["colleague"]}


def test_a_number_of_somebody_elses_report_is_none(town, phone):
    kit.list_of(town)

    assert "没有找到42号上报" in phone("member").say("异议 42 数量不对")
    assert "没有找到7号异议" in phone("stranger").say("撤回异议 7")
