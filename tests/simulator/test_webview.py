"""WeChat's own browser: who opened a page."""

from urllib.parse import parse_qs, urlsplit

import pytest

from bot.simulator.app import create_app
from tests.simulator.kit import ACCOUNTS, SHARED, world_for

OPENID = ACCOUNTS[0]["openid"]
BACK = "http://127.0.0.1:9/m/back?next=1"


@pytest.fixture
def world(tmp_path):
    return world_for("http://127.0.0.1:9/wechat", tmp_path)


@pytest.fixture
def browser(world):
    return create_app(world).test_client()


def authorize(browser, **changed):
    query = {
        "appid": SHARED.app_id,
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": "snsapi_base",
        "state": "a1b2",
    } | changed
    return browser.get("/connect/oauth2/authorize", query_string=query)


def test_a_page_opened_on_a_phone_learns_whose_it_is(browser, world):
    browser.get("/simulator/p/J0001/open?url=http://127.0.0.1:9/m/")
    answer = authorize(browser)
    back = urlsplit(answer.headers["Location"])
    query = parse_qs(back.query)
    assert (answer.status_code, back.path, query["next"], query["state"]) == (302, "/m/back", ["1"], ["a1b2"])
    assert world.sign_in.exchange(query["code"][0])["openid"] == OPENID
    # Beside the page as well, where the product's own address has it.
    again = browser.get(f"/simulator{answer.request.full_path}")
    assert again.status_code == 302


def test_another_phone_is_another_person(browser, world):
    for key, person in (("J0001", ACCOUNTS[0]), ("J0002", ACCOUNTS[1])):
        browser.get(f"/simulator/p/{key}/open?url=http://127.0.0.1:9/m/")
        code = parse_qs(urlsplit(authorize(browser).headers["Location"]).query)["code"][0]
        assert world.sign_in.exchange(code)["openid"] == person["openid"]


def test_outside_wechat_nobody_is_anybody(browser):
    assert "请在微信客户端打开链接" in authorize(browser).text


def test_in_wecom_the_number_is_told(browser, world):
    browser.get("/simulator/p/J0002/open?url=http://127.0.0.1:9/m/")
    answer = authorize(browser, appid=world.wecom.corp.corp_id)
    code = parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]
    assert world.wecom.sign_in.redeem(code).openid == "J0002"


def test_a_snapshot_is_shown_only_to_pages_that_want_more(browser, world):
    world.phone(OPENID).snapshot = True
    browser.get("/simulator/p/J0001/open?url=http://127.0.0.1:9/m/")
    told = {}
    for scope in ("snsapi_base", "snsapi_userinfo"):
        code = parse_qs(urlsplit(authorize(browser, scope=scope).headers["Location"]).query)["code"][0]
        told[scope] = world.sign_in.exchange(code).get("is_snapshotuser")
    assert told == {"snsapi_base": None, "snsapi_userinfo": 1}


@pytest.mark.parametrize(
    ("changed", "number"),
    [
        ({"appid": "wx0"}, "10013"),
        ({"redirect_uri": "javascript:alert(1)"}, "10003"),
        ({"redirect_uri": "http://elsewhere.example/"}, "10003"),
        ({"scope": "everything"}, "10005"),
        ({"response_type": "token"}, "10005"),
        ({"state": "a b"}, "10012"),
        ({"state": "a" * 129}, "10012"),
    ],
)
def test_what_is_asked_for_wrongly(browser, world, changed, number):
    world.page_hosts = {"127.0.0.1"}
    browser.get("/simulator/p/J0001/open?url=http://127.0.0.1:9/m/")
    assert number in authorize(browser, **changed).text


def test_only_pages_are_opened(browser):
    assert browser.get("/simulator/p/J0001/open?url=javascript:alert(1)").status_code == 404
