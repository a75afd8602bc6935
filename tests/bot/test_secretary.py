"""A secretary's queue in the chat: one word a line, all at once, and what is not taken for a decision."""

from __future__ import annotations

import pytest

from bot import grammar
from bot.intents.deciding import Approve, Return, Several
from bot.intents.reporting import TakeBack
from jifen.core import clock
from jifen.points import verify
from tests import city


@pytest.fixture
def town(db):
    return city.build()


@pytest.mark.parametrize(
    ("said", "parts"),
    [
        pytest.param(
            "通过 42\n退回 43 日期不对\n撤回 41",
            (Approve((42,)), Return(43, "日期不对"), TakeBack(41)),
            id="one a line",
        ),
        pytest.param("通过42；退回43 日期不对", (Approve((42,)), Return(43, "日期不对")), id="semicolons"),
        pytest.param("通过 42 退回 43 重复了", (Approve((42,)), Return(43, "重复了")), id="one line"),
    ],
)
def test_several_decisions_in_one_message(said, parts):
    assert grammar.parse(said, today=clock.today()) == Several(parts)


@pytest.mark.parametrize(
    "said", ["通过 42 张三", "通过 42、43", "异议 第一行\n第二行", "上报 志愿服务 昨天 2小时\n清扫街道"]
)
def test_other_messages_of_several_parts_are_one(said):
    assert not isinstance(grammar.parse(said, today=clock.today()), Several)


def test_each_line_gets_its_answer_and_one_that_fails_stops_no_other(phone):
    member, secretary = phone("member"), phone("secretary")
    for hours in ("1", "2", "3"):
        member.say(f"上报 志愿服务 昨天 {hours}小时 另一件")
    said = secretary.say("通过 1\n退回 2 日期写错了\n通过 99\n退回 3").split("\n")
    assert "已确认：1号 陈国强" in said[0]
    assert "已退回2号（陈国强），原因：日期写错了" in said[1]
    assert "没有找到99号" in said[2]
    assert "请写明编号和原因" in said[3]
    assert list(verify.faults()) == []


def test_what_is_decided_is_named_again_and_not_done_twice(phone):
    member, secretary, deputy = phone("member"), phone("secretary"), phone("deputy")
    member.say("上报 志愿服务 昨天 2小时")
    secretary.say("通过 1")
    for one in (secretary, deputy):
        again = one.say("通过 1")
        assert all(part in again for part in ("1号（陈国强", "志愿服务 2小时）", "已确认", "不用再处理"))
    assert "不用再处理" in deputy.say("退回 1 日期写错了")
    assert "61分" in member.say("我的积分")


def test_a_report_of_another_branch_is_not_found(phone):
    member, stranger = phone("member"), phone("other_secretary")
    member.say("上报 志愿服务 昨天 2小时")
    assert "没有找到1号" in stranger.say("通过 1")
    assert "没有找到1号" in stranger.say("退回 1 日期写错了")


def test_all_at_once_is_counted_first_and_leaves_out_what_wants_a_look(phone):
    member, colleague, secretary = phone("member"), phone("colleague"), phone("secretary")
    member.say("上报 志愿服务 昨天 2小时")
    colleague.say("上报 志愿服务 前天 1小时")
    colleague.say("上报 志愿服务 昨天 8小时")
    shown = secretary.say("全部通过")
    assert "可以一起确认的有1条" in shown
    assert "1号 陈国强" in shown
    assert "另有2条请您单独看" in shown
    assert "数量到了上限" in shown
    assert "60分" in member.say("我的积分")
    assert "已确认1条" in secretary.say("1")
    assert "61分" in member.say("我的积分")
    assert "等您处理的上报（2条）" in secretary.say("待审")


def test_all_at_once_is_let_be_by_anything_but_yes(phone):
    member, secretary = phone("member"), phone("secretary")
    member.say("上报 志愿服务 昨天 2小时")
    secretary.say("全部通过")
    assert "没有一起确认" in secretary.say("0")
    assert "没有看懂" in secretary.say("1")
    secretary.say("都通过")
    assert "1号 陈国强" in secretary.say("待审")
    assert "60分" in member.say("我的积分")


def test_what_was_decided_meanwhile_is_said_and_the_rest_confirmed(phone):
    member, colleague = phone("member"), phone("colleague")
    secretary, deputy = phone("secretary"), phone("deputy")
    member.say("上报 志愿服务 昨天 2小时")
    colleague.say("上报 志愿服务 昨天 1小时")
    assert "可以一起确认的有2条" in secretary.say("全部通过")
    deputy.say("退回 1 日期写错了")
    assert "已确认1条" in secretary.say("确认")
    assert list(verify.faults()) == []


def test_a_member_has_nothing_to_confirm(phone):
    assert "没有需要处理的上报" in phone("member").say("全部通过")


@pytest.mark.parametrize("reason", ["缺少材料", "没有照片", "请补充证明", "材料不全"])
def test_material_is_asked_for_only_where_the_basis_does(phone, reason):
    member, secretary = phone("member"), phone("secretary")
    member.say("上报 志愿服务 昨天 2小时")
    assert "不要求提供材料" in secretary.say(f"退回 1 {reason}")
    member.say("上报 个人荣誉 昨天 1次 本单位 文号 林党〔2026〕3号")
    assert "已退回2号" in secretary.say("退回 2 缺少材料")


@pytest.mark.parametrize(
    "reason", ["日期写错了", "数量不对", "不是志愿服务", "重复上报", "材料科的同志说没有这件事"]
)
def test_other_reasons_are_taken(phone, reason):
    member, secretary = phone("member"), phone("secretary")
    member.say("上报 志愿服务 昨天 2小时")
    assert "已退回1号" in secretary.say(f"退回 1 {reason}")
