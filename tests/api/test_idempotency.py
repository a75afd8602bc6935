"""A POST with a key is done once, however often and however fast it comes."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
import sqlalchemy as sa

from jifen.core import clock
from jifen.core.db import db as database
from jifen.web.models import IdempotencyKey
from tests import city
from tests.api import doors

YESTERDAY = (clock.today() - dt.timedelta(days=1)).isoformat()
HOURS = {"item": "志愿服务", "occurred_on": YESTERDAY, "quantity": "2", "another": True}


def test_the_same_request_gets_the_same_answer_and_one_effect(as_):
    member = as_("member")
    first = member.post("/reports", HOURS, key="a")
    again = member.post("/reports", HOURS, key="a")
    assert (again.status_code, again.get_json()) == (first.status_code, first.get_json())
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(member.get("/reports").get_json()["items"]) == 1


def test_a_key_stands_for_one_request_of_one_caller(as_):
    member = as_("member")
    member.post("/reports", HOURS, key="a")
    other = member.post("/reports", HOURS | {"quantity": "1"}, key="a")
    assert (other.status_code, other.get_json()["code"]) == (422, "idempotency_key_reused")
    assert as_("colleague").post("/reports", HOURS, key="a").status_code == 201


def test_a_refusal_is_not_remembered(as_):
    member = as_("member")
    wrong = HOURS | {"occurred_on": (clock.today() + dt.timedelta(days=1)).isoformat()}
    assert member.post("/reports", wrong, key="a").status_code == 422
    assert member.post("/reports", HOURS, key="a").status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 201])
def test_a_key_has_bounds(as_, key):
    refused = as_("member").call("POST", "/reports", json=HOURS, headers={"Idempotency-Key": key})
    assert refused.status_code == 422


def test_what_is_remembered_is_sealed(as_, db):
    shown = as_("member").post("/tokens", {"scopes": ["points:read"]}, key="a").get_json()["token"]
    kept = db.session.scalar(sa.select(IdempotencyKey.body))
    assert kept
    assert shown not in kept


def test_eight_racing_copies_have_one_effect(fresh_app):
    with fresh_app.app_context():
        town = city.build()
        member = doors.caller(fresh_app, town, "member")
    start, answers = threading.Barrier(8), []

    def send():
        start.wait()
        answers.append(member.post("/reports", HOURS, key="race"))

    copies = [threading.Thread(target=send) for _ in range(8)]
    for copy in copies:
        copy.start()
    for copy in copies:
        copy.join()

    assert {a.status_code for a in answers} == {201}
    assert len({a.get_json()["id"] for a in answers}) == 1
    with fresh_app.app_context():
        assert database.session.execute(sa.text("SELECT count(*) FROM report")).scalar_one() == 1
