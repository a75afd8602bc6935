"""Every refusal has one shape, whoever refuses."""

from __future__ import annotations

import pytest

SHAPE = {"code", "message", "errors", "request_id"}


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        pytest.param("GET", "/api/v1/nowhere", 404, "not_found", id="unknown address"),
        pytest.param("GET", "/nowhere", 404, "not_found", id="outside the API too"),
        pytest.param("GET", "/api/v1/reports/0", 404, "not_found", id="no id"),
        pytest.param("GET", f"/api/v1/reports/{2**63}", 404, "not_found", id="an id that no table holds"),
        pytest.param("DELETE", "/api/v1/me", 405, "method_not_allowed", id="unknown verb"),
        pytest.param("GET", "/api/v1/me", 401, "unauthorized", id="nameless"),
    ],
)
def test_the_shape_of_what_the_framework_refuses(client, method, path, status, code):
    refused = client.open(path, method=method)

    body = refused.get_json()
    assert (refused.status_code, body["code"]) == (status, code)
    assert set(body) == SHAPE
    assert body["request_id"] == refused.headers["X-Request-Id"]


def test_what_a_refusal_says_in_its_headers(client):
    assert client.get("/api/v1/me").headers["WWW-Authenticate"] == "Bearer"
    assert "GET" in client.delete("/api/v1/me").headers["Allow"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param({"data": b"{", "content_type": "application/json"}, 400, id="broken JSON"),
        pytest.param({"data": b"\xff\xfe", "content_type": "application/json"}, 400, id="no text"),
        pytest.param({"data": b"[]", "content_type": "application/json"}, 422, id="no object"),
        pytest.param({"data": b"null", "content_type": "application/json"}, 422, id="nothing"),
        pytest.param({"data": b"a=1", "content_type": "text/plain"}, 422, id="no JSON"),
    ],
)
def test_a_body_that_is_none(as_, body, status):
    refused = as_("member").call("POST", "/reports", **body)
    assert (refused.status_code, set(refused.get_json())) == (status, SHAPE)


def test_a_question_with_an_unknown_word_is_refused(as_):
    refused = as_("member").get("/reports", stat="pending")
    assert refused.status_code == 422
    assert refused.get_json()["errors"] == {"stat": ["没有这一项，请删去后再提交。"]}


@pytest.mark.parametrize(
    "query", [{"limit": 0}, {"limit": 201}, {"after": -1}, {"after": 2**63}, {"limit": "x"}]
)
def test_a_page_has_bounds(as_, query):
    assert as_("member").get("/reports", **query).status_code == 422


def test_an_unforeseen_failure_tells_nothing(app, as_, monkeypatch):
    def boom(**_):
        raise RuntimeError("陈国强 的 token 是 jf_secret")

    monkeypatch.setattr("jifen.points.queries_reports.own", boom)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    failed = as_("member").get("/reports")
    assert (failed.status_code, failed.get_json()["code"]) == (500, "internal")
    assert "secret" not in failed.text
