"""What keeps failing rests; what the platform says about quotas is respected; uploads leave whole."""

from __future__ import annotations

import datetime as dt
import io
import time

import pytest
import time_machine
from flask import Flask, Response, request

from jifen.core import clock
from jifen.wechat.circuit_store import DatabaseCircuits
from jifen.wechat.circuits import MOST_FAILURES, REST, MemoryCircuits, rest_after
from jifen.wechat.client import TEMPLATE_SEND, ApiError, CircuitOpen, Unreachable
from tests.simulator.kit import serve
from tests.wechat.samples import api_sample
from tests.wechat.test_client import OPENID, Platform, client_for, send


@pytest.fixture(params=[MemoryCircuits, DatabaseCircuits])
def circuits(request, db):
    return request.param()


@pytest.fixture
def platform():
    return Platform()


@pytest.fixture
def base(platform):
    with serve(platform.app) as url:
        yield url


def test_an_endpoint_that_keeps_failing_rests_and_is_tried_by_one(circuits, platform, base):
    client = client_for(base, circuits=circuits)
    platform.answers = [lambda: Response("", 502)]
    for n in range(MOST_FAILURES):
        with pytest.raises(Unreachable, match="502"):
            send(client, str(n))
    with pytest.raises(CircuitOpen) as resting:
        send(client)
    assert len(platform.bodies) == MOST_FAILURES
    assert dt.timedelta() < resting.value.until - clock.now() <= REST

    with time_machine.travel(clock.now() + REST, tick=True):
        assert circuits.probe(TEMPLATE_SEND, clock.now()), "one may try"
        with pytest.raises(CircuitOpen):
            send(client)  # while he tries
    with time_machine.travel(clock.now() + 3 * REST, tick=True):
        platform.answers = [lambda: {"errcode": 0, "msgid": 7}]
        assert send(client) == "7"
        assert circuits.look(TEMPLATE_SEND) == []


def test_each_rest_is_longer_up_to_ten_minutes():
    rests = [rest_after(n) for n in range(12)]
    assert rests[:MOST_FAILURES] == [None] * MOST_FAILURES
    minutes = [rest.total_seconds() / 60 for rest in rests[MOST_FAILURES:]]
    assert minutes == [0.5, 1, 2, 4, 8, 10, 10]


@pytest.mark.parametrize(
    ("code", "rest"),
    [
        pytest.param(45011, dt.timedelta(seconds=60), id="a minute's quota"),
        pytest.param(45009, None, id="the day's quota: until midnight in Shanghai"),
        pytest.param(48001, dt.timedelta(hours=24), id="not allowed"),
    ],
)
def test_one_endpoint_rests_and_the_others_go_on(circuits, platform, base, code, rest):
    client = client_for(base, circuits=circuits)
    now = clock.at(dt.date(2026, 3, 5), 22, 30)
    with time_machine.travel(now, tick=False):
        platform.answers = [lambda: api_sample(f"error_{code}")]
        with pytest.raises(ApiError):
            send(client)
        platform.answers = [lambda: {"errcode": 0, "msgid": 7}]
        with pytest.raises(CircuitOpen) as resting:
            send(client)
        assert resting.value.until - now == (rest or dt.timedelta(hours=1, minutes=30))
        client.send_text(openid=OPENID, text="您好")
    with time_machine.travel(resting.value.until, tick=False):
        assert send(client) == "7"


def test_credentials_that_are_not_accepted_stop_every_call(circuits, platform, base):
    client = client_for(base, circuits=circuits)
    platform.token_answer = lambda: api_sample("error_40125")
    with pytest.raises(ApiError, match="credentials"):
        send(client)
    with pytest.raises(CircuitOpen):
        client.send_text(openid=OPENID, text="您好")
    assert platform.tokens == 1


def test_two_accounts_rest_apart(db):
    now = clock.now()
    DatabaseCircuits("wecom").open("*", until=now + REST, reason="credentials")
    assert DatabaseCircuits("wechat").look("*") == []
    assert DatabaseCircuits("wecom").look("*")[0].reason == "credentials"


def test_a_rest_that_began_meanwhile_is_not_ended_by_an_older_success(circuits):
    now = clock.now()
    circuits.open(TEMPLATE_SEND, until=now + dt.timedelta(hours=3), reason="day_quota")
    circuits.close(TEMPLATE_SEND, now)
    assert circuits.look(TEMPLATE_SEND)[0].reason == "day_quota"


class Uploads:
    """A platform that takes files, refusing the first token."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.app = Flask("uploads")
        self.app.add_url_rule("/cgi-bin/stable_token", view_func=self._token, methods=["POST"])
        self.app.add_url_rule("/cgi-bin/media/upload", view_func=self._upload, methods=["POST"])

    def _token(self):
        return {"access_token": "T", "expires_in": 7200}

    def _upload(self):
        self.taken.append(request.files["media"].read())
        return api_sample("error_40001") if len(self.taken) == 1 else api_sample("media_upload")


def test_a_repeated_upload_sends_the_whole_file():
    platform, picture = Uploads(), b"\xff\xd8" + b"x" * 1000
    with serve(platform.app) as base:
        client = client_for(base)
        assert client.keep_media("a.jpg", picture) == "TEST_MEDIA_image_0001"
        assert platform.taken == [picture, picture]
        for nothing in (b"", io.BytesIO(picture)):
            with pytest.raises(ValueError, match="bytes"):
                client.keep_media("a.jpg", nothing)
    assert len(platform.taken) == 2


def test_only_what_reads_is_asked_again(platform, base, monkeypatch):
    monkeypatch.setattr("jifen.wechat.calls.FIRST_WAIT", 0.01)
    asked = []

    def quota():
        asked.append(1)
        return api_sample("error_-1") if len(asked) < 3 else {"errcode": 0, "quota": {"daily_limit": 5}}

    platform.app.add_url_rule("/cgi-bin/openapi/quota/get", view_func=quota, methods=["POST"])
    client = client_for(base)
    assert client.quota(TEMPLATE_SEND) == {"daily_limit": 5}
    assert len(asked) == 3
    platform.answers = [lambda: api_sample("error_-1")]
    with pytest.raises(ApiError, match="busy"):
        send(client)
    assert len(platform.bodies) == 1


def test_the_refused_field_is_named_and_its_value_is_not(platform, base):
    platform.answers = [lambda: api_sample("error_47003")]
    with pytest.raises(ApiError) as refused:
        send(client_for(base))
    assert refused.value.field == "thing1"
    assert "补充材料" not in str(refused.value)


def test_an_answer_that_drips_is_left(base, platform, monkeypatch):
    monkeypatch.setattr("jifen.wechat.transport.WHOLE_ANSWER", 0.2)

    def drip():
        def parts():
            for _ in range(100):
                yield b" " * (64 * 1024)
                time.sleep(0.05)

        return Response(parts())

    platform.answers = [drip]
    with pytest.raises(Unreachable) as fault:
        send(client_for(base))
    assert fault.value.maybe_done
