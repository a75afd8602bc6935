"""Tokens: scoped, narrowed when handed on, ended at once; paper codes; who one is."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from jifen.core import clock
from tests.api.doors import Caller


def test_who_one_is(as_, town):
    me = as_("secretary", "points:read").get("/me").get_json()
    assert (me["name"], me["branch_name"], me["bound"]) == ("周正", "机关第一党支部", False)
    assert me["posts"] == [
        {"role": "branch_secretary", "unit_id": town.branch, "unit_name": "机关第一党支部"}
    ]
    assert me["scopes"] == ["points:read"]


def test_a_token_hands_on_no_more_than_it_has(app, as_):
    narrow = as_("member", "access:write", "points:read")
    assert narrow.post("/tokens", {"scopes": ["reports:write"]}).status_code == 403
    made = narrow.post("/tokens", {"scopes": ["points:read"], "label": "家里的电脑"})
    assert made.status_code == 201
    fresh = Caller(app, made.get_json()["token"])
    assert fresh.get("/rankings").status_code == 200
    assert fresh.get("/tokens").status_code == 403
    labels = [t["label"] for t in narrow.get("/tokens").get_json()["items"]]
    assert labels == ["", "家里的电脑"]
    assert "token" not in narrow.get("/tokens").get_json()["items"][1]


def test_a_token_ends_at_once(app, as_):
    member = as_("member")
    made = member.post("/tokens", {"scopes": ["points:read"]}).get_json()
    fresh = Caller(app, made["token"])
    assert fresh.get("/me").status_code == 200
    assert as_("colleague").delete(f"/tokens/{made['id']}").status_code == 404
    assert member.delete(f"/tokens/{made['id']}").status_code == 204
    assert fresh.get("/me").status_code == 401


def test_a_token_runs_out(app, as_):
    fresh = Caller(
        app, as_("member").post("/tokens", {"scopes": ["points:read"], "days": 1}).get_json()["token"]
    )
    with time_machine.travel(clock.now() + dt.timedelta(days=1, seconds=1), tick=False):
        assert fresh.get("/me").status_code == 401


@pytest.mark.parametrize(
    "asked",
    [
        {"scopes": []},
        {"scopes": ["all"]},
        {"scopes": ["points:read"], "days": 366},
        {"scopes": "points:read"},
        {},
    ],
)
def test_a_token_that_cannot_be(as_, asked):
    assert as_("member").post("/tokens", asked).status_code == 422


def test_an_office_system_sees_its_unit_and_decides_nothing(app, as_, town):
    asked = {"scopes": ["people:read", "reports:decide", "points:read"], "system_name": "人事系统"}
    assert as_("office").post("/tokens", asked | {"unit_id": town.department}).status_code == 403
    assert as_("wc_office").post("/tokens", asked).status_code == 422
    made = as_("wc_office").post("/tokens", asked | {"unit_id": town.department}).get_json()
    office = Caller(app, made["token"])
    assert office.get("/me").get_json()["name"] == "人事系统"
    assert len(office.get("/members").get_json()["items"]) == 6
    assert office.get("/queue").get_json()["items"] == []
    assert office.get("/rankings", branch_id=town.branch).get_json()["mine"] is None
    assert made["id"] in [t["id"] for t in as_("leader").get("/tokens").get_json()["items"]]
    assert made["id"] not in [t["id"] for t in as_("member").get("/tokens").get_json()["items"]]
    assert as_("leader").delete(f"/tokens/{made['id']}").status_code == 204
    assert office.get("/me").status_code == 401


def test_a_paper_code_is_shown_once_and_a_new_one_replaces_it(as_, town):
    secretary = as_("secretary")
    path = f"/members/{town.people['member']}/bind-code"
    first, second = (secretary.post(path).get_json() for _ in range(2))
    assert (len(first["code"]), first["valid_days"]) == (8, 14)
    assert first["code"] != second["code"]
    assert as_("wc_office").post("/members/999999999/bind-code").status_code == 404
