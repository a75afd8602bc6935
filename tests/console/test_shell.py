"""The shell of the desk: sign-in first, forms proved, done once, not lost; every refusal is a page."""

from __future__ import annotations

import flask
import pytest
import sqlalchemy as sa
from marshmallow import fields

from jifen import create_app
from jifen.access import service_sessions as sessions
from jifen.core.db import db as database
from jifen.core.db import transaction
from jifen.core.errors import Conflict
from jifen.web import doors, pages
from jifen.web.doors import ANYBODY, COOKIE, asks
from jifen.web.models import IdempotencyKey
from jifen.web.schemas import Int, Schema, Str
from tests.console.walker import Walker

blp = pages.section("probe", __name__)
DONE: list[dict] = []


class ProbeIn(Schema):
    """A form with every kind of field."""

    reason = Str(least=2, most=10, required=True)
    count = Int(least=1, load_default=None)
    state = fields.Dict(keys=Int(), values=Str(), load_default=dict)
    refuse = Str(load_default="")


FORM = """{% extends "shell.html" %}{% import "ui.html" as ui %}{% block main %}
{% call ui.form(url_for("probe.take")) %}{{ ui.field("reason", "理由", required=true) }}
{{ ui.field("count", "数量") }}{{ ui.choose("state.17", "陈国强", [("absent", "缺席"), ("present", "到会")]) }}
{{ ui.tick("refuse", "让它失败") }}{{ ui.button("提交") }}{% endcall %}
{% call ui.form(url_for("probe.other")) %}{{ ui.field("reason", "别的理由", "原来的") }}{{ ui.button("另存") }}{% endcall %}
{% endblock %}"""


@blp.get("/probe")
@asks(ANYBODY)
def show():
    return pages.make_response(flask.render_template_string(FORM))


@blp.post("/probe")
@asks(ANYBODY)
def take():
    values = pages.form(ProbeIn)
    with transaction():
        DONE.append(values)
        if values["refuse"]:
            DONE.pop()
            raise Conflict
    return pages.done(f"已记下第{len(DONE)}次。", "probe.show")


@blp.post("/probe/other")
@asks(ANYBODY)
def other():
    return pages.done("好。")


@pytest.fixture(scope="module")
def probe(settings, pg_url):
    """The product with one more page."""
    made = create_app(settings, database_url=pg_url)
    made.register_blueprint(blp)
    made.testing = True
    yield made
    with made.app_context():
        database.engine.dispose()


@pytest.fixture
def app(probe):
    DONE.clear()
    return probe


@pytest.fixture
def walker(at_desk):
    return at_desk("secretary")


def test_the_nameless_are_led_to_the_sign_in_and_back_inside_only(app, db):
    answer = app.test_client().get("/console/probe?x=1")
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        "/console/sign-in?next=%2Fconsole%2Fprobe%3Fx%3D1",
    )


def test_a_bearer_token_does_not_open_the_desk_nor_a_session_the_api(app, town, walker):
    assert walker.open("/console/").status == 200
    assert walker.client.get("/api/v1/me").status_code == 401
    token = walker.client.get_cookie(COOKIE, path="/console").value
    refused = app.test_client().get("/console/", headers={"Authorization": f"Bearer {token}"})
    assert refused.status_code == 303


def test_who_holds_no_post_has_no_desk(app, town):
    walker = Walker(app)
    walker.client.set_cookie(COOKIE, sessions.begin(town.people["member"]), path="/console")
    assert walker.client.get("/console/").status_code == 303


def test_a_form_is_done_and_told(walker):
    walker.open("/console/probe").fill("理由", "开会").tick("缺席", near="陈国强").press("提交")
    assert "已记下第1次。" in walker.text
    assert walker.clicks == 2
    assert DONE == [{"reason": "开会", "count": None, "state": {17: "absent"}, "refuse": ""}]
    assert "已记下" not in walker.open("/console/probe").text


def test_a_form_posted_twice_has_one_effect_and_one_answer(walker, db):
    walker.open("/console/probe").fill("理由", "开会")
    data = walker.data_of(walker.root.all("form")[0])
    first, second = (walker.client.post("/console/probe", data=data) for _ in range(2))
    assert (first.status_code, first.headers["Location"]) == (303, "/console/probe")
    assert (second.status_code, second.headers["Location"]) == (303, "/console/probe")
    assert len(DONE) == 1
    assert "开会" not in db.session.scalar(sa.select(IdempotencyKey.body))


