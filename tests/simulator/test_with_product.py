"""The stand-in and the whole product, each behind its own port: what a newcomer sees on the phones."""

import dataclasses
import datetime as dt
import re

import pytest
import sqlalchemy as sa

from bot import open_door
from bot.simulator.app import create_app as simulator_app
from bot.simulator.photos import sample
from bot.simulator.rules.wecom import Corp
from bot.simulator.wire import Credentials
from jifen import create_app
from jifen.access import binding, wecom
from jifen.access import service as access
from jifen.access.queries import actor_of, bound
from jifen.access.service import openid_digest
from jifen.core.actor import Door
from jifen.core.db import db
from jifen.files import storage
from jifen.notices import sending
from jifen.points import photos
from tests import city
from tests.simulator.kit import serve, world_for

ROLES = {"secretary": "branch_secretary", "member": "member"}


@pytest.fixture
def stage(settings, fresh_db, tmp_path):
    """The world of the stand-in, the product, and the town's codes; both serve over HTTP."""
    running = {}
    with serve(lambda environ, start: running["simulator"](environ, start)) as platform:
        product = create_app(
            dataclasses.replace(settings, simulator=True, wechat_api_base=platform, wecom_api_base=platform),
            database_url=fresh_db,
        )
        open_door(product)
        product.testing = True  # nothing is noted in the background after the end
        with product.app_context(), serve(product) as address:
            # A city of this database alone: elsewhere its book's number is another book's.
            town = city.build(effective_from=dt.date(2026, 1, 2), photos=True)
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
                corp_id=settings.wecom_corp_id,
                secret=settings.wecom_secret,
                token=settings.wecom_token,
                aes_key=settings.wecom_aes_key,
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


def test_photos_in_wecom_lie_with_wecom(stage):
    world, product, _ = stage
    phone = world.people.by_key("secretary").openid
    with product.app_context():
        by = actor_of(db.session.scalar(sa.text("SELECT id FROM member WHERE name = '周正'")), Door.CONSOLE)
        wecom.bind("secretary", by=by)
        binding.show(by=by)
        binding.renew(by=by)
        db.session.remove()
    filed = world.say_in_wecom(phone, "上报 个人荣誉 昨天 1次 本单位 文号 林党〔2026〕3号").result(30).text
    assert "编号1" in filed
    sent = [one.result(30) for one in world.album_in_wecom(phone, [sample(n, taken=1.0) for n in range(2)])]
    assert "附在1号上报后面" in sent[0].text
    assert sent[1].text is None, "an album gets one answer"
    browser = product.test_client()
    screen = browser.get("/simulator/p/secretary").text
    shown = re.search(r'src="(/simulator/p/secretary/media/[^"]+)"', screen)[1]
    assert browser.get(shown).data.startswith(b"\xff\xd8")

    def fetched() -> list[tuple[str, str]]:
        with product.app_context():
            photos.fetch_due()
            found = db.session.execute(sa.text("SELECT state, name FROM photo ORDER BY id")).all()
            db.session.remove()
        return [tuple(one) for one in found]

    came = fetched()
    assert [state for state, _ in came] == ["stored", "stored"]
    with product.app_context():
        kept = storage.of_house().get(came[0][1])
    assert b"Simulator" in sample(0, taken=1.0)
    assert b"Simulator" not in kept, "what the camera wrote is not kept"

    world.photo_in_wecom(phone, sample(3, taken=1.0)).result(30)
    world.clock.advance(3 * 86400)
    assert [state for state, _ in fetched()] == ["stored", "stored", "expired"]
    while sending.send_some():
        pass
    asked = [b for b in world.look(phone)[0] if b.side == "notice"]
    assert [(b.kind, "照片没有收到，请再发一次" in b.lines[0][1]) for b in asked] == [("wecom", True)]
