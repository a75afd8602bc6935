"""Deliveries over real HTTP: five seconds, three copies, one MsgId."""

import time

import pytest
from flask import Response

from bot.simulator.clock import Clock
from bot.simulator.push import COPIES, UNAVAILABLE
from tests.simulator.kit import ACCOUNTS, Product, serve, world_for

OPENID = ACCOUNTS[0]["openid"]


@pytest.fixture
def product():
    return Product()


@pytest.fixture
def world(product, tmp_path):
    with serve(product.app) as url:
        yield world_for(f"{url}/wechat", tmp_path, clock=Clock(1_790_000_000))


@pytest.fixture
def hasty(product, tmp_path):
    """A platform that waits one second where WeChat waits five."""
    with serve(product.app) as url:
        yield world_for(f"{url}/wechat", tmp_path, within=1.0)


def screen(world, openid=OPENID):
    return [(bubble.side, bubble.text) for bubble in world.look(openid)[0]]


def test_a_message_and_its_answer(world, product):
    outcome = world.say(OPENID, "你好 ]]> <b>").result(10)
    assert (outcome.fault, outcome.copies) == (None, 1)
    assert screen(world) == [("me", "你好 ]]> <b>"), ("bot", "收到：你好 ]]> <b>")]
    assert product.seen[0].openid == OPENID
    assert world.look(OPENID)[1] is False


def test_nothing_to_say_shows_nothing(world, product):
    product.answer = lambda message: None
    assert world.say(OPENID, "嗯").result(10).fault is None
    assert screen(world) == [("me", "嗯")]


def test_a_late_answer_is_asked_for_again_with_the_same_id(hasty, product):
    def slow_once(message):
        if len(product.seen) == 1:
            time.sleep(1.5)
        return "第二次应答"

    product.answer = slow_once
    assert hasty.say(OPENID, "慢").result(10).copies == 2
    assert screen(hasty)[-1] == ("bot", "第二次应答")
    assert product.seen[0].key == product.seen[1].key
    assert product.nonces[0] != product.nonces[1]


def test_three_late_answers_are_an_outage(hasty, product):
    product.answer = lambda message: time.sleep(1.5)
    began = time.perf_counter()
    outcome = hasty.say(OPENID, "慢").result(10)
    assert time.perf_counter() - began >= 3
    assert outcome.copies == COPIES == len(product.seen)
    assert "1 秒" in outcome.fault
    assert screen(hasty)[-1] == ("system", UNAVAILABLE)


@pytest.mark.parametrize(
    ("raw", "why", "copies"),
    [
        pytest.param(lambda body: Response("oops", 500), "HTTP 500", 3, id="500"),
        pytest.param(lambda body: Response(body, 403), "HTTP 403", 3, id="403"),
        pytest.param(lambda body: Response("<html>"), "XML", 1, id="HTML"),
        pytest.param(lambda body: Response(body.replace(b"<Nonce>", b"<Nonc>")), "XML", 1, id="broken"),
    ],
)
def test_faults_show_the_unavailable_bubble(world, product, raw, why, copies):
    product.raw = raw
    outcome = world.say(OPENID, "在吗").result(10)
    assert (why in outcome.fault, outcome.copies) == (True, copies)
    last = world.look(OPENID)[0][-1]
    assert (last.side, last.text, last.hint) == ("system", UNAVAILABLE, outcome.fault)


def test_nobody_at_home(tmp_path):
    world = world_for("http://127.0.0.1:9/wechat", tmp_path, clock=Clock(1_790_000_000))
    assert "连不上" in world.say(OPENID, "在吗").result(10).fault


def test_messages_of_one_person_arrive_in_order(world, product):
    for future in [world.say(OPENID, str(n)) for n in range(12)]:
        future.result(10)
    assert [message.text for message in product.seen] == [str(n) for n in range(12)]
    assert len({message.key for message in product.seen}) == 12


def test_following_and_leaving(world, product):
    world.follow(OPENID, wanted=False).result(10)
    world.say(OPENID, "还在吗").result(10)
    assert screen(world)[-1][0] == "system"
    world.follow(OPENID, wanted=True).result(10)
    assert [message.event for message in product.seen] == ["unsubscribe", "subscribe"]
    assert screen(world)[-1] == ("bot", "收到：")


def test_the_url_check(product, tmp_path):
    with serve(product.app) as url:
        assert world_for(f"{url}/wechat", tmp_path).connected()
        assert not world_for(f"{url}/elsewhere", tmp_path).connected()
    assert not world_for(f"{url}/wechat", tmp_path).connected()


def test_ids_go_on_after_a_restart(tmp_path):
    first = world_for("http://127.0.0.1:9/", tmp_path, clock=Clock(1_760_000_000))
    later = world_for("http://127.0.0.1:9/", tmp_path, clock=Clock(1_760_000_001))
    assert int(later.fresh_id()) > int(first.fresh_id()) + 1_000_000


def test_only_http_addresses_are_pushed_to(tmp_path):
    with pytest.raises(ValueError, match="http"):
        world_for("ftp://127.0.0.1/wechat", tmp_path)
