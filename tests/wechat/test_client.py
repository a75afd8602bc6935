"""The API client against the stand-in over real HTTP, and against a platform that misbehaves."""

import datetime as dt
import json
import logging
import threading
import time
import traceback

import pytest
import time_machine
from flask import Flask, Response, request

from bot.simulator.app import create_app
from jifen.core import clock
from jifen.wechat import tokens as tokens_module
from jifen.wechat import transport as transport_module
from jifen.wechat.client import ApiError, CircuitOpen, Unreachable, WeChatClient
from jifen.wechat.tokens import LEASE, MemoryTokenStore, Token
from jifen.wechat.verdicts import Verdict
from tests.simulator.kit import ACCOUNTS, SHARED, Product, serve, world_for
from tests.wechat.samples import api_sample

OPENID = ACCOUNTS[0]["openid"]
TEMPLATE = "TPL_REMIND_0001"
DATA_FIELDS = {"thing1": "补充材料", "time2": "2026年3月5日 09:00"}


def client_for(base: str, **changed) -> WeChatClient:
    fields = {"app_id": SHARED.app_id, "secret": SHARED.secret, "store": MemoryTokenStore(), "base_url": base}
    return WeChatClient(**(fields | changed))


class Platform:
    """A platform that answers what a test scripts, and counts."""

    def __init__(self) -> None:
        self.tokens = 0
        self.fetches: list[dict] = []
        self.bodies: list[dict] = []
        #: Replaces the token's answer.
        self.token_answer = lambda: {"access_token": f"TOKEN-{self.tokens}", "expires_in": 7200}
        #: Answers of the calls, one after the other; the last one stays.
        self.answers = [lambda: {"errcode": 0, "errmsg": "ok", "msgid": 7}]
        self.app = Flask("platform")
        self.app.add_url_rule("/cgi-bin/stable_token", view_func=self._token, methods=["POST"])
        self.app.add_url_rule("/cgi-bin/message/<path:_>", view_func=self._call, methods=["POST"])

    def _token(self):
        self.tokens += 1
        self.fetches.append(request.get_json())
        return self.token_answer()

    def _call(self, _):
        self.bodies.append({"token": request.args["access_token"], "raw": request.get_data()})
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return answer()


@pytest.fixture
def platform():
    return Platform()


@pytest.fixture
def base(platform):
    with serve(platform.app) as url:
        yield url


def send(client: WeChatClient, key: str = "notice-1"):
    return client.send_template(openid=OPENID, template_id=TEMPLATE, data=DATA_FIELDS, client_msg_id=key)


def test_messages_arrive_on_the_phone(tmp_path):
    product = Product()
    with serve(product.app) as callback:
        world = world_for(f"{callback}/wechat", tmp_path)
        with serve(create_app(world)) as url:
            client = client_for(url)
            sent = send(client)
            assert send(client) == sent
            with pytest.raises(ApiError) as refused:
                client.send_text(openid=OPENID, text="您好")
            assert refused.value.code == 45015
            assert refused.value.verdict is Verdict.WINDOW
            assert refused.value.rid.startswith("68000000-")
            world.say(OPENID, "在吗").result(10)
            client.send_text(openid=OPENID, text="在的 😀\n<b>")
    notices = [bubble.lines for bubble in world.look(OPENID)[0] if bubble.side == "notice"]
    assert notices == [(("事项", "补充材料"), ("时间", "2026年3月5日 09:00"))]
    assert world.look(OPENID)[0][-1].text == "在的 😀\n<b>"
    assert (product.seen[0].event, product.seen[0].msg_id) == ("TEMPLATESENDJOBFINISH", sent)


def test_chinese_leaves_as_it_is(platform, base):
    send(client_for(base))
    assert "补充材料".encode() in platform.bodies[0]["raw"]
    assert json.loads(platform.bodies[0]["raw"])["client_msg_id"] == "notice-1"


