"""双报到: registering, taking on, the community's word, the year's sheet."""

from __future__ import annotations

import datetime as dt
import io
import re
from decimal import Decimal

import pytest
import python_calamine
import sqlalchemy as sa
import time_machine

from jifen.access import queries as access
from jifen.core import clock
from jifen.core.db import db as database
from jifen.core.errors import Forbidden, NotFound, Unauthorized
from jifen.core.states import NotNow
from jifen.decisions import todo
from jifen.points import deciding, verify
from jifen.points import queries as points
from jifen.points import service as reports
from jifen.points.service import Filing
from jifen.volunteering import (
    community,
    counterpart,
    errors,
    imports,
    late,
    queries,
    queries_community,
    registering,
    results,
)
from jifen.volunteering import errors_community as refusals
from jifen.volunteering.models_community import CommunityRegistration
from tests import city
from tests.api import doors
from tests.api.doors import Caller
from tests.volunteering.hours_town import DAY, at, credit, served

SOON = clock.today() + dt.timedelta(days=10)


@pytest.fixture
def town(db) -> city.City:
    return city.build()


def told(town, who: str = "member") -> list[tuple[str, str, bool]]:
    """Item, source and whether it still counts of what 双报到 posted for somebody."""
    rows = database.session.execute(
        sa.text(
            "SELECT item_code, source, NOT EXISTS (SELECT FROM ledger_entry b WHERE b.reverses_id = e.id)"
            " FROM ledger_entry e WHERE member_id = :m AND reverses_id IS NULL AND item_code IN ('D02', 'D04')"
            " ORDER BY id"
        ),
        {"m": town.people[who]},
    )
    return [tuple(row) for row in rows]


def total(town, who: str = "member"):
    return points.my_standing(town.actor(who)).total


@pytest.fixture
def place(town) -> int:
    return community.found("朝阳街道", "滨河社区", by=town.actor("secretary")).id


def need(town, place: int, **more) -> int:
    given = {"kind": "wish", "wanted": 1, "due_on": SOON} | more
    return community.ask_for(place, "为独居老人修水管", **given, by=town.actor("secretary")).id


def test_a_member_registers_once_and_anew_where_he_moves(town, place, db):
    member = town.actor("member")
    registering.register(place, skills="修家电", by=member)
    with pytest.raises(refusals.AlreadyThere, match="滨河社区"):
        registering.register(place, by=member)
    other = community.found("朝阳街道", "新村社区", by=town.actor("secretary")).id
    registering.register(other, by=town.actor("secretary"), member_id=town.people["member"])
    [row] = db.session.scalars(sa.select(CommunityRegistration)).all()
    assert (row.community_id, row.entered_by) == (other, town.people["secretary"])


def test_nobody_registers_people_of_another_branch(town, place):
    with pytest.raises(NotFound):
        registering.register(place, member_id=town.people["member"], by=town.actor("other_secretary"))
    with pytest.raises(Forbidden):
        community.found("一街", "一社", by=town.actor("member"))


def test_no_more_take_it_on_than_are_wanted(town, place):
    wish = need(town, place)
    first = community.claim(wish, by=town.actor("member"))
    with pytest.raises(refusals.AlreadyClaimed):
        community.claim(wish, by=town.actor("member"))
    with pytest.raises(refusals.Full):
        community.claim(wish, by=town.actor("colleague"))
    with pytest.raises(NotFound):
        community.withdraw(first.id, by=town.actor("colleague"))
    community.withdraw(first.id, by=town.actor("member"))
    community.claim(wish, by=town.actor("colleague"))


def test_after_the_last_day_nobody_takes_it_on(town, place):
    old = need(town, place, due_on=clock.today() - dt.timedelta(days=1))
    with pytest.raises(refusals.Overdue):
        community.claim(old, by=town.actor("member"))


def test_the_communitys_word_counts_as_attested_hours(town, place):
    claim = community.claim(need(town, place), by=town.actor("member"))
    community.confirm(claim.id, done=True, said="good", span=(at(9), at(10, 30)), by=town.actor("secretary"))

    account = queries.account(town.people["member"])
    assert (account.verified, account.attested) == (0, 90)
    with pytest.raises(NotNow):
        community.confirm(claim.id, done=False, by=town.actor("secretary"))


