"""WeCom against the stand-in: its token, its messages, who opened a page, and its own callback."""

from __future__ import annotations

import logging
import traceback

import pytest

from bot.simulator.app import create_app
from bot.simulator.replies import read_reply
from bot.simulator.rules.wecom import Corp
from bot.simulator.wire import Delivery
from jifen.core import clock
from jifen.wechat.client import ApiError, CircuitOpen, Unreachable
from jifen.wechat.crypto import SafeBox, decode_aes_key, signature
from jifen.wechat.envelope import TextReply, seal
from jifen.wechat.errors import Forged
from jifen.wechat.tokens import MemoryTokenStore
from jifen.wechat.verdicts import Verdict
from jifen.wechat.wecom import Callback, WeComClient
from tests.files.pictures import jpeg
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


def test_what_was_sent_to_the_application_is_fetched_for_three_days(place):
    world, base = place
    client = client_for(base)
    sent, media_id = jpeg(), world.wecom.media.keep("image", jpeg())
    assert client.media(media_id, most=10_000) == sent
    world.wecom.end_token()
    assert client.media(media_id, most=10) == sent[:11], "cut above what is wanted"
    of_wechat = world.media.keep("image", sent)
    world.clock.advance(3 * 86400)
    for lost in (media_id, of_wechat, "made-up"):
        with pytest.raises(ApiError) as gone:
            client.media(lost, most=10_000)
        assert (gone.value.code, gone.value.verdict) == (40007, Verdict.MEDIA)


def test_the_ticket_of_pages_is_asked_for_once(place):
    world, base = place
    client = client_for(base)
    assert {client.ticket() for _ in range(3)} == {world.wecom.ticket()[0]}
    assert client.ticket() != world.tokens.ticket("jsapi")[0]
    assert world.quotas.used()["/cgi-bin/get_jsapi_ticket"] == 1


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


#: Published with WeCom's own sample code (developer.work.weixin.qq.com/document/path/90930).
PUBLISHED = Callback("wx5823bf96d3bd56c7", "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C")
ECHO = {
    "msg_signature": "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3",
    "timestamp": "1409659589",
    "nonce": "263014780",
    "echostr": "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==",
}
ASKED = {
    "msg_signature": "477715d11cdb4164915debcba66cb864d751f3e6",
    "timestamp": "1409659813",
    "nonce": "1372623149",
}
SEALED = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/s"
    "YYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJ"
    "YuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGU"
    "callcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDY"
    "A5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q=="
)


def test_what_wecom_published_is_proved_and_opened():
    assert PUBLISHED.verify(ECHO) == "1616140317555161061"
    message = PUBLISHED.read(ASKED, SEALED)
    assert (message.kind, message.text, message.openid) == ("text", "hello", "mycreate")
    assert message.account == "wx5823bf96d3bd56c7"
    with pytest.raises(Forged):
        PUBLISHED.read(ASKED | {"nonce": "1372623148"}, SEALED)


def test_an_answer_to_it_is_opened_by_the_stand_in():
    message = PUBLISHED.read(ASKED, SEALED)
    body = seal(TextReply("收到 ]]> 😀"), message, config=PUBLISHED, nonce="1372623149", timestamp=1409659814)
    corp = Corp(corp_id=PUBLISHED.corp_id, token=PUBLISHED.token, aes_key=PUBLISHED.aes_key)
    asked_by = Delivery(account=message.account, openid=message.openid, fields=(), created=1409659813)
    reply = read_reply(body, asked_by, corp.credentials())
    assert reply is not None
    assert reply.text == "收到 ]]> 😀"
