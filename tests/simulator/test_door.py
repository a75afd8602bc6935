"""/simulator/ on the product's own address."""

import dataclasses

import pytest
from flask import Flask

from bot import simulator_door
from bot.simulator.app import create_app
from tests.simulator.kit import Product, serve, world_for


def product_with_door(settings, base: str, **changed) -> Flask:
    app = Flask("product")
    chosen = dataclasses.replace(settings, wechat_api_base=base, **({"simulator": True} | changed))
    simulator_door.init_app(app, chosen)
    return app


def test_the_page_is_reached_through_the_product(settings, tmp_path):
    with serve(Product().app) as url:
        world = world_for(f"{url}/wechat", tmp_path)
        with serve(create_app(world)) as simulator:
            browser = product_with_door(settings, simulator).test_client()
            home = browser.get("/simulator/?q=王建国")
            assert home.status_code == 200
            assert "支部书记" in home.text
            assert "李小红" not in home.text
            assert "default-src 'none'" in home.headers["Content-Security-Policy"]
            sent = browser.post("/simulator/p/J0001/say", data={"text": "你好"})
            assert (sent.status_code, sent.headers["Location"]) == (303, "/simulator/p/J0001#end")
            css = browser.get("/simulator/static/simulator.css")
            assert css.mimetype == "text/css"
            assert (
                browser.get(
                    "/simulator/static/simulator.css", headers={"If-None-Match": css.headers["ETag"]}
                ).status_code
                == 304
            )
            assert browser.get("/simulator/p/nobody").status_code == 404
            refused = browser.post(
                "/simulator/p/J0001/say", data={"text": "x"}, headers={"Sec-Fetch-Site": "cross-site"}
            )
            assert refused.status_code == 403
            assert browser.get("/simulator/../cgi-bin/token").status_code == 404


def test_a_page_opened_from_another_telephone_is_nobody_s_yet(settings, tmp_path):
    world = world_for("http://127.0.0.1:9/wechat", tmp_path)
    with serve(create_app(world)) as simulator:
        browser = product_with_door(settings, simulator).test_client()
        browser.set_cookie("jifen_session", "desk")
        for key, kept in (("J0001", False), ("J0001", True), ("J0002", False)):
            browser.set_cookie("jifen_phone", "signed-in", path="/m")
            opened = browser.get(f"/simulator/p/{key}/open?url=http://127.0.0.1:9/m/")
            assert (opened.status_code, opened.headers["Location"]) == (303, "http://127.0.0.1:9/m/")
            assert (browser.get_cookie("jifen_phone", path="/m") is not None) is kept
            assert browser.get_cookie("simulator_phone").value == key
        assert browser.get_cookie("jifen_session").value == "desk"
        # The stand-in learns which telephone it is by its own cookie, and nothing else.
        query = f"appid={world.shared.app_id}&redirect_uri=http://127.0.0.1:9/b&response_type=code"
        asked = browser.get(f"/simulator/connect/oauth2/authorize?{query}&scope=snsapi_base&state=a")
        code = asked.headers["Location"].partition("code=")[2].partition("&")[0]
        assert world.sign_in.exchange(code)["openid"] == world.people.by_key("J0002").openid


@dataclasses.dataclass
class Sight:
    where: str = "签到屏幕"
    words: str = "社区清扫"
    content: str = "http://127.0.0.1:9/m/in/1"


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("p/J0001", True),
        ("p/J0001/bubbles?lens=1", True),
        ("p/J0001/bubbles", False),
        ("js/lens", True),
        ("", False),
        ("static/simulator.css", False),
    ],
)
def test_the_lens_is_told_of_only_where_it_is_shown(settings, tmp_path, path, told):
    asked = []
    with serve(create_app(world_for("http://127.0.0.1:9/wechat", tmp_path))) as simulator:
        app = Flask("product")
        simulator_door.init_app(
            app,
            dataclasses.replace(settings, wechat_api_base=simulator, simulator=True),
            before_the_lens=lambda: asked.append(1) or [Sight()],
        )
        browser = app.test_client()
        browser.set_cookie("simulator_phone", "J0001")
        answer = browser.get(f"/simulator/{path}")
    assert answer.status_code == 200
    assert bool(asked) is told
    assert ("m/in/1" in answer.text) is told


def test_the_bare_address_leads_there(settings):
    answer = product_with_door(settings, "http://127.0.0.1:9").test_client().get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/simulator/")


def test_when_it_is_not_running_the_page_says_so(settings):
    answer = product_with_door(settings, "http://127.0.0.1:9").test_client().get("/simulator/")
    assert answer.status_code == 503
    assert "make run" in answer.text


@pytest.mark.parametrize(
    ("base", "changed"),
    [
        pytest.param("http://127.0.0.1:9", {"simulator": False}, id="switched off"),
        pytest.param("http://127.0.0.1:9", {"env": "production"}, id="production"),
        pytest.param("https://api.weixin.qq.com", {}, id="the real platform"),
        pytest.param("http://192.0.2.7:8001", {}, id="another machine"),
    ],
)
def test_there_is_no_door(settings, base, changed):
    app = product_with_door(settings, base, **changed)
    assert app.test_client().get("/simulator/").status_code == 404
