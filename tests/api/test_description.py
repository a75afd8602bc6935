"""What is said about the API is valid, complete, and comes from no other server."""

from __future__ import annotations

import re

from openapi_spec_validator import validate


def spec(client):
    return client.get("/api/openapi.json").get_json()


def test_the_description_is_valid_openapi(client):
    validate(spec(client))


def test_every_operation_says_what_it_does_and_what_it_asks_for(client):
    operations = [
        (f"{verb} {path}", op)
        for path, item in spec(client)["paths"].items()
        for verb, op in item.items()
        if verb != "parameters"
    ]
    assert len(operations) > 40
    assert [name for name, op in operations if not re.search("[一-鿿]", op.get("summary", ""))] == []
    assert [name for name, op in operations if "bearer" not in op["security"][0]] == []


def test_every_api_route_is_described(app, client):
    described = set(spec(client)["paths"])
    routes = {
        re.sub(r"<[^:>]+:([^>]+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1")
    }
    assert routes == described


def test_the_page_asks_no_other_server(client):
    page = client.get("/api/docs")
    assert page.status_code == 200
    assert "http" not in re.sub(r"<!doctype html>", "", page.text)
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
