"""WeCom against the stand-in: its token, its messages, who opened a page, and its own callback."""

from __future__ import annotations

import logging
import traceback

import pytest

from bot.simulator.app import create_app
from bot.simulator.rules.wecom import Corp
from jifen.core import clock
from jifen.wechat.client import ApiError, CircuitOpen, Unreachable
from jifen.wechat.crypto import SafeBox, decode_aes_key, signature
from jifen.wechat.errors import Forged
from jifen.wechat.tokens import MemoryTokenStore
from jifen.wechat.verdicts import Verdict
from jifen.wechat.wecom import Callback, WeComClient
from tests.simulator.kit import ACCOUNTS, Product, serve, world_for

CORP = Corp()
USER = ACCOUNTS[0]["number"]
TOKEN, KEY = "wecomToken", "a" * 43


def client_for(base: str, **changed) -> WeComClient:
    given = {"corp_id": CORP.corp_id, "secret": CORP.secret, "agent_id": CORP.agent_id, "base_url": base}
    return WeComClient(**(given | {"store": MemoryTokenStore()} | changed))


@pytest.fixture
def place(tmp_path):
    with serve(Product().app) as callback:
        world = world_for(f"{callback}/wechat", tmp_path)
        with serve(create_app(world)) as base:
            yield world, base


def test_a_message_arrives(place):
    world, base = place
    assert client_for(base).send_text(user=USER, text="您的上报已确认 😀")
    bubbles = world.look(ACCOUNTS[0]["openid"])[0]
    assert [b.lines for b in bubbles if b.kind == "wecom"] == [(("", "您的上报已确认 😀"),)]


def test_nobody_of_that_name(place):
    _, base = place
    with pytest.raises(ApiError) as refused:
        client_for(base).send_text(user="nobody", text="您好")
    assert refused.value.verdict is Verdict.STRANGER
    assert refused.value.action.next_channel


def test_a_token_that_ended_is_fetched_again(place):
    world, base = place
    client = client_for(base)
    client.send_text(user=USER, text="一")
    world.wecom.end_token()
    client.send_text(user=USER, text="二")
    assert len([b for b in world.look(ACCOUNTS[0]["openid"])[0] if b.kind == "wecom"]) == 2


def test_who_opened_a_page_is_told_once(place):
    world, base = place
    client = client_for(base)
    code = world.wecom.sign_in.code(USER, "snsapi_base")
    assert client.visitor(code) == USER
    with pytest.raises(ApiError):
        client.visitor(code)


@pytest.mark.parametrize("changed", [{"secret": "wrong-secret-value"}, {"base_url": "http://127.0.0.1:9"}])
def test_the_secret_in_the_address_is_never_shown(place, caplog, changed):
    caplog.set_level(logging.DEBUG)
    logging.getLogger("werkzeug").disabled = True  # the platform's own log, not ours
    _, base = place
    client = client_for(base, **changed)
    try:
        with pytest.raises((ApiError, Unreachable)) as fault:
            client.send_text(user=USER, text="您好")
        if "secret" in changed:
            with pytest.raises(CircuitOpen):
                client.send_text(user=USER, text="您好")
    finally:
        logging.getLogger("werkzeug").disabled = False
    shown = "".join(traceback.format_exception(fault.value)) + repr(fault.value) + caplog.text
    for secret in (CORP.secret, "wrong-secret-value", CORP.corp_id, "corpsecret"):
        assert secret not in shown


def asked(word: bytes, *, corp: str = CORP.corp_id, token: str = TOKEN) -> dict[str, str]:
    """Return the query by which WeCom checks an address."""
    timestamp, nonce = str(int(clock.now().timestamp())), "n1"
    sealed = SafeBox(corp, TOKEN, (decode_aes_key(KEY),)).seal(word)
    return {
        "timestamp": timestamp,
        "nonce": nonce,
        "echostr": sealed,
        "msg_signature": signature(token, timestamp, nonce, sealed),
    }


def test_the_address_is_proved_by_an_encrypted_word():
    callback = Callback(CORP.corp_id, TOKEN, KEY)
    assert callback.verify(asked(b"1616140317555161061")) == "1616140317555161061"
    for wrong in (
        asked(b"1", token="another"),
        asked(b"1", corp="ww0000000000000000"),
        asked(b"1") | {"echostr": "AAAA"},
        asked(b"1") | {"nonce": "a b"},
        {},
    ):
        with pytest.raises(Forged):
            callback.verify(wrong)
    assert TOKEN not in repr(callback)
    assert KEY not in repr(callback)
