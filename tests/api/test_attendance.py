"""Attendance over HTTP: the month of a branch, who sees and does what, and what a meeting costs."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from jifen.core import clock
from jifen.core.db import db as database
from jifen.members import service as members
from jifen.points import standings_follow
from tests import city
from tests.api.doors import statements

YESTERDAY = (clock.today() - dt.timedelta(days=1)).isoformat()


@pytest.fixture
def sheet(town):
    return {
        "branch_id": town.branch,
        "item": "支部党员大会",
        "occurred_on": YESTERDAY,
        "marks": [{"member_id": town.people["member"], "outcome": "absent"}],
        "confirm": True,
    }


@pytest.fixture
def met(as_, sheet):
    answer = as_("secretary").post("/gatherings", sheet)
    assert answer.status_code == 201
    return answer.get_json()


def test_a_meeting_with_an_absence_that_leave_settles(as_, town, met):
    assert (met["met"]["expected"], met["met"]["present"], met["met"]["absent"]) == (4, 3, 1)
    member, secretary = as_("member"), as_("secretary")
    [missed] = member.get("/absences").get_json()["items"]
    assert (missed["meeting_name"], missed["state"]) == ("参加支部党员大会", "told")
    said = member.post(f"/absences/{missed['id']}/explain", {"words": "在下乡"}).get_json()
    assert said["state"] == "explained"
    [waiting] = secretary.get("/absences", waiting="true").get_json()["items"]
    assert waiting["explanation"] == "在下乡"
    early = secretary.post(f"/absences/{missed['id']}/decide", {"outcome": "deduct", "reason": "未请假"})
    assert (early.status_code, early.get_json()["code"]) == (409, "too_early")
    leave = member.post("/leaves", {"since": YESTERDAY, "reason": "duty"}).get_json()
    assert secretary.get("/leaves", waiting="true").get_json()["items"][0]["id"] == leave["id"]
    done = secretary.post(f"/leaves/{leave['id']}/decide", {"approve": True}).get_json()
    assert (done["state"], done["until"]) == ("granted", YESTERDAY)
    assert member.get("/absences").get_json()["items"][0]["state"] == "excused"


def test_a_wrong_person_and_a_whole_list_are_put_right(as_, town, met):
    secretary, address = as_("secretary"), f"/gatherings/{met['met']['id']}/correct"
    colleague = town.people["colleague"]
    fixed = secretary.post(address, {"member_ids": [colleague], "outcome": "on_leave", "reason": "study"})
    assert fixed.get_json()["state"] == "done"
    assert secretary.post(address, {}).get_json()["state"] == "done"
    assert secretary.get(f"/gatherings/{met['met']['id']}").get_json()["met"]["state"] == "revoked"
    wrong = secretary.post(address, {})
    assert (wrong.status_code, wrong.get_json()["code"]) == (409, "not_now")


def test_a_list_is_taken_back_for_one_of_its_people(as_, town):
    asked = {
        "branch_id": town.branch,
        "item": "志愿服务",
        "occurred_on": YESTERDAY,
        "quantity": "2",
        "member_ids": [town.people["member"], town.people["colleague"]],
    }
    waiting = as_("colleague").post(
        "/reports", {"item": "志愿服务", "occurred_on": YESTERDAY, "quantity": "2"}
    )
    number = as_("secretary").post("/rosters", asked).get_json()["roster_id"]
    gone = as_("secretary").post(f"/rosters/{number}/revoke", {"member_ids": [town.people["colleague"]]})
    assert gone.get_json() == {"member_ids": [town.people["colleague"]]}
    again = as_("colleague").get(f"/reports/{waiting.get_json()['id']}").get_json()
    assert again["state"] == "pending"
    assert [r["id"] for r in as_("secretary").get("/queue").get_json()["items"]] == [again["id"]]
    other = as_("deputy").post(f"/rosters/{number}/revoke", {})
    assert (other.status_code, other.get_json()["code"]) == (409, "not_revocable_list")
    row = as_("secretary").post(f"/rosters/{number}/correct", {"member_ids": [town.people["member"]]})
    own = as_("secretary").post(f"/corrections/{row.get_json()['id']}/decide", {"approve": True})
    assert own.status_code == 403
    done = as_("deputy").post(f"/corrections/{row.get_json()['id']}/decide", {"approve": True})
    assert done.get_json()["state"] == "done"
    assert as_("member").get("/me").status_code == 200
    lines = as_("member").get(f"/members/{town.people['member']}/statement").get_json()["items"]
    assert [line["source"] for line in lines] == ["reversal", "roster"]


PEOPLE = ("member", "colleague", "stranger", "other_secretary", "it", "office", "deputy", "organ")
READS = {
    "/gatherings/{met}": (404, 404, 404, 404, 404, 200, 200, 200),
    "/gatherings/expected?branch_id={branch}&occurred_on={day}": (403, 403, 404, 404, 404, 403, 200, 200),
}
WRITES = {
    "/gatherings/{met}/confirm": (404, 404, 404, 404, 404, 403, 409, 409),
    "/gatherings/{met}/drop": (404, 404, 404, 404, 404, 403, 409, 409),
    "/gatherings/{met}/correct": (404, 404, 404, 404, 404, 403, 200, 200),
    "/attendees/{own}/confirm": (404, 404, 404, 404, 404, 404, 204, 404),
    "/absences/{absence}/explain": (200, 404, 404, 404, 404, 403, 200, 200),
    "/absences/{absence}/decide": (404, 404, 404, 404, 404, 404, 404, 404),
    "/leaves/{leave}/decide": (404, 404, 404, 404, 404, 404, 200, 404),
    "/leaves/{leave}/withdraw": (200, 404, 404, 404, 404, 403, 200, 200),
}
BODIES = {
    "/gatherings/{met}/correct": {},
    "/absences/{absence}/explain": {"words": "下乡"},
    "/absences/{absence}/decide": {"outcome": "accept"},
    "/leaves/{leave}/decide": {"approve": True},
}


@pytest.fixture
def places(as_, town, met):
    leave = as_("member").post("/leaves", {"since": "2026-01-05", "reason": "duty"}).get_json()["id"]
    by_member = {p["member_id"]: p for p in met["people"]}
    return {
        "met": met["met"]["id"],
        "branch": town.branch,
        "day": YESTERDAY,
        "absence": by_member[town.people["member"]]["absence_id"],
        "own": by_member[town.people["secretary"]]["attendee_id"],
        "leave": leave,
    }


@pytest.mark.parametrize(
    ("address", "who", "status"),
    [(a, who, status) for a, row in READS.items() for who, status in zip(PEOPLE, row, strict=True)],
)
def test_who_sees(as_, places, address, who, status):
    assert as_(who).call("GET", address.format(**places)).status_code == status


@pytest.mark.parametrize(
    ("address", "who", "status"),
    [(a, who, status) for a, row in WRITES.items() for who, status in zip(PEOPLE, row, strict=True)],
)
def test_who_does(as_, places, address, who, status):
    assert as_(who).post(address.format(**places), BODIES.get(address)).status_code == status


@pytest.mark.parametrize("who", ["member", "stranger", "other_secretary", "it"])
def test_lists_show_nobody_elses(as_, places, who):
    assert as_(who).get("/gatherings").get_json()["items"] == []
    mine = 1 if who == "member" else 0
    assert len(as_(who).get("/absences").get_json()["items"]) == mine
    assert len(as_(who).get("/leaves").get_json()["items"]) == mine
    assert as_(who).get("/leaves", waiting="true").get_json()["items"] == []


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [
        pytest.param(
            {"marks": [{"member_id": 10**12, "outcome": "absent"}]}, 422, "not_expected", id="nobody"
        ),
        pytest.param({"occurred_on": "2199-01-01"}, 422, "in_future", id="future"),
        pytest.param({"item": "B02"}, 422, "not_by_roster", id="self-reported only"),
        pytest.param({"branch_id": 10**12}, 404, "not_found", id="no such branch"),
        pytest.param({"cell_id": 10**12}, 404, "not_found", id="no such cell"),
        pytest.param({"marks": [{"member_id": 1, "outcome": "ill"}]}, 422, None, id="no such end"),
        pytest.param({"member_ids": []}, 422, None, id="an empty audience"),
    ],
)
def test_a_faulty_sheet_is_refused(as_, sheet, wrong, status, code):
    answer = as_("secretary").post("/gatherings", sheet | wrong)
    assert answer.status_code == status
    assert code is None or answer.get_json()["code"] == code


def test_statements_do_not_grow_with_people(as_, town, sheet):
    secretary = as_("secretary")
    sheet["marks"] = []

    def cost(activity: str, path: str = "", **marks) -> int:
        with statements() as seen:
            answer = secretary.post("/gatherings", sheet | {"activity": activity, **marks})
        assert answer.status_code == 201
        with statements() as undone:
            assert (
                secretary.post(f"/gatherings/{answer.get_json()['met']['id']}/correct", {}).status_code == 200
            )
        return len(seen), len(undone)

    cost("warm")
    few = cost("few")
    crowd = [
        members.take_in(
            f"党员{n}", branch_id=town.branch, since=city.SINCE, joined_on=city.SINCE, by=city.BY
        ).id
        for n in range(30)
    ]
    standings_follow.follow("/", day=clock.today())
    cost("warm again")
    assert cost("many") == few
    absent = [{"member_id": m, "outcome": "absent"} for m in crowd]
    some = cost("one absent", marks=absent[:1])
    assert cost("many absent", marks=absent)[0] <= some[0]
    assert database.session.scalar(sa.text("SELECT count(*) FROM attendee")) > 100
