"""Every door is closed unless declared open, and every API view says what it is about."""

from __future__ import annotations

import flask
import pytest

from jifen.core.actor import permissions
from jifen.web.doors import ANYBODY
from tests import city
from tests.console.conftest import signed_in

#: Who stands before these is proved otherwise, or need not be known.
OPEN = {
    "/healthz",
    "/readyz",
    "/metrics",  # this machine, or a token: see its own test
    "/",  # the way to the page that a newcomer looks for
    "/wechat",  # signed by the platform
    "/wecom",  # signed by the platform
    "/m/privacy",  # what somebody reads before he is known
    "/m/enter",  # the way over WeChat by which somebody gets known
    "/m/consent",  # the views themselves ask for the session, agreed or not
    "/m/static/phone.css",
    "/m/static/wechat.js",
    "/v/",  # a stranger who was handed a certificate
    "/v/<string:number>",
    "/m/static/place.js",
    "/m/data",  # a signed link of ten minutes proves who it is
    "/m/data/page",
    "/m/data/sheet",
    "/m/data/file",
    "/m/more",
    "/m/look",
    "/m/look/photos/<int:photo_id>",
    "/api/openapi.json",
    "/api/docs",
    "/console/static/console.css",
    "/console/static/place.js",
    "/console/sign-in",
    "/console/start",  # a printed code proves who it is
    "/console/factor",  # the views themselves ask for the session, proved or not
    "/console/factor/phone",
    "/console/factor/card",
    "/wall",  # for everybody: names and photos by consent only
    "/plates/<public_id>",
    "/plates/<public_id>/answers",
    "/plates/<public_id>/photos/<int:photo_id>",
    "/simulator/",  # never in production
    "/simulator/<path:rest>",
}


#: Where pages send who is not known yet.
WAYS_IN = {"/console": "/console/sign-in", "/m/": "/m/enter"}


def routes(app: flask.Flask) -> list[tuple[str, str, str]]:
    return [
        (rule.rule, method, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def filled(rule: str) -> str:
    return "/".join("1" if part.startswith("<") else part for part in rule.split("/"))


def view(app: flask.Flask, endpoint: str, method: str):
    found = app.view_functions[endpoint]
    cls = getattr(found, "view_class", None)
    return getattr(cls, method.lower()) if cls else found


def test_every_route_refuses_the_nameless(app, client):
    seen = [
        (rule, method, client.open(filled(rule), method=method).status_code)
        for rule, method, _ in routes(app)
        if rule not in OPEN
    ]

    pages = ("/console", "/m/")
    assert [one for one in seen if one[2] != 401 and not one[0].startswith(pages)] == []
    assert len(seen) > 40


def test_every_page_leads_the_nameless_to_the_sign_in(app, client):
    for rule, method, _ in routes(app):
        way = next((w for start, w in WAYS_IN.items() if rule.startswith(start)), None)
        if way is None or rule in OPEN:
            continue
        # An address of its own: so many doors in one minute are more than one address may ask.
        answer = client.open(filled(rule), method=method, environ_base={"REMOTE_ADDR": "10.0.0.2"})
        if method == "GET":
            assert (rule, answer.status_code) == (rule, 303)
            assert answer.headers["Location"].startswith(way)
        else:
            assert (rule, answer.status_code in (303, 403)) == (rule, True)


def test_every_form_must_be_ours(app, db):
    town = city.build()
    walker = signed_in(app, town.people["secretary"])
    for rule, method, _ in routes(app):
        if rule.startswith("/console") and method != "GET":
            for data in ({}, {"_csrf": "0" * 64}):
                answer = walker.client.open(filled(rule), method=method, data=data)
                assert (rule, answer.status_code) == (rule, 403)
                assert "没有保存任何内容" in answer.text


def test_only_what_is_listed_is_open(app):
    opened = {
        rule for rule, method, name in routes(app) if getattr(view(app, name, method), "is_open", False)
    }

    assert opened <= OPEN


def test_every_closed_view_names_a_permission(app):
    known = set(permissions())
    silent = [
        (rule, method)
        for rule, method, name in routes(app)
        if rule not in OPEN and getattr(view(app, name, method), "asks", None) not in known | {ANYBODY}
    ]

    assert silent == []


def test_only_oneself_is_shown_to_anybody(app):
    for_all = {
        rule for rule, method, name in routes(app) if getattr(view(app, name, method), "asks", "") == ANYBODY
    }

    assert for_all == {"/api/v1/me", "/console/", "/m/js-sdk"}


@pytest.mark.parametrize(
    "forged",
    ["", "Bearer", "Bearer ", "Bearer jf_x", "Basic YTpi", "jf_x", "Bearer 绑定".encode().decode("latin-1")],
)
def test_a_forged_name_is_no_name(client, forged):
    assert client.get("/api/v1/me", headers={"Authorization": forged}).status_code == 401
