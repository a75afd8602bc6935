"""The account's own picture on the organiser's screen: made by the worker, scanned into the chat."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from bot.callback import config_of_house
from jifen.access import service as access
from jifen.activities import account_codes, planning, queries, queries_checking
from jifen.core import clock, house
from jifen.wechat.qr import QrCode
from tests import city
from tests.activities.town import at, need
from tests.bot.phone import Phone
from tests.console.conftest import signed_in


@pytest.fixture
def town(db):
    return city.build()


@pytest.fixture
def act(town):
    with at(9):
        return planning.plan(need(town), by=town.actor("secretary")).id


@pytest.fixture
def platform(monkeypatch):
    """WeChat, as far as it makes codes; what was asked of it."""
    asked = []

    def create(_client, scene, *, seconds):
        asked.append((scene, seconds))
        return QrCode(f"http://weixin.qq.com/q/{len(asked)}", seconds)

    monkeypatch.setattr(account_codes.qr, "create", create)
    return asked


def works(db) -> int:
    """Do what the worker would; returns how many pictures it was asked for."""
    rows = db.session.execute(
        sa.text("DELETE FROM procrastinate.procrastinate_jobs WHERE task_name = :name RETURNING args"),
        {"name": account_codes.MAKE},
    ).scalars()
    found = list(rows)
    for args in found:
        account_codes.make(**args)
    return len(found)


def bound(client, town, who: str) -> Phone:
    phone = Phone(client, config_of_house(), who)
    city.bind(phone.openid, access.issue_code(town.people[who], by=city.BY), city.NAMES[who])
    return phone


def test_the_screen_asks_for_this_half_minute_and_the_next_and_a_scan_checks_in(
    app, db, client, town, act, platform
):
    with at(13, 50):
        phone = bound(client, town, "member")
        screen = signed_in(app, town.people["secretary"]).open(f"/console/activities/{act}/screen?by=chat")
        assert "正在请微信生成公众号二维码" in screen.text
        assert works(db) == 2
        assert "扫了在对话里直接签到" in screen.open(f"/console/activities/{act}/screen?by=chat").text
        assert works(db) == 0
        (scene, seconds), _ = platform
        assert len(scene) <= 64
        assert seconds == 90
        assert "签到成功" in phone.event("SCAN", scene)
        assert "已经" in phone.event("SCAN", scene, at=clock.now() + dt.timedelta(seconds=2))
        assert queries.shown(act, by=town.actor("member")).in_at == clock.at(dt.date(2026, 6, 10), 13, 50)


def test_a_scanner_inside_the_chat_reads_either_picture(db, client, town, act, platform):
    with at(13, 50):
        member, colleague = bound(client, town, "member"), bound(client, town, "colleague")
        stranger = bound(client, town, "stranger")
        found = queries.shown(act, by=town.actor("secretary"))
        account_codes.shown(found, "in")
        works(db)
        url = account_codes.shown(found, "in")
        assert "签到成功" not in stranger.scan(url)
        assert "签到成功" in member.scan(url)
        assert "签到成功" in colleague.scan(queries_checking.code(found, "in").qr)
    for second, scanned, said in (
        (2, "http://weixin.qq.com/q/somebody-elses", "已经失效"),
        (3, "https://example.org/", "这里用不上"),
        (4, f"{house.settings().public_url}/plates/abc", "点开看"),
    ):
        with at(13, 50, second):
            assert said in member.scan(scanned)
    with at(13, 53):
        assert "已经失效" in member.scan(url)


def test_an_old_picture_a_next_one_and_somebody_elses_scan(db, client, town, act, platform):
    with at(13, 50):
        member, stranger = bound(client, town, "member"), bound(client, town, "stranger")
        found = queries.shown(act, by=town.actor("secretary"))
        assert account_codes.shown(found, "in") is None
        works(db)
        now, later = (scene for scene, _ in platform)
        assert "签到成功" not in member.event("SCAN", later)
        assert "签到成功" not in stranger.event("SCAN", now)
    with at(13, 51, 30):
        assert "签到成功" not in member.event("SCAN", now)
        assert queries.shown(act, by=town.actor("member")).in_at is None
    with at(13, 50, 40):
        assert account_codes.shown(found, "in") == "http://weixin.qq.com/q/2"


def test_who_follows_by_it_and_is_not_bound_reads_how_to_bind(client, town, act, db, platform):
    with at(13, 50):
        account_codes.shown(queries.shown(act, by=town.actor("secretary")), "in")
        works(db)
        newcomer = Phone(client, config_of_house(), "newcomer")
        assert "绑定" in newcomer.event("subscribe", f"qrscene_{platform[0][0]}")


def test_nothing_is_made_late_or_for_what_is_over(db, town, act, platform):
    with at(13, 50):
        account_codes.shown(queries.shown(act, by=town.actor("secretary")), "in")
    with at(13, 53):
        works(db)
        planning.cancel(act, by=town.actor("secretary"))
    with at(13, 54):
        account_codes.make(act, "in", account_codes.rules.step_of(clock.now()))
    assert platform == []
