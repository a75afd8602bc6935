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
