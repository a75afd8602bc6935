"""Lists over HTTP: who may enter one, what it answers, and what a phone is told of it."""

from __future__ import annotations

import datetime as dt

import pytest

from jifen.core import clock

YESTERDAY = (clock.today() - dt.timedelta(days=1)).isoformat()


@pytest.fixture
def asked(town):
    return {
        "branch_id": town.branch,
        "item": "志愿服务",
        "occurred_on": YESTERDAY,
        "quantity": "2",
        "member_ids": [town.people["secretary"], town.people["member"]],
    }


def test_a_list_is_entered_once_by_its_key(as_, town, asked):
    secretary = as_("secretary")
    answers = [secretary.post("/rosters", asked, key="list-1") for _ in range(2)]
    assert [a.status_code for a in answers] == [201, 201]
    done = answers[0].get_json()
    assert answers[1].get_json() == done
    assert (done["posted"], done["own"]) == ([town.people["member"]], [town.people["secretary"]])

    again = as_("deputy").post("/rosters", asked).get_json()
    assert (again["posted"], again["attached"]) == (
        [town.people["secretary"]],
        [town.people["member"]],
    )
    [line] = as_("member").get(f"/members/{town.people['member']}/statement").get_json()["items"]
    assert (line["source"], line["decided_by"], line["corroborations"]) == ("roster", "周正", 1)
    [notice] = as_("member").get("/notices").get_json()["items"]
    assert notice["kind"] == "deed_attached"


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("member", 403),
        ("office", 403),
        ("stranger", 404),
        ("other_secretary", 404),
        ("it", 404),
        ("deputy", 201),
        ("organ", 201),
        ("leader", 201),
    ],
)
def test_who_may_enter(as_, asked, who, status):
    assert as_(who).post("/rosters", asked).status_code == status


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [
        pytest.param({"member_ids": []}, 422, None, id="nobody"),
        pytest.param({"member_ids": [10**12]}, 422, "not_on_roster", id="no such person"),
        pytest.param({"occurred_on": "2199-01-01"}, 422, "in_future", id="future"),
        pytest.param({"item": "B02"}, 422, "not_by_roster", id="self-reported only"),
        pytest.param({"branch_id": 10**12}, 404, "not_found", id="no such branch"),
        pytest.param({"activity": "号" * 41}, 422, None, id="a key too long"),
    ],
)
def test_a_faulty_list_is_refused(as_, asked, wrong, status, code):
    answer = as_("secretary").post("/rosters", asked | wrong)
    assert answer.status_code == status
    assert code is None or answer.get_json()["code"] == code


def test_a_list_of_nobody_but_oneself_is_a_conflict(as_, town, asked):
    answer = as_("secretary").post("/rosters", asked | {"member_ids": [town.people["secretary"]]})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "only_oneself")
