"""Every kind of delivery is wanted by name or passed over by name and counted; every answer is proper XML."""

from __future__ import annotations

import datetime as dt
import itertools
from xml.sax.saxutils import escape

import prometheus_client as prometheus
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import paging, router
from bot.callback import config_of_house
from bot.intents import NotText, Place, Said, Scanned, Silence
from bot.intents.activities import CheckIn, SignUp
from bot.intents.notices import Consented, NoticesEnded
from bot.intents.people import Left, Welcome
from bot.intents.reporting import Photo
from jifen.access import service as access
from jifen.wechat.envelope import MAX_TEXT
from jifen.wechat.inbound import parse
from tests import city
from tests.bot.phone import Phone
from tests.wechat.samples import INBOUND, OPENID, message, tree

TODAY = dt.date(2025, 10, 9)
WHEN = dt.datetime.fromtimestamp(1_760_000_000, dt.UTC)
#: What each sample wants; all others are passed over.
WANTED = {
    "event_CLICK": Said,
    "event_SCAN": Scanned,
    "event_scancode_waitmsg": Scanned,
    "event_subscribe": Welcome,
    "event_subscribe_last_trade": Welcome,
    "event_subscribe_qrscene": Welcome,
    "event_subscribe_qrscene_int": Welcome,
    "event_unsubscribe": Left,
    "file": Said,
    "image": Photo,
    "link": Said,
    "location": Said,
    "shortvideo": Said,
    "text": CheckIn,
    "text_bizmsgmenu": Said,
    "text_emoji_newline": Said,
    "text_from_article": SignUp,
    "video": Said,
    "voice": Said,
    "voice_recognition_legacy": Said,
}
#: What is noted and not answered.
NOTED = {
    "event_TEMPLATESENDJOBFINISH_freq_limit": NoticesEnded((("200163836", "failed"),)),
    "event_TEMPLATESENDJOBFINISH_success": NoticesEnded((("200163836", None),)),
    "event_TEMPLATESENDJOBFINISH_system_failed": NoticesEnded((("200163836", "failed"),)),
    "event_TEMPLATESENDJOBFINISH_user_block": NoticesEnded((("200163836", "refuses"),)),
    "event_subscribe_msg_change_event": Consented((("TPL_REMIND_0001", False),), WHEN),
    "event_subscribe_msg_popup_event": Consented(
        (("TPL_REMIND_0001", True), ("TPL_AUDIT_0002", False)), WHEN
    ),
    "event_subscribe_msg_popup_event_single": Consented((("TPL_REMIND_0001", True),), WHEN),
    "event_subscribe_msg_sent_event": NoticesEnded((("1700827132819554304", None),)),
}
_ids = itertools.count(1)


@pytest.mark.parametrize("name", sorted(INBOUND))
def test_every_sample_is_wanted_or_passed_over_by_name(name):
    intent = router.intent_of(parse(INBOUND[name]), today=TODAY)
    if name in WANTED:
        assert type(intent) is WANTED[name]
        heard = parse(INBOUND[name]).kind in ("text", "event", "image") or "recognition" in name
        there = parse(INBOUND[name]).place
        assert heard or intent.otherwise == (
            Place("location", *there) if there else NotText(parse(INBOUND[name]).kind)
        )
    elif name in NOTED:
        assert intent == NOTED[name]
    else:
        assert intent == Silence(parse(INBOUND[name]).event)
        assert router.PASSED_OVER[parse(INBOUND[name]).event]


def test_an_event_that_nobody_knows_is_counted_as_such():
    unknown = parse(message(MsgType="event", Event="hologram"))
    assert router.intent_of(unknown, today=TODAY) == Silence("other_event")


@pytest.fixture
def town(db):
    return city.build()


@pytest.fixture
def member(town, client, app):
    """A bound member's telephone that writes as the samples do."""
    phone = Phone(client, config_of_house(), "member")
    phone.openid = OPENID
    city.bind(OPENID, access.issue_code(town.people["member"], by=city.BY), city.NAMES["member"])
    return phone


def counted(app, event: str) -> float:
    registry: prometheus.CollectorRegistry = app.extensions["jifen_metrics"][0]
    return registry.get_sample_value("jifen_wechat_passed_over_total", {"event": event}) or 0.0


@pytest.mark.parametrize("name", sorted(INBOUND))
def test_every_sample_is_answered_or_acknowledged_at_the_door(app, member, name):
    event = parse(INBOUND[name]).event
    before = counted(app, event)
    response = member.push(member.sealed(INBOUND[name]))
    assert response.status_code == 200
    if name in WANTED and name != "event_unsubscribe":
        assert member.words(response.data)
        return
    assert response.data == b"success"
    if name not in NOTED and name not in WANTED:
        assert counted(app, event) == before + 1


@pytest.mark.parametrize("name", sorted(INBOUND))
def test_a_stranger_learns_only_how_to_bind(client, app, town, name):
    phone = Phone(client, config_of_house(), "member")
    phone.openid = OPENID
    words = phone.words(phone.push(phone.sealed(INBOUND[name])).data)
    assert ("绑定" in words) if name in WANTED and name != "event_unsubscribe" else not words


