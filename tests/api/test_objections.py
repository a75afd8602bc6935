"""Objections over HTTP: by the member, by an office for a paper, and out of reach of everybody else."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
import time_machine

from jifen.members.models import Member
from tests.decisions import objecting as kit


@pytest.fixture
def shown(town):
    with time_machine.travel(kit.SHOWN, tick=False):
        yield kit.list_of(town)


def test_raised_answered_with_a_missing_deed_and_read_again(town, as_, shown):
    raised = as_("member").post("/objections", {"words": "少记一次党员大会", "publication_id": shown.id})
    assert (raised.status_code, raised.get_json()["answer_by"]) == (201, "2026-10-26")
    found = raised.get_json()["id"]
    again = as_("member").post("/objections", {"words": "再提一次", "publication_id": shown.id})
    assert (again.status_code, again.get_json()["code"]) == (409, "objection_open")

    add = [{"item": "A01", "occurred_on": "2026-09-15"}]
    answered = as_("organ").post(
        f"/objections/{found}/answer", {"outcome": "upheld", "reason": "应记一次。", "add": add}
    )

    assert (answered.status_code, answered.get_json()["state"]) == (200, "upheld")
    assert as_("member").get(f"/objections/{found}").get_json()["reason"] == "应记一次。"
    [line] = as_("member").get(f"/members/{town.people['member']}/statement").get_json()["items"]
    assert (line["source"], line["occurred_on"]) == ("objection", "2026-09-15")


def test_a_paper_is_entered_by_the_office(db, town, as_, shown):
    number = db.session.scalar(sa.select(Member.number).where(Member.id == town.people["member"]))
    paper = {
        "words": "书面",
        "publication_id": shown.id,
        "member_number": number,
        "how": "paper",
        "received_on": "2026-10-12",
    }
    assert as_("secretary").post("/objections", paper).get_json()["code"] == "objection_by_decider"
    entered = as_("office").post("/objections", paper).get_json()
    assert (entered["how"], entered["objector_name"]) == ("paper", "陈国强")
    assert [one["id"] for one in as_("member").get("/objections", own="true").get_json()["items"]] == [
        entered["id"]
    ]


@pytest.mark.parametrize("who", ["stranger", "other_secretary", "it"])
def test_nobody_else_reads_answers_or_takes_it_back(as_, shown, who):
    found = (
        as_("member").post("/objections", {"words": "少记一次", "publication_id": shown.id}).get_json()["id"]
    )
    caller = as_(who)
    answers = [
        caller.get(f"/objections/{found}"),
        caller.post(f"/objections/{found}/answer", {"outcome": "rejected", "reason": "无误"}),
        caller.post(f"/objections/{found}/withdraw"),
        caller.post("/objections", {"words": "不对", "publication_id": shown.id}),
    ]
    assert [one.status_code for one in answers] == [404] * 4
    assert caller.get("/objections").get_json()["items"] == []


def test_a_token_without_the_scope_does_not_answer(as_, shown):
    found = (
        as_("member").post("/objections", {"words": "少记一次", "publication_id": shown.id}).get_json()["id"]
    )
    narrow = as_("organ", "objections:read")
    assert narrow.get(f"/objections/{found}").status_code == 200
    body = {"outcome": "rejected", "reason": "无误"}
    assert narrow.post(f"/objections/{found}/answer", body).status_code == 403
