"""Whose hands a way in is in: never those of somebody whose work its bearer decides about."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
import time_machine

from jifen.access import binding, queries
from jifen.access import service as access
from jifen.core import clock
from jifen.core.actor import Role
from jifen.core.errors import Forbidden
from jifen.members import service as members
from jifen.privacy import purge
from tests import city


@pytest.fixture
def town(db) -> city.City:
    town = city.build()
    members.appoint(town.people["colleague"], town.branch, Role.POINTS_RECORDER, since=city.SINCE, by=city.BY)
    return town


@pytest.mark.parametrize(
    ("whose", "by", "may"),
    [
        pytest.param("member", "secretary", True, id="a member's by the secretary"),
        pytest.param("member", "other_secretary", False, id="a member's by another branch"),
        pytest.param("secretary", "colleague", False, id="the secretary's by his recorder"),
        pytest.param("secretary", "deputy", False, id="the secretary's by his deputy"),
        pytest.param("colleague", "secretary", False, id="the recorder's by the secretary"),
        pytest.param("secretary", "office", True, id="the secretary's by the office above"),
        pytest.param("leader", "office", False, id="a leader's by a department's office"),
        pytest.param("leader", "wc_office", True, id="a leader's by the work committee's office"),
        pytest.param("it", "office", False, id="the administrator's by a department's office"),
    ],
)
def test_who_hands_out_and_ends_a_way_in(town, whose, by, may):
    actor, member = town.actor(by), town.people[whose]
    if may:
        code = access.issue_code(member, by=actor)
        name = {"member": "陈国强", "secretary": "周正", "leader": "高主任"}[whose]
        city.bind(f"openid-{whose}", code, name)
        access.unbind(member, by=actor)
    else:
        with pytest.raises(Forbidden):
            access.issue_code(member, by=actor)
        with pytest.raises(Forbidden):
            access.unbind(member, by=actor)


def test_a_leader_who_belongs_to_a_branch_is_not_in_its_hands(town):
    """He sits in the branch as a member, and decides for the whole work committee."""
    members.appoint(town.people["member"], town.committee, Role.WC_LEADER, since=city.SINCE, by=city.BY)

    with pytest.raises(Forbidden):
        access.issue_code(town.people["member"], by=town.actor("secretary"))
    assert access.issue_code(town.people["member"], by=town.actor("wc_office"))


def test_a_recorder_hands_out_a_slip_but_ends_nothing(town):
    recorder, member = town.actor("colleague"), town.people["member"]
    city.bind("openid-member", access.issue_code(member, by=recorder), "陈国强")
    with pytest.raises(Forbidden):
        access.unbind(member, by=recorder)


def test_a_sheet_is_for_all_or_for_none(town, db):
    people = town.people
    codes = access.issue_codes([people["member"], people["stranger"]], by=town.actor("office"))
    assert [one for one, _ in codes] == [people["member"], people["stranger"]]
    assert len({code for _, code in codes}) == 2
    with pytest.raises(Forbidden):
        access.issue_codes([people["member"], people["stranger"]], by=town.actor("secretary"))
    # The slip of the refused sheet was not made, and the one before is still good.
    city.bind("openid-member", codes[0][1], "陈国强")


def test_who_was_bound_is_told_on_the_phone_that_was_bound(town, db):
    member = town.people["member"]
    city.bind("openid-old", access.issue_code(member, by=city.BY), "陈国强")
    spare = access.issue_code(member, by=city.BY)
    access.unbind(member, by=town.actor("secretary"))
    notice = db.session.execute(sa.text("SELECT member_id, kind, data FROM notice")).one()
    assert (notice.member_id, notice.kind) == (member, "binding_ended")
    with pytest.raises(binding.BadCode):  # no slip of the time before is good
        city.bind("openid-thief", spare, "陈国强")
    city.bind("openid-new", access.issue_code(member, by=town.actor("secretary")), "陈国强")
    assert queries.openid_of(member) == "openid-new"
    assert queries.openid_of(member, ended=notice.data["binding"]) == "openid-old"
    assert queries.bound(access.openid_digest("openid-old")) is None
    with time_machine.travel(clock.now() + dt.timedelta(days=2)):
        list(purge.run({}, short=True))
    assert queries.openid_of(member, ended=notice.data["binding"]) is None
    assert queries.openid_of(member) == "openid-new"


def test_who_ends_his_own_binding_leaves_nothing(town, db):
    member = town.people["member"]
    city.bind("openid-old", access.issue_code(member, by=city.BY), "陈国强")
    access.unbind(member, by=town.actor("member"))
    assert db.session.execute(sa.text("SELECT openid_digest, openid_sealed FROM binding")).one() == (
        None,
        None,
    )
    assert db.session.scalar(sa.text("SELECT count(*) FROM notice")) == 0
