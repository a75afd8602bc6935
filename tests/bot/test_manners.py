"""Small things that a new user types or meets first, and what he reads: nobody is left with 没有看懂 for a courtesy."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from bot import replies
from bot.callback import config_of_house
from jifen.access import service as access
from jifen.core import clock
from tests import city
from tests.bot.phone import Phone

SATURDAY = dt.datetime(2026, 11, 28, 1, 0, tzinfo=dt.UTC)


@pytest.fixture
def town(db):
    with time_machine.travel(SATURDAY, tick=False):
        yield city.build()


@pytest.mark.parametrize("said", ["谢谢", "谢谢！", "好的", "好", "收到，谢谢", "知道了", "辛苦了", "再见"])
def test_a_courtesy_is_returned(phone, said):
    assert phone("member").say(said) == replies.WELCOME_ANY_TIME


@pytest.mark.parametrize("said", ["人工", "转人工", "客服", "打电话给谁", "有人吗", "找谁"])
def test_who_wants_to_speak_to_somebody_is_told_whom(phone, said):
    assert "所在党支部的书记" in phone("member").say(said)


@pytest.mark.parametrize("said", ["好人好事怎么报", "电话回访群众2小时", "谢谢，我的积分是多少"])
def test_a_wish_with_a_courtesy_before_it_is_the_wish(phone, said):
    answer = phone("member").say(said)
    assert answer not in (replies.WELCOME_ANY_TIME, replies.NO_PERSON)


def test_a_courtesy_amid_a_report_does_not_confirm_another_step(phone):
    member = phone("member")
    question = member.say("社区清扫2小时")
    assert member.say("谢谢").endswith(question)


def test_a_digit_that_leaves_no_list_is_taken_kindly(phone):
    assert phone("member").say("0") == replies.CHOICE_LEFT


def test_help_helps_in_a_list_and_nought_leads_back(phone):
    member = phone("member")
    listed = member.say("提醒设置")
    helped = member.say("帮助")
    assert helped.startswith(replies.HELP_HEAD)
    assert "0 上一步" in helped
    assert member.say("0") == listed
    member.say("帮助")
    assert member.say("帮助").startswith(replies.HELP_HEAD)
    assert member.say("0") == listed


def test_help_before_a_confirmation_says_what_waits(phone):
    member = phone("member")
    member.say("减负意见")
    asked = member.say("2")
    assert asked.startswith("请核对，还没有办")
    assert member.say("帮助") == f"{replies.CHOICE_HELP}\n{asked}"


def test_nothing_to_take_back_is_one_sentence(phone):
    member = phone("member")
    assert member.say("撤回") == "目前没有可以撤回的。发送“我的上报”查看您的上报。"
    assert "撤回 42" not in member.say("取消")


def test_confirming_without_a_number_offers_the_list_once(phone):
    member, secretary = phone("member"), phone("secretary")
    member.say("上报 志愿服务 昨天 2小时")
    answer = secretary.say("通过")
    assert answer.startswith("请写明编号，例如：通过 42；也可以回复下面的序号。\n等您处理的")
    assert "发送“待审”" not in answer


def test_a_confirmation_that_was_taken_back_is_the_members_to_bring_up_again(phone):
    member, secretary = phone("member"), phone("secretary")
    member.say("上报 志愿服务 昨天 2小时")
    secretary.say("通过 1")
    secretary.say("撤回 1")
    answer = secretary.say("通过 1")
    assert "目前是“确认已撤回”，不能再确认。要计分，请本人发送“重报 1”。" in answer
    assert "请核对，还没有上报" in member.say("重报 1")
    assert "已收到" in member.say("1")


def test_all_at_once_names_what_is_no_report(phone):
    member, secretary = phone("member"), phone("secretary")
    assert "已申报" in member.say("申报 党员示范岗 林权登记岗：全年办理三百余件，没有一件超期。")
    assert secretary.say("全部通过").endswith("另有1件示范岗、荣誉不在其中，请发送“待审”办理。")
    member.say("上报 志愿服务 昨天 2小时")
    asked = secretary.say("全部通过")
    assert "可以一起确认的有1条：" in asked
    assert "另有1件示范岗、荣誉不在其中" in asked
    assert "已确认1条" in secretary.say("1")


def test_a_slip_typed_without_its_first_word(town, client, app):
    stranger = Phone(client, config_of_house(), "nobody")
    code = access.issue_code(town.people["member"], by=city.BY)
    assert "同意" in stranger.say(f"{code} {city.NAMES['member']}")


def test_eight_digits_before_a_deed_are_a_day(phone):
    assert "日期：11月20日" in phone("member").say("20261120 社区清扫2小时")


def test_after_five_wrong_codes_one_reads_why(town, client, app):
    stranger = Phone(client, config_of_house(), "nobody")
    answers = [stranger.say(f"绑定 ABCD23{n:02} 陈国强") for n in range(6)]
    assert all("绑定没有成功" in one for one in answers[:5])
    assert answers[5] == "没有绑定：已经连着几次不对，请过一小时再试。看不清的，请支部重新打印纸条。"


def test_the_warning_about_secrets_has_a_line_of_its_own(phone):
    member = phone("member")
    for said in ("异议", "减负意见", "更正", "反对", "限制处理"):
        answer = member.say(said)
        assert "\n不得涉密：" in answer
        member.say("0")


def test_an_objection_asks_before_it_offers(phone):
    answer = phone("member").say("异议")
    assert (
        answer.index("哪里不对？回复序号：") < answer.index("1 有的事没有记上") < answer.index("也可以直接写")
    )


def test_a_deed_told_twice_is_asked_about_with_its_day_as_people_say_it(phone):
    member = phone("member")
    member.say("上报 志愿服务 昨天 2小时")
    answer = member.say("上报 志愿服务 昨天 2小时")
    assert answer.startswith("11月27日的“志愿服务”您已上报过（1号，待审）。")
    assert "12月1日还没有到" in member.say(f"上报 志愿服务 {clock.today() + dt.timedelta(days=3)} 2小时")


@pytest.mark.parametrize("said", ["上报 个人荣誉 昨天 1项", "上报 个人荣誉 昨天"])
def test_a_report_that_lacks_its_level_is_asked_for_it(phone, said):
    member = phone("member")
    answer = member.say(said)
    assert "是哪一级的？回复序号：" in answer
    assert "请写明文号或证书编号" in member.say("1")
    assert "请核对，还没有上报" in member.say("岚林党〔2026〕15号")
    assert "已收到" in member.say("1")


def test_one_message_from_a_clock_that_runs_ahead_does_not_make_the_next_ones_late(phone):
    member = phone("member")
    with time_machine.travel(SATURDAY, tick=False):
        member.say("昨天社区清扫2小时", at=SATURDAY + dt.timedelta(minutes=20))
    with time_machine.travel(SATURDAY + dt.timedelta(seconds=3), tick=False):
        assert "已收到" in member.say("1")


def test_lists_of_the_same_name_are_told_once(phone, monkeypatch):
    class List:
        words, last_day = "2026年11月示范岗公示", dt.date(2026, 12, 4)

    monkeypatch.setattr("jifen.points.objecting.open_lists", lambda *, by: [List, List])
    with time_machine.travel(SATURDAY, tick=False):
        assert phone("member").say("异议").count("2026年11月示范岗公示：可提异议到12月4日") == 1


def test_ones_own_activities_begin_with_the_next_one(phone, monkeypatch, town):
    """Numbers follow the order of planning, not of time."""
    secretary, member = phone("secretary"), phone("member")
    for title, day in (("后一次", "12月20日"), ("前一次", "12月10日")):
        planned = secretary.say(f"发布活动 志愿服务 {title} {day} 14:00-16:00 滨河社区")
        number = planned.partition("已发布：")[2].partition("号")[0]
        assert "报名成功" in member.say(f"报名 {number}")
    answer = member.say("我的活动")
    assert answer.index("前一次") < answer.index("后一次")
    assert answer.endswith("不去了请发送“取消报名 编号”。")


def test_a_document_number_is_no_day(phone):
    member = phone("member")
    member.say("昨天社区清扫2小时")
    answer = member.say("岚林办〔2026〕12号")
    assert "没有看懂“岚林办〔2026〕12号”" in answer
    assert "日期：11月27日" in answer


def test_the_word_of_command_is_not_told_to_who_decides(phone):
    member, secretary = phone("member"), phone("secretary")
    member.say("上报 社区清扫 昨天下午 2小时")
    member.say("1")
    assert "（社区清扫 昨天下午 2小时）" in secretary.say("待审")
