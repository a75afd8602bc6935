"""Every documented kind is read; everything else is one typed refusal."""

import contextlib
import datetime as dt
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jifen.wechat.errors import BadCallback
from jifen.wechat.inbound import MAX_BODY, parse
from tests.wechat.samples import ACCOUNT, ATTACKS, INBOUND, OPENID, message

MESSAGES = {
    "text": {"text": "签到"},
    "text_bizmsgmenu": {"text": "通过"},
    "text_emoji_newline": {"text": "活动总结\n第一行 😀 <b>&amp; 尾"},
    "text_from_article": {"text": "我要报名"},
    "image": {"media_id": "TEST_MEDIA_image_0001"},
    "voice": {"media_id": "TEST_MEDIA_voice_0001", "text": ""},
    "voice_recognition_legacy": {"kind": "voice", "text": "今天参加了志愿活动"},
    "video": {"media_id": "TEST_MEDIA_video_0001"},
    "shortvideo": {"media_id": "TEST_MEDIA_short_0001"},
    "location": {"text": ""},
    "link": {},
    "file": {},
}
EVENTS = {
    "event_CLICK": {"event_key": "MENU_CHECKIN"},
    "event_LOCATION": {},
    "event_MASSSENDJOBFINISH": {"status": "sendsuccess", "msg_id": "1000001625"},
    "event_SCAN": {"scene": "checkin:meeting-2025-10"},
    "event_TEMPLATESENDJOBFINISH_freq_limit": {"status": "failed:freq limit", "msg_id": "200163836"},
    "event_TEMPLATESENDJOBFINISH_success": {"status": "success", "msg_id": "200163836"},
    "event_TEMPLATESENDJOBFINISH_system_failed": {"status": "failed: system failed"},
    "event_TEMPLATESENDJOBFINISH_user_block": {"status": "failed:user block"},
    "event_VIEW": {"event_key": "https://example.org/h5/rank"},
    "event_debug_demo": {},
    "event_kf_create_session": {},
    "event_location_select": {"event_key": "MENU_LOC"},
    "event_pic_photo_or_album": {"event_key": "MENU_PHOTO"},
    "event_pic_photo_or_album_multi": {"event": "pic_photo_or_album"},
    "event_pic_sysphoto": {},
    "event_pic_weixin": {},
    "event_scancode_push": {"scan": "https://example.org/c/abc"},
    "event_scancode_waitmsg": {"scan": "checkin:meeting-2025-10:8f3a", "event_key": "MENU_SCAN_WAIT"},
    "event_subscribe": {"scene": "", "event_key": ""},
    "event_subscribe_last_trade": {
        "event": "subscribe",
        "scene": "",
        "event_key": "last_trade_no_4003752001201412188012345678",
    },
    "event_subscribe_msg_change_event": {},
    "event_subscribe_msg_popup_event": {},
    "event_subscribe_msg_popup_event_single": {"event": "subscribe_msg_popup_event"},
    "event_subscribe_msg_sent_event": {},
    "event_subscribe_qrscene": {"event": "subscribe", "scene": "join:branch-07"},
    "event_subscribe_qrscene_int": {"event": "subscribe", "scene": "123123", "event_key": "qrscene_123123"},
    "event_unsubscribe": {},
    "event_user_authorization_revoke": {},
    "event_user_info_modified": {},
    "event_view_miniprogram": {"event_key": "pages/index/index"},
}


def test_every_sample_is_in_a_table():
    assert set(INBOUND) == set(MESSAGES) | set(EVENTS)


@pytest.mark.parametrize(("name", "expected"), MESSAGES.items(), ids=list(MESSAGES))
def test_messages(name, expected):
    got = parse(INBOUND[name])
    assert (got.openid, got.account) == (OPENID, ACCOUNT)
    assert got.at == dt.datetime(2025, 10, 9, 8, 53, 20, tzinfo=dt.UTC)
    assert got.key == f"m:{got.msg_id}"
    assert got.msg_id.startswith("240000000000000")
    expected = {"kind": name.partition("_")[0], "event": "", "scene": ""} | expected
    assert {field: getattr(got, field) for field in expected} == expected


