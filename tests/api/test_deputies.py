"""Deputies over HTTP: named, listed, ended; nobody else's are seen."""

from __future__ import annotations

import datetime as dt

import pytest

from jifen.core import clock
from jifen.members import queries as members


@pytest.fixture
def asked(town):
    held = members.posts_in_sight(by=town.actor("leader"))
    post = next(p.id for p in held if p.member_id == town.people["secretary"])
    now = clock.now()
    return {
        "post_id": post,
        "member_id": town.people["colleague"],
        "since": (now + dt.timedelta(hours=1)).isoformat(),
        "until": (now + dt.timedelta(days=2)).isoformat(),
    }


def test_named_listed_and_ended(as_, town, asked):
    made = as_("secretary").post("/deputies", asked, key="once")
    assert made.status_code == 201, made.get_json()
    assert as_("secretary").post("/deputies", asked, key="other").status_code == 409
    found = made.get_json()
    assert (found["principal_name"], found["member_name"], found["unit_name"]) == (
        "周正",
        "林小梅",
        "机关第一党支部",
    )
    for who, seen in (("secretary", 1), ("colleague", 1), ("organ", 1), ("other_secretary", 0), ("it", 0)):
        assert len(as_(who).get("/deputies").get_json()["items"]) == seen, who
    assert as_("other_secretary").post(f"/deputies/{found['id']}/end").status_code == 404
    assert as_("secretary").post(f"/deputies/{found['id']}/end").status_code == 200
    assert as_("secretary").get("/deputies").get_json()["items"] == []


@pytest.mark.parametrize(
    ("who", "status"),
    [("secretary", 201), ("organ", 201), ("leader", 201), ("office", 403), ("other_secretary", 404)],
)
def test_who_may_name(as_, asked, who, status):
    assert as_(who).post("/deputies", asked).status_code == status


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"since": "2026-03-05T08:00:00"}, id="no zone"),
        pytest.param({"until": "gestern"}, id="no instant"),
        pytest.param({"until": "9999-12-31T23:59:59+00:00"}, id="out of sight"),
        pytest.param({"role": "it"}, id="an unknown field"),
    ],
)
def test_a_faulty_request_is_refused(as_, asked, wrong):
    assert as_("secretary").post("/deputies", asked | wrong).status_code == 422
