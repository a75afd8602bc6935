"""Who comes under another rulebook keeps his old total, without a place in the branch he left."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from jifen.core import clock
from jifen.core.settings import ROOT
from jifen.members import service as members
from jifen.members.models import ExemptionReason
from jifen.points import queries, standings_follow, verify
from jifen.rulebook import service as rulebooks
from tests import city

TODAY = clock.today()


@pytest.fixture
def town(db) -> city.City:
    """Return the city, whose second branch has a rulebook of its own."""
    town = city.build()
    text = (ROOT / "config" / "rulebooks" / "municipal-organs.toml").read_text(encoding="utf-8")
    own = rulebooks.load(text.replace('"municipal-organs"', '"second-branch"', 1), by=city.BY)
    rulebooks.activate(own.id, by=city.BY)
    rulebooks.assign(town.other_branch, own.code, since=city.SINCE, by=city.BY)
    standings_follow.follow("/", day=TODAY)
    return town


def places(db, who: int) -> list[tuple[int, bool]]:
    stmt = "SELECT branch_id, ranked FROM standing WHERE member_id = :m ORDER BY rulebook_id"
    return [tuple(r) for r in db.session.execute(sa.text(stmt), {"m": who})]


def test_an_assignment_takes_the_place_under_the_former_rulebook(db, town):
    assert places(db, town.people["stranger"]) == [(town.other_branch, False), (town.other_branch, True)]
    assert list(verify.faults()) == []


def test_a_transfer_into_another_rulebook_leaves_no_place_behind(db, town):
    member = town.people["member"]
    members.transfer(member, town.other_branch, on=TODAY, letter="介2026-1", by=town.actor("office"))

    assert places(db, member) == [(town.other_branch, False), (town.other_branch, True)]
    assert queries.my_standing(town.actor("member")).branch.of == 3
    assert queries.my_standing(town.actor("colleague")).branch.of == 3
    assert list(verify.faults()) == []


def test_a_place_left_standing_is_named(db, town):
    """What a program that forgot the old place would leave: the proof sees it."""
    member = town.people["member"]
    members.transfer(member, town.other_branch, on=TODAY, letter="介2026-1", by=town.actor("office"))
    db.session.execute(
        sa.text("UPDATE standing SET ranked = true WHERE member_id = :m AND rulebook_id = :r"),
        {"m": member, "r": town.rulebook},
    )
    assert [f.part for f in verify.faults()] == ["名次", "名次计数"]


def test_an_exemption_and_its_end_are_seen_at_once(db, town):
    member = town.people["member"]
    here = queries.my_standing(town.actor("colleague")).branch.of
    exempted = members.exempt(
        member,
        reason=ExemptionReason.LONG_ABSENT,
        since=TODAY,
        until=TODAY + dt.timedelta(days=90),
        minute="支会〔2026〕3号",
        by=town.actor("organ"),
    )
    assert queries.my_standing(town.actor("colleague")).branch.of == here - 1
    assert list(verify.faults()) == []

    members.revoke_exemption(exempted.id, by=town.actor("organ"))
    assert queries.my_standing(town.actor("colleague")).branch.of == here
    assert list(verify.faults()) == []