@pytest.mark.parametrize(("name", "expected"), EVENTS.items(), ids=list(EVENTS))
def test_events(name, expected):
    got = parse(INBOUND[name])
    assert got.kind == "event"
    event = name.removeprefix("event_")
    if event.startswith("TEMPLATESENDJOBFINISH"):
        event = "TEMPLATESENDJOBFINISH"
    expected = {"event": event, "openid": OPENID, "text": ""} | expected
    assert {field: getattr(got, field) for field in expected} == expected
    assert got.key.startswith(f"e:{OPENID}:1760000000:{got.event}:")
    assert len(got.key) <= 160


def test_events_of_one_second_have_keys_of_their_own():
    def click(key, **fields):
        return parse(message(MsgType="event", Event="CLICK", EventKey=key, **fields)).key

    assert click("A") == click("A")
    assert click("A") != click("B")
    assert click("A") != click("A", CreateTime="1760000001")
    assert click("A") != click("A", FromUserName="oTest0000000000000000000001B")

    def finished(msg_id):
        return parse(message(MsgType="event", Event="TEMPLATESENDJOBFINISH", MsgID=msg_id)).key

    assert finished("1") != finished("2")


@pytest.mark.parametrize("body", ATTACKS.values(), ids=list(ATTACKS))
def test_hostile_bodies(body):
    began = time.process_time()
    with pytest.raises(BadCallback):
        parse(body)
    assert time.process_time() - began < 0.05


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"<xml></xml>", id="no field"),
        pytest.param(b"<xml>", id="unclosed"),
        pytest.param(b"<root/>", id="another root"),
        pytest.param(message() + b"<xml/>", id="two roots"),
        pytest.param(message().decode().encode("utf-16"), id="UTF-16"),
        pytest.param(message().decode().encode("gb18030"), id="GB18030"),
        pytest.param(b"<!-- hi -->" + message(), id="comment before the root"),
        pytest.param(b"<!DOCTYPE xml>" + message(), id="harmless doctype"),
        pytest.param(
            message("a&#0;b").replace(b"<![CDATA[a", b"a").replace(b"b]]>", b"b"), id="NUL as a reference"
        ),
        pytest.param(message("a").replace(b"<![CDATA[a]]>", b"&a;"), id="undeclared entity"),
        pytest.param(message("\x0b"), id="control character"),
        pytest.param(message(FromUserName="o"), id="short openid"),
        pytest.param(message(FromUserName="o" * 27 + "汉"), id="openid not ASCII"),
        pytest.param(message(FromUserName="o" * 14 + "\n" + "o" * 13), id="openid with a line end"),
        pytest.param(message(ToUserName=""), id="no account"),
        pytest.param(message(MsgId="-1"), id="negative id"),
        pytest.param(message(MsgId="9" * 21), id="id too long"),
        pytest.param(message(MsgId="１２"), id="full-width id"),
        pytest.param(message(CreateTime="99999999999"), id="time too far"),
        pytest.param(message(CreateTime="1e9"), id="time in another form"),
        pytest.param(message(MsgType="event"), id="event without a name"),
        pytest.param(message(MsgType="event", Event="CLICK", EventKey="a\nb"), id="event key of two lines"),
        pytest.param(message(MsgType="event", Event="DROP TABLE"), id="event of another form"),
        pytest.param(message("x" * MAX_BODY), id="too long"),
        pytest.param(b"<xml>" + b"<a>" * 9000 + b"</a>" * 9000 + b"</xml>", id="nested 9000 deep"),
    ],
)
def test_what_is_not_a_message(body):
    with pytest.raises(BadCallback):
        parse(body)


def test_a_member_may_type_what_looks_like_an_attack():
    typed = "<!DOCTYPE html><!ENTITY x> &a; <Encrypt>abc</Encrypt>"
    assert parse(message(typed)).text == typed


def test_an_empty_message_has_empty_text():
    assert parse(message("")).text == ""


def test_an_unknown_kind_is_still_read():
    got = parse(message(MsgType="hologram"))
    assert (got.kind, got.event, got.key) == ("hologram", "", "m:24000000000000000")


@given(
    at=st.integers(min_value=0, max_value=len(message()) - 1),
    junk=st.binary(min_size=1, max_size=8),
)
def test_damaged_bytes_never_raise_anything_else(at, junk):
    body = message()
    with contextlib.suppress(BadCallback):
        got = parse(body[:at] + junk + body[at + len(junk) :])
        assert len(got.openid) == 28
