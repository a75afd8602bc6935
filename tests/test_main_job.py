"""The main job through the real doors: sheet, slip, encrypted messages, ledger, place, reminder, proof."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json

import pytest
import sqlalchemy as sa
import time_machine

from bot import open_door
from bot.simulator.app import create_app as simulator_app
from bot.simulator.wire import Credentials
from jifen import create_app
from jifen.access import service as access
from jifen.access.queries import actor_of
from jifen.core import clock, queue
from jifen.core.actor import Door, system
from jifen.core.db import db, transaction
from jifen.core.settings import ROOT
from jifen.jobs import service as jobs
from jifen.jobs.calendar import job
from jifen.members.models import Member
from jifen.org import service as org
from jifen.org.models import UnitKind
from jifen.points import queries
from jifen.rulebook import service as rulebooks
from tests.members.sheets import ONE_DEPARTMENT
from tests.simulator.kit import serve, world_for

BY = system("tests", Door.CLI)
SINCE = dt.date(2020, 1, 1)
#: A working day among the last five of its month, in office hours.
NOW = dt.datetime(2026, 6, 26, 10, 5, tzinfo=clock.SHANGHAI)
PEOPLE = {"secretary": "梁艳", "member": "林诚红"}


@pytest.fixture
def house(settings, fresh_db):
    """The product and the stand-in for WeChat, each serving on its own port; yields product and a maker of phones."""
    running = {}
    with (
        time_machine.travel(NOW, tick=True),
        serve(lambda environ, start: running["simulator"](environ, start)) as platform,
    ):
        chosen = dataclasses.replace(settings, simulator=True, wechat_api_base=platform)
        product = create_app(chosen, database_url=fresh_db)
        open_door(product)
        product.testing = True  # nothing is noted in the background after the end
        with product.app_context(), serve(product) as address:

            def phones(folder, accounts):
                shared = Credentials(
                    app_id=settings.wechat_app_id,
                    secret=settings.wechat_secret,
                    token=settings.wechat_token,
                    aes_key=settings.wechat_aes_key,
                )
                world = world_for(f"{address}/wechat", folder, shared=shared, accounts=accounts)
                running["simulator"] = simulator_app(world)
                return world

            yield product, phones
        with product.app_context():
            db.engine.dispose()


def put_in_force():
    """Found the city, and put the default rulebook in force."""
    root = org.found(name="某市市直机关工委", code="W", since=SINCE, by=BY)
    org.add(root.id, UnitKind.DEPARTMENT, name="某市林业局", code="D01", since=SINCE, by=BY)
    text = (ROOT / "config" / "rulebooks" / "municipal-organs.toml").read_text(encoding="utf-8")
    book = rulebooks.load(text, by=BY)
    rulebooks.activate(book.id, by=BY)
    rulebooks.assign(root.id, book.code, since=SINCE, by=BY)


def test_from_the_sheet_to_the_proof(house, tmp_path):
    product, phones = house
    command = product.test_cli_runner()
    put_in_force()

    # The sheet as the office keeps it; its three faulty rows are left out by a person's word.
    mapping = tmp_path / "对照.json"
    mapping.write_text(json.dumps({"sheets": {"花名册": {"leave_out": [59, 60, 61]}}}), "utf-8")
    words = ["roster", "import", str(ONE_DEPARTMENT), "--yes", "--create-branches", "--mapping", str(mapping)]
    done = command.invoke(args=words)
    assert done.exit_code == 0, done.output
    queue.work(product, until_empty=True)

    people = {
        who: db.session.scalars(sa.select(Member).where(Member.name == name)).one()
        for who, name in PEOPLE.items()
    }
    numbers = {who: person.number for who, person in people.items()}
    member_id = people["member"].id
    codes = {"secretary": access.issue_code(people["secretary"].id, by=BY)}
    slip = command.invoke(args=["bind-code", numbers["member"], "--as", numbers["secretary"]])
    assert slip.exit_code == 0, slip.output
    codes["member"] = slip.output.split("绑定 ")[1].split(" ")[0]
    db.session.remove()

    accounts = [
        {"number": who, "name": name, "role": "member", "branch": "机关第一支部"}
        for who, name in PEOPLE.items()
    ]
    world = phones(tmp_path, accounts)
    openids = {who: world.people.by_key(who).openid for who in PEOPLE}

    def say(who: str, text: str) -> str:
        outcome = world.say(openids[who], text).result(30)
        assert outcome.fault is None
        return outcome.text

    for who, code in codes.items():
        assert "谁处理" in say(who, f"绑定 {code} {PEOPLE[who]}")
        assert "绑定成功" in say(who, "同意")
    assert "60分" in say("member", "我的积分")
    assert "编号1" in say("member", "上报 志愿服务 昨天 2小时 清扫林道")
    assert "编号2" in say("member", "上报 走访 前天")
    assert "61分" in say("secretary", "通过 1")
    assert "已退回2号" in say("secretary", "退回 2 请写明走访的村")
    assert "梁艳确认" in say("member", "为什么 志愿服务")
    assert "第1名" in say("member", "排名")

    # The clock fires twice, the workers run twice, and reminders leave within the hour: one reminder.
    for hours in (0, 1):
        with time_machine.travel(clock.now() + dt.timedelta(hours=hours), tick=True):
            jobs.make_due(job("reminders.monthly"), clock.now())
            with transaction():
                queue.defer("notices.send")
            queue.work(product, until_empty=True)
    bubbles = [b for b in world.look(openids["member"])[0] if b.side == "notice"]
    told = ["".join(value for _, value in b.lines) for b in bubbles]
    assert sum("有1条上报被退回" in words for words in told) == 1
    assert len(told) == 3  # confirmed, returned, reminded

    with product.app_context():
        assert queries.my_standing(actor_of(member_id, Door.WECHAT)).total == 61
        proof = command.invoke(args=["ledger", "verify", "--format", "json"])
    assert (proof.exit_code, json.loads(proof.output)) == (0, {"ok": True, "faults": []})