@pytest.mark.parametrize(
    ("kind", "fields", "part"),
    [
        pytest.param("voice", {"MediaId": "m"}, "转文字", id="a voice without words"),
        pytest.param(
            "voice",
            {"MediaId": "m", "Recognition": "我现在多少分"},
            "听到的是：“我现在多少分”",
            id="a voice with words",
        ),
        pytest.param(
            "voice",
            {"MediaId": "m", "Recognition": "上报志愿服务昨天两小时。"},
            "请核对",
            id="a voice files nothing unseen",
        ),
        pytest.param("image", {"MediaId": "m"}, "收到照片", id="a photo without a report"),
        pytest.param("location", {"Location_X": "1", "Location_Y": "2"}, "收到位置", id="a place"),
        pytest.param("link", {"Url": "https://example.org"}, "收到链接", id="a link"),
        pytest.param("file", {"Title": "a.docx"}, "收到文件", id="a file"),
        pytest.param("video", {"MediaId": "m"}, "收到视频", id="a film"),
        pytest.param("hologram", {}, "目前请用文字", id="a kind to come"),
        pytest.param(
            "text", {"Content": "【收到不支持的消息类型，暂无法显示】"}, "收到您的表情", id="a sticker"
        ),
        pytest.param("text", {"Content": "😀😀"}, "收到您的表情", id="faces"),
        pytest.param("text", {"Content": "[微笑][玫瑰]"}, "收到您的表情", id="faces in words"),
        pytest.param("text", {"Content": "/::)"}, "收到您的表情", id="faces in code"),
        pytest.param("text", {"Content": ""}, "您可以发送", id="nothing"),
        pytest.param("text", {"Content": "\u202e我的积分\u202c"}, "年积分：60分", id="right to left"),
        pytest.param("text", {"Content": "我的\u200b积分👍"}, "积分", id="hidden marks"),
        pytest.param("text", {"Content": "哈" * 1365}, "没有看懂", id="four kilobytes"),
        pytest.param(
            "text", {"Content": "昨天社区清扫2小时" + "，好" * 600}, "请核对", id="four kilobytes of report"
        ),
        pytest.param("text", {"Content": "通过"}, "请写明编号", id="no number"),
    ],
)
def test_what_was_not_expected_gets_an_answer_that_helps(member, kind, fields, part):
    given_fields = {"Content": ""} | fields if kind == "text" else fields
    body = message(MsgType=kind, MsgId=str(next(_ids)), **{"Content": "", **given_fields})
    words = member.words(member.push(member.sealed(body)).data)
    assert part in words


def test_an_album_gets_one_answer(member):
    answers = [
        member.words(
            member.push(member.sealed(message(MsgType="image", MediaId=f"m{n}", MsgId=str(next(_ids))))).data
        )
        for n in range(3)
    ]
    assert [bool(one) for one in answers] == [True, False, False]


def test_a_photo_during_a_report_keeps_the_report(member):
    say = member.say
    say("社区清扫2小时")
    words = member.words(
        member.push(member.sealed(message(MsgType="image", MediaId="m", MsgId=str(next(_ids))))).data
    )
    assert "是哪一天的事" in words
    assert "请核对" in say("2")


SAID = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.sampled_from(
            [
                "]]>",
                "<![CDATA[",
                "\ufffe",
                "\u202e",
                "昨天",
                "志愿服务",
                "2小时",
                "1",
                "0",
                "上报",
                "异议 ",
                "更多",
                "&amp;",
                "减负意见 ",
            ]
        ),
        max_size=10,
    ).map("".join),
)


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(said=SAID)
def test_no_words_break_the_answer(member, said):
    """Through the encrypted door: the answer opens, is XML, fits, and goes back to who wrote."""
    safe = escape(said.encode("utf-8", "ignore").decode())
    body = message(MsgId=str(next(_ids))).replace("<![CDATA[我的积分]]>".encode(), safe.encode())
    response = member.push(member.sealed(body))
    assert response.status_code == 200
    if response.data == b"success":
        return
    part = tree(response.data)
    xml, _ = config_of_house().box.open(
        part.findtext("Encrypt"),
        msg_signature=part.findtext("MsgSignature"),
        timestamp=part.findtext("TimeStamp"),
        nonce=part.findtext("Nonce"),
    )
    answer = tree(xml)
    assert answer.findtext("ToUserName") == OPENID
    assert {child.tag for child in answer} == {
        "ToUserName",
        "FromUserName",
        "CreateTime",
        "MsgType",
        "Content",
    }
    assert 0 < len(answer.findtext("Content").encode()) <= MAX_TEXT


def test_a_long_answer_goes_on_with_more(town, client, app):
    def bound(who: str) -> Phone:
        made = Phone(client, config_of_house(), who)
        city.bind(made.openid, access.issue_code(town.people[who], by=city.BY), city.NAMES[who])
        return made

    reporter, secretary = bound("member"), bound("secretary")
    for n in range(24):
        assert "已收到" in reporter.say(f"上报 志愿服务 昨天 1小时 另一件 第{n}次")
    first = secretary.say("全部通过")
    assert first.endswith("发送“更多”接着看。")
    assert "/m/more?ticket=" in first
    assert len(first.encode()) <= MAX_TEXT
    assert "回复“通过 编号”" in secretary.say("更多")


@given(text=st.text(max_size=400), size=st.integers(60, 300))
def test_a_cut_loses_nothing_but_a_line_end(text, size):
    text = text.encode("utf-8", "ignore").decode()
    head, rest = paging.split(text, size)
    assert len(head.encode()) <= size
    assert text in (head + rest, f"{head}\n{rest}")
