"""Faults by script, over a real line, and the panel that adds them."""

import threading
import time

import pytest
import requests

from bot.simulator.app import create_app
from bot.simulator.chance import Chance
from bot.simulator.clock import Clock
from bot.simulator.faults import BadFault, Script
from bot.simulator.panel import PRESETS
from bot.simulator.push import MARK_AFTER, UNAVAILABLE
from tests.simulator.kit import ACCOUNTS, Product, serve, world_for

OPENID, OTHER = ACCOUNTS[0]["openid"], ACCOUNTS[1]["openid"]
SEND = "/cgi-bin/message/custom/send"


@pytest.fixture
def product():
    return Product()


@pytest.fixture
def world(product, tmp_path):
    with serve(product.app) as url:
        yield world_for(f"{url}/wechat", tmp_path, clock=Clock(1_790_000_000), seed=11, patience=2.0)


@pytest.fixture
def line(world):
    """The API on a port of its own."""
    with serve(create_app(world)) as url:
        yield url


def send(world, line, text="在的", timeout=3.0):
    token = world.tokens.stable(force=False)[0]
    body = {"touser": OPENID, "msgtype": "text", "text": {"content": text}}
    with requests.Session() as http:
        http.trust_env = False
        return http.post(f"{line}{SEND}?access_token={token}", json=body, timeout=timeout)


def arrived(world):
    return [bubble.text for bubble in world.look(OPENID)[0] if bubble.side == "bot"][1:]


# --- calls of the API --------------------------------------------------------------


@pytest.mark.parametrize("code", [-1, 40001, 43101, 45009, 45011, 47003])
def test_a_code_instead_of_the_deed(world, line, code):
    world.say(OPENID, "在吗").result(10)
    world.script.add("message/*", "errcode", code=code, times=1)
    refused = send(world, line)
    assert (refused.status_code, refused.headers["Content-Type"]) == (200, "text/plain")
    assert refused.json()["errcode"] == code
    assert "rid: " in refused.json()["errmsg"]
    assert arrived(world) == []
    assert send(world, line).json()["errcode"] == 0
    assert arrived(world) == ["在的"]


def test_a_code_for_ever(world, line):
    world.script.add(SEND, "errcode", code=40001, times=None)
    assert {send(world, line).json()["errcode"] for _ in range(5)} == {40001}
    world.script.clear()
    assert send(world, line).json()["errcode"] == 45015


@pytest.mark.parametrize(
    ("what", "more", "status", "kind", "body"),
    [
        ("html", {}, 200, "text/html", "<html>"),
        ("http", {"code": 502}, 502, "text/html", "502 Bad Gateway"),
        ("truncated", {}, 200, "application/json", '{"err'),
    ],
)
def test_an_answer_that_is_none(world, line, what, more, status, kind, body):
    world.say(OPENID, "在吗").result(10)
    world.script.add("*", what, **more)
    answer = send(world, line)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, kind)
    assert body in answer.text
    with pytest.raises(ValueError):
        answer.json()
    # Half an answer comes of a whole deed.
    assert arrived(world) == (["在的"] if what == "truncated" else [])


@pytest.mark.parametrize("what", ["lost", "reset"])
def test_a_line_that_is_cut_after_the_deed(world, line, what):
    world.say(OPENID, "在吗").result(10)
    world.script.add("*", what)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        send(world, line)
    assert arrived(world) == ["在的"]
    assert send(world, line, "又").json()["errcode"] == 0


def test_no_answer_at_all_until_the_script_is_cleared(world, line):
    world.say(OPENID, "在吗").result(10)
    world.script.add("*", "hang", times=2)
    with pytest.raises(requests.Timeout):
        send(world, line, timeout=0.5)
    threading.Timer(0.3, world.script.clear).start()
    began = time.monotonic()
    with pytest.raises(requests.ConnectionError):
        send(world, line, timeout=10)
    assert time.monotonic() - began < 5
    assert arrived(world) == []


def test_a_late_answer(world, line):
    world.say(OPENID, "在吗").result(10)
    world.script.add("*", "delay", seconds=0.7)
    began = time.monotonic()
    assert send(world, line).json()["errcode"] == 0
    assert time.monotonic() - began >= 0.7


def test_only_the_calls_that_are_meant(world, line):
    world.script.add("media/*", "errcode", code=-1, times=None)
    world.script.add(SEND, "errcode", code=45011, after=1)
    assert [send(world, line).json()["errcode"] for _ in range(3)] == [45015, 45011, 45015]


