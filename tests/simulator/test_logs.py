"""A grep of all logs: through every door, and with all that fails, no line holds a secret, a name or words."""

from __future__ import annotations

import dataclasses
import io
import json
import re

import pytest
import sqlalchemy as sa

from bot import open_door
from bot.simulator import photos
from bot.simulator.app import create_app as simulator_app
from bot.simulator.wire import Credentials
from jifen import create_app
from jifen.access import service as access
from jifen.access import service_sessions, visitors
from jifen.core import logs, queue
from jifen.core.db import ask, db, transaction
from jifen.notices import sending
from jifen.notices import service as notices
from jifen.web.doors import COOKIE, PHONE_COOKIE
from tests import city
from tests.api import doors
from tests.simulator.kit import serve, world_for

ROLES = {"secretary": "branch_secretary", "member": "member"}
PHONE_NUMBER = "13800138000"
#: What somebody writes where free words are taken; each holds a piece that stands nowhere else.
TEXTS = {
    "deed": "昨天社区清扫两小时顺便给独居的张大爷送了药",
    "burden": "减负 反复填三张一样的表太耽误工夫了",
    "objection": "异议 九月那次我明明请过假电话13800138000",
    "why": "退回 1 佐证里的单位名称写得不对请改",
    "long": "今天说一件很长的事" * 300,
    "strange": "胡同口那棵老槐树又开花了]]><x>\u202e",
    "correction": "更正 姓名 陈国壮",
}
#: Pieces of those texts, long enough to stand in no sentence of ours.
PIECES = (
    "独居的张大爷",
    "三张一样的表",
    "明明请过假",
    "单位名称写得不对",
    "很长的事今天说",
    "老槐树",
    "陈国壮",
)


@pytest.fixture
def stage(settings, fresh_db, tmp_path, capfd):
    """The product and the platform, each behind a port, nothing logged before the test."""
    running = {}
    with serve(lambda environ, start: running["simulator"](environ, start)) as platform:
        chosen = dataclasses.replace(settings, simulator=True, wechat_api_base=platform)
        product = create_app(chosen, database_url=fresh_db)
        open_door(product)
        product.testing = True
        with product.app_context(), serve(product) as address:
            town = city.build(photos=True)
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
            world = world_for(f"{address}/wechat", tmp_path, shared=shared, accounts=accounts)
            running["simulator"] = simulator_app(world)
            capfd.readouterr()
            logs.configure()
            yield world, product, town, chosen
        with product.app_context():
            db.engine.dispose()


def fails(said: str):
    """Return a handler that fails as a database or a parser does: by quoting what it was given."""

    def work(*_args, **_more):
        if "名" in said:
            ask("SELECT CAST(%(text)s AS int)", {"text": said})
        raise ValueError(f"invalid literal: {said!r} of {PHONE_NUMBER}")

    return work


