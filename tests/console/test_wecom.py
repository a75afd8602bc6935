"""WeCom at the desk: bound by who is signed in, told by WeCom itself, once; notices go there first for those in post."""

from __future__ import annotations

import dataclasses
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask

from bot import wecom_door
from bot.simulator.app import create_app
from bot.simulator.rules.wecom import Corp
from jifen.access import queries as access
from jifen.access import wecom
from jifen.core import house
from jifen.core.db import transaction
from jifen.notices import sending
from jifen.notices import service as notices
from tests import city
from tests.console.conftest import signed_in
from tests.simulator.kit import ACCOUNTS, Product, serve, world_for
from tests.wechat.test_wecom import KEY, TOKEN, asked

CORP = Corp()
USER, OTHER = ACCOUNTS[0]["number"], ACCOUNTS[1]["number"]


@pytest.fixture
def town(db):
    return city.build()


@pytest.fixture
def world(app, db, tmp_path, monkeypatch):
    """The stand-in, and an installation with an application in WeCom."""
    with serve(Product().app) as callback:
        made = world_for(f"{callback}/wechat", tmp_path)
        with serve(create_app(made)) as base:
            changed = {
                "wecom_corp_id": CORP.corp_id,
                "wecom_secret": CORP.secret,
                "wecom_agent_id": CORP.agent_id,
                "wecom_token": TOKEN,
                "wecom_aes_key": KEY,
                "wecom_api_base": base,
            }
            settings, cipher = app.extensions["jifen"]
            monkeypatch.setitem(app.extensions, "jifen", (dataclasses.replace(settings, **changed), cipher))
            monkeypatch.delitem(app.extensions, "jifen_wecom_client", raising=False)
            yield made
            app.extensions.pop("jifen_wecom_client", None)


def go(walker, world, user: str, **changed: str):
    """Open the link inside WeCom, which sends ``user`` back."""
    leaving = walker.client.get("/console/wecom")
    assert leaving.status_code == 303
    query = parse_qs(urlsplit(leaving.headers["Location"]).query)
    assert (query["appid"], query["agentid"]) == ([CORP.corp_id], [CORP.agent_id])
    back = {"code": world.wecom.sign_in.code(user, "snsapi_base"), "state": query["state"][0]} | changed
    return walker.client.get("/console/wecom/back", query_string=back), back


def test_bound_by_who_is_signed_in_and_told_there(app, world, town):
    secretary = town.people["secretary"]
    walker = signed_in(app, secretary)
    answer, back = go(walker, world, USER)
    assert answer.status_code == 303
    assert access.addresses(secretary, {}).wecom == USER
    assert "已绑定，通知会发到您的企业微信" in walker.open("/console/account").text
    again = walker.client.get("/console/wecom/back", query_string=back)
    assert again.status_code in (400, 422), "a state is good once"

    with transaction() as session:
        notices.queue_many(kind="account_changed", rows=[("k1", secretary, {"what": "password"})])
    sending.send_some()
    with transaction() as session:
        row = session.execute(sa.text("SELECT state, channel FROM notice WHERE key = 'k1'")).one()
    assert tuple(row) == ("accepted", "wecom"), "in post: WeCom comes first"
    said = [b.lines[0][1] for b in world.look(ACCOUNTS[0]["openid"])[0] if b.kind == "wecom"]
    assert said == ["您的工作台密码已更改\n如非本人办理，请告诉党建办"]

    walker.open("/console/account").press("解除企业微信绑定")
    assert access.addresses(secretary, {}).wecom is None


def test_whose_binding_an_office_ended_is_told_there(world, town):
    secretary = town.people["secretary"]
    wecom.bind(USER, by=town.actor("secretary"))
    wecom.unbind(secretary, by=town.actor("office"))
    sending.send_some()
    said = [b.lines[0][1] for b in world.look(ACCOUNTS[0]["openid"])[0] if b.kind == "wecom"]
    assert said == ["您的企业微信绑定已由组织解除\n不是您要求的，请问所在支部"]


def test_a_strange_state_and_a_made_up_code_bind_nobody(app, world, town):
    walker = signed_in(app, town.people["secretary"])
    for changed in ({"state": "0" * 32}, {"code": "made-up"}, {"state": ""}):
        answer, _ = go(walker, world, USER, **changed)
        assert answer.status_code in (400, 422)
        assert "再点一次" in answer.text
    assert access.addresses(town.people["secretary"], {}).wecom is None


def test_one_account_of_wecom_is_one_persons(world, town):
    wecom.bind(USER, by=town.actor("secretary"))
    with pytest.raises(wecom.WecomTaken):
        wecom.bind(USER, by=town.actor("deputy"))
    wecom.bind(OTHER, by=town.actor("secretary"))
    wecom.bind(USER, by=town.actor("deputy"))
    assert access.addresses(town.people["secretary"], {}).wecom == OTHER


def test_the_callback_proves_the_address(world):
    made = Flask("door")
    wecom_door.init_app(made, house.settings())
    client = made.test_client()
    assert client.get("/wecom", query_string=asked(b"12345")).data == b"12345"
    assert client.get("/wecom", query_string=asked(b"12345", token="x")).status_code == 403
    query = asked(b"<xml></xml>")
    body = f"<xml><Encrypt><![CDATA[{query.pop('echostr')}]]></Encrypt></xml>"
    assert client.post("/wecom", query_string=query, data=body).status_code == 200
    assert client.post("/wecom", query_string=query, data=body.replace("<Encrypt>", "<X>")).status_code == 403
