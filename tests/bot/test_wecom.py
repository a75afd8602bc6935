"""WeCom: the same conversation as in WeChat, sealed and opened by the stand-in's own hand."""

from __future__ import annotations

import time

import pytest
import sqlalchemy as sa

from bot import callback
from bot.callback import config_of_house
from bot.simulator import acts
from bot.simulator.rules.wecom import Corp
from bot.simulator.wire import Delivery, request_of
from jifen.access import service as access
from jifen.access import wecom
from jifen.core import clock, house, logs
from jifen.core.db import db as database
from jifen.members import service as members
from jifen.points import verify
from jifen.wechat.crypto import SafeBox, decode_aes_key
from tests import city
from tests.bot.phone import Phone
from tests.bot.wecom_phone import WeCom, fresh_id
from tests.wechat.samples import ATTACKS


@pytest.fixture
def town(db):
    return city.build()


@pytest.fixture
def member(town, client):
    phone = Phone(client, config_of_house(), "member")
    city.bind(phone.openid, access.issue_code(town.people["member"], by=city.BY), city.NAMES["member"])
    return phone


def test_a_secretary_works_his_queue_in_wecom(member, in_wecom):
    secretary = in_wecom("secretary")
    for said in ("上报 志愿服务 昨天 2小时", "上报 志愿服务 前天 1小时"):
        member.say(said)
    assert "1号 陈国强" in secretary.say("待审")
    approved = secretary.say("通过 1", copies=3)
    assert approved.startswith("已确认：1号 陈国强")
    assert secretary.say("退回 2 日期不对").startswith("已退回2号（陈国强），原因：日期不对")
    assert secretary.say("撤回 1").startswith("1号的确认已撤回")
    doors = database.session.scalars(sa.text("SELECT door FROM audit_entry WHERE action LIKE 'report.%'"))
    assert "wecom" in set(doors)
    assert list(verify.faults()) == []


def test_what_was_begun_in_wechat_goes_on_in_wecom(client, town, in_wecom):
    phone = Phone(client, config_of_house(), "secretary")
    city.bind(phone.openid, access.issue_code(town.people["secretary"], by=city.BY), city.NAMES["secretary"])
    secretary = in_wecom("secretary")
    assert "请核对" in phone.say("昨天社区清扫2小时")
    assert secretary.say("1").startswith("已收到，编号1")
    assert "编号" not in phone.say("1"), "what was answered on one is not answered on the other again"


def test_a_stranger_and_one_who_unbound_are_told_where_to_bind(client, town, in_wecom):
    for said in ("待审", "通过 1", "绑定 ABCD3467 周正", "同意", "今天天气"):
        told = WeCom(client, "nobody").say(said)
        assert "绑定企业微信" in told
        assert f"\n{house.settings().public_url}/console/wecom\n" in told
    secretary = in_wecom("secretary")
    assert "目前没有等您处理的上报" in secretary.say("待审")
    for said in ("绑定", "绑定 ABCD3467 周正"):
        assert secretary.say(said).startswith("您的企业微信已经绑定")
    wecom.unbind(town.people["secretary"], by=town.actor("secretary"))
    assert "绑定企业微信" in secretary.say("待审")


def test_the_secretary_of_another_branch_decides_nothing_here(member, in_wecom):
    member.say("上报 志愿服务 昨天 2小时")
    other = in_wecom("other_secretary")
    assert "目前没有等您处理的上报" in other.say("待审")
    for said in ("通过 1", "退回 1 不对", "看 1", "撤回 1"):
        assert "陈国强" not in other.say(said)
    assert "待审" in member.say("我的上报")


def test_whose_post_ended_decides_nothing_in_wecom_any_more(member, town, in_wecom):
    member.say("上报 志愿服务 昨天 2小时")
    secretary, deputy = in_wecom("secretary"), in_wecom("deputy")
    assert "1号 陈国强" in secretary.say("待审")
    post = database.session.scalar(
        sa.text("SELECT id FROM post WHERE member_id = :m"), {"m": town.people["secretary"]}
    )
    members.end_post(post, on=clock.today(), by=town.actor("office"))
    # What was offered while he held it is no way in either: the list's first line was 通过.
    for said in ("1", "通过 1", "全部通过", "退回 1 不对", "看 1", "撤回 1", "待审"):
        answer = secretary.say(said)
        assert "陈国强" not in answer, said
    assert "待审" in member.say("我的上报")
    assert "年积分：60分" in secretary.say("我的积分"), "what is his own stays his"
    assert deputy.say("通过 1").startswith("已确认：1号")


