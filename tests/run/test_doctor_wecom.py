"""``flask doctor --wechat`` and WeCom: the application, its trusted host, and its callback."""

from __future__ import annotations

import dataclasses

import pytest
from flask import Flask

from bot import wecom_door
from bot.simulator.app import create_app
from bot.simulator.rules.wecom import Corp
from jifen import doctor_wecom
from jifen.core.settings import load
from jifen.findings import State
from tests.simulator.kit import Product, serve, world_for

CORP = Corp(token="wecomToken", aes_key="a" * 43)


@pytest.fixture
def place(tmp_path):
    """The stand-in, a product that answers it, and the settings of both."""
    product = Flask("product")
    with serve(Product().app) as callback:
        world = world_for(f"{callback}/wechat", tmp_path, corp=CORP)
        with serve(create_app(world)) as api, serve(product) as address:
            given = {
                "DATA_DIR": str(tmp_path / "var"),
                "PUBLIC_URL": address,
                "WECOM_API_BASE": api,
                "WECOM_CORP_ID": CORP.corp_id,
                "WECOM_SECRET": CORP.secret,
                "WECOM_AGENT_ID": CORP.agent_id,
                "WECOM_TOKEN": CORP.token,
                "WECOM_AES_KEY": CORP.aes_key,
            }
            settings = load({f"JIFEN_{name}": value for name, value in given.items()})
            wecom_door.init_app(product, settings)
            world.page_hosts = {"127.0.0.1"}
            yield world, settings


def test_all_is_well(place):
    _, settings = place
    assert [one.state for one in doctor_wecom.examine(settings)] == [State.GOOD, State.GOOD]


def test_an_organisation_without_it_is_told_nothing(place):
    _, settings = place
    assert list(doctor_wecom.examine(dataclasses.replace(settings, wecom_corp_id=""))) == []


@pytest.mark.parametrize(
    ("changed", "which", "state", "part"),
    [
        ({"wecom_secret": "another"}, 0, State.BAD, "JIFEN_WECOM_SECRET"),
        ({"wecom_corp_id": "ww0000000000000000"}, 0, State.BAD, "JIFEN_WECOM_CORP_ID"),
        ({"wecom_agent_id": "1000009"}, 0, State.BAD, "JIFEN_WECOM_AGENT_ID"),
        ({"wecom_api_base": "http://127.0.0.1:9"}, 0, State.BAD, "连不上企业微信"),
        ({"wecom_token": "another"}, 1, State.BAD, "不认签名"),
        ({"wecom_token": "", "wecom_aes_key": ""}, 1, State.WARN, "没有设置“接收消息”"),
        ({"public_url": "http://127.0.0.1:9"}, 1, State.BAD, "打不开"),
    ],
)
def test_what_is_wrong_is_named_with_what_to_do(place, changed, which, state, part, monkeypatch):
    _, settings = place
    monkeypatch.setattr("jifen.wechat.calls.READS", 1)
    found = list(doctor_wecom.examine(dataclasses.replace(settings, **changed)))[which]
    assert found.state is state
    assert part in found.words
    assert CORP.secret not in found.words


def test_an_address_outside_the_list(place):
    world, settings = place
    world.script.add("agent/get", "errcode", code=60020)
    assert "企业可信IP" in next(doctor_wecom.examine(settings)).words


@pytest.mark.parametrize(
    ("hosts", "part"), [({"other.example"}, "现在是 other.example"), (None, "现在没有填")]
)
def test_a_sign_in_must_lead_back_to_us(place, hosts, part):
    world, settings = place
    world.page_hosts = hosts
    found = next(doctor_wecom.examine(settings))
    assert found.state is State.WARN
    assert "可信域名 127.0.0.1" in found.words
    assert part in found.words
