"""``flask doctor --wechat`` against the stand-in and a callback: every step says what is wrong and what to do."""

from __future__ import annotations

import dataclasses
import json
import tomllib

import pytest

from bot.simulator.app import create_app
from bot.simulator.rules.templates import Template
from jifen import doctor_wechat
from jifen.core.settings import ROOT, load
from jifen.findings import State
from jifen.wechat import menus, tags
from jifen.wechat.errors import Forged
from jifen.wechat.tokens import MemoryTokenStore
from tests.simulator.kit import SHARED, Product, serve, world_for

KINDS = tomllib.loads((ROOT / "config" / "wechat.toml").read_text(encoding="utf-8"))


@pytest.fixture
def place(tmp_path):
    """The stand-in, a product that answers it, and the settings of both."""
    product = Product()
    product.app.register_error_handler(Forged, lambda _err: ("forbidden", 403))
    with serve(product.app) as callback:
        world = world_for(f"{callback}/wechat", tmp_path)
        with serve(create_app(world)) as api:
            settings = load(
                {
                    "JIFEN_DATA_DIR": str(tmp_path / "var"),
                    "JIFEN_PUBLIC_URL": callback,
                    "JIFEN_WECHAT_API_BASE": api,
                    "JIFEN_WECHAT_APP_ID": SHARED.app_id,
                    "JIFEN_WECHAT_SECRET": SHARED.secret,
                    "JIFEN_WECHAT_TOKEN": SHARED.token,
                    "JIFEN_WECHAT_AES_KEY": SHARED.aes_key,
                }
            )
            yield world, settings


def found(settings) -> dict[str, list]:
    looked: dict[str, list] = {}
    for one in doctor_wechat.examine(settings):
        looked.setdefault(one.subject, []).append(one)
        assert one.words
    return looked


def give(world, **changed) -> None:
    """Give the account one template for each kind; ``changed`` replaces fields of some."""
    world.templates.give(
        [
            Template(f"TPL_{kind}", kind, dict.fromkeys(changed.get(kind, template["fields"]), "事项"))
            for kind, template in KINDS.items()
        ]
    )


@pytest.fixture
def configured(monkeypatch):
    """A configuration with an id for each kind."""
    mine = {kind: {**template, "template_id": f"TPL_{kind}"} for kind, template in KINDS.items()}
    monkeypatch.setattr(doctor_wechat, "_configured", lambda: mine)
    return mine


def test_a_good_account_is_good_at_every_step(place, configured):
    world, settings = place
    give(world)
    looked = found(settings)
    assert {subject for subject, ones in looked.items() if any(o.state is State.BAD for o in ones)} == set()
    assert looked["回调地址"][0].state is State.GOOD
    assert looked["回调网络"][0].state is State.GOOD
    assert looked["公众号凭证"][0].state is State.GOOD
    assert [one.state for one in looked["模板消息"]] == [State.GOOD]
    assert f"{len(KINDS)} 类" in looked["模板消息"][0].words
    assert {
        "今日额度（模板消息）",
        "今日额度（订阅通知）",
        "今日额度（客服消息）",
        "菜单",
        "域名",
    } <= looked.keys()


