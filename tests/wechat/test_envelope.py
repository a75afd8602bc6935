"""The callback's outside: only what is proven gets in, only what WeChat can show gets out."""

import dataclasses
import datetime as dt
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jifen.wechat.crypto import signature
from jifen.wechat.envelope import (
    ACK,
    MAX_TEXT,
    CallbackConfig,
    Mode,
    TextReply,
    clip,
    open_envelope,
    seal,
    verify_url,
)
from jifen.wechat.errors import BadCallback, Forged
from tests.wechat.samples import ACCOUNT, ATTACKS, INBOUND, OPENID, VECTORS, message, tree

NOW = dt.datetime(2025, 10, 9, 8, 53, 21, tzinfo=dt.UTC)
STAMP, NONCE = "1760000001", "415670741"
SAFE = CallbackConfig(
    app_id="wxtest0000000000001", token="AAAAA", aes_key="a" * 43, aes_key_previous="b" * 43, mode=Mode.SAFE
)
COMPAT = dataclasses.replace(SAFE, mode=Mode.COMPAT)
PLAIN = dataclasses.replace(SAFE, mode=Mode.PLAIN)


def delivery(xml: bytes, *, key_index: int = 0, config: CallbackConfig = SAFE, plain_copy: bytes = b""):
    """Return query and body as WeChat sends them in safe mode."""
    encrypt = config.box.seal(xml, key_index=key_index)
    query = {
        "signature": signature(config.token, STAMP, NONCE),
        "timestamp": STAMP,
        "nonce": NONCE,
        "openid": OPENID,
        "encrypt_type": "aes",
        "msg_signature": signature(config.token, STAMP, NONCE, encrypt),
    }
    inner = plain_copy.removeprefix(b"<xml>").removesuffix(b"</xml>")
    body = b"<xml>%s<ToUserName>x</ToUserName><Encrypt><![CDATA[%s]]></Encrypt></xml>"
    return query, body % (inner, encrypt.encode())


def plain_query(**changed):
    return {"signature": signature("AAAAA", STAMP, NONCE), "timestamp": STAMP, "nonce": NONCE} | changed


@pytest.mark.parametrize("name", INBOUND)
def test_every_kind_arrives_encrypted(name):
    query, body = delivery(INBOUND[name])
    assert open_envelope(query, body, config=SAFE, now=NOW).openid == OPENID


@pytest.mark.parametrize("xml", ATTACKS.values(), ids=list(ATTACKS))
def test_a_hostile_body_properly_sealed_is_unreadable(xml):
    query, body = delivery(xml)
    with pytest.raises(BadCallback):
        open_envelope(query, body, config=SAFE, now=NOW)


@pytest.mark.parametrize("xml", ATTACKS.values(), ids=list(ATTACKS))
@pytest.mark.parametrize("config", [SAFE, COMPAT], ids=["safe", "compat"])
def test_a_hostile_body_in_the_open_is_forged(xml, config):
    query, _ = delivery(message())
    with pytest.raises(Forged):
        open_envelope(query, xml, config=config, now=NOW)


@pytest.mark.parametrize("config", [SAFE, COMPAT], ids=["safe", "compat"])
@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"encrypt_type": None}, id="no encrypt_type"),
        pytest.param({"encrypt_type": "raw"}, id="raw"),
        pytest.param({"msg_signature": None}, id="no msg_signature"),
        pytest.param({"msg_signature": signature("AAAAA", STAMP, NONCE)}, id="the plain signature"),
        pytest.param({"timestamp": "1760000002"}, id="another timestamp"),
        pytest.param({"timestamp": "x"}, id="timestamp not a number"),
        pytest.param({"nonce": "415670742"}, id="another nonce"),
        pytest.param({"nonce": ""}, id="no nonce"),
        pytest.param({"nonce": "1<2"}, id="nonce with markup"),
    ],
)
def test_a_changed_query_is_forged(config, change):
    query, body = delivery(message())
    query = {k: v for k, v in (query | change).items() if v is not None}
    with pytest.raises(Forged):
        open_envelope(query, body, config=config, now=NOW)


def test_a_changed_body_is_forged():
    query, body = delivery(message())
    at = body.index(b"<Encrypt><![CDATA[") + 40
    flipped = body[:at] + (b"A" if body[at : at + 1] != b"A" else b"B") + body[at + 1 :]
    with pytest.raises(Forged):
        open_envelope(query, flipped, config=SAFE, now=NOW)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(message(), id="plain"),
        pytest.param(b"<xml><Encrypt></Encrypt></xml>", id="empty half"),
        pytest.param(b"<xml><Encrypt><![CDATA[AAAA]]></Encrypt></xml>" * 1000, id="a thousand halves"),
        pytest.param(b"<Encrypt>" * 6000, id="openings only"),
        pytest.param(b"<Encrypt>" + b" " * 60000, id="blanks"),
        pytest.param(b"x" * 70000, id="oversize"),
        pytest.param(b'{"Encrypt": "AAAA"}', id="JSON"),
    ],
)
def test_other_bodies_are_forged(body):
    query, _ = delivery(message())
    with pytest.raises(Forged):
        open_envelope(query, body, config=SAFE, now=NOW)


def test_a_signed_message_for_another_account_is_forged():
    query, body = delivery(message(), config=dataclasses.replace(SAFE, app_id="wxsomebodyelse00001"))
    with pytest.raises(Forged):
        open_envelope(query, body, config=SAFE, now=NOW)


