"""Words of a member become an intent, whatever he types around them."""

import datetime as dt

import pytest

from bot import grammar
from bot.intents.deciding import Approve
from bot.intents.reporting import Report

TODAY = dt.date(2026, 9, 16)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        pytest.param("上报 志愿服务 昨天 2小时", dt.date(2026, 9, 15), id="yesterday"),
        pytest.param("上报志愿服务昨天2小时", dt.date(2026, 9, 15), id="without blanks"),
        pytest.param("上报志愿服务大前天2小时", dt.date(2026, 9, 13), id="three days ago, without blanks"),
        pytest.param("上报 志愿服务 明天 2小时", dt.date(2026, 9, 17), id="tomorrow, to be refused by name"),
        pytest.param("上报 志愿服务 9月5日 2小时", dt.date(2026, 9, 5), id="month and day"),
        pytest.param("上报 志愿服务 12月28日 2小时", dt.date(2025, 12, 28), id="the one that was"),
    ],
)
def test_a_day_is_understood(text, day):
    intent = grammar.parse(text, today=TODAY)

    assert isinstance(intent, Report)
    assert (intent.item, intent.day, intent.bad_day, intent.rest) == ("志愿服务", day, "", ())


@pytest.mark.parametrize("said", ["上周五", "周六", "星期天", "上个月", "月底", "13月5日"])
def test_a_day_that_could_be_two_is_asked_for(said):
    intent = grammar.parse(f"上报 志愿服务 {said} 2小时", today=TODAY)

    assert isinstance(intent, Report)
    assert (intent.day, intent.bad_day) == (None, said)


def test_after_a_day_words_are_only_words():
    intent = grammar.parse("上报 志愿服务 昨天 2小时 周末清扫街道", today=TODAY)

    assert isinstance(intent, Report)
    assert (intent.day, intent.rest) == (dt.date(2026, 9, 15), ("周末清扫街道",))


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        pytest.param("通过 42", Approve((42,)), id="one"),
        pytest.param("通过42号", Approve((42,)), id="glued"),
        pytest.param("通过 42、43，44和45号", Approve((42, 43, 44, 45)), id="several"),
        pytest.param("通过 42 张三", Approve((42,), "张三"), id="with whose it is"),
        pytest.param("通过 42号 张三 3月5日 志愿服务2小时", Approve((42,), "张三"), id="a line sent back"),
        pytest.param("通过 3月5日 志愿服务", Approve(), id="a day is no number"),
        pytest.param("通过 3-7", Approve(), id="a range is no number"),
        pytest.param("通过率90", Approve(), id="another word"),
    ],
)
def test_only_numbers_that_come_first_are_confirmed(text, intent):
    assert grammar.parse(text, today=TODAY) == intent
