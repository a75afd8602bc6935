"""A member's report through the API: filed, seen, decided, corrected."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import pytest

from jifen.core import clock

YESTERDAY = (clock.today() - dt.timedelta(days=1)).isoformat()


def hours(quantity: str = "2", **more):
    return {"item": "志愿服务", "occurred_on": YESTERDAY, "quantity": quantity, **more}


def test_from_a_report_to_an_explained_score(as_, town):
    member, secretary = as_("member"), as_("secretary")
    filed = member.post("/reports", hours())
    assert filed.status_code == 201
    report = filed.get_json()
    assert (report["state"], report["number"], report["quantity"]) == ("pending", 1, "2")
    assert (report["item_name"], report["branch_name"]) == ("志愿服务", "机关第一党支部")
    assert [r["id"] for r in secretary.get("/queue").get_json()["items"]] == [report["id"]]

    done = secretary.post(f"/reports/{report['id']}/approve")

    assert (done.status_code, done.get_json()["state"]) == (200, "approved")
    assert secretary.get("/queue").get_json() == {"items": [], "next": None}
    score = member.get(f"/members/{town.people['member']}/score").get_json()
    assert sum(Decimal(t["points"]) for t in score["trace"]) == Decimal(score["total"])
    [line] = [t for t in score["trace"] if t["entry"]]
    entry = score["entries"][str(line["entry"])]
    assert line["clause"]
    assert (entry["decided_by"], entry["report_number"]) == ("周正", 1)
    places = member.get("/rankings").get_json()
    assert places["mine"]["branch"] == {"unit_id": town.branch, "place": 1, "of": 4}
    assert (places["names_shown"], places["items"]) == (False, [])
    [posted] = member.get(f"/members/{town.people['member']}/statement").get_json()["items"]
    assert (posted["id"], posted["source"], posted["decided_by"]) == (line["entry"], "report", "周正")


def test_what_is_not_counted_is_once(as_):
    filed = as_("member").post("/reports", {"item": "志愿服务", "occurred_on": YESTERDAY})
    assert (filed.status_code, filed.get_json()["quantity"]) == (201, "1")


def test_a_returned_report_is_corrected_and_filed_again(as_):
    member, secretary = as_("member"), as_("secretary")
    first = member.post("/reports", hours()).get_json()
    assert secretary.post(f"/reports/{first['id']}/return", {"reason": " "}).status_code == 422
    secretary.post(f"/reports/{first['id']}/return", {"reason": "时长写错了"})
    assert member.get(f"/reports/{first['id']}").get_json()["return_reason"] == "时长写错了"

    again = member.post(f"/reports/{first['id']}/resubmit", hours("1")).get_json()

    assert (again["version"], again["previous_id"], again["state"]) == (2, first["id"], "pending")
    assert member.get(f"/reports/{first['id']}").get_json()["state"] == "superseded"
    assert [r["id"] for r in member.get("/reports", state="pending").get_json()["items"]] == [again["id"]]


def test_a_report_is_taken_back_before_and_a_confirmation_after(as_):
    member, secretary, deputy = as_("member"), as_("secretary"), as_("deputy")
    first = member.post("/reports", hours()).get_json()["id"]
    assert member.post(f"/reports/{first}/withdraw").get_json()["state"] == "withdrawn"
    second = member.post("/reports", hours()).get_json()["id"]
    secretary.post(f"/reports/{second}/approve")
    refused = deputy.post(f"/reports/{second}/revoke")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "not_revocable")
    assert secretary.post(f"/reports/{second}/revoke").get_json()["state"] == "revoked"


def test_a_batch_is_confirmed_whole_or_not_at_all(as_):
    member, colleague, secretary = as_("member"), as_("colleague"), as_("secretary")
    ids = [who.post("/reports", hours()).get_json()["id"] for who in (member, colleague)]
    own = secretary.post("/reports", hours()).get_json()["id"]
    refused = secretary.post("/reports/approve", {"ids": [*ids, own]})
    assert (refused.status_code, refused.get_json()["code"]) == (409, "own_matter")
    assert len(secretary.get("/queue").get_json()["items"]) == 2

    done = secretary.post("/reports/approve", {"ids": ids}).get_json()["items"]

    assert [(r["id"], r["state"]) for r in done] == [(i, "approved") for i in ids]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        pytest.param({"item": "没有这项"}, 404, "unknown_item", id="unknown item"),
        pytest.param({"occurred_on": "2199-01-01"}, 422, "in_future", id="a day to come"),
        pytest.param({"occurred_on": "昨天"}, 422, "invalid", id="no day"),
        pytest.param({"occurred_on": "9999-12-31"}, 422, "invalid", id="a slip of the pen"),
        pytest.param({"quantity": "0"}, 422, "invalid", id="nothing"),
        pytest.param({"quantity": "NaN"}, 422, "invalid", id="no number"),
        pytest.param({"quantity": "1e30"}, 422, "invalid", id="no believable number"),
        pytest.param({"quantity": "0.3"}, 422, "bad_quantity", id="finer than half an hour"),
        pytest.param({"quantity": "9000"}, 422, "bad_quantity", id="more than there is"),
        pytest.param({"words": "\x00"}, 422, "invalid", id="what no table can hold"),
        pytest.param({"words": "\ud800"}, 422, "invalid", id="half a character"),
        pytest.param({"state": "approved"}, 422, "invalid", id="a field that is not asked"),
    ],
)
def test_what_is_refused_and_how(as_, change, status, code):
    sent = json.dumps(hours() | change)  # half a character can only be sent escaped
    refused = as_("member").call("POST", "/reports", data=sent, content_type="application/json")

    body = refused.get_json()
    assert (refused.status_code, body["code"]) == (status, code)
    assert set(body) == {"code", "message", "errors", "request_id"}
    if code == "invalid":
        assert list(body["errors"]) == list(change)


def test_the_same_deed_is_asked_about(as_):
    member = as_("member")
    member.post("/reports", hours())
    asked = member.post("/reports", hours())
    assert (asked.status_code, asked.get_json()["code"]) == (409, "same_deed")
    assert "1号" in asked.get_json()["message"]
    assert member.post("/reports", hours(another=True)).status_code == 201


def test_what_one_may_report_is_listed(as_):
    items = as_("member").get("/reports/items").get_json()["items"]
    assert "志愿服务" in [i["name"] for i in items]


def test_the_list_goes_on_where_it_stopped(as_):
    member = as_("member")
    ids = [member.post("/reports", hours(str(n), another=n > 1)).get_json()["id"] for n in range(1, 6)]
    first = member.get("/reports", limit=2).get_json()
    second = member.get("/reports", limit=2, after=first["next"]).get_json()
    last = member.get("/reports", limit=2, after=second["next"]).get_json()

    shown = [r["id"] for page in (first, second, last) for r in page["items"]]
    assert shown == ids[::-1]
    assert last["next"] is None
