"""Menus, tags, QR codes and pages between the product and the stand-in: the whole way, over HTTP."""

from __future__ import annotations

import datetime as dt
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from flask import current_app

from jifen.access import menus, screens
from jifen.access import service as access
from jifen.core import clock
from jifen.core.actor import Role
from jifen.core.db import db, transaction
from jifen.jobs import work, work_access
from jifen.members import service as members
from jifen.wechat import account
from jifen.wechat.client import ApiError
from tests import city
from tests.conftest import own_database
from tests.simulator.together import together

TAGS = "/cgi-bin/tags/members/batchtagging"


@pytest.fixture
def stage(settings, cluster, template, tmp_path):
    with own_database(cluster, template) as database, together(settings, database, tmp_path) as stage:
        yield stage


def names(stage, who: str) -> list[str]:
    return [button["name"] for button in stage.world.menu(stage.openids[who])[1]]


def tagged(stage) -> set[str]:
    return {who for who, openid in stage.openids.items() if stage.world.tags.of(openid)}


def test_menus_are_compared_published_and_then_the_same(stage):
    assert [one.tag for one in menus.differences()] == ["", "积分负责人"]
    assert menus.push() == 2
    assert menus.differences() == []
    assert menus.push() == 0
    assert names(stage, "secretary") == names(stage, "member") == ["我的积分", "上报签到", "服务"]
    assert menus.retag() == 1
    assert names(stage, "secretary") == ["待审", "我的积分", "服务"]
    assert names(stage, "member") == ["我的积分", "上报签到", "服务"]
    assert menus.retag() == 0


def test_a_menu_set_by_hand_is_shown_and_replaced(stage):
    menus.push()
    stage.world.menus.create({"button": [{"name": "手工", "type": "click", "key": "x"}]})
    [found] = menus.differences()
    assert "-手工 → 发“x”" in found.lines
    assert menus.push() == 1
    assert menus.differences() == []


def test_taps_are_answered_as_words_are(stage):
    menus.push()
    menu_id, buttons = stage.world.menu(stage.openids["member"])
    assert menu_id
    for top in buttons:
        for one in top["sub_button"]:
            if one["type"] == "click":
                outcome = stage.say(one["key"])
                assert outcome.text, one
                assert "没有看懂" not in outcome.text, one


def test_the_menu_follows_the_post(stage):
    town = stage.town
    menus.push()
    menus.retag()
    assert tagged(stage) == {"secretary"}
    members.appoint(
        town.people["member"], town.branch, Role.DEPUTY_SECRETARY, since=clock.today(), by=city.BY
    )
    work.reroute_unit(town.branch)
    with transaction() as session:
        waiting = session.scalar(
            sa.text(
                "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'access.tags' AND status = 'todo'"
            )
        )
    assert waiting == 1
    menus.retag()
    assert tagged(stage) == {"secretary", "member"}
    with transaction() as session:
        session.execute(
            sa.text("UPDATE post SET until = :d WHERE member_id = :m"),
            {"d": clock.today() + dt.timedelta(days=1), "m": town.people["member"]},
        )
    stage.world.clock.advance(86400)
    list(work_access.follow("", {}))
    assert tagged(stage) == {"secretary"}


def test_a_platform_that_lost_the_tag_is_told_anew(stage):
    menus.push()
    menus.retag()
    [tag] = stage.world.tags.listed()
    stage.world.tags.delete(tag["id"])
    assert menus.push() == 2
    assert menus.retag() == 1
    assert names(stage, "secretary")[0] == "待审"


def test_who_comes_back_gets_his_menu_again(stage):
    menus.push()
    menus.retag()
    stage.world.follow(stage.openids["secretary"], wanted=False).result(10)
    stage.world.clock.advance(5)
    assert menus.retag() == 0
    stage.world.follow(stage.openids["secretary"], wanted=True).result(10)
    menus.retag()
    assert tagged(stage) == {"secretary"}


def test_one_refused_account_spoils_nothing_for_the_others(stage, monkeypatch):
    menus.push()
    put_on, asked = menus.tags.put_on, []

    def picky(client, tag_id, openids):
        asked.append(len(openids))
        if stage.openids["member"] in openids:
            raise ApiError(49003)
        put_on(client, tag_id, openids)

    monkeypatch.setattr(menus.tags, "put_on", picky)
    town = stage.town
    members.appoint(
        town.people["member"], town.branch, Role.DEPUTY_SECRETARY, since=clock.today(), by=city.BY
    )
    assert menus.retag() == 1
    assert asked == [2, 2, 1, 1]
    assert tagged(stage) == {"secretary"}


def test_a_code_on_the_screen_is_scanned_with_the_phone(stage):
    """Shown by the secretary, made by WeChat, scanned, answered: nobody typed a code."""
    town, world = stage.town, stage.world
    access.unbind(town.people["member"], by=town.actor("secretary"))
    code = screens.show(town.people["member"], by=town.actor("secretary"))
    work_access.make_screen(code)
    shown = screens.screen(code, by=town.actor("secretary"))
    assert shown.state == "shown"
    db.session.remove()
    world.clock.advance(5)
    led = world.scan(stage.openids["member"], shown.url)
    assert "谁处理" in led.sent.result(10).text
    assert "绑定成功，陈国强同志" in stage.say("同意").text


def test_a_page_opens_on_the_phone_that_opens_it(stage):
    """The code of WeChat's sign-in names the phone, once; the next page is the member's own."""
    browser = current_app.test_client()
    inside = {"User-Agent": "MicroMessenger"}
    sent = browser.get("/m/enter?next=/m/reports", headers=inside)
    asked = parse_qs(urlsplit(sent.headers["Location"]).query)
    assert asked["scope"] == ["snsapi_base"]
    openid = stage.openids["member"]
    code = stage.world.sign_in.code(openid, "snsapi_base", snapshot=False)
    back = browser.get(f"/m/enter?code={code}&state={asked['state'][0]}", headers=inside)
    assert (back.status_code, back.headers["Location"]) == (303, "/m/reports")
    assert "我的上报" in browser.get("/m/reports").text
    with pytest.raises(ApiError, match=r"40163|40029"):
        account.client().visitor(code)
