"""Who reads a page on the phone: the way over WeChat and back, and everything that may go wrong on it."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa
import time_machine

from jifen.access import privacy_text, visitors
from jifen.access import service as access
from jifen.core import clock
from jifen.web.doors import COOKIE, PHONE_COOKIE
from jifen.wechat.client import ApiError, Unreachable, Visitor
from tests import city
from tests.console.conftest import signed_in as at_desk
from tests.phone.conftest import Browser, signed_in


@pytest.fixture
def bound(town):
    city.bind("openid-member", access.issue_code(town.people["member"], by=city.BY), "陈国强")


def test_a_member_comes_in_without_doing_anything(browser, platform, bound):
    asked = browser.way("/m/reports")
    assert re.fullmatch(r"[0-9a-zA-Z]{32}", asked["state"])
    assert asked["scope"] == "snsapi_base"
    assert asked["redirect_uri"].endswith("/m/enter")
    platform.codes["C1"] = Visitor("openid-member")
    back = browser.back(asked["state"], "C1")
    assert (back.status_code, back.headers["Location"]) == (303, "/m/reports")
    cookie = next(c for c in back.headers.getlist("Set-Cookie") if c.startswith(PHONE_COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/m" in cookie
    assert "openid-member" not in cookie
    assert "陈国强同志" in browser.open("/m/").text


def test_a_state_counts_once_and_only_in_its_browser(app, browser, platform, bound):
    asked = browser.way()
    platform.codes |= {"C1": Visitor("openid-member"), "C2": Visitor("openid-member")}
    other = Browser(app)
    # A link that an attacker made for himself signs nobody in.
    assert "没有认出您" in other.back(asked["state"], "C2").text
    assert platform.asked == []
    way = browser.client.get_cookie(visitors.WAY, path="/m").value
    assert browser.back(asked["state"], "C1").status_code == 303
    other.client.set_cookie(visitors.WAY, way, path="/m")
    assert "没有认出您" in other.back(asked["state"], "C2").text
    assert platform.asked == ["C1"]
    assert other.client.get_cookie(PHONE_COOKIE, path="/m") is None


def test_going_back_or_reloading_leads_home(browser, platform, bound):
    asked = browser.way()
    platform.codes["C1"] = Visitor("openid-member")
    browser.back(asked["state"], "C1")
    again = browser.back(asked["state"], "C1")
    assert (again.status_code, again.headers["Location"]) == (303, "/m/")
    assert platform.asked == ["C1"]


def test_a_way_ends_after_five_minutes(browser, platform, bound):
    with time_machine.travel(clock.now(), tick=False) as moved:
        asked = browser.way()
        moved.shift(dt.timedelta(minutes=6))
        platform.codes["C1"] = Visitor("openid-member")
        assert "没有认出您" in browser.back(asked["state"], "C1").text


@pytest.mark.parametrize("code", [40029, 40163, 42003])
def test_a_bad_code_starts_anew_and_not_for_ever(browser, platform, bound, code):
    state = browser.way()["state"]
    platform.codes["C1"] = ApiError(code)
    sent = 1
    while (answer := browser.back(state, "C1")).status_code == 302:
        state = re.search(r"state=(\w+)", answer.headers["Location"])[1]
        sent += 1
        assert sent < 10
    assert sent == visitors.MOST_TRIES
    assert "没有认出您" in answer.text


def test_a_browser_that_keeps_no_cookies_is_not_sent_round(app, platform, bound):
    platform.codes["C1"] = Visitor("openid-member")
    asked = Browser(app).way()
    assert "没有认出您" in Browser(app).back(asked["state"], "C1").text


def test_a_browser_that_loses_its_session_is_told_after_a_few_rounds(browser, platform, bound):
    platform.codes["C1"] = Visitor("openid-member")
    rounds = 0
    while True:
        entered = browser.open("/m/enter?next=/m/")
        if entered.status_code != 302:
            break
        state = re.search(r"state=(\w+)", entered.headers["Location"])[1]
        browser.back(state, "C1")
        browser.client.delete_cookie(PHONE_COOKIE, path="/m")
        rounds += 1
        assert rounds < 10
    assert rounds == visitors.MOST_TRIES
    assert "没有认出您" in entered.text


def test_a_preview_is_nobody(browser, platform, bound):
    asked = browser.way()
    platform.codes["C1"] = Visitor("openid-member", snapshot=True)
    answer = browser.back(asked["state"], "C1")
    assert answer.status_code == 403
    assert "使用完整服务" in answer.text
    assert browser.client.get_cookie(PHONE_COOKIE, path="/m") is None


@pytest.mark.parametrize(
    "fault", [Unreachable("ReadTimeout", maybe_done=True), ApiError(-1), ApiError(45009)]
)
def test_where_wechat_does_not_answer_it_is_said(browser, platform, bound, fault):
    asked = browser.way()
    platform.codes["C1"] = fault
    answer = browser.back(asked["state"], "C1")
    assert answer.status_code == 503
    assert "微信暂时没有回答" in answer.text


def test_outside_wechat_one_is_told_what_to_do(app, town):
    browser = Browser(app, "Mozilla/5.0 (Windows NT 10.0) Chrome/130")
    answer = browser.open(browser.open("/m/reports").headers["Location"])
    assert answer.status_code == 403
    for part in ("请在微信里打开", "/m/reports", "支部书记代为办理"):
        assert part in answer.text


def test_an_unbound_reader_is_told_how_to_bind(browser, platform, town):
    asked = browser.way()
    platform.codes["C1"] = Visitor("openid-stranger")
    browser.back(asked["state"], "C1")
    answer = browser.open("/m/")
    assert answer.status_code == 403
    assert "绑定纸条" in answer.text


@pytest.mark.parametrize(
    "target", ["https://evil.cn/", "//evil.cn", "/console/", "/m/../console/", "/mm", "\\\\evil.cn", "/m\n"]
)
def test_nobody_is_sent_elsewhere(browser, platform, bound, target):
    browser.client.get("/m/enter", query_string={"next": target}, headers={"User-Agent": browser.agent})
    way = visitors.read_way(browser.client.get_cookie(visitors.WAY, path="/m").value)
    platform.codes["C1"] = Visitor("openid-member")
    back = browser.back(way.state, "C1")
    assert back.headers["Location"] in ("/m/", "/m/../console/")
    if ".." in back.headers["Location"]:
        # A browser makes /console/ of it: the desk asks for its own sign-in.
        assert browser.open("/console/").status_code == 303


def test_a_session_ends_with_the_binding_and_after_two_hours(app, town):
    with time_machine.travel(clock.now(), tick=False) as moved:
        walker = signed_in(app, town, "member")
        assert walker.client.get("/m/").status_code == 200
        moved.shift(dt.timedelta(hours=2))
        assert walker.client.get("/m/").status_code == 303
        walker = signed_in(app, town, "member")
        access.unbind(town.people["member"], by=town.actor("secretary"))
        assert walker.client.get("/m/").status_code == 403


@pytest.mark.parametrize("forged", ["", "x", "a.b", "null", "WzEsMl0.x"])
def test_a_forged_session_is_none(app, town, forged):
    client = app.test_client()
    client.set_cookie(PHONE_COOKIE, forged, path="/m")
    assert client.get("/m/").headers["Location"].startswith("/m/enter")


def test_desk_and_phone_do_not_mix(app, town):
    phone, desk = signed_in(app, town, "secretary"), at_desk(app, town.people["secretary"])
    on_phone = phone.client.get_cookie(PHONE_COOKIE, path="/m").value
    at_the_desk = desk.client.get_cookie(COOKIE, path="/console").value
    for name in (COOKIE, PHONE_COOKIE):
        for value, path in ((on_phone, "/console"), (at_the_desk, "/m")):
            client = app.test_client()
            client.set_cookie(name, value, path="/")
            assert client.get(f"{path}/").status_code == 303
    # Nor does either open the interface for programs.
    assert phone.client.get("/api/v1/me").status_code == 401
    for token in (on_phone, at_the_desk):
        assert (
            app.test_client().get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code
            == 401
        )


def test_a_new_text_is_answered_before_anything_else(app, town, db, monkeypatch):
    walker = signed_in(app, town, "member")
    newer = privacy_text.parse(privacy_text.FILE.read_text("utf-8").replace("2026.4", "2027.1"))
    monkeypatch.setattr(privacy_text, "load", lambda: newer)
    for path in ("/m/", "/m/reports", "/m/seen-by"):
        assert "谁处理您的信息" in walker.open(path).text
    walker.press("同意")
    assert "陈国强同志" in walker.text
    assert "2027.1" in db.session.scalars(sa.text("SELECT version FROM consent")).all()


def test_a_no_on_the_page_ends_the_binding(app, town, db, monkeypatch):
    walker = signed_in(app, town, "member")
    newer = privacy_text.parse(privacy_text.FILE.read_text("utf-8").replace("2026.4", "2027.1"))
    monkeypatch.setattr(privacy_text, "load", lambda: newer)
    walker.open("/m/").press("不同意")
    assert "没有任何影响" in walker.text
    assert db.session.scalar(sa.text("SELECT count(*) FROM binding WHERE ended_at IS NULL")) == 0


def test_scripts_are_signed_for_our_own_pages_only(app, town, platform):
    walker = signed_in(app, town, "member")
    own = "http://127.0.0.1:8000/m/report?x=1#part"
    made = walker.client.get("/m/js-sdk", query_string={"url": own}).get_json()
    assert set(made) == {"appId", "timestamp", "nonceStr", "signature", "wecom"}
    assert "TICKET" not in str(made)
    for url in ("https://evil.cn/m/", "http://127.0.0.1:8000/console/", ""):
        assert walker.client.get("/m/js-sdk", query_string={"url": url}).status_code == 422
    assert app.test_client().get("/m/js-sdk", query_string={"url": own}).status_code == 303


def test_no_openid_and_no_code_in_what_is_logged(browser, platform, bound, capfd):
    asked = browser.way()
    platform.codes["CODE-SECRET"] = Visitor("openid-member")
    browser.back(asked["state"], "CODE-SECRET")
    browser.open("/m/")
    said = capfd.readouterr()
    for secret in ("CODE-SECRET", "openid-member", asked["state"]):
        assert secret not in said.out + said.err
