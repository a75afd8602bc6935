"""What one does with the phone on the page, and what the product is told of it."""

import io

import pytest
from PIL import Image
from PIL.ExifTags import IFD

from bot.simulator import acts, photos
from bot.simulator.app import create_app
from bot.simulator.clock import Clock
from bot.simulator.rules.templates import Template
from jifen.wechat.inbound import parse
from tests.simulator.kit import ACCOUNTS, Product, serve, world_for
from tests.wechat.samples import INBOUND

OPENID = ACCOUNTS[0]["openid"]


@pytest.fixture
def product():
    return Product()


@pytest.fixture
def world(product, tmp_path):
    with serve(product.app) as url:
        yield world_for(f"{url}/wechat", tmp_path, clock=Clock(1_790_000_000), seed=5)


@pytest.fixture
def browser(world):
    return create_app(world).test_client()


def do(browser, act, **form):
    return browser.post(f"/simulator/p/J0001/do/{act}", data=form)


def told(world, product):
    """Return what the product was told, once all of it has arrived."""
    world.say(OPENID, "完").result(20)
    return [(one.kind, one.event or one.text) for one in product.seen[:-1]]


@pytest.mark.parametrize(
    ("act", "form", "seen"),
    [
        ("photo", {"samples": "1"}, [("image", "")]),
        ("photo", {"samples": "3"}, [("image", "")] * 3),
        ("photo", {"again": "1"}, [("image", "")]),
        ("photo", {"samples": "x"}, []),
        ("speak", {"words": "昨天清扫两小时", "recognised": "1"}, [("voice", "昨天清扫两小时")]),
        ("speak", {"words": "昨天清扫两小时"}, [("voice", "")]),
        ("place", {"label": "滨河公园东门"}, [("location", "")]),
        ("place", {"label": "月球"}, []),
        ("scan", {"content": "只是字"}, []),
        ("choose", {"text": "通过 42", "choice": "7"}, [("text", "通过 42")]),
        ("other", {"kind": "sticker"}, [("text", "【收到不支持的消息类型，暂无法显示】")]),
        ("other", {"kind": "link"}, [("link", "")]),
        ("other", {"kind": "file"}, [("file", "")]),
        ("other", {"kind": "film"}, [("video", "")]),
        ("other", {"kind": "short"}, [("shortvideo", "")]),
        ("other", {"kind": "arrive"}, [("event", "LOCATION")]),
        ("other", {"kind": "guess"}, []),
        ("agree", {"template": ["A", "B"], "yes": ["B"]}, [("event", "subscribe_msg_popup_event")]),
        ("agree", {}, []),
        ("refuse", {"template": "A"}, [("event", "subscribe_msg_change_event")]),
        ("tap", {"path": "0"}, [("event", "CLICK")]),
        ("tap", {"path": "1-2"}, [("event", "CLICK")]),
        ("tap", {"path": "9"}, []),
        ("tap", {"path": "1"}, []),
        ("tap", {"path": ""}, []),
        ("follow", {"wanted": "0"}, [("event", "unsubscribe")]),
        ("guess", {}, []),
    ],
)
def test_each_act_tells_the_product(browser, world, product, act, form, seen):
    assert do(browser, act, **form).status_code == 303
    if act == "follow":
        world.follow(OPENID, wanted=True).result(20)
        seen = [*seen, ("event", "subscribe")]
    assert told(world, product) == seen


MENU = {
    "button": [
        {"type": "view", "name": "网页", "url": "http://127.0.0.1:9/m/"},
        {
            "name": "更多",
            "sub_button": [
                {"type": "scancode_waitmsg", "name": "扫码", "key": "S"},
                {"type": "scancode_push", "name": "扫码跳转", "key": "P"},
                {"type": "pic_photo_or_album", "name": "照片", "key": "F"},
                {"type": "location_select", "name": "位置", "key": "L"},
            ],
        },
    ]
}


@pytest.mark.parametrize(
    ("path", "seen"),
    [
        ("0", [("event", "VIEW")]),
        ("1-0", [("event", "scancode_waitmsg")]),
        ("1-1", [("event", "scancode_push")]),
        ("1-2", [("event", "pic_photo_or_album"), ("image", "")]),
        ("1-3", [("event", "location_select"), ("location", "")]),
    ],
)
def test_buttons_of_every_kind(browser, world, product, path, seen):
    world.menus.create(MENU)
    do(browser, "tap", path=path)
    assert told(world, product) == seen


def test_a_button_that_leads_to_a_page_opens_it_on_this_phone(browser, world):
    world.menus.create(MENU)
    asked = browser.post(
        "/simulator/p/J0001/do/tap", data={"path": "0"}, headers={"X-Requested-With": "fetch"}
    ).json
    opened = browser.get(asked["open"])
    assert (opened.status_code, opened.headers["Location"]) == (303, "http://127.0.0.1:9/m/")
    assert "simulator_phone=J0001" in opened.headers["Set-Cookie"]


def test_the_menu_that_is_shown_is_the_person_s_own(browser, world):
    assert "我的积分" in browser.get("/simulator/p/J0001/bubbles").json["menu"]
    world.menus.create(MENU)
    menu = browser.get("/simulator/p/J0001/bubbles").json["menu"]
    assert "网页" in menu
    assert "我的积分" not in menu


