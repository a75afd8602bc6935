"""The scanner of a telephone in the simulator: what lies before it, what it reads, where that leads."""

import io
import json

import pytest
import segno
from PIL import Image

from bot.simulator import lens
from bot.simulator.app import create_app
from tests.simulator.kit import ACCOUNTS, Product, serve, world_for

OPENID = ACCOUNTS[0]["openid"]
SCREEN = "http://127.0.0.1:9/m/in/42-in-7-abc"
SEEN = [
    {"where": "签到屏幕", "words": "社区清扫<b>", "content": SCREEN},
    {"where": "牌子", "words": "窗-2026-0001", "content": "http://127.0.0.1:9/plates/ab"},
]
TOLD = {lens.HEADER: json.dumps(SEEN)}


@pytest.fixture
def product():
    return Product()


@pytest.fixture
def world(product, tmp_path):
    with serve(product.app) as url:
        yield world_for(f"{url}/wechat", tmp_path)


@pytest.fixture
def browser(world):
    return create_app(world).test_client()


def photo_of(content: str | None, *, size: int = 900, mode: str = "RGB") -> bytes:
    """Return a screenshot with a code on it, or without one."""
    sheet = Image.new(mode, (size, size // 2), "white")
    if content:
        drawn = io.BytesIO()
        segno.make(content, error="m").save(drawn, kind="png", scale=size // 225, border=3)
        sheet.paste(Image.open(drawn).convert(mode), (size // 9, size // 18))
    out = io.BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


def system_of(world) -> list[str]:
    return [one.text for one in world.look(OPENID)[0] if one.side == "system"]


def test_the_page_shows_what_the_products_door_tells(browser):
    page = browser.get("/simulator/p/J0001", headers=TOLD).text
    assert page.index("签到屏幕") < page.index("牌子")
    assert f'value="{SCREEN}"' in page
    assert "社区清扫&lt;b&gt;" in page
    assert 'src="data:image/svg' in page
    assert SCREEN in browser.get("/simulator/p/J0001/bubbles?lens=1", headers=TOLD).json["sights"]
    assert "sights" not in browser.get("/simulator/p/J0001/bubbles", headers=TOLD).json
    assert "现在没有活动在签到" not in page
    assert "现在没有活动在签到" in browser.get("/simulator/p/J0001").text


@pytest.mark.parametrize("header", ["", "}", "1", '[{"where": "x"}]'])
def test_what_is_no_list_shows_nothing(browser, header):
    answer = browser.get("/simulator/p/J0001", headers={lens.HEADER: header})
    assert answer.status_code == 200
    assert 'class="option sight"' not in answer.text


@pytest.mark.parametrize("size", [450, 900, 4000])
def test_a_code_is_read_from_a_picture(size):
    assert lens.read(photo_of(SCREEN, size=size)) == SCREEN


def test_a_picture_without_a_code_and_what_is_no_picture():
    assert lens.read(photo_of(None)) == ""
    assert lens.read(b"GIF89a?") == ""
    assert lens.read(b"") == ""


def test_a_screenshot_opens_the_page_of_the_code(browser, world):
    sent = {"picture": (io.BytesIO(photo_of(SCREEN)), "shot.png")}
    led = browser.post("/simulator/p/J0001/do/scan", data=sent, headers={"X-Requested-With": "fetch"}).json
    assert browser.get(led["open"]).headers["Location"] == SCREEN
    browser.post("/simulator/p/J0001/do/scan", data={"picture": (io.BytesIO(photo_of(None)), "shot.png")})
    browser.post("/simulator/p/J0001/do/scan", data={})
    assert system_of(world) == ["没有认出二维码。请换一张清楚的图片，或直接填二维码里的内容。"] * 2


def test_a_button_of_the_menu_that_scans_tells_the_product_what_was_read(browser, world, product):
    world.menus.create(
        {
            "button": [
                {"type": "scancode_waitmsg", "name": "扫码", "key": "S"},
                {"type": "click", "name": "b", "key": "b"},
            ]
        }
    )
    assert browser.get("/simulator/p/J0001").text.count("data-scans") == 1
    browser.post("/simulator/p/J0001/do/scan", data={"path": "0", "content": SCREEN})
    world.say(OPENID, "完").result(20)
    assert (product.seen[0].event, product.seen[0].scan) == ("scancode_waitmsg", SCREEN)


# --- scanQRCode of a page ------------------------------------------------------


@pytest.fixture
def on_page(browser):
    browser.get("/simulator/p/J0001/open?url=http://127.0.0.1:9/m/")
    return browser


def test_a_page_shows_the_same_sights(on_page, world):
    made = world.scenes.create(
        {"action_name": "QR_STR_SCENE", "expire_seconds": 60, "action_info": {"scene": {"scene_str": "a"}}}
    )
    listed = on_page.get("/simulator/js/lens", headers=TOLD).json["sights"]
    assert [one["content"] for one in listed] == [SCREEN, SEEN[1]["content"], made.url]


def test_a_page_is_told_or_led_on(on_page, world, product):
    def scan(content, **form):
        return on_page.post("/simulator/js/scan", data={"content": content, **form}).json

    assert scan(SCREEN, result="1") == {"ok": True, "read": SCREEN}
    assert scan(SCREEN)["open"] == SCREEN
    made = world.scenes.create(
        {
            "action_name": "QR_STR_SCENE",
            "expire_seconds": 60,
            "action_info": {"scene": {"scene_str": "act:1"}},
        }
    )
    assert scan(made.url)["open"] == "/simulator/p/J0001#end"
    world.say(OPENID, "完").result(20)
    assert (product.seen[0].event, product.seen[0].scene) == ("SCAN", "act:1")
    assert not scan("")["ok"]
    assert not on_page.post("/simulator/js/scan", data={"picture": (io.BytesIO(b"x"), "x.png")}).json["ok"]


def test_nobody_scans_outside_a_phone(browser):
    assert browser.get("/simulator/js/lens").status_code == 403
    assert browser.post("/simulator/js/scan", data={"content": SCREEN}).status_code == 403
