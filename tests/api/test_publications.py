"""Lists over HTTP: a member reads them, a decider publicises, an office closes."""

from __future__ import annotations

import datetime as dt

import pytest

from jifen.core.period import Period
from jifen.decisions import publicity
from jifen.points.periods import rounds
from tests import city
from tests.points.periods_town import deed, on

Q1 = Period.parse("2026Q1")


@pytest.fixture
def town(db):
    with on(dt.date(2026, 3, 2)):
        made = city.build()
        deed(made, "member", dt.date(2026, 3, 1))
    with on(dt.date(2026, 4, 1)):
        yield made


@pytest.fixture
def draft(town):
    rounds.close_one(town.branch, Q1, by=city.BY)
    return publicity.latest("points", town.branch, Q1.key).id


def test_a_list_becomes_readable_for_members_when_it_is_publicised(as_, town, draft):
    assert as_("member").get("/publications").get_json()["items"] == []
    assert as_("member").get(f"/publications/{draft}").status_code == 404
    done = as_("secretary").post(f"/publications/{draft}/publicise")
    assert (done.status_code, done.get_json()["about"]["state"]) == (200, "publicised")
    (row,) = as_("member").get("/publications", period="2026Q1").get_json()["items"]
    found = as_("member").get(f"/publications/{row['id']}").get_json()
    assert [line["name"] for line in found["lines"]] == ["陈国强", "林小梅", "吴敏", "周正"]
    assert found["lines"][0]["row"]["total"] == "61"


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("secretary", 200),
        ("organ", 200),
        ("office", 403),
        ("member", 404),
        ("other_secretary", 404),
        ("it", 404),
    ],
)
def test_who_publicises(as_, draft, who, status):
    assert as_(who).post(f"/publications/{draft}/publicise").status_code == status


@pytest.mark.parametrize(
    ("who", "status"), [("secretary", 200), ("office", 200), ("member", 403), ("stranger", 404)]
)
def test_who_takes_a_list_along(as_, town, draft, who, status):
    publicity.publicise(draft, by=town.actor("secretary"))
    assert as_(who).get(f"/publications/{draft}/list.xlsx").status_code == status


def test_an_office_sees_where_its_branches_stand(as_, town, draft):
    rows = as_("office").get("/periods", period="2026Q1").get_json()["items"]
    assert [(r["unit_name"], r["state"], r["list_state"]) for r in rows] == [
        ("机关第一党支部", "closing", "drawn")
    ]
    assert as_("member").get("/periods", period="2026Q1").get_json()["items"] == []


@pytest.mark.parametrize(
    ("who", "period", "status"),
    [
        ("secretary", "2026Q1", 202),
        ("office", "2026Q1", 202),
        ("secretary", "2026Q2", 409),
        ("secretary", "2026X1", 422),
        ("member", "2026Q1", 403),
        ("stranger", "2026Q1", 404),
        ("it", "2026Q1", 404),
    ],
)
def test_who_closes_what(as_, town, who, period, status):
    answer = as_(who).post("/periods/close", {"unit_id": town.branch, "period": period})
    assert answer.status_code == status, answer.get_json()
