"""What tests of the phone's pages ask for: WeChat's half of the way in, and people who came by it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import flask
import pytest

from jifen.access import binding, phone, visitors
from jifen.access import service as access
from jifen.members import queries as members
from jifen.web.doors import PHONE_COOKIE
from jifen.wechat.client import Visitor
from tests import city
from tests.console.walker import Walker

WECHAT = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130 MicroMessenger/8.0.50"


class Platform:
    """Names visitors by code; a code counts once."""

    def __init__(self) -> None:
        self.codes: dict[str, Visitor | Exception] = {}
        self.asked: list[str] = []

    def visitor(self, code: str) -> Visitor:
        self.asked.append(code)
        answer = self.codes[code]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def ticket(self) -> str:
        return "TICKET"


@pytest.fixture
def town(db: object) -> city.City:
    return city.build()


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Platform:
    made = Platform()
    monkeypatch.setattr(phone.account, "client", lambda: made)
    return made


class Browser:
    """WeChat's own browser: goes where it is sent, keeps cookies."""

    def __init__(self, app: flask.Flask, agent: str = WECHAT) -> None:
        self.client = app.test_client()
        self.agent = agent

    def open(self, path: str, **more: object):
        return self.client.get(path, headers={"User-Agent": self.agent}, **more)

    def way(self, path: str = "/m/") -> dict[str, str]:
        """Follow the redirects to WeChat; returns what it is asked there."""
        first = self.open(path)
        assert first.status_code == 303, first.text
        second = self.open(first.headers["Location"])
        assert second.status_code == 302, second.text
        url = urlsplit(second.headers["Location"])
        assert url.path.endswith("/connect/oauth2/authorize")
        return {name: values[0] for name, values in parse_qs(url.query).items()}

    def back(self, state: str, code: str):
        return self.open(f"/m/enter?code={code}&state={state}")


@pytest.fixture
def browser(app: flask.Flask, town: city.City) -> Browser:
    return Browser(app)


@pytest.fixture
def on_phone(app: flask.Flask, town: city.City) -> Callable[[str], Walker]:
    """``on_phone("member")``: that person, bound, with a session of his own."""
    return lambda who: signed_in(app, town, who)


def signed_in(app: flask.Flask, town: city.City, who: str) -> Walker:
    """Return somebody on the phone with a session of his own."""
    openid = f"openid-{who}"
    member_id = town.people[who]
    if not binding.is_bound(member_id):
        code = access.issue_code(member_id, by=city.BY)
        city.bind(openid, code, members.names({member_id})[member_id])
    walker = Walker(app)
    walker.client.set_cookie(PHONE_COOKIE, visitors.begin(openid), path="/m")
    return walker
