"""双报到: registering, taking on, the community's word, the year's sheet."""

from __future__ import annotations

import datetime as dt
import io

import pytest
import python_calamine
import sqlalchemy as sa

from jifen.core import clock
from jifen.core.errors import Forbidden, NotFound
from jifen.core.states import NotNow
from jifen.volunteering import community, errors, queries, queries_community
from jifen.volunteering import errors_community as refusals
from jifen.volunteering.models_community import CommunityRegistration
from tests import city
from tests.volunteering.hours_town import DAY, at, credit, served

SOON = clock.today() + dt.timedelta(days=10)


@pytest.fixture
def town(db) -> city.City:
    return city.build()


@pytest.fixture
def place(town) -> int:
    return community.found("朝阳街道", "滨河社区", by=town.actor("secretary")).id


def need(town, place: int, **more) -> int:
    given = {"kind": "wish", "wanted": 1, "due_on": SOON} | more
    return community.ask_for(place, "为独居老人修水管", **given, by=town.actor("secretary")).id


def test_a_member_registers_once_and_anew_where_he_moves(town, place, db):
    member = town.actor("member")
    community.register(place, skills="修家电", by=member)
    with pytest.raises(refusals.AlreadyThere, match="滨河社区"):
        community.register(place, by=member)
    other = community.found("朝阳街道", "新村社区", by=town.actor("secretary")).id
    community.register(other, by=town.actor("secretary"), member_id=town.people["member"])
    [row] = db.session.scalars(sa.select(CommunityRegistration)).all()
    assert (row.community_id, row.entered_by) == (other, town.people["secretary"])


def test_nobody_registers_people_of_another_branch(town, place):
    with pytest.raises(NotFound):
        community.register(place, member_id=town.people["member"], by=town.actor("other_secretary"))
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
    community.register(place, by=town.actor("member"))
    claim = community.claim(need(town, place), by=town.actor("member"))
    community.confirm(claim.id, done=True, said="good", span=(at(9), at(10)), by=town.actor("secretary"))
    content = queries_community.result_sheet(town.branch, DAY.year, by=town.actor("office"))

    rows = (
        python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    )
    [line] = [row for row in rows if "陈国强" in row]
    assert line[3] == "朝阳街道滨河社区"
    assert line[5:9] == [1, 1, 1, 60]
    assert line[9] == "好1次"
    for who in ("member", "other_secretary"):
        with pytest.raises(NotFound):
            queries_community.result_sheet(town.branch, DAY.year, by=town.actor(who))
