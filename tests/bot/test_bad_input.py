"""What nobody expects to be sent: each has an answer that says what to do, in words a sixty-year-old reads."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa
import time_machine

from bot.callback import config_of_house
from jifen.access import service as access
from jifen.core.actor import Role
from jifen.core.db import db as database
from jifen.members import service as members
from jifen.wechat.envelope import MAX_TEXT
from tests import city
from tests.bot.phone import Phone

TUESDAY = dt.datetime(2026, 11, 24, 1, 0, tzinfo=dt.UTC)
OTHERS = [
    pytest.param("link", {"Url": "https://example.org"}, "收到链接", id="a link"),
    pytest.param("file", {"Title": "a.docx"}, "收到文件", id="a file"),
    pytest.param("video", {"MediaId": "m"}, "收到视频", id="a film"),
    pytest.param("voice", {"MediaId": "m"}, "转文字", id="a voice without words"),
    pytest.param("text", {"Content": "[微笑]"}, "收到您的表情", id="a sticker"),
    pytest.param("location", {"Location_X": "1", "Location_Y": "2"}, "收到位置", id="a place"),
]


@pytest.fixture
def town(db):
    with time_machine.travel(TUESDAY, tick=False):
        yield city.build()


@pytest.mark.parametrize(("kind", "fields", "part"), OTHERS)
def test_where_words_are_expected_the_question_is_put_again(phone, kind, fields, part):
    member = phone("member")
    question = member.say("社区清扫2小时")
    answer = member.send(kind, **fields)
    assert part in answer
    assert answer.endswith(question)
    assert "请核对" in member.say("2")


@pytest.mark.parametrize(("kind", "fields", "part"), OTHERS)
def test_elsewhere_digits_are_offered(phone, kind, fields, part):
    member = phone("member")
    answer = member.send(kind, **fields)
    assert part in answer
    assert "1 上报做过的事" in answer
    assert "2026年积分：60分" in member.say("2")


@pytest.mark.parametrize(
    ("said", "parts"),
    [
        pytest.param("通过", ("请写明编号，例如：通过 42", "1 看 1号"), id="without a number"),
        pytest.param("退回", ("请写明编号和原因",), id="returned without a number"),
        pytest.param("通过 99", ("没有找到99号上报，请核对编号",), id="of no report"),
        pytest.param("通过 0", ("没有找到0号",), id="number nought"),
        pytest.param("通过 999999999", ("没有找到999999999号",), id="a long number"),
    ],
)
def test_decisions_that_name_nothing(phone, said, parts):
    member, secretary = phone("member"), phone("secretary")
    member.say("上报 志愿服务 昨天 2小时")
    answer = secretary.say(said)
    assert all(part in answer for part in parts)
    assert "1号 陈国强" in secretary.say("待审")


def test_of_a_report_decided_a_second_ago(phone):
    member, secretary, deputy = phone("member"), phone("secretary"), phone("deputy")
    member.say("上报 志愿服务 昨天 2小时")
    secretary.say("通过 1")
    for said in ("通过 1", "退回 1 日期写错了", "退回 1"):
        answer = deputy.say(said)
        assert "1号（陈国强 11月23日 志愿服务 2小时）目前是“已确认”，不用再处理" in answer


@pytest.mark.parametrize("said", ["通过 1", "退回 1 日期写错了", "退回 1", "看 1", "撤回 1"])
def test_of_another_branch(phone, said):
    member, stranger = phone("member"), phone("other_secretary")
    member.say("上报 志愿服务 昨天 2小时")
    assert "没有找到1号" in stranger.say(said)


def test_guessed_codes_are_refused_politely_and_then_not_taken_at_all(town, client, app):
    stranger = Phone(client, config_of_house(), "nobody")
    code = access.issue_code(town.people["member"], by=city.BY)
    answers = [stranger.say(f"绑定 ABCD23{n:02} 陈国强") for n in range(24)]
    assert "绑定码" in answers[0]
    assert all("陈国强" not in one for one in answers)
    # After some guesses nothing is tried any more, the right code as little.
    assert answers[-1] == stranger.say(f"绑定 {code} 陈国强")
    assert "一小时" in answers[-1]


def test_words_older_than_the_conversation_change_nothing(phone):
    member = phone("member")
    with time_machine.travel(TUESDAY + dt.timedelta(minutes=5), tick=False):
        question = member.say("昨天社区清扫2小时")
    with time_machine.travel(TUESDAY, tick=False):
        late = member.say("确认")
    assert "这句话来晚了，没有用上" in late
    assert late.endswith(question)
    assert database.session.scalar(sa.text("SELECT count(*) FROM report")) == 0


def test_a_decider_of_two_branches_is_asked_whose_report_he_means(phone, town):
    """Numbers run by branch: whoever holds two posts is shown names, and answers with one."""
    member, other = phone("member"), phone("stranger")
    member.say("上报 志愿服务 昨天 2小时")
    other.say("上报 志愿服务 昨天 1小时")
    members.appoint(
        town.people["secretary"], town.other_branch, Role.DEPUTY_SECRETARY, since=city.SINCE, by=city.BY
    )
    secretary = phone("secretary")
    assert "有几条1号在等您处理（陈国强、赵远）。请在编号后写上姓名再发一次" in secretary.say("通过 1")
    shown = secretary.say("待审")
    assert "看 1号 陈国强" in shown
    assert "看 1号 赵远" in shown
    looked = secretary.say("2")
    assert "1号 赵远 11月23日 志愿服务 1小时：待审" in looked
    assert "支部：机关第二党支部" in looked
    assert "已确认：1号 赵远" in secretary.say("1")
    assert "已确认：1号 陈国强" in secretary.say("通过 1")


def test_what_a_decider_of_two_branches_says_again_is_about_the_same_report(phone, town):
    members.appoint(
        town.people["secretary"], town.other_branch, Role.DEPUTY_SECRETARY, since=city.SINCE, by=city.BY
    )
    secretary = phone("secretary")
    phone("member").say("上报 志愿服务 昨天 2小时")
    assert "已确认：1号 陈国强" in secretary.say("通过 1")
    with time_machine.travel(TUESDAY + dt.timedelta(minutes=5), tick=False):
        phone("stranger").say("上报 志愿服务 昨天 1小时")
        assert "已确认：1号 赵远" in secretary.say("通过 1")
        assert "1号（赵远 11月23日" in secretary.say("通过 1")
        assert "1号 赵远 11月23日" in secretary.say("看 1")


@pytest.mark.parametrize(
    ("said", "part"),
    [
        pytest.param("😀昨天社区清扫2小时👍🏻", "日期：11月23日", id="faces around"),
        pytest.param("\u202e昨天社区清扫2小时\u202c", "日期：11月23日", id="right to left"),
        pytest.param("昨天\u200b社区\u200d清扫\ufeff2小时", "日期：11月23日", id="marks that nobody sees"),
        pytest.param("昨天社区清扫2小时" + "。" * 1300, "日期：11月23日", id="four kilobytes"),
        pytest.param("我" * 1365, "没有看懂", id="four kilobytes of one letter"),
        pytest.param("\u0e49" * 500, "没有看懂", id="marks above marks"),
        pytest.param("<b>我的积分</b>", "没有看懂", id="mark-up"),
        pytest.param("' OR 1=1 --", "没有看懂", id="a statement"),
    ],
)
def test_letters_of_all_kinds(phone, said, part):
    answer = phone("member").say(said)
    assert part in answer
    assert len(answer.encode()) <= MAX_TEXT


def test_a_long_answer_goes_on_on_a_page_for_its_owner(phone, client):
    member, secretary = phone("member"), phone("secretary")
    for n in range(24):
        member.say(f"上报 志愿服务 昨天 1小时 另一件 第{n}次")
    first = secretary.say("全部通过")
    assert len(first.encode()) <= MAX_TEXT
    link = re.search(r"/m/more\?ticket=\S+", first)[0]
    page = client.get(link)
    assert page.status_code == 200
    rest = secretary.say("更多")
    assert all(line in page.text for line in rest.split("\n")[:3])
    with time_machine.travel(TUESDAY + dt.timedelta(minutes=11), tick=False):
        late = client.get(link)
        assert (late.status_code, late.headers["Location"].startswith("/m/enter?next=")) == (303, True)
    assert "已过期" in client.get("/m/more?ticket=abc").text