def test_a_word_that_cannot_be(town, place):
    claim = community.claim(need(town, place, wanted=3), by=town.actor("member"))
    confirm = community.confirm
    ahead = (clock.now() + dt.timedelta(hours=1), clock.now() + dt.timedelta(hours=2))
    with pytest.raises(refusals.NotInThePast):
        confirm(claim.id, done=True, span=ahead, by=town.actor("secretary"))
    with pytest.raises(NotFound):
        confirm(claim.id, done=True, by=town.actor("other_secretary"))
    credit(town, served(town, "member", at(9), at(11)))
    with pytest.raises(errors.Overlapping):
        confirm(claim.id, done=True, span=(at(10), at(12)), by=town.actor("secretary"))
    own = community.claim(claim.need_id, by=town.actor("secretary"))
    with pytest.raises(refusals.OwnPaper):
        confirm(own.id, done=True, by=town.actor("secretary"))
    confirm(claim.id, done=False, by=town.actor("secretary"))
    assert queries.account(town.people["member"]).attested == 0


def test_the_units_sheet_of_a_year(town, place):
    registering.register(place, by=town.actor("member"))
    claim = community.claim(need(town, place), by=town.actor("member"))
    community.confirm(claim.id, done=True, said="good", span=(at(9), at(10)), by=town.actor("secretary"))
    content = results.sheet(town.branch, DAY.year, by=town.actor("office"))

    rows = (
        python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    )
    [line] = [row for row in rows if "陈国强" in row]
    assert line[3] == "朝阳街道滨河社区"
    assert line[5:9] == [1, 1, 1, 60]
    assert line[9] == "好1次"
    for who in ("member", "other_secretary"):
        with pytest.raises(NotFound):
            results.sheet(town.branch, DAY.year, by=town.actor(who))


def test_more_people_than_a_sheet_is_for_are_not_cut_off(town, monkeypatch):
    monkeypatch.setattr(late, "MOST", 2)
    for made in (results.sheet, results.printed, imports.export):
        with pytest.raises(errors.TooLarge, match="2人以上"):
            made(town.branch, DAY.year, by=town.actor("office"))


# ---- what it brings in points -------------------------------------------------------------


def test_a_registration_counts_when_the_community_has_spoken(town, place):
    before = total(town)
    row = registering.register(place, by=town.actor("member"))
    assert told(town) == [], "nobody confirms his own"
    with pytest.raises(refusals.OwnPaper):
        registering.confirm(row.id, by=town.actor("member"))
    with pytest.raises(NotFound):
        registering.confirm(row.id, by=town.actor("other_secretary"))
    assert [one.id for one in queries_community.unconfirmed(by=town.actor("secretary"))] == [row.id]
    assert queries_community.unconfirmed(by=town.actor("other_secretary")) == []

    registering.confirm(row.id, by=town.actor("secretary"))
    assert told(town) == [("D02", "registration", True)]
    assert total(town) == before + 1
    with pytest.raises(refusals.AlreadyConfirmed):
        registering.confirm(row.id, by=town.actor("deputy"))
    assert queries_community.unconfirmed(by=town.actor("secretary")) == []
    assert list(verify.faults()) == []


def test_a_registration_from_the_communitys_paper_counts_at_once_and_once_a_year(town, place):
    other = community.found("朝阳街道", "新村社区", by=town.actor("secretary")).id
    before = total(town)
    for day, where in ((1, place), (2, other)):  # on neighbouring days of one year, whenever this runs
        with time_machine.travel(clock.at(dt.date(clock.today().year, 7, day), 10)):
            registering.register(where, member_id=town.people["member"], by=town.actor("secretary"))
            assert total(town) == before + 1
    assert told(town) == [("D02", "registration", True)]
    assert list(verify.faults()) == []


def test_a_registration_taken_back_takes_its_point_back(town, place):
    before = total(town)
    row = registering.register(place, member_id=town.people["member"], by=town.actor("secretary"))
    for who in ("colleague", "other_secretary"):
        with pytest.raises(NotFound):
            registering.withdraw(row.id, by=town.actor(who))
    registering.withdraw(row.id, by=town.actor("member"))
    assert total(town) == before
    assert told(town) == [("D02", "registration", False)]
    assert queries_community.registered([town.people["member"]]) == {}
    with pytest.raises(NotFound):
        registering.withdraw(row.id, by=town.actor("member"))
    again = registering.register(place, by=town.actor("member"))
    registering.confirm(again.id, by=town.actor("deputy"))
    assert total(town) == before + 1
    assert list(verify.faults()) == []


def test_put_right_on_the_day_itself_the_point_follows(town, place):
    before = total(town)
    registering.register(place, member_id=town.people["member"], by=town.actor("secretary"))
    other = community.found("朝阳街道", "新村社区", by=town.actor("secretary")).id
    registering.register(other, by=town.actor("member"))
    assert total(town) == before, "his own word waits for the other community's"
    assert list(verify.faults()) == []


