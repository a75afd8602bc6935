"""Who asks too often waits; who guesses tokens waits sooner. Addresses are those behind trusted proxies."""

from __future__ import annotations

import dataclasses
import ipaddress

import flask
import pytest

from jifen.core.errors import TooMany
from jifen.web import limits
from jifen.web.addresses import client_address, is_loopback


@pytest.fixture
def tight(app):
    """Windows of five requests and three bad tokens."""
    doors = app.extensions["jifen_doors"]
    before = doors["requests"], doors["bad_tokens"]
    doors["requests"], doors["bad_tokens"] = limits.Window(5), limits.Window(3)
    yield
    doors["requests"], doors["bad_tokens"] = before


def test_a_token_has_so_many_requests_a_minute(as_, tight):
    member, colleague = as_("member"), as_("colleague")
    answers = [member.get("/me") for _ in range(6)]
    assert [a.status_code for a in answers] == [200] * 5 + [429]
    assert answers[-1].get_json()["code"] == "too_many"
    assert answers[-1].headers["Retry-After"] == "60"
    assert colleague.get("/me").status_code == 200


def test_guessing_tokens_ends_before_the_database_is_asked(client, as_, tight):
    guess = {"Authorization": "Bearer jf_guess"}
    assert [client.get("/api/v1/me", headers=guess).status_code for _ in range(4)] == [401, 401, 401, 429]
    assert (
        client.get("/api/v1/me", headers=guess, environ_base={"REMOTE_ADDR": "10.9.9.9"}).status_code == 401
    )


def test_a_new_minute_starts_anew(monkeypatch):
    seconds = [1019.0]  # one second before a minute of the clock on the wall: it is not the one that counts
    monkeypatch.setattr(limits.time, "monotonic", lambda: seconds[0])
    window = limits.Window(1)
    window.count("a")
    with pytest.raises(TooMany):
        window.count("a")
    seconds[0] += 59
    with pytest.raises(TooMany):
        window.count("a")
    seconds[0] += 1
    window.count("a")


@pytest.mark.parametrize(
    ("remote", "forwarded", "seen"),
    [
        pytest.param("203.0.113.9", "", "203.0.113.9", id="no proxy"),
        pytest.param("203.0.113.9", "10.0.0.5", "203.0.113.9", id="a stranger says whatever he likes"),
        pytest.param("10.0.0.1", "203.0.113.9", "203.0.113.9", id="behind ours"),
        pytest.param("10.0.0.1", "1.2.3.4, 203.0.113.9, 10.0.0.2", "203.0.113.9", id="behind two of ours"),
        pytest.param("10.0.0.1", "nonsense", "nonsense", id="no address"),
    ],
)
def test_the_address_behind_trusted_proxies(app, settings, remote, forwarded, seen):
    trusting = dataclasses.replace(settings, trusted_proxies=(ipaddress.ip_network("10.0.0.0/8"),))
    before = app.extensions["jifen"]
    app.extensions["jifen"] = (trusting, before[1])
    try:
        headers = {"X-Forwarded-For": forwarded} if forwarded else {}
        with app.test_request_context(environ_base={"REMOTE_ADDR": remote}, headers=headers):
            assert client_address(flask.request) == seen
    finally:
        app.extensions["jifen"] = before


@pytest.mark.parametrize(
    ("remote", "headers", "ours"),
    [
        ("127.0.0.1", {}, True),
        ("::1", {}, True),
        ("10.0.0.1", {}, False),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}, False),
    ],
)
def test_what_counts_as_this_machine(app, remote, headers, ours):
    with app.test_request_context(environ_base={"REMOTE_ADDR": remote}, headers=headers):
        assert is_loopback(flask.request) is ours