@pytest.mark.parametrize("change", [lambda d: d.pop("_csrf"), lambda d: d.update(_csrf="0" * 64)])
def test_a_form_that_is_not_ours_is_refused(walker, change):
    walker.open("/console/probe").fill("理由", "开会")
    data = walker.data_of(walker.root.all("form")[0]).to_dict()
    change(data)
    refused = walker.client.post("/console/probe", data=data)
    assert (refused.status_code, DONE) == (403, [])
    assert "没有保存任何内容" in refused.text


def test_a_form_of_another_session_is_refused(walker, at_desk):
    data = walker.open("/console/probe").data_of(walker.root.all("form")[0])
    assert at_desk("deputy").client.post("/console/probe", data=data).status_code == 403


def test_what_was_typed_is_not_lost(walker):
    walker.open("/console/probe").fill("理由", "一").fill("数量", "三").tick("缺席").press("提交")
    assert walker.status == 422
    assert "应为整数。" in walker.text
    assert "长度应在2到10个字之间。" in walker.text
    assert (walker.value("理由"), walker.value("数量"), walker.value("别的理由")) == ("一", "三", "原来的")
    assert walker.data_of(walker.root.all("form")[0])["state.17"] == "absent"
    walker.fill("理由", "开会").fill("数量", "3").tick("让它失败").press("提交")
    assert (walker.status, walker.value("理由")) == (409, "开会")
    assert "情况已有变化" in walker.text
    walker.tick("让它失败", off=True).press("提交")
    assert "已记下第1次。" in walker.text


def test_an_unknown_field_is_refused(walker):
    data = walker.open("/console/probe").data_of(walker.root.all("form")[0])
    answer = walker.client.post(
        "/console/probe", data=data.to_dict() | {"reason": "开会", "state": "approved"}
    )
    assert answer.status_code == 422
    answer = walker.client.post("/console/probe", data=data.to_dict() | {"reason": "开会", "points": "9"})
    assert (answer.status_code, DONE) == (422, [])


@pytest.mark.parametrize(
    "path", ["//evil.example/x", "https://evil.example", "/api/v1/me", "/consolex", "\\\\evil"]
)
def test_nobody_is_led_out_by_a_form(walker, path):
    data = walker.open("/console/probe").data_of(walker.root.all("form")[1]).to_dict()
    answer = walker.client.post("/console/probe/other", data=data | {"_from": path})
    assert answer.headers["Location"] == "/console/"


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/console/none", 404), ("DELETE", "/console/probe", 405)]
)
def test_what_the_framework_refuses_is_a_page(walker, method, path, status):
    answer = walker.client.open(path, method=method)
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    assert "请求编号" in answer.text


def test_too_large_and_gone_and_broken_are_pages(app, walker, monkeypatch):
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    data = walker.open("/console/probe").data_of(walker.root.all("form")[0]).to_dict()
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 10)
    assert walker.client.post("/console/probe", data=data).status_code == 413
    monkeypatch.undo()

    def gone(_):
        raise sa.exc.OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setitem(app.extensions["jifen_doors"]["recognise"], doors.DESK, gone)
    answer = walker.client.get("/console/")
    assert (answer.status_code, answer.mimetype) == (503, "text/html")
    monkeypatch.undo()
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)

    def boom(_):
        raise RuntimeError("陈国强")

    monkeypatch.setitem(app.extensions["jifen_doors"], "recognise", boom)
    answer = walker.client.get("/console/")
    assert (answer.status_code, answer.mimetype) == (500, "text/html")
    assert "陈国强" not in answer.text


def test_pages_run_no_script_and_are_not_kept(walker):
    headers = walker.open("/console/").answer.headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert not walker.root.all("script")
    [sheet] = [one for one in walker.root.all("link") if one["rel"] == "stylesheet"]
    css = walker.client.get(sheet["href"])
    assert (css.status_code, "immutable" in css.headers["Cache-Control"]) == (200, True)
