"""Who sees what: a stranger, another branch's secretary, the IT person, a token without the scope."""

from __future__ import annotations

import datetime as dt

import pytest

from jifen.core import clock
from jifen.core.actor import permissions
from tests.api.test_imports import upload

YESTERDAY = (clock.today() - dt.timedelta(days=1)).isoformat()
HOURS = {"item": "志愿服务", "occurred_on": YESTERDAY, "quantity": "2"}
PEOPLE = ("member", "stranger", "other_secretary", "it", "secretary", "office", "leader")

#: What each of PEOPLE gets who asks for something of ``member``'s, by address.
READS = {
    "/members/{member}": (200, 404, 404, 404, 200, 200, 200),
    "/members/{member}/score": (200, 404, 404, 404, 200, 200, 200),
    "/members/{member}/statement": (200, 404, 404, 404, 200, 200, 200),
    "/members/{member}/statement.xlsx": (200, 404, 404, 404, 200, 200, 200),
    "/members/{member}/exemptions": (200, 404, 404, 404, 200, 200, 200),
    "/members/{member}/transfers": (200, 404, 404, 404, 200, 200, 200),
    "/members/{member}/hours": (200, 404, 404, 404, 200, 200, 200),
    "/members/{member}/service-records": (200, 404, 404, 404, 200, 200, 200),
    "/units/{branch}/hours": (404, 404, 404, 404, 200, 200, 200),
    "/hours/waiting": (403, 403, 200, 403, 200, 403, 200),
    "/reports/{report}/photos": (200, 404, 404, 404, 200, 200, 200),
    "/reports/{report}": (200, 404, 404, 404, 200, 200, 200),
    "/rankings?branch_id={branch}": (200, 404, 404, 404, 200, 200, 200),
    "/rankings.xlsx?branch_id={branch}": (403, 404, 404, 404, 200, 200, 200),
    "/rankings/units?unit_id={department}": (404, 404, 404, 404, 404, 200, 200),
    "/notices/branches/{branch}/untold": (404, 404, 404, 404, 200, 404, 404),
    "/units/{branch}": (200, 404, 404, 200, 200, 200, 200),
    "/units/{committee}": (200, 200, 200, 200, 200, 404, 200),
    "/imports/{batch}": (404, 404, 404, 404, 404, 200, 404),
    "/jobs": (403, 403, 403, 200, 403, 403, 403),
    "/audit": (403, 403, 403, 403, 403, 403, 200),
    "/ledger/verify": (403, 403, 403, 403, 403, 403, 200),
}
#: The same for what changes something; each is tried on a fresh state, so the first yes is a yes.
WRITES = {
    ("POST", "/reports/{report}/approve", None): (409, 404, 404, 404, 200, 403, 403),
    ("POST", "/reports/{report}/return", '{"reason": "日期不对"}'): (409, 404, 404, 404, 200, 403, 403),
    ("POST", "/reports/{report}/withdraw", None): (200, 404, 404, 404, 403, 403, 403),
    ("POST", "/members/{member}/bind-code", None): (403, 403, 403, 403, 201, 201, 403),
    ("DELETE", "/members/{member}/binding", None): (404, 403, 403, 403, 404, 404, 403),
    ("DELETE", "/members/{member}/wecom-binding", None): (404, 403, 403, 403, 404, 404, 403),
    ("PUT", "/units/{branch}/names-shown", '{"shown": false}'): (*(403, 403, 403, 403, 200, 403, 403),),
}


@pytest.fixture
def places(as_, town, db):
    """What the addresses are filled with: a waiting report of the member's, an import of the office's."""
    report = as_("member").post("/reports", HOURS).get_json()["id"]
    batch = upload(as_("office")).get_json()["batch_id"]
    return {
        "member": town.people["member"],
        "branch": town.branch,
        "department": town.department,
        "committee": town.committee,
        "report": report,
        "batch": batch,
    }


@pytest.mark.parametrize("address", READS)
def test_what_each_may_read(as_, places, address):
    path = address.format(**places)
    assert dict(zip(PEOPLE, READS[address], strict=True)) == {
        who: as_(who).call("GET", path).status_code for who in PEOPLE
    }


@pytest.mark.parametrize("act", WRITES, ids=lambda act: f"{act[0]} {act[1]}")
@pytest.mark.parametrize("who", PEOPLE)
def test_what_each_may_do(as_, places, act, who):
    method, path, body = act
    expected = WRITES[act][PEOPLE.index(who)]
    asked = {"data": body, "content_type": "application/json"} if body else {}
    assert as_(who).call(method, path.format(**places), **asked).status_code == expected


def test_lists_hold_only_what_the_caller_may_see(as_, town):
    def names(who):
        return {p["name"] for p in as_(who).get("/members").get_json()["items"]}

    assert names("member") == {"陈国强"}
    assert names("secretary") == {"周正", "吴敏", "陈国强", "林小梅"}
    assert names("other_secretary") == {"赵远", "孙立"}
    assert names("office") == names("secretary") | names("other_secretary")
    assert names("it") == set()
    units = [u["name"] for u in as_("member").get("/units").get_json()["items"]]
    assert units == ["市直机关工委", "市林业局", "机关第一党支部"]
    posts = as_("secretary").get("/posts").get_json()["items"]
    assert {p["role"] for p in posts} == {"branch_secretary", "deputy_secretary"}


def test_one_person_is_found_by_number_only_by_who_may_see_him(as_, town):
    number = as_("member").get("/me").get_json()["number"]
    assert len(as_("secretary").get("/members", number=number).get_json()["items"]) == 1
    assert as_("other_secretary").get("/members", number=number).get_json()["items"] == []


def test_a_queue_holds_only_what_is_asked_of_one(as_, places):
    assert [r["id"] for r in as_("deputy").get("/queue").get_json()["items"]] == [places["report"]]
    for nobody in ("member", "other_secretary", "office", "leader", "it"):
        assert as_(nobody).get("/queue").get_json()["items"] == []


def test_the_it_person_sees_no_points(as_, town):
    it = as_("it")
    assert it.get("/rankings").get_json() == {"mine": None, "names_shown": False, "items": [], "next": None}
    assert it.get("/reports").get_json()["items"] == []


def closed_to(client, scope):
    """Addresses (of views without a path variable) that ask for another scope."""
    spec = client.get("/api/openapi.json").get_json()
    for path, item in spec["paths"].items():
        for verb, op in item.items():
            if (
                verb != "parameters"
                and op["security"] != [{"bearer": []}]
                and op["security"] != [{"bearer": [scope]}]
            ):
                yield verb.upper(), path.removeprefix("/api/v1").replace("{", "").replace("}", "")


@pytest.mark.parametrize("scope", ["points:read", "reports:write"])
def test_a_token_opens_only_what_its_scope_covers(client, as_, scope):
    narrow = as_("leader", scope)
    closed = list(closed_to(client, scope))
    answers = {
        narrow.call(
            method, "/".join("1" if part.endswith("_id") else part for part in path.split("/"))
        ).status_code
        for method, path in closed
    }
    assert len(closed) > 30
    assert answers == {403}
    assert narrow.get("/me").status_code == 200


def test_every_scope_is_somebodys(town):
    assert set(permissions().values()) >= {"points:read", "reports:read", "reports:write", "reports:decide"}