def test_no_line_holds_what_is_somebodys(stage, capfd, monkeypatch):
    world, product, town, settings = stage
    monkeypatch.setattr("jifen.wechat.transport.TIMEOUT", (1.0, 0.5))
    openids = {who: world.people.by_key(who).openid for who in ROLES}
    secrets: dict[str, str] = {}

    def say(who: str, words: str) -> None:
        world.say(openids[who], words).result(30)

    # --- the chat: bound, told, asked, decided, refused, guessed
    for who in ROLES:
        secrets[f"slip of {who}"] = code = access.issue_code(town.people[who], by=town.actor("office"))
        for words in (f"绑定 ABCD2345 {city.NAMES[who]}", f"绑定 {code} {city.NAMES[who]}", "同意"):
            say(who, words)
    for words in (
        TEXTS["deed"],
        "确认",
        TEXTS["burden"],
        TEXTS["objection"],
        TEXTS["long"],
        TEXTS["strange"],
    ):
        say("member", words)
    say("member", TEXTS["correction"])
    say("member", "上报 获奖表彰 前天 市级 佐证：岚直发〔2026〕3号")
    world.album(openids["member"], [photos.sample(n, taken=0.0) for n in range(2)])[-1].result(30)
    for words in ("待审", TEXTS["why"], "通过 2", "全部通过", "通过 99"):
        say("secretary", words)
    # --- what fails on the way in
    for question, words in (("名次", "名次：陈国强"), ("志愿时长", "电话")):
        with monkeypatch.context() as patched:
            patched.setattr("bot.callback.handle", fails(words))
            say("member", question)
    # --- the way out, with every fault, and the worker
    for n, (what, more) in enumerate(
        (
            ("errcode", {"code": 40001}),
            ("errcode", {"code": 47003}),
            ("errcode", {"code": -1}),
            ("html", {}),
            ("lost", {}),
            ("reset", {}),
            ("truncated", {}),
            ("hang", {"seconds": 1}),
            ("errcode", {"code": 43004}),
        )
    ):
        world.script.clear()
        world.script.add("message/*", what, **more)
        with transaction():
            rows = [(f"log:{n}", town.people["member"], {"what": "code"})]
            notices.queue_many(kind="account_changed", rows=rows)
        sending.send_some()
    world.script.clear()
    world.script.add("stable_token", "errcode", code=40164, times=None)
    world.tokens.end_all()
    with transaction() as session:
        session.execute(sa.text("DELETE FROM wechat_token"))
        session.execute(sa.text("DELETE FROM wechat_circuit"))
        notices.queue_many(
            kind="account_changed", rows=[("log:token", town.people["member"], {"what": "code"})]
        )
    sending.send_some()
    queue.work(product, until_empty=True)
    world.script.clear()
    queue.work(product, until_empty=True)
    # --- the phone, the desk, the API
    browser = product.test_client()
    secrets["phone cookie"] = cookie = visitors.begin(openids["member"])
    browser.set_cookie(PHONE_COOKIE, cookie, path="/m")
    for path in ("/m/", "/m/why", "/m/enter?code=CODE_OF_WECHAT&state=abc", "/m/more?ticket=TICKET_OF_OURS"):
        browser.get(path)
    secrets["desk cookie"] = session_of = service_sessions.begin(town.people["office"])
    desk = product.test_client()
    desk.set_cookie(COOKIE, session_of, path="/console")
    for path in ("/console/", f"/console/people?q={city.NAMES['member']}", "/console/queue"):
        desk.get(path)
    product.test_client().post("/console/sign-in", data={"number": "1", "password": "PASSWORD-TYPED"})
    caller = doors.caller(product, town, "member")
    secrets["API token"] = caller.token
    caller.get("/me")
    caller.get("/members", number=city.NAMES["colleague"])
    day = "2026-06-25"
    caller.post("/reports", {"item": "没有的项目", "occurred_on": day, "words": TEXTS["deed"]})
    caller.call(
        "POST", "/reports", data=b"{not json \xff" + TEXTS["deed"].encode(), content_type="application/json"
    )
    broken = {"file": (io.BytesIO(TEXTS["deed"].encode()), f"{city.NAMES['member']}.jpg")}
    caller.call("POST", "/reports/1/photos", data=broken, content_type="multipart/form-data")
    monkeypatch.setattr("jifen.access.queries.identity", fails("姓名：陈国强"))
    assert caller.get("/me").status_code == 500

    captured = capfd.readouterr()
    said = captured.out + captured.err
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    events = {line["event"] for line in lines}
    assert len(lines) > 40
    assert {"request", "wechat.unexpected", "unexpected", "wechat.refused", "wechat.unreachable"} <= events
    assert sum("exception" in line for line in lines) >= 3
    with transaction() as session:
        kept = session.execute(sa.text("SELECT * FROM wechat_token")).all()
    secrets |= {
        "secret": settings.wechat_secret,
        "token": settings.wechat_token,
        "key": settings.wechat_aes_key,
        "signing": settings.secret_key,
        "code": "CODE_OF_WECHAT",
        "ticket": "TICKET_OF_OURS",
        "password": "PASSWORD-TYPED",
        "telephone": PHONE_NUMBER,
    }
    secrets |= {f"token {n}": token for n, token in enumerate(world.tokens._until)}
    secrets |= {f"openid of {who}": openid for who, openid in openids.items()}
    secrets |= {f"name of {who}": name for who, name in city.NAMES.items()}
    secrets |= {f"words {piece}": piece for piece in PIECES}
    assert kept is not None
    found = {name for name, secret in secrets.items() if secret in said}
    where = [line for line in said.splitlines() if any(secrets[name] in line for name in found)]
    assert found == set(), where[:5]
    assert not re.search(r"\bo[A-Za-z0-9_-]{27}\b", said)