def test_a_sample_is_a_photo_with_a_place_and_no_two_are_the_same(browser, world):
    do(browser, "photo", samples="2")
    first, second = (bubble.media_id for bubble in world.look(OPENID)[0] if bubble.kind == "image")
    contents = [browser.get(f"/simulator/p/J0001/media/{one}").data for one in (first, second)]
    assert contents[0] != contents[1]
    picture = Image.open(io.BytesIO(contents[0]))
    assert picture.size == photos.SIZE
    assert picture.getexif().get_ifd(IFD.GPSInfo)
    do(browser, "photo", again="1")
    third = [bubble.media_id for bubble in world.look(OPENID)[0] if bubble.kind == "image"][-1]
    assert browser.get(f"/simulator/p/J0001/media/{third}").data == contents[1]
    # Nobody sees what is on somebody else's screen.
    assert browser.get(f"/simulator/p/J0002/media/{first}").status_code == 404


def test_what_is_no_photo_is_not_sent(browser, world, product):
    program = (io.BytesIO(b"MZ" + bytes(60)), "a.jpg")
    browser.post("/simulator/p/J0001/do/photo", data={"photos": program})
    assert "微信不收" in world.look(OPENID)[0][-1].text
    own = (io.BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(40)), "a.png")
    browser.post("/simulator/p/J0001/do/photo", data={"photos": own})
    assert told(world, product) == [("image", "")]


def test_scanning_leads_to_pages_and_to_scenes(browser, world, product):
    asked = browser.post(
        "/simulator/p/J0001/do/scan",
        data={"content": "https://e.example/x?a=1"},
        headers={"X-Requested-With": "fetch"},
    ).json
    assert "url=https://e.example/x?a%3D1" in asked["open"]
    made = world.scenes.create(
        {
            "action_name": "QR_STR_SCENE",
            "expire_seconds": 600,
            "action_info": {"scene": {"scene_str": "bind:x"}},
        }
    )
    assert made.url in browser.get("/simulator/p/J0001").text
    do(browser, "scan", content=made.url)
    assert told(world, product) == [("event", "SCAN")]
    assert product.seen[0].scene == "bind:x"


def test_a_person_s_settings(browser, world):
    do(browser, "settings", refuses_templates="1", snapshot="1")
    assert (world.phone(OPENID).refuses_templates, world.phone(OPENID).snapshot) == (True, True)
    do(browser, "settings")
    assert (world.phone(OPENID).refuses_templates, world.phone(OPENID).snapshot) == (False, False)


def test_notices_to_be_asked_about(browser, world):
    assert "现在没有订阅通知" in browser.get("/simulator/p/J0001").text
    world.templates.give([Template("NOTICE_01", "待办提醒", {"thing1": "事项"}, notice=True)])
    assert "待办提醒" in browser.get("/simulator/p/J0001/bubbles").json["asks"]
    do(browser, "agree", template="NOTICE_01", yes="NOTICE_01")
    assert "还可收 1 条" in browser.get("/simulator/p/J0001/bubbles").json["asks"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("看 https://e.example/m/a?b=1。", 'href="/simulator/p/J0001/open?url=https://e.example/m/a?b%3D1"'),
        ('<a href="https://e.example/">点这里</a>', ">点这里</a>"),
        (
            '<a href="weixin://bizmsgmenu?msgmenucontent=通过 42&msgmenuid=1">通过</a>',
            'name="text" value="通过 42">通过</button>',
        ),
        ('<a href="javascript:alert(1)">点</a>', "\n    点"),
        ("<script>alert(1)</script>", "&lt;script&gt;"),
        ('<a href="https://e.example/"><b>点</b></a>', "&lt;b&gt;"),
    ],
)
def test_words_that_can_be_tapped(browser, world, product, text, shown):
    product.answer = lambda message: text
    world.say(OPENID, "？").result(10)
    html = browser.get("/simulator/p/J0001").text
    assert shown in html or shown.strip() in html
    assert "<script>alert" not in html
    assert "javascript:" not in html


def test_every_kind_that_is_pushed_is_the_platform_s_own_form(world):
    """Each push has the fields of the platform's sample of its kind."""
    kinds = {
        "text": acts.text("a", "1"),
        "image": acts.image("M", "1"),
        "voice_recognition_legacy": acts.voice("M", "1", recognised="a"),
        "location": acts.place(31.1, 104.1, "a", "1"),
        "link": acts.link("a", "b", "http://e.example/", "1"),
        "event_CLICK": acts.event("CLICK", "K"),
        "event_scancode_waitmsg": acts.menu_scan("scancode_waitmsg", "K", "a"),
        "event_pic_photo_or_album": acts.menu_pictures("pic_photo_or_album", "K", [b"a"]),
        "event_location_select": acts.menu_place("K", 31.1, 104.1, "a"),
        "event_subscribe_qrscene": acts.follow("a", "T"),
        "event_SCAN": acts.scan("a", "T"),
        "event_VIEW": acts.view("http://e.example/", 1),
        "event_TEMPLATESENDJOBFINISH_success": acts.template_sent("1", "success"),
        "event_subscribe_msg_popup_event": acts.asked([("A", True), ("B", False)], page=True),
        "event_subscribe_msg_change_event": acts.changed("A"),
        "event_subscribe_msg_sent_event": acts.notice_sent("A", "1", 0, "success"),
    }
    for name, fields in kinds.items():
        theirs = INBOUND[name]
        missing = [field for field, _ in fields if f"<{field}>".encode() not in theirs]
        assert missing in ([], ["MediaId16K"]), name
        assert parse(theirs).event == dict(fields).get("Event", "")