def test_what_he_reported_himself_and_the_communitys_word_are_one_deed(town, place):
    before = total(town)
    filed = reports.submit(
        Filing(item="社区报到", occurred_on=clock.today(), words="已到滨河社区报到"), by=town.actor("member")
    )
    row = registering.register(place, by=town.actor("member"))
    registering.confirm(row.id, by=town.actor("secretary"))
    assert total(town) == before + 1
    state = database.session.scalar(sa.text("SELECT state FROM report WHERE id = :i"), {"i": filed.id})
    assert state == "attached"
    registering.withdraw(row.id, by=town.actor("secretary"))
    state = database.session.scalar(sa.text("SELECT state FROM report WHERE id = :i"), {"i": filed.id})
    assert state == "pending", "it waits again for somebody to look"
    assert total(town) == before
    deciding.approve(filed.id, by=town.actor("secretary"))
    assert total(town) == before + 1
    assert list(verify.faults()) == []


def test_a_wish_that_was_done_counts_and_a_need_does_not(town, place):
    before = total(town)
    wish, chore = need(town, place), need(town, place, kind="need")
    for one in (wish, chore):
        claim = community.claim(one, by=town.actor("member"))
        community.confirm(claim.id, done=True, by=town.actor("secretary"))
    assert told(town) == [("D04", "wish", True)]
    assert total(town) == before + Decimal("0.5")
    undone = community.claim(need(town, place), by=town.actor("member"))
    community.confirm(undone.id, done=False, by=town.actor("secretary"))
    assert total(town) == before + Decimal("0.5")


def test_a_word_taken_back_reverses_hours_and_points(town, place):
    before, wish = total(town), need(town, place)
    claim = community.claim(wish, by=town.actor("member"))
    community.confirm(claim.id, done=True, said="good", span=(at(9), at(10, 30)), by=town.actor("secretary"))
    assert total(town) > before
    with pytest.raises(NotFound):
        community.retract(claim.id, by=town.actor("other_secretary"))
    with pytest.raises(refusals.OwnPaper):
        community.retract(claim.id, by=town.actor("member"))
    assert [(one.id, one.state) for one in queries_community.of_branches(by=town.actor("secretary"))] == [
        (claim.id, "confirmed")
    ]
    community.retract(claim.id, by=town.actor("deputy"))
    assert (total(town), queries.account(town.people["member"]).total) == (before, 0)
    assert told(town) == [("D04", "wish", False)]
    with pytest.raises(NotNow):
        community.retract(claim.id, by=town.actor("deputy"))
    again = community.claim(wish, by=town.actor("member"))
    community.confirm(again.id, done=True, span=(at(9), at(10)), by=town.actor("secretary"))
    assert queries.account(town.people["member"]).attested == 60
    assert list(verify.faults()) == []


def test_two_words_at_once_count_once(town, place):
    claim = community.claim(need(town, place), by=town.actor("member"))
    community.confirm(claim.id, done=True, by=town.actor("secretary"))
    with pytest.raises(NotNow):
        community.confirm(claim.id, done=True, by=town.actor("deputy"))
    assert told(town) == [("D04", "wish", True)]


# ---- the community's own token ------------------------------------------------------------


def speaker(app, town, place: int) -> Caller:
    _, token = counterpart.let_in(place, by=town.actor("wc_office"))
    return Caller(app, token)


def test_a_community_confirms_its_own_and_sees_nothing_else(app, town, place):
    other = community.found("朝阳街道", "新村社区", by=town.actor("secretary")).id
    mine = registering.register(place, skills="修家电", by=town.actor("member"))
    foreign = registering.register(other, by=town.actor("colleague"))
    claim = community.claim(need(town, place), by=town.actor("member"))
    elsewhere = community.claim(need(town, other), by=town.actor("member"))
    us = speaker(app, town, place)

    seen = us.get("/community/registrations").get_json()["items"]
    assert [(one["id"], one["member_name"], one["skills"]) for one in seen] == [(mine.id, "陈国强", "修家电")]
    assert [one["id"] for one in us.get("/community/claims").get_json()["items"]] == [claim.id]
    assert us.post(f"/community/registrations/{mine.id}/confirm").status_code == 204
    said = us.post(
        f"/community/claims/{claim.id}/confirm",
        {"done": True, "said": "good", "started_at": at(9).isoformat(), "ended_at": at(10).isoformat()},
    )
    assert said.get_json()["state"] == "confirmed"
    assert told(town) == [("D02", "registration", True), ("D04", "wish", True)]
    assert queries.account(town.people["member"]).attested == 60

    assert us.post(f"/community/registrations/{foreign.id}/confirm").status_code == 404
    for move in ("confirm", "retract"):
        body = {"done": True} if move == "confirm" else None
        assert us.post(f"/community/claims/{elsewhere.id}/{move}", body).status_code == 404
    assert us.post(f"/community/claims/{claim.id}/retract").get_json()["state"] == "retracted"
    assert (queries.account(town.people["member"]).total, told(town)[1][2]) == (0, False)
    assert list(verify.faults()) == []


