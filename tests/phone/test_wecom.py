"""Who reads a page inside WeCom's browser: named by WeCom, bound at the desk, the same pages as in WeChat."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest

from jifen.access import binding, phone, visitors, wecom
from jifen.access import service as access
from jifen.core import clock, house
from jifen.points import service
from jifen.web.doors import COOKIE, PHONE_COOKIE
from jifen.wechat import inside
from jifen.wechat.client import ApiError, Unreachable, Visitor
from tests import city
from tests.phone.conftest import Browser
from tests.phone.conftest import signed_in as on_phone

WECOM = "Mozilla/5.0 (Linux; Android 14) Chrome/130 MicroMessenger/8.0.50 wxwork/4.1.28"


class Corp:
    """Names members by code, once."""

    def __init__(self) -> None:
        self.codes: dict[str, str | Exception | None] = {}

    def visitor(self, code: str) -> str | None:
        answer = self.codes.pop(code)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def ticket(self) -> str:
        return "CORP_TICKET"


@pytest.fixture
def corp(app, monkeypatch):
    """An organisation that has WeCom."""
    settings, cipher = app.extensions["jifen"]
    changed = {"wecom_corp_id": "wwcorp", "wecom_secret": "x" * 32, "wecom_agent_id": "1000002"}
    monkeypatch.setitem(app.extensions, "jifen", (dataclasses.replace(settings, **changed), cipher))
    made = Corp()
    monkeypatch.setattr(phone.account, "wecom", lambda: made)
    return made


@pytest.fixture
def browser(app, town):
    return Browser(app, WECOM)


@pytest.fixture
def secretary(town, corp):
    """The secretary, bound in WeCom, who agreed to the text there."""
    by = town.actor("secretary")
    wecom.bind("zhou", by=by)
    binding.show(by=by)
    binding.renew(by=by)
    return by


def come(browser, corp, user, path="/m/"):
    asked = browser.way(path)
    corp.codes["C1"] = user
    return browser.back(asked["state"], "C1"), asked


def test_a_secretary_comes_in_by_wecom_and_reads_what_is_his(browser, corp, secretary, town):
    back, asked = come(browser, corp, "zhou", "/m/reports")
    assert (asked["appid"], asked["agentid"], asked["scope"]) == ("wwcorp", "1000002", "snsapi_base")
    assert (back.status_code, back.headers["Location"]) == (303, "/m/reports")
    cookie = next(c for c in back.headers.getlist("Set-Cookie") if c.startswith(PHONE_COOKIE))
    assert "HttpOnly" in cookie
    assert "zhou" not in cookie
    home = browser.open("/m/").text
    assert "周正同志" in home
    assert "陈国强" not in home
    # The desk is another door.
    assert browser.client.get_cookie(COOKIE, path="/console") is None
    assert browser.open("/console/").status_code == 303


def test_a_state_of_wecom_counts_once_and_only_in_its_browser(app, browser, corp, secretary):
    back, asked = come(browser, corp, "zhou")
    assert back.status_code == 303
    browser.client.delete_cookie(PHONE_COOKIE, path="/m")
    corp.codes["C2"] = "zhou"
    assert "没有认出您" in browser.back(asked["state"], "C2").text
    assert "没有认出您" in Browser(app, WECOM).back(asked["state"], "C2").text
    assert corp.codes == {"C2": "zhou"}, "WeCom is not asked"


def test_a_code_of_wechat_is_not_taken_on_the_way_over_wecom(browser, corp, platform, secretary):
    asked = browser.way()
    platform.codes["C9"] = Visitor("openid-secretary")
    corp.codes["C9"] = ApiError(40029)
    assert browser.back(asked["state"], "C9").status_code == 302, "begins anew, over WeCom"
    assert platform.asked == []


@pytest.mark.parametrize("code", [40029, 42003])
def test_a_bad_code_of_wecom_starts_anew_and_not_for_ever(browser, corp, secretary, code):
    state, sent = browser.way()["state"], 1
    while True:
        corp.codes["C1"] = ApiError(code)
        answer = browser.back(state, "C1")
        if answer.status_code != 302:
            break
        assert "appid=wwcorp" in answer.headers["Location"]
        state = answer.headers["Location"].split("state=")[1][:32]
        sent += 1
        assert sent < 10
    assert sent == visitors.MOST_TRIES
    assert "没有认出您" in answer.text


@pytest.mark.parametrize("fault", [Unreachable("ReadTimeout", maybe_done=True), ApiError(-1)])
def test_wecom_is_away(browser, corp, secretary, fault):
    answer, _ = come(browser, corp, fault)
    assert answer.status_code == 503
    assert "企业微信暂时没有回答" in answer.text
    assert browser.client.get_cookie(PHONE_COOKIE, path="/m") is None


def test_somebody_of_another_organisation_is_nobody(browser, corp, secretary):
    answer, _ = come(browser, corp, None)
    assert answer.status_code == 403
    assert "企业微信没有认出您" in answer.text
    assert browser.client.get_cookie(PHONE_COOKIE, path="/m") is None


def test_a_script_is_signed_for_whoever_named_the_reader(app, browser, corp, platform, secretary, town):
    come(browser, corp, "zhou")
    url = f"{house.settings().public_url}/m/"
    said = browser.open(f"/m/js-sdk?url={url}").get_json()
    assert (said["appId"], said["wecom"]) == ("wwcorp", True)
    signed = {"nonce": said["nonceStr"], "timestamp": said["timestamp"], "url": url}
    assert said["signature"] == inside.page_signature(ticket="CORP_TICKET", **signed)
    other = on_phone(app, town, "member").client.get(f"/m/js-sdk?url={url}").get_json()
    assert (other["appId"], other["wecom"]) == (house.settings().wechat_app_id, False)
    signed = {"nonce": other["nonceStr"], "timestamp": other["timestamp"], "url": url}
    assert other["signature"] == inside.page_signature(ticket="TICKET", **signed)


def test_who_is_not_bound_is_told_where_to_bind(browser, corp, town):
    answer, _ = come(browser, corp, "stranger")
    assert answer.status_code == 403
    assert '<a class="button" href="/console/wecom">绑定企业微信</a>' in answer.text
    assert browser.client.get_cookie(PHONE_COOKIE, path="/m") is None
    led = browser.open("/console/wecom")
    assert led.headers["Location"] == "/console/sign-in?next=%2Fconsole%2Fwecom"


def test_an_ended_binding_closes_the_pages_at_once(browser, corp, secretary):
    come(browser, corp, "zhou")
    assert browser.open("/m/").status_code == 200
    wecom.unbind(secretary.member_id, by=secretary)
    assert browser.open("/m/").status_code == 403


def test_the_text_is_answered_before_anything_is_shown(browser, corp, town):
    by = town.actor("secretary")
    wecom.bind("zhou", by=by)
    come(browser, corp, "zhou")
    asked = browser.open("/m/")
    assert (asked.status_code, asked.headers["Location"].split("?")[0]) == (303, "/m/consent")
    assert "企业微信标识" in browser.open("/m/consent").text
    assert binding.renew(by=by)
    assert browser.open("/m/").status_code == 200
    binding.withdraw(by=by)
    assert not wecom.is_bound(by=by), "a consent that is taken back ends this way too"
    assert browser.open("/m/").status_code == 403


def test_the_cookie_of_one_namer_opens_nothing_of_the_other(app, corp, town, secretary):
    # An openid that is spelt as somebody's userid is still a stranger's.
    city.bind("openid-member", access.issue_code(town.people["member"], by=city.BY), "陈国强")
    for token, status in (
        (visitors.begin("openid-member"), 200),
        (visitors.begin("zhou"), 403),
        (visitors.begin_in_wecom("openid-member"), 403),
        (visitors.begin_in_wecom("zhou"), 200),
    ):
        browser = Browser(app, WECOM)
        browser.client.set_cookie(PHONE_COOKIE, token, path="/m")
        assert browser.open("/m/").status_code == status


def test_without_wecom_its_browser_goes_over_wechat(app, town, platform):
    assert Browser(app, WECOM).way()["appid"] != "wwcorp"


def test_a_secretary_of_another_branch_opens_nothing_by_its_address(app, corp, town):
    filing = service.Filing(item="志愿服务", occurred_on=clock.today(), quantity=Decimal(1))
    report = service.submit(filing, by=town.actor("member"))
    for who, status in (("member", 200), ("secretary", 404), ("other_secretary", 404)):
        by = town.actor(who)
        wecom.bind(f"wecom-{who}", by=by)
        binding.show(by=by)
        binding.renew(by=by)
        browser = Browser(app, WECOM)
        browser.client.set_cookie(PHONE_COOKIE, visitors.begin_in_wecom(f"wecom-{who}"), path="/m")
        assert browser.open(f"/m/reports/{report.id}").status_code == status, who
