"""Buttons that WeChat serves: its scanner on the first page, its question which notices may come."""

from __future__ import annotations

import dataclasses
import re

import pytest

from bot import outbound
from jifen.core import clock, house
from jifen.notices import ports, reach
from jifen.wechat import account
from tests.phone.conftest import WECHAT, signed_in

KINDS = [f"kind{n}" for n in range(7)]


@pytest.fixture
def notices(monkeypatch):
    """Give the house subscription notices: seven for once and one lasting, and one for those who decide."""
    ways = outbound.ways()
    once = {kind: ports.Offer(once=f"ONCE_{kind}") for kind in KINDS}
    offers = once | {
        "report_approved": ports.Offer(lasting="LASTING_1"),
        "decider_reminder": ports.Offer(once="ONCE_D"),
    }
    lasting = {offer.once: False for offer in offers.values() if offer.once} | {"LASTING_1": True}
    chosen = dataclasses.replace(
        ways,
        kinds=tuple(offers),
        offer=lambda kind: offers.get(kind, ports.Offer()),
        words=lambda kind: f"叫{kind}的",
        lasting=lasting.get,
    )
    monkeypatch.setattr(ports, "_house", [chosen])


def buttons(page) -> list[list[str]]:
    return [
        found.split(",")
        for found in re.findall(r'<wx-open-subscribe data-ask template="([^"]+)">', page.text_of)
    ]


def opened(app, town, who="member"):
    page = signed_in(app, town, who).open("/m/reminders")
    page.text_of = page.answer.get_data(as_text=True)
    return page


def test_a_button_asks_for_five_at_most_and_for_one_sort(app, town, notices):
    page = opened(app, town)
    once = [f"ONCE_{kind}" for kind in KINDS]
    assert buttons(page) == [["LASTING_1"], once[:5], once[5:]]
    assert page.text_of.count("data-wechat hidden") == 3
    assert "叫kind3的" in page.text
    assert "ONCE_D" not in page.text_of
    assert any("ONCE_D" in one for one in buttons(opened(app, town, "secretary")))


def test_what_he_said_is_counted(app, town, notices):
    by = town.actor("member")
    opened(app, town)  # whoever is bound anew has agreed to nothing
    reach.consent([("ONCE_kind0", True), ("ONCE_kind0", True), ("LASTING_1", True)], at=clock.now(), by=by)
    page = opened(app, town)
    assert "还可以送2条" in page.text
    assert "LASTING_1" not in page.text_of
    reach.consent([("LASTING_1", False)], at=clock.now(), by=by)
    assert ["LASTING_1"] in buttons(opened(app, town))


def test_nothing_is_asked_where_the_account_has_no_such_notice(app, town, monkeypatch):
    without = {
        kind: {k: v for k, v in one.items() if k != "once_id"} for kind, one in outbound.templates().items()
    }
    monkeypatch.setattr(outbound, "templates", lambda: without)
    page = opened(app, town)
    assert "wx-open-subscribe" not in page.text_of
    assert "请微信多送几条" not in page.text
    assert "script-src" not in page.answer.headers["Content-Security-Policy"]


def test_every_kind_that_is_offered_has_a_name(app, town):
    page = opened(app, town)
    assert not re.search(r"[a-z]+_[a-z]+", page.text)


def test_the_scanner_waits_for_wechat_and_its_script_is_the_only_other_one(app, town):
    page = signed_in(app, town, "member").open("/m/")
    body = page.answer.get_data(as_text=True)
    assert '<p data-wechat hidden><button class="button" type="button" data-scan>' in body
    sdk = re.search(r'data-sdk="([^"]+)"', body)[1]
    assert sdk == account.script_url("")
    policy = page.answer.headers["Content-Security-Policy"]
    assert re.search(r"script-src 'self' https?://[\w.:]+; connect-src 'self'", policy)
    script = page.client.get(re.search(r'<script defer src="([^"]+)"', body)[1])
    assert script.content_type.startswith("text/javascript")
    assert "immutable" in script.headers["Cache-Control"]


def test_wechats_own_script_comes_from_wechat(app, town, monkeypatch):
    real = dataclasses.replace(house.settings(), simulator=False)
    monkeypatch.setattr(account.house, "settings", lambda: real)
    of_wechat, of_wecom = (account.script_url(agent) for agent in (WECHAT, f"{WECHAT} wxwork/4.1.28"))
    assert of_wechat == "https://res.wx.qq.com/open/js/jweixin-1.6.0.js"
    assert of_wecom == "https://res.wx.qq.com/open/js/jweixin-1.2.0.js"