# --- pushes ------------------------------------------------------------------------


def answers(product):
    return [message.text for message in product.seen]


def test_copies_later_and_at_once(world, product):
    world.script.add("push", "duplicate", copies=3)
    twice = world.say(OPENID, "一").result(10)
    assert (twice.copies, len(set(twice.answers)), len(product.seen)) == (3, 1, 3)
    world.script.add("push", "concurrent", copies=4)
    storm = world.say(OPENID, "二").result(10)
    assert (storm.copies, len(set(storm.answers))) == (4, 1)
    assert len({message.key for message in product.seen}) == 2
    assert len(set(product.nonces)) == 7
    assert [bubble.text for bubble in world.look(OPENID)[0] if bubble.side == "bot"] == [
        "收到：一",
        "收到：二",
    ]


def test_a_lost_answer_is_asked_for_again_five_seconds_later(world, product):
    world.script.add("push", "lost", times=2)
    began = world.clock()
    outcome = world.say(OPENID, "一").result(10)
    assert (outcome.copies, outcome.text, world.clock() - began) == (3, "收到：一", 10)
    assert len({message.key for message in product.seen}) == 1
    world.script.add("push", "lost", times=3)
    assert "丢了" in world.say(OPENID, "二").result(10).fault
    assert world.look(OPENID)[0][-1].text == UNAVAILABLE


def test_a_product_that_is_silent_costs_fifteen_seconds_of_the_platform_s_clock(product, tmp_path):
    product.answer = lambda message: time.sleep(0.6)
    with serve(product.app) as url:
        world = world_for(f"{url}/wechat", tmp_path, clock=Clock(1_790_000_000), patience=0.2)
        began = world.clock()
        outcome = world.say(OPENID, "一").result(10)
    assert (outcome.copies, world.clock() - began) == (3, 10)
    assert "5 秒" in outcome.fault


def test_out_of_order(world, product):
    world.script.add("push", "reorder")
    first, second = world.say(OPENID, "一"), world.say(OPENID, "二")
    assert (second.result(10).text, first.result(10).text) == ("收到：二", "收到：一")
    assert answers(product) == ["二", "一"]


def test_a_platform_whose_clock_is_wrong(world, product):
    world.script.add("push", "skew", seconds=1200)
    world.say(OPENID, "一").result(10)
    assert product.seen[0].at.timestamp() == 1_790_001_200


def test_a_late_push(world, product):
    world.script.add("push", "delay", seconds=90)
    world.say(OPENID, "一").result(10)
    assert world.clock() == 1_790_000_090
    assert product.seen[0].at.timestamp() == 1_790_000_000


def test_after_many_failures_nothing_is_pushed_for_a_minute(world, product):
    world.script.add("push", "lost", times=3 * MARK_AFTER)
    for _ in range(MARK_AFTER):
        world.say(OPENID, "在吗").result(10)
    count = len(product.seen)
    marked = world.say(OPENID, "还在吗").result(10)
    assert (marked.copies, len(product.seen)) == (0, count)
    assert "MarkFail" in marked.fault
    world.clock.advance(60)
    assert world.say(OPENID, "现在呢").result(10).text == "收到：现在呢"
    world.script.add("push", "markfail")
    assert world.say(OPENID, "又？").result(10).copies == 0


def test_a_fault_of_one_person_leaves_others_alone(world, product):
    world.script.add("push", "markfail", openid=OTHER)
    assert world.say(OPENID, "一").result(10).fault is None


def test_a_template_message_that_does_not_arrive(world, product, line):
    world.script.add("finish", "finish", status="failed: system failed")
    token = world.tokens.stable(force=False)[0]
    body = {"touser": OPENID, "template_id": "TPL_REMIND_0001", "data": {"thing1": {"value": "一"}}}
    with requests.Session() as http:
        http.trust_env = False
        sent = http.post(f"{line}/cgi-bin/message/template/send?access_token={token}", json=body, timeout=5)
    assert sent.json()["errcode"] == 0
    world.say(OPENID, "完").result(10)
    assert [one.status for one in product.seen[:1]] == ["failed: system failed"]
    assert [bubble.side for bubble in world.look(OPENID)[0]] == ["me", "bot"]


# --- the script itself -------------------------------------------------------------