def test_a_menu_is_compared_word_by_word(place, configured):
    world, settings = place
    [none] = found(settings)["菜单"]
    assert (none.state, "menu push" in none.words) == (State.WARN, True)
    common, *others = menus.parse(menus.FILE.read_text(encoding="utf-8"), public_url=settings.public_url)
    client = doctor_wechat.WeChatClient(
        app_id=SHARED.app_id,
        secret=SHARED.secret,
        store=MemoryTokenStore(),
        base_url=settings.wechat_api_base,
    )
    menus.create(client, common)
    for one in others:
        menus.add(client, one, tags.make(client, one.tag))
    [same] = found(settings)["菜单"]
    assert (same.state, "都与" in same.words) == (State.GOOD, True)
    # As many buttons as before, and one of them means something else.
    changed = json.loads(json.dumps(world.menus.default.buttons))
    first = changed[0].get("sub_button", changed)[0]
    first["name"] = "别的"
    world.menus.create({"button": changed})
    [other] = found(settings)["菜单"]
    assert (other.state, "公共菜单" in other.words, "menu diff" in other.words) == (State.WARN, True, True)


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        pytest.param({"wechat_secret": "other"}, "JIFEN_WECHAT_SECRET", id="another secret"),
        pytest.param({"wechat_app_id": "wx0000000000000000"}, "JIFEN_WECHAT_APP_ID", id="another appid"),
        pytest.param({"wechat_api_base": "http://127.0.0.1:9"}, "443 端口", id="no way out"),
    ],
)
def test_without_a_way_in_nothing_else_is_asked(place, changed, part):
    _, settings = place
    looked = found(dataclasses.replace(settings, **changed))
    [one] = looked["公众号凭证"]
    assert one.state is State.BAD
    assert part in one.words
    assert "菜单" not in looked
    assert "other" not in json.dumps([o.words for ones in looked.values() for o in ones])


def test_an_address_outside_the_list(place):
    world, settings = place
    world.script.add("/cgi-bin/getcallbackip", "errcode", code=40164)
    [one] = found(settings)["公众号凭证"]
    assert one.state is State.BAD
    assert "IP白名单" in one.words


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        pytest.param({"wechat_token": "another"}, "令牌不一致", id="another token"),
        pytest.param({"public_url": "http://127.0.0.1:9"}, "打不开", id="nobody there"),
    ],
)
def test_the_callback_is_tried_as_wechat_tries_it(place, changed, part):
    _, settings = place
    [one] = found(dataclasses.replace(settings, **changed))["回调地址"]
    assert one.state is State.BAD
    assert part in one.words


def test_fields_that_differ_are_named(place, configured):
    world, settings = place
    give(world, report_approved=("thing1", "phrase2", "time3"))
    bad = [one for one in found(settings)["模板消息"] if one.state is State.BAD]
    [one] = bad
    assert "report_approved 的字段对不上（phrase2、thing2）" in one.words


def test_a_template_that_the_account_lacks(place, configured):
    world, settings = place
    give(world)
    world.templates.delete("TPL_monthly_reminder")
    [one] = [one for one in found(settings)["模板消息"] if one.state is State.BAD]
    assert "monthly_reminder 填的模板编号账号里没有" in one.words


def test_kinds_without_a_template_are_told(place):
    _, settings = place
    [one] = found(settings)["模板消息"]
    assert one.state is State.WARN
    assert f"有 {len(KINDS)} 类通知没有填模板编号" in one.words


def test_a_one_time_template_in_the_place_of_a_lasting_one(place, configured):
    world, settings = place
    fields = dict.fromkeys(KINDS["report_approved"]["fields"], "事项")
    world.templates.give([Template("SUB_1", "通知", fields, notice=True, long_term=False)])
    configured["report_approved"]["lasting_id"] = "SUB_1"
    bad = [one for one in found(settings)["长期订阅通知"] if one.state is State.BAD]
    assert "once_id" in bad[0].words


def test_little_left_of_the_day(place):
    world, settings = place
    world.quotas.limits["/cgi-bin/message/template/send"] = 0
    world.quotas.limits["/cgi-bin/message/custom/send"] = 100
    looked = found(settings)
    assert "配置的是" in looked["今日额度（客服消息）"][0].words


def test_an_ip_address_is_no_domain(place):
    _, settings = place
    one = doctor_wechat.domains(settings)
    assert one.state is State.WARN
    assert "IP 地址" in one.words
    named = dataclasses.replace(settings, public_url="https://jifen.example.gov.cn", env="production")
    assert doctor_wechat.domains(named).state is State.GOOD
    plain = dataclasses.replace(settings, public_url="http://jifen.example.gov.cn:8080", env="production")
    assert doctor_wechat.domains(plain).state is State.BAD
