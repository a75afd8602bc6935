"""Reporting as one talks, through the encrypted door: shown, asked, corrected, cancelled, filed once."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
import time_machine

from bot import conversations
from bot.conversations import AnsweredElsewhere
from jifen.core import clock
from jifen.core.actor import Actor, Door
from jifen.core.db import db as database
from jifen.core.db import transaction
from tests import city

#: A Tuesday.
TUESDAY = dt.datetime(2026, 11, 24, 1, 0, tzinfo=dt.UTC)


@pytest.fixture
def town(db):
    with time_machine.travel(TUESDAY, tick=False):
        yield city.build()


def reports() -> list[tuple]:
    database.session.rollback()
    return list(
        database.session.execute(
            sa.text(
                "SELECT item_code, occurred_on, quantity FROM report WHERE state <> 'withdrawn' ORDER BY id"
            )
        ).tuples()
    )


def test_a_told_deed_is_shown_and_filed_by_one_digit(phone):
    member = phone("member")
    shown = member.say("周六上午社区清扫3小时")
    assert "请核对，还没有上报" in shown
    assert all(
        part in shown for part in ("项目：志愿服务", "日期：11月21日（周六）", "数量：3小时", "1 确认上报")
    )
    assert reports() == []
    assert "已收到，编号1：11月21日 志愿服务 3小时" in member.say("1")
    assert reports() == [("D01", dt.date(2026, 11, 21), 3)]


def test_only_what_is_missing_is_asked(phone):
    member = phone("member")
    asked = member.say("志愿服务了半天")
    assert "明白了：志愿服务" in asked
    assert "是哪一天的事" in asked
    asked = member.say("2")
    assert "“半天”是多少小时" in asked
    shown = member.say("两个半小时")
    assert "11月23日（周一）" in shown
    assert "2.5小时" in shown
    assert "已收到" in member.say("确认")


def test_digits_alone_are_enough(phone):
    member = phone("member")
    assert "7 志愿服务" in member.say("上报")
    assert "是哪一天的事" in member.say("7")
    assert "一共多少小时" in member.say("1103")
    assert "日期：11月3日" in member.say("2")
    assert "编号1" in member.say("1")


def test_items_of_the_next_page_and_levels_are_chosen_by_digits(phone):
    member = phone("member")
    member.say("上报")
    assert "1 到社区报到" in member.say("8")
    assert "7 志愿服务" in member.say("0")
    assert "是哪一天" in member.say("5")
    assert "是哪一级" in member.say("2")
    assert "级别：机关党委" in member.say("2")
    assert "编号1" in member.say("1")


def test_what_could_be_two_things_is_asked_with_a_short_list(phone):
    asked = phone("member").say("昨天走访敬老院3小时")
    assert "您要上报哪一项" in asked
    assert "志愿服务" in asked
    assert "结对走访" in asked


def test_one_goes_back_changes_and_cancels(phone):
    member = phone("member")
    member.say("社区清扫")
    member.say("2")
    assert "是哪一天的事" in member.say("上一步")
    member.say("3")
    assert "数量：2小时" in member.say("2")
    assert "日期：11月3日" in member.say("日期改成11月3号")
    assert "一共多少小时" in member.say("4")
    assert "数量：4小时" in member.say("4")
    assert "数量：1小时" in member.say("不对，是1小时")
    assert "您正在上报，还没有报上去" in member.say("帮助")
    assert "没有上报" in member.say("取消")
    assert reports() == []
    assert "目前没有可以撤回的" in member.say("取消")


def test_zero_ends_the_first_question(phone):
    member = phone("member")
    member.say("上报")
    assert "没有上报" in member.say("0")


def test_a_question_in_between_is_answered_and_the_draft_stays(phone):
    member = phone("member")
    member.say("社区清扫3小时")
    assert "2026年积分" in member.say("我的积分")
    assert "还没有报上去" in member.say("我排第几啊")
    assert "日期：11月23日" in member.say("昨天")


@pytest.mark.parametrize(
    ("said", "part"),
    [
        pytest.param("没去成上周六的志愿服务", "没有做成的事不用上报", id="not done"),
        pytest.param("明天去志愿服务2小时", "还没有到", id="tomorrow"),
        pytest.param("我打算周六去献血", "还没有做的事先不用报", id="planned"),
        pytest.param("昨天参加了主题党日", "由支部按签到或名册登记", id="the branch's"),
    ],
)
def test_what_is_no_report_begins_none(phone, said, part):
    member = phone("member")
    assert part in member.say(said)
    assert "没有看懂" in member.say("1")
    assert reports() == []


def test_somebody_elses_deed_is_asked_about(phone):
    member = phone("member")
    assert "您说的是“小张”做的事吗" in member.say("小张昨天志愿服务3小时")
    assert "没有上报" in member.say("0")
    member.say("小张昨天志愿服务3小时")
    assert "请核对" in member.say("1")


def test_the_same_deed_is_asked_about_by_digits(phone):
    member = phone("member")
    for _ in range(2):
        shown = member.say("昨天社区清扫2小时")
        assert "请核对" in shown
        answer = member.say("1")
    assert "1 是另一件事" in answer
    assert "编号2" in member.say("1")
    assert len(reports()) == 2


def test_an_amount_out_of_bounds_is_asked_for_again(phone):
    member = phone("member")
    assert "每次报0.5到8小时" in member.say("昨天志愿服务12小时")
    assert "数量：8小时" in member.say("8")


def test_a_command_in_other_words_is_understood(phone):
    assert "请核对" in phone("member").say("上报昨天下午在社区清扫2小时")


def test_what_is_over_after_half_an_hour_is_said_so(phone):
    member = phone("member")
    member.say("昨天社区清扫2小时")
    with time_machine.travel(TUESDAY + dt.timedelta(minutes=31), tick=False):
        assert "隔得太久" in member.say("1")
    assert reports() == []


def test_words_that_come_late_change_nothing(phone):
    member = phone("member")
    with time_machine.travel(TUESDAY + dt.timedelta(minutes=2), tick=False):
        member.say("昨天社区清扫2小时")
    with time_machine.travel(TUESDAY + dt.timedelta(minutes=1), tick=False):
        assert "来晚了" in member.say("1")
    assert reports() == []


def test_a_repeated_answer_files_once(phone):
    member = phone("member")
    member.say("昨天社区清扫2小时")
    first = member.say("1", msg_id="77")
    assert member.say("1", msg_id="77") == first
    assert len(reports()) == 1


def test_two_phones_do_not_answer_one_question_twice(phone):
    """The second answer that saw the same question changes nothing, whatever it says."""
    member = phone("member")
    member.say("社区清扫")
    by = Actor(Door.WECHAT, database.session.scalar(sa.text("SELECT member_id FROM conversation")))
    seen = conversations.recall(by=by)
    with transaction():
        conversations.go_on(seen, "report", {"a": 1}, at=clock.now(), by=by)
    with pytest.raises(AnsweredElsewhere), transaction():
        conversations.go_on(seen, "report", {"a": 2}, at=clock.now(), by=by)
    assert conversations.recall(by=by).data == {"a": 1}


def test_going_back_opens_what_is_asked_again(phone):
    member = phone("member")
    member.say("上报")
    member.say("7")
    back = member.say("上一步")
    assert "您要上报哪一项" in back
    assert "明白了：" not in back


def test_what_cannot_be_read_brings_no_second_list_into_a_draft(phone):
    member = phone("member")
    member.say("昨天社区清扫2小时")
    answer = member.send("voice", MediaId="M1", Format="amr")
    assert "转文字" in answer
    assert "· " not in answer
    assert "1 确认上报" in answer