def test_every_other_address_is_shut_to_a_community(app, town, place):
    """Whatever there is to ask: nothing but its own lists, and who it is."""
    us, ids = speaker(app, town, place), {"member_id": town.people["member"], "unit_id": town.branch}
    open_to_it = set()
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/api/v1/") or "GET" not in rule.methods:
            continue
        path = re.sub(r"<[^>]*?(\w+)>", lambda m: str(ids.get(m[1], 1)), rule.rule.removeprefix("/api/v1"))
        if us.get(path).status_code not in (401, 403, 404, 405):
            open_to_it.add(path)
    assert open_to_it == {"/me", "/community/registrations", "/community/claims"}
    assert us.get("/me").get_json()["name"] == "朝阳街道滨河社区"
    posts = [
        (
            "/community-needs",
            {"community_id": place, "kind": "wish", "title": "换灯", "due_on": SOON.isoformat()},
        ),
        (f"/communities/{place}/registrations", {"member_id": town.people["member"]}),
        (f"/communities/{place}/tokens", {}),
        ("/tokens", {"scopes": ["community:confirm"]}),
    ]
    assert [us.post(path, body).status_code for path, body in posts] == [403] * len(posts)


def test_nobody_else_speaks_as_a_community(app, town, place):
    row = registering.register(place, by=town.actor("member"))
    for who in ("member", "colleague", "other_secretary", "secretary", "wc_office"):
        with_all = doors.caller(app, town, who)
        assert with_all.get("/community/registrations").status_code == 403
        assert with_all.post(f"/community/registrations/{row.id}/confirm").status_code == 403
    assert doors.caller(app, town, "secretary").post(f"/communities/{place}/tokens", {}).status_code == 403
    with pytest.raises(Forbidden):
        counterpart.let_in(place, by=town.actor("secretary"))


def test_a_token_taken_from_a_community_ends_at_once(app, town, place):
    number, text = counterpart.let_in(place, by=town.actor("wc_office"))
    us = Caller(app, text)
    assert us.get("/community/claims").status_code == 200
    assert doors.caller(app, town, "wc_office").delete(f"/tokens/{number}").status_code == 204
    assert us.get("/community/claims").status_code == 401
    with pytest.raises(Unauthorized):
        access.actor_of_token(text)


def test_when_he_served_elsewhere_is_no_communitys_business(app, town, place):
    credit(town, served(town, "member", at(9), at(11)))
    claim = community.claim(need(town, place), by=town.actor("member"))
    body = {"done": True, "started_at": at(10).isoformat(), "ended_at": at(12).isoformat()}
    refused = speaker(app, town, place).post(f"/community/claims/{claim.id}/confirm", body)
    assert refused.status_code == 409
    assert "陈国强" not in refused.text
    assert "09:00" not in refused.text


def test_ones_own_and_the_branchs_over_the_interface(app, town, place):
    member, secretary = (doors.caller(app, town, who) for who in ("member", "secretary"))
    assert member.get("/me/community").get_json() == {"registration": None, "claims": []}
    member.post(f"/communities/{place}/registrations", {"skills": "修家电"})
    claim = community.claim(need(town, place), by=town.actor("member"))
    mine = member.get("/me/community").get_json()
    number = mine["registration"]["id"]
    assert (mine["registration"]["confirmed"], mine["claims"][0]["id"]) == (False, claim.id)
    assert [one["id"] for one in secretary.get("/need-claims").get_json()["items"]] == [claim.id]
    assert doors.caller(app, town, "other_secretary").get("/need-claims").get_json() == {"items": []}
    assert member.get("/need-claims").get_json() == {"items": []}
    assert [t.subject for t in todo.waiting(by=town.actor("secretary"))] == ["community"]
    assert todo.waiting(by=town.actor("other_secretary")) == []
    assert secretary.post(f"/community-registrations/{number}/confirm").status_code == 204
    assert todo.waiting(by=town.actor("secretary")) == []
    assert member.get("/me/community").get_json()["registration"]["confirmed"]
    assert member.post(f"/community-registrations/{number}/withdraw").status_code == 204
    assert told(town) == [("D02", "registration", False)]


@pytest.mark.parametrize(
    ("who", "whom", "status"),
    [
        ("secretary", "member", 201),
        ("secretary", "stranger", 404),
        ("other_secretary", "member", 404),
        ("colleague", "member", 404),
        ("member", "member", 201),
    ],
)
def test_who_takes_a_need_on_for_whom_over_the_interface(app, town, place, who, whom, status):
    number = need(town, place)
    answer = doors.caller(app, town, who).post(
        f"/community-needs/{number}/claims", {"member_id": town.people[whom]}
    )
    assert answer.status_code == status, answer.get_json()
    assert len(queries_community.own_claims(by=town.actor(whom))) == (status == 201)