def test_with_a_seed_what_strikes_is_the_same_in_every_run():
    def struck(seed):
        script = Script(Chance(seed))
        script.add("*", "errcode", code=-1, times=None, chance=0.3)
        script.add("push", "lost", times=None, chance=0.5)
        return [
            (script.strike(SEND) is not None, script.strike("push", "lost") is not None) for _ in range(60)
        ]

    assert struck(1) == struck(1)
    assert struck(1) != struck(2)
    assert 5 < sum(call for call, _ in struck(1)) < 35


@pytest.mark.parametrize(
    ("where", "what", "more"),
    [
        ("push", "errcode", {"code": 1}),
        ("message/*", "skew", {}),
        ("message/*", "errcode", {}),
        ("message/*", "http", {"code": 200}),
        ("push", "lost", {"chance": 0.0}),
        ("push", "lost", {"times": 0}),
        ("push", "concurrent", {"copies": 1}),
    ],
)
def test_faults_that_cannot_be(where, what, more):
    with pytest.raises(BadFault):
        Script(Chance(1)).add(where, what, **more)


# --- the panel ---------------------------------------------------------------------


@pytest.fixture
def browser(world):
    return create_app(world).test_client()


def test_the_panel_adds_shows_and_takes_away(browser, world):
    assert "一切正常" in browser.get("/simulator/lab").text
    fault = {"where": "message/*", "what": "errcode", "code": "40001", "times": ""}
    said = browser.post("/simulator/lab/fault", data=fault, headers={"X-Requested-With": "fetch"}).json[
        "html"
    ]
    assert "返回错误码 40001，一直" in said
    assert "发消息" in said
    wrong = browser.post(
        "/simulator/lab/fault", data={"where": "push", "what": "html"}, headers={"X-Requested-With": "fetch"}
    )
    assert "没有这种故障" in wrong.json["html"]
    assert browser.post("/simulator/lab/remove", data={"number": "1"}).status_code == 303
    assert world.script.listed() == []
    browser.post("/simulator/lab/fault", data=fault)
    browser.post("/simulator/lab/clear")
    assert world.script.listed() == []


@pytest.mark.parametrize("one", PRESETS, ids=lambda one: one.label)
def test_every_preset_is_a_fault(browser, world, one):
    form = {"where": one.where, "what": one.what, "times": one.times, "copies": str(one.copies)}
    form |= {"code": str(one.code)} if one.code else {}
    browser.post("/simulator/lab/fault", data=form | ({"seconds": str(one.seconds)} if one.seconds else {}))
    assert [(fault.what, fault.code) for fault in world.script.listed()] == [(one.what, one.code)]


def test_the_panel_moves_the_clock_and_ends_tokens(browser, world):
    token = world.tokens.stable(force=False)[0]
    browser.post("/simulator/lab/clock", data={"advance": "86400"})
    assert world.clock() == 1_790_086_400
    browser.post("/simulator/lab/clock", data={"advance": "-5"})
    assert world.clock() == 1_790_086_400
    browser.post("/simulator/lab/tokens")
    assert world.tokens.stable(force=False)[0] != token
    told = browser.post("/simulator/lab/check", headers={"X-Requested-With": "fetch"}).json["html"]
    assert "是通的" in told


def test_a_program_has_the_same(browser, world):
    asked = [{"where": "push", "what": "lost", "times": 2}, {"where": "*", "what": "hang", "seconds": 1}]
    state = browser.post("/simulator/admin/faults", json=asked).json
    assert [(one["where"], one["what"], one["times"]) for one in state["faults"]] == [
        ("push", "lost", 2),
        ("*", "hang", 1),
    ]
    assert browser.post("/simulator/admin/faults", json={"what": "guess"}).status_code == 400
    assert browser.post("/simulator/admin/faults", json=[]).json["faults"] == []
    assert browser.post("/simulator/admin/clock", json={"advance": 60}).json["now"] == 1_790_000_060
    assert browser.post("/simulator/admin/clock", json={"set": 1_800_000_000}).json["now"] == 1_800_000_000
    assert browser.post("/simulator/admin/clock", json={}).status_code == 400
    assert browser.get("/simulator/admin/state").json["used"] == {}


def test_a_clock_that_goes_can_be_moved_and_wakes_who_sleeps():
    clock = Clock()
    woke = threading.Event()
    threading.Thread(target=lambda: (clock.sleep(3600), woke.set()), daemon=True).start()
    assert not woke.wait(0.2)
    clock.advance(3600)
    assert woke.wait(5)
    assert 3590 < clock.ahead < 3610
