"""A page's script in the simulator: its signature is proved, its question reaches the account."""

import hashlib

import pytest

from bot.simulator.app import create_app
from bot.simulator.rules.templates import Template
from bot.simulator.rules.wecom import Corp
from tests.simulator.kit import ACCOUNTS, SHARED, world_for

URL = "http://127.0.0.1:9/m/?a=1"
OPENID = ACCOUNTS[0]["openid"]


@pytest.fixture
def world(tmp_path):
    made = world_for("http://127.0.0.1:9/wechat", tmp_path)
    made.templates.give(
        [
            *(Template(f"ONCE_{n:04}", "待办提醒", {"thing1": "事项"}, notice=True) for n in range(6)),
            Template("LAST_0001", "积分提醒", {"thing1": "事项"}, long_term=True, notice=True),
            Template("TPL_00001", "模板消息", {"thing1": "事项"}),
        ]
    )
    return made


@pytest.fixture
def browser(world):
    made = create_app(world).test_client()
    made.get(f"/simulator/p/J0001/open?url={URL}")
    return made


def signed(world, url=URL, *, ticket="", **changed):
    ticket = ticket or world.tokens.ticket("jsapi")[0]
    text = f"jsapi_ticket={ticket}&noncestr=abc&timestamp=1700000000&url={url}"
    said = {
        "appId": SHARED.app_id,
        "nonceStr": "abc",
        "timestamp": "1700000000",
        "signature": hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest(),
        "url": url,
    }
    return said | changed


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({}, "config:ok"),
        ({"url": f"{URL}#part"}, "config:ok"),
        ({"url": "http://127.0.0.1:9/m/"}, "config:invalid signature"),
        ({"nonceStr": "abd"}, "config:invalid signature"),
        ({"appId": "wx0"}, "config:invalid appid"),
        ({"appId": Corp().corp_id}, "config:invalid appid"),
        ({"appId": Corp().corp_id, "beta": "1"}, "config:invalid signature"),
        ({"beta": "1"}, "config:invalid appid"),
    ],
)
def test_a_signature_is_proved(browser, world, changed, says):
    said = browser.post("/simulator/js/config", data=signed(world) | changed).get_json()
    assert (said["errMsg"], said["ok"]) == (says, says == "config:ok")
    assert bool(said.get("titles")) == said["ok"], "what the question calls each notice"


def test_in_wecom_it_is_proved_with_the_application_s_ticket(browser, world):
    said = signed(world, ticket=world.wecom.ticket()[0], appId=world.wecom.corp.corp_id, beta="1")
    assert browser.post("/simulator/js/config", data=said).get_json()["ok"]


def test_what_is_agreed_on_a_page_is_counted(browser, world):
    asked = {"template": ["ONCE_0000", "ONCE_0001"], "yes": ["ONCE_0000"]}
    assert browser.post("/simulator/js/agree", data=asked).get_json()["ok"]
    assert [world.consents.left(OPENID, one) for one in asked["template"]] == [1, 0]


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param([f"ONCE_{n:04}" for n in range(6)], id="six"),
        pytest.param(["ONCE_0000", "LAST_0001"], id="both sorts"),
        pytest.param(["TPL_00001"], id="no notice"),
        pytest.param(["OTHER_001"], id="another account's"),
        pytest.param([], id="none"),
    ],
)
def test_what_wechat_does_not_ask(browser, world, asked):
    said = browser.post("/simulator/js/agree", data={"template": asked, "yes": asked}).get_json()
    assert not said["ok"]
    assert all(world.consents.left(OPENID, one) == 0 for one in asked)


def test_a_page_outside_a_phone_is_nobodys(world):
    stranger = create_app(world).test_client()
    assert stranger.post("/simulator/js/config", data=signed(world)).status_code == 403
