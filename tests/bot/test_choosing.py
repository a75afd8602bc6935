"""Every conversation by taps and digits alone: lists are chosen from, turned over, gone back in and left."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from bot import replies
from bot.talk.offers import PAGE, Asked, Choice, Offer
from jifen.core.db import db as database
from jifen.points import verify
from tests import city

#: A Tuesday.
TUESDAY = dt.datetime(2026, 11, 24, 1, 0, tzinfo=dt.UTC)


@pytest.fixture
def town(db):
    with time_machine.travel(TUESDAY, tick=False):
        yield city.build()


def states() -> list[tuple[int, str]]:
    database.session.rollback()
    return list(database.session.execute(sa.text("SELECT number, state FROM report ORDER BY id")).tuples())


def test_a_secretary_works_a_queue_through_by_digits(phone):
    member, secretary = phone("member"), phone("secretary")
    for day in ("昨天", "11月20日", "11月17日"):
        member.say(f"上报 志愿服务 {day} 2小时")
    assert "1 看 1号 陈国强" in secretary.say("待审")
    shown = secretary.say("1")
    assert "1号 陈国强 11月23日 志愿服务 2小时：待审" in shown
    assert "1 通过" in shown
    done = secretary.say("1")
    assert "已确认：1号 陈国强 11月23日 志愿服务 2小时，本人现为61分" in done
    assert "1 看 2号" in done
    secretary.say("1")
    assert "1 日期写错了" in secretary.say("2")
    done = secretary.say("1")
    assert "已退回2号（陈国强），原因：日期写错了" in done
    assert "11月20日 志愿服务 2小时" in done
    assert "1 看 3号" in done
    assert states() == [(1, "approved"), (2, "returned"), (3, "pending")]
    assert list(verify.faults()) == []


def test_a_finger_that_taps_twice_decides_one(phone):
    member, secretary = phone("member"), phone("secretary")
    for day in ("昨天", "11月20日"):
        member.say(f"上报 志愿服务 {day} 2小时")
    for said in ("待审", "1", "1"):
        secretary.say(said)
    assert "2号 陈国强" in secretary.say("1")
    assert states() == [(1, "approved"), (2, "pending")]


def test_what_somebody_else_decided_meanwhile_is_said_and_the_list_goes_on(phone):
    member, secretary, deputy = phone("member"), phone("secretary"), phone("deputy")
    for day in ("昨天", "11月20日"):
        member.say(f"上报 志愿服务 {day} 2小时")
    secretary.say("待审")
    secretary.say("1")
    deputy.say("通过 1")
    again = secretary.say("1")
    assert "1号（陈国强 11月23日 志愿服务 2小时）目前是“已确认”，不用再处理" in again
    assert "1 看 2号" in again


def test_material_is_among_the_reasons_only_where_the_basis_asks_for_some(phone):
    member, secretary = phone("member"), phone("secretary")
    member.say("上报 志愿服务 昨天 2小时")
    member.say("上报 个人荣誉 昨天 1次 本单位 文号 林党〔2026〕3号")
    assert "缺少材料" not in secretary.say("退回 1")
    assert "缺少材料" in secretary.say("退回 2")


def test_a_returned_report_is_corrected_and_sent_again_by_digits(phone):
    member, secretary = phone("member"), phone("secretary")
    member.say("上报 志愿服务 昨天 2小时")
    secretary.say("退回 1 数量不对")
    assert "1 改好重报1号" in member.say("我的上报")
    assert "数量：2小时" in member.say("1")
    assert "一共多少小时" in member.say("4")
    assert "数量：3小时" in member.say("3")
    assert "编号2" in member.say("1")
    assert states() == [(1, "superseded"), (2, "pending")]


def test_one_takes_back_by_digits_after_a_second_look(phone):
    member = phone("member")
    member.say("上报 志愿服务 昨天 2小时")
    assert "1 撤回1号 11月23日 志愿服务 2小时" in member.say("撤回")
    assert "请核对，还没有办" in member.say("1")
    assert "0 上一步" in member.say("9")
    assert "1号上报已取消：11月23日 志愿服务 2小时" in member.say("1")
    assert states() == [(1, "withdrawn")]


@pytest.mark.parametrize(
    ("said", "digits", "part"),
    [
        pytest.param("异议", "11", "已收到，异议编号", id="an objection"),
        pytest.param("减负意见", "11", "意见已送到工委办公室", id="what is too much"),
        pytest.param("提醒设置", "1", "已关闭每月提醒", id="reminders"),
        pytest.param("请假", "211", "已登记请假：11月25日（公务）", id="leave"),
        pytest.param("项目", "7221", "编号1", id="an item and its report"),
        pytest.param("帮助", "2", "2026年积分：60分", id="the list of all"),
        pytest.param("帮助", "81", "您的名次", id="its next page"),
        pytest.param("不知所云", "2", "2026年积分：60分", id="nothing understood"),
    ],
)
def test_digits_alone_finish_it(phone, said, digits, part):
    member = phone("member")
    answer = member.say(said)
    for digit in digits:
        answer = member.say(digit)
    assert part in answer


def test_one_goes_back_asks_for_help_and_leaves(phone):
    member = phone("member")
    first = member.say("请假")
    assert "请假是什么事由" in member.say("1")
    assert member.say("上一步") == first
    assert member.say("帮助").startswith(replies.HELP_HEAD)
    assert member.say("0") == first
    assert "没有看懂“9”" in member.say("9")
    assert member.say("取消").startswith("好的")
    assert "没有看懂" in member.say("1")


def test_a_digit_written_before_the_list_chooses_nothing(phone):
    member = phone("member")
    with time_machine.travel(TUESDAY + dt.timedelta(minutes=2), tick=False):
        member.say("提醒设置")
    with time_machine.travel(TUESDAY + dt.timedelta(minutes=1), tick=False):
        assert "来晚了" in member.say("1")
    with time_machine.travel(TUESDAY + dt.timedelta(minutes=3), tick=False):
        assert "每月提醒现在开着" in member.say("提醒设置")


def test_a_list_does_not_take_the_digits_of_a_report(phone):
    member = phone("member")
    member.say("社区清扫2小时")
    between = member.say("提醒设置")
    assert "1 关闭提醒" not in between
    assert between.endswith("0 取消，不报了")
    assert "日期：11月24日" in member.say("1")


@given(count=st.integers(1, 40), asks=st.booleans())
def test_every_choice_is_reached_by_one_digit_of_some_page(count, asks):
    choices = [Choice(f"第{n}项", f"看 {n}", asks) for n in range(count)]
    offer = Offer("头", choices, "脚")
    asked = Asked(offer.head, offer.foot, offer.choices, trail=("帮助",))
    pages = [replace(asked, page=n) for n in range(-(-count // PAGE))]
    assert [one for page in pages for one in page.shown] == choices
    assert all(len(page.shown) <= PAGE and page.words().startswith("头\n1 ") for page in pages)
    assert Asked.restored(asked.stored()) == asked


def test_a_reason_in_ones_own_words_is_shown_and_then_taken(phone):
    member, secretary = phone("member"), phone("secretary")
    member.say("上报 志愿服务 昨天 2小时")
    secretary.say("待审")
    secretary.say("1")
    assert "是什么原因" in secretary.say("2")
    shown = secretary.say("照片不清楚")
    assert "请核对，还没有办：退回 1 照片不清楚" in shown
    assert states() == [(1, "pending")]
    assert "是什么原因" in secretary.say("0"), "one goes back to the list"
    # Material is no reason where the basis asks for none, and he is told so.
    secretary.say("缺少材料")
    assert "材料" in secretary.say("1")
    assert states() == [(1, "pending")]
    secretary.say("退回 1")
    secretary.say("与实际不符")
    assert "已退回1号（陈国强），原因：与实际不符" in secretary.say("1")


def test_an_objection_in_ones_own_words_and_a_deed_that_is_none(phone):
    member = phone("member")
    member.say("异议")
    assert "请核对，还没有办：异议 9月15日的党员大会没有记" in member.say("9月15日的党员大会没有记")
    assert "异议编号" in member.say("1")
    member.say("异议")
    assert "请核对，还没有上报" in member.say("昨天社区清扫2小时"), "a clear deed is a deed"
    member.say("取消")
    member.say("减负意见")
    assert "请核对，还没有办：减负意见 同一张表填了三遍" in member.say("同一张表填了三遍")
    assert "意见已送到" in member.say("1")
    # A list that asks for no words takes none.
    member.say("提醒设置")
    assert "没有看懂" in member.say("照片不清楚")


def test_withdrawing_is_about_a_report_also_where_a_list_stands(phone):
    member = phone("member")
    member.say("上报 志愿服务 昨天 2小时")
    member.say("帮助")
    answer = member.say("撤回")
    assert answer.startswith("请写明编号，例如：撤回 42。")
    assert "1 撤回1号" in answer


def test_confirming_all_repeats_the_points(phone):
    member, secretary = phone("member"), phone("secretary")
    for day in ("昨天", "11月20日"):
        member.say(f"上报 志愿服务 {day} 2小时")
    secretary.say("全部通过")
    assert "1号 陈国强 11月23日 志愿服务 2小时，本人现为62分" in secretary.say("1")
