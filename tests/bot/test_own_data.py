"""One's own data in the chat: a link to all of it, corrections asked, answered, taken back."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
import sqlalchemy as sa
import time_machine

from bot import grammar
from bot.callback import config_of_house
from bot.intents.people import Ask, AskHow, MyData, WithdrawRequest
from bot.intents.reporting import Report, TakeBack
from jifen.access import service as access
from jifen.core import clock
from jifen.core.db import db
from jifen.privacy import service
from tests import city
from tests.bot.phone import Phone

TODAY = dt.date(2026, 9, 16)


@pytest.fixture
def town(db):
    return city.build()


@pytest.fixture
def phone(town, client, app):
    made = Phone(client, config_of_house(), "member")
    made.say(f"绑定 {access.issue_code(town.people['member'], by=city.BY)} 陈国强")
    made.say("同意")
    return made


def link(said: str) -> str:
    found = re.search(r"https?://[^/\s]+(/m/data\?ticket=\S+)", said)
    assert found, said
    return found[1]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        pytest.param("更正 姓名 陈国壮", Ask("correct", "姓名", "陈国壮"), id="as shown"),
        pytest.param("更正姓名陈国壮", Ask("correct", "姓名", "陈国壮"), id="in one"),
        pytest.param("更正 姓名：陈国壮", Ask("correct", "姓名", "陈国壮"), id="with a colon"),
        pytest.param("更正 姓名 应改为 陈国壮", Ask("correct", "姓名", "陈国壮"), id="politely"),
        pytest.param("更正 姓名 成龙", Ask("correct", "姓名", "成龙"), id="a name is left whole"),
        pytest.param(
            "更正 入党时间 2015年6月1日",
            Ask("correct", "入党时间", "2015年6月1日"),
            id="a day of the party",
        ),
        pytest.param("更正", Report(number=0), id="which of both is asked"),
        pytest.param("反对 导出 不希望列入", Ask("object", "导出", "不希望列入"), id="object"),
        pytest.param("反对", AskHow("object"), id="object to what"),
        pytest.param("限制处理 名单 正在更正", Ask("limit", "名单", "正在更正"), id="limit"),
        pytest.param("撤回申请 12", WithdrawRequest(12), id="taken back"),
        pytest.param("导出我的数据", MyData(), id="my data"),
        pytest.param("撤回 42", TakeBack(42), id="a report is taken back as before"),
    ],
)
def test_what_is_understood(text, intent):
    assert grammar.parse(text, today=TODAY) == intent


@pytest.mark.parametrize("text", ["我想下载我的个人信息", "系统存了我哪些东西", "导出我的数据"])
def test_what_is_asked_in_ones_own_words(phone, text):
    assert "/m/data?ticket=" in phone.say(text)


def test_a_report_is_corrected_by_its_number_as_before():
    intent = grammar.parse("更正 42 志愿服务 3月5日 2小时", today=TODAY)
    assert (type(intent), intent.number) == (Report, 42)


def test_a_link_shows_everything_for_ten_minutes(phone, town, client):
    start = clock.now()
    with time_machine.travel(start, tick=False) as moved:
        address = link(phone.say("导出我的数据"))
        offered = client.get(address)
        assert (offered.status_code, offered.headers["Cache-Control"]) == (200, "no-store")
        assert "陈国强" not in offered.text
        assert db.session.scalar(sa.text("SELECT count(*) FROM export")) == 0

        page = client.get(address.replace("/m/data?", "/m/data/page?"))
        assert "陈国强" in page.text
        assert "周正" not in page.text
        assert json.loads(client.get(address.replace("/m/data?", "/m/data/file?")).data)["name"] == "陈国强"
        assert client.get(address.replace("/m/data?", "/m/data/sheet?")).data[:2] == b"PK"
        assert db.session.scalar(sa.text("SELECT count(*) FROM export WHERE door = 'phone'")) == 3

        moved.shift(dt.timedelta(minutes=11))
        late = client.get(address)
        assert (late.status_code, "已过期" in late.text) == (401, True)


@pytest.mark.parametrize("forged", ["", "x", "WzEsOTk5OTk5OTk5OV0.abc"])
def test_a_forged_link_shows_nothing(client, town, forged):
    for path in ("", "/page", "/sheet", "/file"):
        answer = client.get(f"/m/data{path}?ticket={forged}")
        assert (answer.status_code, "已过期" in answer.text) == (401, True)


def test_a_link_ends_with_the_consent(phone, client):
    address = link(phone.say("导出我的数据"))
    phone.say("撤回同意")
    assert client.get(address).status_code == 401


def test_a_correction_by_chat(phone, town):
    said = phone.say("更正 姓名 陈国壮")
    assert "更正姓名“陈国壮”" in said
    assert "由机关第一党支部答复" in said
    assert "正在办理" in phone.say("更正 姓名 陈国庄")
    [one] = db.session.scalars(sa.text("SELECT id FROM privacy_request")).all()
    assert f"{one}号 更正姓名“陈国壮”：办理中" in phone.say("我的申请")
    service.answer(one, True, "已核对证件", by=town.actor("secretary"))
    assert "同意（已核对证件）" in phone.say("我的申请")


def test_a_repeated_message_asks_once(phone):
    first = phone.say("更正 工号 A7", msg_id="900")
    assert phone.say("更正 工号 A7", msg_id="900") == first
    assert db.session.scalar(sa.text("SELECT count(*) FROM privacy_request")) == 1


def test_taken_back_by_chat(phone):
    phone.say("反对 导出 不希望列入名单")
    [one] = db.session.scalars(sa.text("SELECT id FROM privacy_request")).all()
    assert "已撤回" in phone.say(f"撤回申请 {one}")
    assert "编号" in phone.say("撤回申请")
    assert "没有找到" in phone.say("撤回申请 999999")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("更正", "更正 姓名 张三", id="how to correct"),
        pytest.param("更正 姓名", "姓名应为2到40个字", id="no value"),
        pytest.param("更正 积分 9", "异议", id="points have their own path"),
        pytest.param("反对 积分 少了", "异议", id="and so when opposed"),
        pytest.param("反对", "名单、导出、提醒、其他", id="how to object"),
        pytest.param("反对 导出", "请写明理由", id="no reason"),
        pytest.param("更正 入党时间 去年", "2015-06-01", id="no day"),
    ],
)
def test_what_is_missing_is_said(phone, text, says):
    assert says in phone.say(text)
    assert db.session.scalar(sa.text("SELECT count(*) FROM privacy_request")) == 0


def test_nothing_written_freely_is_asked_without_the_warning(phone):
    for text in ("更正", "反对", "限制处理", "异议"):
        assert "不得涉密" in phone.say(text), text
