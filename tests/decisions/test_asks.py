"""Questions to the deciders of a unit: who answers, once, and where they go when nobody can."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from jifen.core import clock
from jifen.core.actor import Role
from jifen.core.errors import NotFound
from jifen.decisions import asks, todo
from jifen.decisions.errors import Answered, NobodyDecides, NotByYou
from jifen.decisions.models import Decision
from jifen.members import queries as members
from jifen.members import service
from jifen.org import queries as org
from tests import city

TODAY = clock.today()


@pytest.fixture
def town(db) -> city.City:
    return city.build()


def put(town, *, concerns="member", unit=None, not_by=(), number=1):
    person = town.people[concerns] if concerns else None
    path = org.unit(unit or town.branch).path
    out = [town.people[n] for n in not_by]
    unit_id = asks.unit_for(path, person, not_by=out)
    return asks.ask("matter", number, unit_id=unit_id, concerns=person, not_by=out)


def end(town, who: str) -> None:
    [post] = [p for p in members.posts_in_sight(by=town.actor("leader")) if p.member_id == town.people[who]]
    service.end_post(post.id, on=TODAY, by=city.BY)


@pytest.mark.parametrize(
    ("who", "refused"),
    [
        pytest.param("secretary", None, id="the secretary"),
        pytest.param("deputy", None, id="the deputy secretary"),
        pytest.param("member", NotFound, id="whom it concerns"),
        pytest.param("colleague", NotFound, id="a member of the branch"),
        pytest.param("other_secretary", NotFound, id="another branch's secretary"),
        pytest.param("organ", NotFound, id="the organisation above"),
        pytest.param("office", NotFound, id="an office"),
        pytest.param("it", NotFound, id="the administrator"),
    ],
)
def test_the_deciders_of_the_unit_answer(town, who, refused):
    put(town)
    if refused:
        with pytest.raises(refused):
            asks.access("matter", 1, by=town.actor(who))
    else:
        assert asks.access("matter", 1, by=town.actor(who)).unit_id == town.branch
    seen = [one.subject_id for one in asks.open_for("matter", by=town.actor(who))]
    assert seen == ([] if refused else [1])


def test_nobody_answers_in_his_own_matter_or_what_he_prepared(town):
    put(town, concerns="secretary")
    put(town, not_by=["deputy"], number=2)
    with pytest.raises(NotByYou):
        asks.access("matter", 1, by=town.actor("secretary"))
    with pytest.raises(NotByYou):
        asks.access("matter", 2, by=town.actor("deputy"))
    assert [a.subject_id for a in asks.open_for("matter", by=town.actor("secretary"))] == [2]
    assert [a.subject_id for a in asks.open_for("matter", by=town.actor("deputy"))] == [1]


@pytest.mark.parametrize(
    ("concerns", "not_by", "unit"),
    [
        pytest.param("member", [], "branch", id="stays in the branch"),
        pytest.param("secretary", [], "branch", id="the deputy secretary is there"),
        pytest.param("secretary", ["deputy"], "department", id="both keep out"),
        pytest.param("secretary", ["deputy", "organ"], "committee", id="the department keeps out too"),
        pytest.param(None, ["secretary"], "branch", id="nobody's own matter"),
    ],
)
def test_a_question_goes_up_to_somebody_else(town, concerns, not_by, unit):
    assert put(town, concerns=concerns, not_by=not_by).unit_id == getattr(town, unit)


def test_where_nobody_else_is_left_it_is_said(town):
    with pytest.raises(NobodyDecides):
        put(town, concerns="leader", not_by=["secretary", "deputy", "organ"])


def test_an_answer_is_recorded_once(town, db):
    secretary = town.actor("secretary")
    put(town)
    asks.decide(asks.access("matter", 1, by=secretary), "approved", by=secretary, reason=" 属实 ")
    with pytest.raises(Answered):
        asks.access("matter", 1, by=town.actor("deputy"))
    [row] = db.session.scalars(sa.select(Decision).where(Decision.subject == "matter"))
    assert (row.decided_by, row.concerns, row.outcome, row.reason, row.unit_id, row.on_behalf_of) == (
        town.people["secretary"],
        town.people["member"],
        "approved",
        "属实",
        town.branch,
        None,
    )
    assert asks.open_for("matter", by=town.actor("deputy")) == []


def test_one_question_is_open_at_a_time(town):
    put(town)
    with pytest.raises(sa.exc.IntegrityError):
        put(town)


def test_a_question_is_asked_again_after_an_answer(town):
    put(town)
    asks.answered("matter", 1)
    assert put(town).answered_at is None


def test_a_successor_sees_it_from_his_first_day(town):
    put(town)
    end(town, "secretary")
    service.appoint(town.people["colleague"], town.branch, Role.BRANCH_SECRETARY, since=TODAY, by=city.BY)
    with pytest.raises(NotFound):
        asks.access("matter", 1, by=town.actor("secretary"))
    assert asks.access("matter", 1, by=town.actor("colleague")).unit_id == town.branch


def test_a_question_moves_where_posts_end_and_comes_back(town):
    row = put(town)
    end(town, "secretary")
    end(town, "deputy")
    assert asks.reroute(by=city.BY, unit_id=town.branch) == 1
    assert row.unit_id == town.department
    service.appoint(town.people["colleague"], town.branch, Role.BRANCH_SECRETARY, since=TODAY, by=city.BY)
    assert asks.reroute(by=city.BY, unit_id=town.branch) == 1
    assert row.unit_id == town.branch
    assert asks.reroute(by=city.BY) == 0


def test_what_went_up_for_lateness_does_not_come_back(town):
    row = put(town)
    row.raised = 1
    asks.move(row, town.department)
    assert asks.reroute(by=city.BY) == 0
    assert row.unit_id == town.department


def test_what_waits_is_counted_by_kind(town):
    words = ("事项", "nowhere")
    if "matter" not in todo._provided:
        todo.provide("matter", *words)
    with pytest.raises(ValueError, match="matter"):
        todo.provide("matter", *words)
    for number, concerns in ((1, "member"), (2, "secretary")):
        put(town, concerns=concerns, number=number)
    found = {t.subject: t for t in todo.waiting(by=town.actor("secretary"))}
    assert (found["matter"].count, found["matter"].words) == (1, "事项")
    assert found["matter"].since <= clock.now() + dt.timedelta(seconds=1)
    assert {t.subject for t in todo.waiting(by=town.actor("deputy"))} == {"matter"}
    assert todo.waiting(by=town.actor("member")) == []
