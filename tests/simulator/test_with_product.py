"""The stand-in and the whole product, each behind its own port: what a newcomer sees on the phones."""

import dataclasses

import pytest

from bot import open_door
from bot.simulator.app import create_app as simulator_app
from bot.simulator.rules.wecom import Corp
from bot.simulator.wire import Credentials
from jifen import create_app
from jifen.access import service as access
from jifen.access import wecom
from jifen.access.queries import bound
from jifen.access.service import openid_digest
from jifen.core.db import db
from jifen.notices import sending
from tests import city
from tests.simulator.kit import serve, world_for

ROLES = {"secretary": "branch_secretary", "member": "member"}


@pytest.fixture
def stage(settings, fresh_db, tmp_path):
    """The world of the stand-in, the product, and the town's codes; both serve over HTTP."""
    running = {}
    with serve(lambda environ, start: running["simulator"](environ, start)) as platform:
        product = create_app(
            dataclasses.replace(settings, simulator=True, wechat_api_base=platform), database_url=fresh_db
        )
        open_door(product)
        product.testing = True  # nothing is noted in the background after the end
        with product.app_context(), serve(product) as address:
            town = city.build()
            codes = {who: access.issue_code(town.people[who], by=town.actor("office")) for who in ROLES}
            db.session.remove()
            shared = Credentials(
                app_id=settings.wechat_app_id,
                secret=settings.wechat_secret,
                token=settings.wechat_token,
                aes_key=settings.wechat_aes_key,
            )
            accounts = [
                {"number": who, "name": city.NAMES[who], "role": role, "branch": "机关第一党支部"}
                for who, role in ROLES.items()
            ]
            corp = Corp(
                corp_id=settings.wecom_corp_id, token=settings.wecom_token, aes_key=settings.wecom_aes_key
            )
            world = world_for(f"{address}/wechat", tmp_path, shared=shared, accounts=accounts, corp=corp)
            running["simulator"] = simulator_app(world)
            yield world, product, codes
        with product.app_context():
            db.engine.dispose()


def test_from_the_paper_slip_to_the_notice(stage):
    world, product, codes = stage
    phones = {who: world.people.by_key(who).openid for who in ROLES}

    def say(who: str, text: str) -> str:
        outcome = world.say(phones[who], text).result(30)
        assert outcome.fault is None
        return outcome.text

    assert world.connected()
    assert "绑定" in world.follow(phones["member"], wanted=True).result(30).text
    assert "绑定" in say("member", "我的积分")
    for who, code in codes.items():
        assert "谁处理" in say(who, f"绑定 {code} {city.NAMES[who]}")
        assert "绑定成功" in say(who, "同意")
    assert "编号1" in say("member", "上报 志愿服务 昨天 2小时")
    assert "1号" in say("secretary", "待审")

    # The browser of a newcomer, through the product's own address.
    browser = product.test_client()
    page = browser.get("/simulator/p/secretary").text
    assert "周正的手机" in page
    assert 'value="1"' in page, "what waits is offered by its place in the list"
    assert browser.post("/simulator/p/secretary/say", data={"text": "通过 1"}).status_code == 303
    assert "没有" in say("secretary", "待审")  # leaves after what the browser sent
    assert "61分" in say("member", "我的积分")

    while sending.send_some():
        pass
    notices = [bubble for bubble in world.look(phones["member"])[0] if bubble.side == "notice"]
    assert len(notices) == 1
    assert any("志愿服务" in value for _, value in notices[0].lines)

    # WeCom, by the page: told where to bind, then the same conversation.
    assert "发一张照片" in browser.get("/simulator/p/secretary").text
    assert "绑定企业微信" in world.say_in_wecom(phones["secretary"], "待审").result(30).text
    with product.app_context():
        found = bound(openid_digest(phones["secretary"]))
        wecom.bind("secretary", by=found.who)
        db.session.remove()
    assert browser.post("/simulator/p/secretary/do/wecom", data={"words": "待审"}).status_code == 303
    assert "没有等您处理的上报" in world.say_in_wecom(phones["secretary"], "待审").result(30).text
    shown = [b for b in world.look(phones["secretary"])[0] if b.kind == "wecom"]
    assert sorted(b.side for b in shown) == ["bot"] * 3 + ["me"] * 3