def test_twenty_threads_fetch_one_token(platform, base):
    platform.token_answer = lambda: time.sleep(0.3) or {"access_token": "T", "expires_in": 7200}
    client = client_for(base)
    together = threading.Barrier(20)
    results = []

    def one(n):
        together.wait()
        results.append(send(client, f"notice-{n}"))

    threads = [threading.Thread(target=one, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == ["7"] * 20
    assert platform.tokens == 1


@pytest.mark.parametrize("code", [40001, 40014, 41001, 42001])
def test_a_stale_token_is_replaced_once(platform, base, code):
    platform.answers.insert(0, lambda: api_sample(f"error_{code}"))
    assert send(client_for(base)) == "7"
    assert [body["token"] for body in platform.bodies] == ["TOKEN-1", "TOKEN-2"]


def test_a_token_that_is_never_taken_costs_three_fetches_and_then_the_account_rests(platform, base):
    platform.answers = [lambda: api_sample("error_40001")]
    client = client_for(base)
    with pytest.raises(ApiError) as refused:
        send(client)
    assert refused.value.verdict is Verdict.EXPIRED
    assert (platform.tokens, len(platform.bodies)) == (3, 3)
    assert [one.get("force_refresh", False) for one in platform.fetches] == [False, False, True]
    for n in range(5):
        with pytest.raises(CircuitOpen) as resting:
            send(client, f"notice-{n}")
        assert not resting.value.maybe_done
    assert (platform.tokens, len(platform.bodies)) == (3, 3)


def test_one_refused_token_costs_one_more_call(platform, base):
    platform.answers.insert(0, lambda: api_sample("error_40001"))
    assert send(client_for(base)) == "7"
    assert (platform.tokens, len(platform.bodies)) == (2, 2)


def test_a_token_is_forced_at_most_once_in_ten_minutes(platform, base):
    store = MemoryTokenStore()
    platform.answers = [lambda: api_sample("error_40001")]
    for _ in range(3):
        with pytest.raises(ApiError):
            send(client_for(base, store=store))  # without a memory of what rests
    assert [one.get("force_refresh", False) for one in platform.fetches].count(True) == 1
    with time_machine.travel(clock.now() + dt.timedelta(minutes=11), tick=True), pytest.raises(ApiError):
        send(client_for(base, store=store))
    assert [one.get("force_refresh", False) for one in platform.fetches].count(True) == 2


def test_a_token_near_its_end_is_renewed(platform, base):
    store = MemoryTokenStore()
    client = client_for(base, store=store)
    for left, token in ((301, "old"), (299, "TOKEN-1")):
        store.put(Token("old", clock.now() + dt.timedelta(seconds=left), clock.now()))
        send(client)
        assert platform.bodies[-1]["token"] == token


def test_a_token_being_renewed_elsewhere_serves_until_its_end(platform, base):
    store = MemoryTokenStore()
    store.put(Token("old", clock.now() + dt.timedelta(seconds=100), clock.now()))
    assert store.claim(clock.now())
    send(client_for(base, store=store))
    assert (platform.tokens, platform.bodies[0]["token"]) == (0, "old")


def test_waiting_for_a_token_has_an_end(base, monkeypatch):
    monkeypatch.setattr(tokens_module, "TOKEN_LOOK", 0.001)
    store = MemoryTokenStore()
    store.claim(clock.now())
    with pytest.raises(Unreachable, match="in vain") as fault:
        send(client_for(base, store=store))
    assert fault.value.maybe_done is False


def test_a_failed_fetch_leaves_the_next_caller_free(platform, base):
    good, platform.token_answer = platform.token_answer, lambda: api_sample("error_-1")
    client = client_for(base)
    with pytest.raises(ApiError, match="busy"):
        send(client)
    platform.token_answer = good
    assert send(client) == "7"


def test_sent_already_counts_as_sent(platform, base):
    platform.answers = [lambda: api_sample("error_40241")]
    assert send(client_for(base)) is None


def hang():
    time.sleep(0.6)
    return {}


@pytest.mark.parametrize(
    ("answer", "reason", "maybe_done"),
    [
        pytest.param(hang, "ReadTimeout", True, id="no answer in time"),
        pytest.param(lambda: Response("<html>", 200), "not JSON", True, id="HTML with 200"),
        pytest.param(lambda: Response('{"errcode": 0, "msg', 200), "not JSON", True, id="half an answer"),
        pytest.param(lambda: Response("[]", 200), "not JSON", True, id="a list"),
        pytest.param(lambda: Response(b"\xff\xfe", 200), "not JSON", True, id="not text"),
        pytest.param(lambda: Response("", 502), "HTTP 502", True, id="502"),
        pytest.param(
            lambda: Response("", 302, {"Location": "http://192.0.2.1/"}), "HTTP 302", False, id="redirect"
        ),
        pytest.param(lambda: Response("", 404), "HTTP 404", False, id="404"),
    ],
)
def test_an_answer_that_cannot_be_read(platform, base, monkeypatch, answer, reason, maybe_done):
    monkeypatch.setattr(transport_module, "TIMEOUT", (1, 0.3))
    platform.answers = [answer]
    with pytest.raises(Unreachable, match=reason) as fault:
        send(client_for(base))
    assert fault.value.maybe_done is maybe_done
    assert len(platform.bodies) == 1


def test_nobody_there_means_nothing_was_sent():
    with pytest.raises(Unreachable) as fault:
        send(client_for("http://127.0.0.1:9"))
    assert fault.value.maybe_done is False


def test_errors_come_as_text_plain_too(platform, base):
    platform.answers = [lambda: Response(json.dumps(api_sample("error_43004")), content_type="text/plain")]
    with pytest.raises(ApiError) as refused:
        send(client_for(base))
    assert refused.value.verdict is Verdict.UNFOLLOWED


@pytest.mark.parametrize("answer", [{}, {"access_token": ""}, {"access_token": "x", "expires_in": "soon"}])
def test_a_token_of_another_form_is_no_token(platform, base, answer):
    platform.token_answer = lambda: answer
    with pytest.raises(Unreachable, match="token answer"):
        send(client_for(base))


def test_a_text_too_long_does_not_leave(platform, base):
    with pytest.raises(ValueError, match="2048"):
        client_for(base).send_text(openid=OPENID, text="汉" * 683)
    assert platform.tokens == 0


@pytest.mark.parametrize(
    "answer",
    [hang, lambda: Response("", 502), lambda: Response("<html>"), lambda: api_sample("error_40003")],
    ids=["hang", "502", "HTML", "refused"],
)
def test_no_secret_and_no_openid_in_what_is_raised_or_logged(platform, base, monkeypatch, caplog, answer):
    caplog.set_level(logging.INFO)
    logging.getLogger("werkzeug").disabled = True  # the platform's own log, not ours
    monkeypatch.setattr(transport_module, "TIMEOUT", (1, 0.3))
    client = client_for(base)
    try:
        for scripted in ("answers", "token_answer"):
            setattr(platform, scripted, [answer] if scripted == "answers" else answer)
            with pytest.raises((ApiError, Unreachable)) as fault:
                send(client)
            shown = "".join(traceback.format_exception(fault.value)) + repr(fault.value) + caplog.text
            for secret in (SHARED.secret, SHARED.app_id, "TOKEN-1", OPENID, "access_token="):
                assert secret not in shown
            assert fault.value.__context__ is None
            client = client_for(base)
    finally:
        logging.getLogger("werkzeug").disabled = False


def test_a_claim_ends_by_itself():
    store, now = MemoryTokenStore(), clock.now()
    assert store.claim(now)
    assert not store.claim(now + LEASE - dt.timedelta(seconds=1))
    assert store.claim(now + LEASE)
    store.release()
    assert store.claim(now + LEASE)
    assert "new" not in repr(Token("new", now, now))
