"""Whom nothing reaches stands on his own secretary's list and on nobody else's; what is unsure is a person's to decide."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from bot.callback import config_of_house
from jifen.access import following
from jifen.access import service as access
from jifen.core.db import db as database
from jifen.core.db import transaction
from jifen.core.errors import Forbidden, NotFound
from jifen.core.states import NotNow
from jifen.notices import queries, service
from jifen.notices.models import Notice
from tests import city
from tests.api import doors
from tests.bot.phone import Phone
from tests.console.conftest import signed_in
from tests.wechat.samples import message

EVERYBODY = (
    "deputy",
    "member",
    "colleague",
    "stranger",
    "other_secretary",
    "office",
    "organ",
    "wc_office",
    "leader",
)


@pytest.fixture
def town(db):
    return city.build()


def owe(town, state: str, *, who="member", kind="report_returned", key="k1") -> int:
    with transaction():
        service.queue_many(kind=kind, rows=[(key, town.people[who], {"report": 1})])
        database.session.execute(sa.update(Notice).where(Notice.key == key).values(state=state))
    return database.session.scalar(sa.select(Notice.id).where(Notice.key == key))


def state_of(notice_id: int) -> str:
    database.session.expire_all()
    return database.session.get(Notice, notice_id).state


@pytest.mark.parametrize("state", ["waits", "failed"])
def test_the_secretary_tells_in_person_and_it_leaves_the_list(town, state):
    notice, by = owe(town, state), town.actor("secretary")
    [row] = queries.to_tell(town.branch, by=by)
    assert (row.name, row.words) == ("陈国强", "上报被退回")
    service.tell(notice, by=by)
    assert queries.to_tell(town.branch, by=by) == []
    assert state_of(notice) == "informed"
    with pytest.raises(NotNow):
        service.tell(notice, by=by)


@pytest.mark.parametrize("who", EVERYBODY)
def test_nobody_else_sees_the_list_or_ticks_it_off(town, who):
    notice, by = owe(town, "waits"), town.actor(who)
    if who == "deputy":  # 副书记 of the same branch
        assert len(queries.to_tell(town.branch, by=by)) == 1
        return
    with pytest.raises(NotFound):
        queries.to_tell(town.branch, by=by)
    assert town.branch not in queries.own_branches(by=by)
    assert queries.unsure(by=by) == []
    for act in (service.tell, service.send_again):
        with pytest.raises((NotFound, NotNow)):
            act(notice, by=by)
    assert state_of(notice) == "waits"


def test_a_secretary_of_another_branch_sees_his_own_people(town):
    owe(town, "waits")
    owe(town, "waits", who="stranger", key="k2")
    assert [row.name for row in queries.to_tell(town.other_branch, by=town.actor("other_secretary"))] == [
        "赵远"
    ]


def test_ones_own_notices_are_not_told_to_oneself(town):
    notice = owe(town, "waits", who="secretary")
    assert queries.to_tell(town.branch, by=town.actor("secretary")) == []
    with pytest.raises(NotFound):
        service.tell(notice, by=town.actor("secretary"))
    assert len(queries.to_tell(town.branch, by=town.actor("deputy"))) == 1


@pytest.mark.parametrize("kind", sorted(queries.PRIVATE))
def test_what_is_his_alone_is_told_without_a_word_of_it(town, kind):
    owe(town, "waits", kind=kind)
    [row] = queries.to_tell(town.branch, by=town.actor("secretary"))
    assert row.words == "有一条给本人的消息，请本人查看"


def test_what_is_unsure_is_the_offices_to_decide(town):
    notice = owe(town, "unknown")
    assert queries.to_tell(town.branch, by=town.actor("secretary")) == []
    for who in ("office", "wc_office"):
        assert [row.id for row in queries.unsure(by=town.actor(who))] == [notice]
    with pytest.raises(NotFound):
        service.tell(notice, by=town.actor("secretary"))
    service.send_again(notice, by=town.actor("office"))
    assert state_of(notice) == "queued"
    with pytest.raises(NotNow):
        service.send_again(notice, by=town.actor("office"))
    other = owe(town, "unknown", key="k2")
    service.tell(other, by=town.actor("wc_office"))
    assert state_of(other) == "informed"
    assert queries.unsure(by=town.actor("office")) == []


def test_who_looks_after_the_machine_sees_counts_and_no_name(app, town):
    owe(town, "unknown")
    assert [(one.state, one.count) for one in queries.counts(by=town.actor("it"))] == [("unknown", 1)]
    assert queries.unsure(by=town.actor("it")) == []
    with pytest.raises(Forbidden):
        queries.counts(by=town.actor("secretary"))
    page = signed_in(app, town.people["it"]).open("/console/sending")
    assert page.status == 200
    assert "陈国强" not in page.text
    assert "不能确定是否发出" in page.text


def test_the_pages_do_it(app, town):
    waits, unsure = owe(town, "waits"), owe(town, "unknown", key="k2")
    page = signed_in(app, town.people["secretary"]).open("/console/tell")
    assert "陈国强" in page.text
    page.press("已告知")
    assert state_of(waits) == "informed"
    page = signed_in(app, town.people["office"]).open("/console/sending")
    page.press("再发一次")
    assert state_of(unsure) == "queued"


def test_the_api_keeps_to_the_same_lines(app, town):
    notice = owe(town, "waits")
    untold, tell = f"/notices/branches/{town.branch}/untold", f"/notices/{notice}/tell"
    for who in ("other_secretary", "office", "leader", "member", "it"):
        caller = doors.caller(app, town, who)
        assert (who, caller.get(untold).status_code) == (who, 404)
        assert (who, caller.post(tell).status_code) == (who, 404)
    secretary = doors.caller(app, town, "secretary")
    assert [one["name"] for one in secretary.get(untold).json["items"]] == ["陈国强"]
    assert secretary.post(tell).status_code == 204
    assert doors.caller(app, town, "office").get("/notices/unsure").json == {"items": []}
    assert doors.caller(app, town, "office", "notices:read").get(untold).status_code == 403


@pytest.fixture
def phone(client, town):
    made = Phone(client, config_of_house(), "member")
    city.bind(made.openid, access.issue_code(town.people["member"], by=city.BY), "陈国强")
    return made


def push(phone: Phone, **fields: str) -> bytes:
    body = message(**({"MsgType": "event", "FromUserName": phone.openid} | fields))
    return phone.push(phone.sealed(body)).data


def test_leaving_and_coming_back_in_the_chat(town, phone):
    member = town.people["member"]
    assert "微信通知现在开着" in phone.say("提醒设置")
    assert push(phone, Event="unsubscribe", CreateTime="1900000000") == b"success"
    assert not following.follows(member)
    push(phone, Event="subscribe", CreateTime="1900000100")
    assert following.follows(member)
    assert "年积分：60分" in phone.say("我的积分"), "his binding and his records stayed"


def test_one_chooses_the_ways_in_the_chat(town, phone):
    by = town.actor("member")
    assert "已关闭微信通知" in phone.say("关闭微信通知")
    assert queries.ways(by=by) == {
        "lasting": False,
        "once": False,
        "template": False,
        "customer": False,
        "wecom": True,
    }
    assert "微信通知现在关着" in phone.say("提醒设置")
    assert "已打开微信通知" in phone.say("打开微信通知")
    assert all(queries.ways(by=by).values())
    phone.say("关闭微信通知")
    phone.say("关闭微信通知")
    phone.say("打开微信通知")
    assert all(queries.ways(by=by).values())


def test_what_was_not_pushed_is_read_in_the_chat_once(town, phone):
    with transaction():
        row = ("d1", town.people["member"], {"what": "password"})
        service.queue_many(kind="account_changed", rows=[row])
        database.session.execute(sa.update(Notice).where(Notice.key == "d1").values(state="waits"))
    said = phone.say("消息")
    assert "您的工作台密码已更改" in said
    assert "没有新的消息" in phone.say("消息")


def test_a_stranger_leaves_no_trace_by_leaving(client, town):
    stranger = Phone(client, config_of_house(), "nobody")
    assert push(stranger, Event="unsubscribe") == b"success"
    assert push(stranger, Event="TEMPLATESENDJOBFINISH", MsgID="77", Status="success") == b"success"