def test_compat_believes_the_encrypted_half_only():
    forged_copy = message("<Encrypt>AAAA</Encrypt>", FromUserName="oForged000000000000000000001")
    query, body = delivery(message("真"), config=COMPAT, plain_copy=forged_copy)
    got = open_envelope(query, body, config=COMPAT, now=NOW)
    assert (got.openid, got.text) == (OPENID, "真")


def test_plain_mode_takes_plain_bodies_of_now():
    got = open_envelope(plain_query(), message(), config=PLAIN, now=NOW)
    assert (got.text, got.sealed_with) == ("我的积分", None)
    with pytest.raises(Forged):
        open_envelope(plain_query(signature="0" * 40), message(), config=PLAIN, now=NOW)
    for minutes in (-11, 11):
        with pytest.raises(Forged):
            open_envelope(plain_query(), message(), config=PLAIN, now=NOW + dt.timedelta(minutes=minutes))
    with pytest.raises(BadCallback):
        open_envelope(plain_query(), b"{}", config=PLAIN, now=NOW)


def test_the_url_check_echoes_what_is_signed():
    vector = VECTORS["url_verify"]
    query = {k: vector[k] for k in ("signature", "timestamp", "nonce", "echostr")}
    assert verify_url(query, config=SAFE) == vector["echostr"]
    for change in ({"signature": "0" * 40}, {"nonce": "1"}, {"echostr": ""}, {"echostr": "a\r\nb"}):
        with pytest.raises(Forged):
            verify_url(query | change, config=SAFE)
    with pytest.raises(Forged):
        verify_url({}, config=SAFE)


def unseal(answer: bytes, config: CallbackConfig) -> tuple[Element, int]:
    """Open an answer as WeChat does."""
    outer = tree(answer)
    assert [child.tag for child in outer] == ["Encrypt", "MsgSignature", "TimeStamp", "Nonce"]
    xml, index = config.box.open(
        outer.findtext("Encrypt", ""),
        msg_signature=outer.findtext("MsgSignature", ""),
        timestamp=outer.findtext("TimeStamp", ""),
        nonce=outer.findtext("Nonce", ""),
    )
    return tree(xml), index


@pytest.mark.parametrize("key_index", [0, 1], ids=["current key", "previous key"])
def test_the_answer_is_sealed_with_the_key_of_the_question(key_index):
    query, body = delivery(message(), key_index=key_index)
    inbound = open_envelope(query, body, config=SAFE, now=NOW)
    answer = seal(TextReply("您好"), inbound, config=SAFE, nonce=NONCE, timestamp=1760000002)
    root, index = unseal(answer, SAFE)
    assert index == key_index
    assert {child.tag: child.text for child in root} == {
        "ToUserName": OPENID,
        "FromUserName": ACCOUNT,
        "CreateTime": "1760000002",
        "MsgType": "text",
        "Content": "您好",
    }


def plain_answer(text: str) -> bytes:
    inbound = open_envelope(plain_query(), message(), config=PLAIN, now=NOW)
    return seal(TextReply(text), inbound, config=PLAIN, nonce=NONCE, timestamp=1760000002)


def test_nothing_to_say_is_an_acknowledgement():
    query, body = delivery(message())
    inbound = open_envelope(query, body, config=SAFE, now=NOW)
    for reply in (None, TextReply(""), TextReply("\x00")):
        assert seal(reply, inbound, config=SAFE, nonce=NONCE, timestamp=1) == ACK


def test_words_cannot_become_markup():
    text = "你好]]><MsgType><![CDATA[news]]></MsgType><x>&lt;]]]]>"
    root = tree(plain_answer(text))
    assert root.findtext("Content") == text
    assert root.findtext("MsgType") == "text"
    assert len(root.findall("MsgType")) == 1


@given(text=st.text(alphabet=st.characters(codec=None), min_size=1))
def test_any_text_is_an_answer_that_xml_can_read(text):
    answer = plain_answer("好" + text)
    content = tree(answer).findtext("Content")
    assert content.replace("\r", "\n") == clip("好" + text).replace("\r\n", "\n").replace("\r", "\n")
    assert len(content.encode()) <= MAX_TEXT


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param("a" * MAX_TEXT, MAX_TEXT, id="just fits"),
        pytest.param("a" * (MAX_TEXT + 1), MAX_TEXT - 3, id="one too many"),
        pytest.param("汉" * 700, 681, id="three bytes each"),
        pytest.param("a" + "😀" * 600, 1 + 511, id="four bytes each"),
    ],
)
def test_a_long_answer_is_cut_between_characters(text, kept):
    cut = clip(text)
    assert len(cut.encode()) <= MAX_TEXT
    assert cut.removesuffix("…") == text[:kept]
    assert cut.endswith("…") == (kept < len(text))


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"aes_key": None}, id="safe without a key"),
        pytest.param({"app_id": ""}, id="safe without an appid"),
        pytest.param({"aes_key": "short"}, id="short key"),
        pytest.param({"aes_key_previous": "short"}, id="short previous key"),
        pytest.param({"token": ""}, id="empty token"),
    ],
)
def test_a_configuration_that_proves_nothing_is_refused(fields):
    good = {"app_id": "wx1", "token": "AAAAA", "aes_key": "a" * 43}
    CallbackConfig(**good)
    with pytest.raises(ValueError):
        CallbackConfig(**(good | fields))


def test_a_configuration_shows_no_secret():
    shown = repr(SAFE)
    assert "AAAAA" not in shown
    assert "aaaa" not in shown
