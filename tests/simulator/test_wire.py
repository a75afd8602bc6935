"""The stand-in's own reading of WeChat's encryption, against the vectors, the product and a third author."""

import dataclasses
import datetime as dt
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto

from bot.simulator.replies import Reply, read_reply
from bot.simulator.wire import BadReply, Credentials, Delivery, request_of
from jifen.wechat.envelope import CallbackConfig, Mode, TextReply, clip, open_envelope, seal
from tests.wechat.samples import ACCOUNT, OPENID, VECTORS

SEALED = [name for name, vector in VECTORS.items() if isinstance(vector, dict) and "encrypt" in vector]
SHARED = Credentials(app_id="wxtest0000000000001", secret="x", token="AAAAA", aes_key="a" * 43)
CONFIG = CallbackConfig(app_id=SHARED.app_id, token=SHARED.token, aes_key=SHARED.aes_key)
NOW = dt.datetime(2025, 10, 9, 8, 53, 21, tzinfo=dt.UTC)
STAMP, NONCE = "1760000001", "17"


def hello(text: str = "我的积分") -> Delivery:
    fields = (("MsgType", "text"), ("Content", text), ("MsgId", "24000000000000000"))
    return Delivery(account=ACCOUNT, openid=OPENID, fields=fields, created=1760000000)


@pytest.mark.parametrize("name", SEALED)
def test_published_vectors(name):
    vector = VECTORS[name]
    shared = Credentials(
        app_id=vector["appid"], secret="", token=vector["token"], aes_key=vector["encoding_aes_key"]
    )
    text = shared.decrypt(vector["encrypt"])
    assert text == vector.get("msg", text)
    assert shared.sign(vector["timestamp"], vector["nonce"], vector["encrypt"]) == vector["msg_signature"]
    if "random" in vector:
        assert shared.encrypt(text, vector["random"].encode()) == vector["encrypt"]


@given(
    text=st.text(st.characters(codec="utf-8", exclude_characters="\r", exclude_categories=["Cc"]), min_size=1)
)
def test_the_product_reads_what_is_pushed_and_its_answer_is_read(text):
    delivery = hello(text)
    query, body = request_of(delivery, SHARED, nonce=NONCE, timestamp=STAMP)
    inbound = open_envelope(dict(parse_qsl(query)), body, config=CONFIG, now=NOW)
    assert (inbound.openid, inbound.kind, inbound.key) == (OPENID, "text", "m:24000000000000000")
    # wechatpy's parser drops white space around a value.
    assert inbound.text == text.strip().replace("\ufffe", "").replace("\uffff", "")
    answer = seal(TextReply(text), inbound, config=CONFIG, nonce=NONCE, timestamp=1760000002)
    shown = read_reply(answer, delivery, SHARED)
    assert (shown.text if shown else "") == clip(text)


@given(text=st.text(st.characters(codec="utf-8"), max_size=300))
def test_a_third_author_agrees_both_ways(text):
    peer = WeChatCrypto(SHARED.token, SHARED.aes_key, SHARED.app_id)
    sealed = CONFIG.box.seal(text.encode())
    proof = SHARED.sign(STAMP, NONCE, sealed)
    body = f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
    if text:
        assert peer.decrypt_message(body, proof, STAMP, NONCE).replace("\r\n", "\n") == text.replace(
            "\r\n", "\n"
        )
    theirs = peer.encrypt_message(text, NONCE, STAMP)
    encrypt = theirs.partition("<Encrypt><![CDATA[")[2].partition("]]>")[0]
    assert SHARED.decrypt(encrypt) == text
    opened, _ = CONFIG.box.open(
        encrypt, msg_signature=SHARED.sign(STAMP, NONCE, encrypt), timestamp=STAMP, nonce=NONCE
    )
    assert opened.decode() == text


@pytest.mark.parametrize("mode", ["safe", "compat", "plain"])
def test_each_mode_is_understood(mode):
    query, body = request_of(hello(), dataclasses.replace(SHARED, mode=mode), nonce=NONCE, timestamp=STAMP)
    config = dataclasses.replace(CONFIG, mode=Mode(mode))
    assert open_envelope(dict(parse_qsl(query)), body, config=config, now=NOW).text == "我的积分"


def plain(content: str = "您好", **changed: str) -> str:
    fields = {
        "ToUserName": OPENID,
        "FromUserName": ACCOUNT,
        "CreateTime": "1760000002",
        "MsgType": "text",
        "Content": content,
    } | changed
    return "<xml>" + "".join(f"<{k}>{v}</{k}>" for k, v in fields.items()) + "</xml>"


def sealed(text: str, shared: Credentials = SHARED, signer: Credentials = SHARED) -> bytes:
    encrypt = shared.encrypt(text)
    return (
        f"<xml><Encrypt>{encrypt}</Encrypt><MsgSignature>{signer.sign(STAMP, NONCE, encrypt)}</MsgSignature>"
        f"<TimeStamp>{STAMP}</TimeStamp><Nonce>{NONCE}</Nonce></xml>"
    ).encode()


def test_a_good_answer_is_read():
    assert read_reply(sealed(plain()), hello(), SHARED) == Reply("text", "您好")
    assert read_reply(b"success", hello(), SHARED) is None
    assert read_reply(b"", hello(), SHARED) is None


@pytest.mark.parametrize(
    ("body", "why"),
    [
        pytest.param(b"ok", "XML", id="another word"),
        pytest.param(b'{"errcode": 0}', "XML", id="JSON"),
        pytest.param(b"<html></html>", "根元素", id="HTML"),
        pytest.param(b"<!DOCTYPE xml><xml/>", "DOCTYPE", id="DOCTYPE"),
        pytest.param(plain().encode(), "没有加密", id="plain in safe mode"),
        pytest.param(
            sealed(plain(), signer=dataclasses.replace(SHARED, token="BBBBB")), "签名", id="another token"
        ),
        pytest.param(
            sealed(plain(), dataclasses.replace(SHARED, app_id="wx2")), "打不开", id="another appid"
        ),
        pytest.param(
            sealed(plain(), dataclasses.replace(SHARED, aes_key="b" * 43)), "打不开", id="another key"
        ),
        pytest.param(
            sealed(plain(ToUserName=ACCOUNT, FromUserName=OPENID)), "收发双方", id="not turned round"
        ),
        pytest.param(sealed(plain(CreateTime="soon")), "CreateTime", id="no time"),
        pytest.param(sealed(plain(MsgType="hologram")), "类型", id="another kind"),
        pytest.param(sealed(plain("")), "空", id="empty text"),
        pytest.param(sealed(plain("汉" * 683)), "2048", id="too long"),
        pytest.param(sealed("<xml>"), "XML", id="half an answer"),
    ],
)
def test_an_answer_that_wechat_would_not_show(body, why):
    with pytest.raises(BadReply, match=why):
        read_reply(body, hello(), SHARED)


def test_no_secret_is_shown():
    assert "AAAAA" not in repr(SHARED)
    assert "aaaa" not in repr(SHARED)
