"""Links that the chat gave: for ten minutes whoever holds one, later its own person, named by WeChat."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit

import pytest
import time_machine

from bot import conversations
from jifen.access import service as access
from jifen.access import tickets
from jifen.access.tickets import Page
from jifen.core import clock
from jifen.wechat.client import Visitor
from tests import city
from tests.phone.conftest import Browser, signed_in
from tests.phone.test_pages import report

LATER = dt.timedelta(minutes=tickets.MINUTES + 1)


@pytest.fixture
def bound(town):
    for who in ("member", "colleague"):
        city.bind(f"openid-{who}", access.issue_code(town.people[who], by=city.BY), city.NAMES[who])


def link(town, page: Page, about: str) -> str:
    url = urlsplit(tickets.link(page, about, by=town.actor("member")))
    return f"{url.path}?{url.query}"


def test_an_old_link_opens_for_its_person_after_wechat_named_him(browser, platform, town, bound):
    path = link(town, Page.REPORT, str(report(town)))
    assert "志愿服务" in browser.open(path).text
    with time_machine.travel(clock.now() + LATER):
        platform.codes["C1"] = Visitor("openid-member")
        back = browser.back(browser.way(path)["state"], "C1")
        assert (back.status_code, back.headers["Location"]) == (303, path)
        assert "志愿服务" in browser.open(path).text


def test_an_old_link_opens_for_nobody_else(app, browser, platform, town, bound):
    path = link(town, Page.REPORT, str(report(town)))
    with time_machine.travel(clock.now() + LATER):
        refused = signed_in(app, town, "colleague").client.get(path)
        assert refused.status_code == 401
        assert "不是给您的" in refused.text
        platform.codes["C1"] = Visitor("openid-nobody")
        browser.back(browser.way(path)["state"], "C1")
        assert "还没有绑定" in browser.open(path).text
        outside = Browser(app, "Mozilla/5.0 Firefox")
        told = outside.open(outside.open(path).headers["Location"])
        assert told.status_code == 403
        assert "志愿服务" not in told.text


@pytest.mark.parametrize("ticket", ["", "abc", "WzEsMiwzXQ.AAAA"])
@pytest.mark.parametrize("path", ["/m/look", "/m/more"])
def test_what_is_no_ticket_of_ours_is_told_so_and_sent_nowhere(app, town, path, ticket):
    refused = signed_in(app, town, "member").client.get(path, query_string={"ticket": ticket})
    assert (refused.status_code, "已过期" in refused.text) == (401, True)


def test_the_rest_of_a_long_answer_too(app, town, bound, db):
    by = town.actor("member")
    conversations.keep_rest("剩下的一行", by=by)
    db.session.commit()
    path = link(town, Page.REST, conversations.mark_of("剩下的一行"))
    with time_machine.travel(clock.now() + LATER):
        walker = signed_in(app, town, "member")
        assert "剩下的一行" in walker.client.get(path).text
        assert Page.REPORT not in path
