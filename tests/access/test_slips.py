"""Whose hands a way in is in: never those of somebody whose work its bearer decides about."""

from __future__ import annotations

import pytest

from jifen.access import service as access
from jifen.core.actor import Role
from jifen.core.errors import Forbidden
from jifen.members import service as members
from tests import city


@pytest.fixture
def town(db) -> city.City:
    town = city.build()
    members.appoint(town.people["colleague"], town.branch, Role.POINTS_RECORDER, since=city.SINCE, by=city.BY)
    return town


@pytest.mark.parametrize(
    ("whose", "by", "may"),
    [
        pytest.param("member", "colleague", True, id="a member's by the recorder"),
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