def test_the_text_is_answered_first_and_the_answer_ends_both_ways(client, town):
    by = town.actor("secretary")
    wecom.bind("zhou", by=by)
    secretary = WeCom(client, "zhou")
    assert "谁处理" in secretary.say("待审")
    assert "已记下您的同意" in secretary.say("同意")
    assert "目前没有等您处理的上报" in secretary.say("待审")
    assert "已撤回同意" in secretary.say("撤回同意")
    assert "绑定企业微信" in secretary.say("待审")


def test_speech_taps_and_events(in_wecom):
    secretary = in_wecom("secretary")
    say = secretary.push
    assert "转文字" in say(acts.voice("M2", fresh_id(), recognised=None))[0]
    assert "目前没有等您处理的上报" in say(acts.event("click", "待审"))[0]
    for event in ("subscribe", "unsubscribe", "enter_agent", "view", "LOCATION", "batch_job_result"):
        assert say(acts.event(event, "")) == [""]
    assert "我的积分" in secretary.say("帮助")


def test_what_is_not_wecoms_is_refused(client, in_wecom):
    secretary = in_wecom("secretary")
    fields, now = acts.text("待审", "1"), str(int(clock.now().timestamp()))
    delivery = Delivery(account="x", openid=secretary.user, fields=fields, created=int(now))
    good = secretary.corp.credentials()
    query, body = request_of(delivery, good, nonce="n", timestamp=now)
    account = config_of_house()
    for wrong in (
        (query.replace("msg_signature=", "msg_signature=0"), body),
        (query, delivery.xml().encode()),
        (query, b""),
        (query, body[:-40]),
        ("", body),
        request_of(delivery, Corp(token="another", aes_key="b" * 43).credentials(), nonce="n", timestamp=now),
    ):
        assert client.post(f"/wecom?{wrong[0]}", data=wrong[1]).status_code == 403
    assert account.app_id != secretary.corp.corp_id
    # WeChat's own door does not take WeCom's envelope either, though the stand-ins share a key.
    assert client.post(f"/wechat?{query}", data=body).status_code == 403


def test_a_delivery_that_cannot_be_read_is_acknowledged(in_wecom):
    secretary = in_wecom("secretary")
    secretary.user = "名字"
    assert secretary.push(acts.text("待审", "1")) == [""]


@pytest.mark.parametrize("name", sorted(ATTACKS))
def test_hostile_bodies_do_no_harm(client, in_wecom, name):
    secretary = in_wecom("secretary")
    corp, now = secretary.corp, str(int(clock.now().timestamp()))
    sealed = SafeBox(corp.corp_id, corp.token, (decode_aes_key(corp.aes_key),)).seal(ATTACKS[name])
    signed = corp.credentials().sign(now, "n", sealed)
    query = {"msg_signature": signed, "timestamp": now, "nonce": "n"}
    body = f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
    began = time.perf_counter()
    answer = client.post("/wecom", query_string=query, data=body)
    assert answer.status_code in (200, 403)
    assert time.perf_counter() - began < 1
    if answer.status_code == 200:
        assert answer.data == b"" or b"<Encrypt>" in answer.data
    assert client.post("/wecom", query_string=query, data=ATTACKS[name]).status_code == 403


def test_no_line_of_the_log_names_who_wrote_what(in_wecom, capfd, monkeypatch):
    secretary = in_wecom("secretary")

    def fails(_intent, **_more):
        raise ValueError("刘洋的私事")

    monkeypatch.setattr(callback, "handle", fails)
    logs.configure()
    assert "系统繁忙" in secretary.say("待审")
    secretary.push(acts.text("刘洋的私事", "x1"))
    said = "".join(capfd.readouterr())
    assert "wechat.unexpected" in said
    for secret in ("wecom-secretary", "刘洋", secretary.corp.token, secretary.corp.aes_key):
        assert secret not in said
