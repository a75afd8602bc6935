"""What comes at a bad moment: a list that is frozen, a move in the middle, a person who goes for good."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from jifen.activities import checking_in, closing, planning
from jifen.activities.states import Purpose
from jifen.core import clock
from jifen.core.db import db as database
from jifen.core.period import Period
from jifen.decisions import publicity, publicity_read
from jifen.members import service as members
from jifen.points import queries as points
from jifen.points import verify
from jifen.points.periods import rounds
from jifen.points.periods import service as periods
from jifen.privacy import erasing
from jifen.volunteering import late, queries
from jifen.volunteering.certificates import errors, paper, service
from jifen.volunteering.certificates import queries as certificates
from jifen.volunteering.late import Late
from jifen.volunteering.models import ServiceRecord
from tests import city
from tests.activities.town import DAY, at, need
from tests.points.periods_town import on
from tests.privacy.test_erase import everything, leave
from tests.volunteering.certificate_town import certified, entitle, served_two_hours

Q1 = Period.parse("2026Q1")


# --- a late entry for a period that is closed ---------------------------------------------


def test_a_late_entry_for_a_frozen_list_draws_a_revision_and_loses_nothing(db):
    with on(dt.date(2026, 3, 2)):
        town = city.build()
    day = dt.date(2026, 3, 20)
    with on(dt.date(2026, 4, 1)):
        rounds.close_one(town.branch, Q1, by=city.BY)
    with on(dt.date(2026, 4, 9)):
        list(rounds.draw_due(dt.date(2026, 4, 9)))
        periods.publicise(town.branch, Q1, by=town.actor("secretary"))
    with on(dt.date(2026, 4, 20)):
        assert rounds.freeze_due(dt.date(2026, 4, 20), by=city.BY) == 1
        frozen = publicity.latest("points", town.branch, Q1.key)
        digest, was = frozen.digest, line(town, frozen)
    with on(dt.date(2026, 4, 21)):
        asked = Late(
            unit_id=town.branch,
            title="植树",
            window=(clock.at(day, 9), clock.at(day, 11)),
            people={town.people["member"]: None},
            reason="纸质签到表才交来",
        )
        row = late.propose(asked, by=town.actor("deputy"))
        late.decide(row.id, approve=True, by=town.actor("secretary"))
        list(rounds.draw_due(dt.date(2026, 4, 21)))
        newest = publicity.latest("points", town.branch, Q1.key)
        assert (frozen.state, frozen.digest, line(town, frozen)) == ("frozen", digest, was), "as it was shown"
        assert (newest.revision, line(town, newest)["gained"]) == (2, "1"), "and what is right now, beside it"
        assert queries.account(town.people["member"]).attested == 120
        [record] = db.session.scalars(sa.select(ServiceRecord))
        assert (record.kind, record.occurred_on) == ("attested", day)
        assert list(verify.faults()) == []


def line(town, publication) -> dict[str, str]:
    [found] = publicity_read.lines(publication.id, member_id=town.people["member"])
    return dict(found.row)


# --- transferred between check-in and check-out -------------------------------------------


def test_transferred_in_the_middle_hours_points_and_the_certificate_agree(db):
    """Tapped in as of one branch, out as of another: one record, of that day's branch, certified where it was served."""
    with at(8, day=DAY - dt.timedelta(days=3)):
        town = city.build()
        entitle(town)
        act = planning.plan(need(town), by=town.actor("secretary"))
    me = town.people["member"]
    with at(13, 55):
        checking_in.by_organiser(act.id, [me], Purpose.IN, by=town.actor("secretary"))
    with at(15):
        members.transfer(me, town.other_branch, on=DAY, letter="转〔2026〕7号", by=town.actor("office"))
    with at(16):
        checking_in.by_organiser(act.id, [me], Purpose.OUT, by=town.actor("secretary"))
        assert closing.close(act.id, {}, by=town.actor("secretary")).credited == (me,)
        [record] = db.session.scalars(sa.select(ServiceRecord))
        assert (record.branch_id, record.unit_id, record.minutes) == (town.other_branch, town.branch, 120)
        entries = db.session.execute(
            sa.text("SELECT branch_id FROM ledger_entry WHERE member_id = :m"), {"m": me}
        )
        assert {branch for (branch,) in entries} == {town.other_branch}
        assert certified(town).state == "registered"
        assert list(verify.faults()) == []


# --- erasing a person who holds certificates ----------------------------------------------


@pytest.fixture
def town(db):
    made = city.build()
    entitle(made)
    served_two_hours(made)
    return made


def erase(town) -> None:
    leave(town)
    erasing.erase(town.people["member"], minute="纪要9号", by=town.actor("leader"))
    database.session.expire_all()


def test_a_registered_certificate_keeps_number_hours_and_state_and_no_name(town):
    row = certified(town)
    number, minutes = row.number, row.minutes
    assert "陈国强" in everything()
    erase(town)
    assert "陈国强" not in everything()
    seen = certificates.public(number)
    assert (seen.is_valid, seen.masked_name, seen.minutes, seen.changed) == (True, "（已删除）", minutes, 0)
    [listed] = certificates.of_unit(town.branch, by=town.actor("deputy"))
    assert (listed.member_name, listed.member_number, listed.register) == (
        "（已删除）",
        "",
        f"{clock.today().year}-0001",
    )
    with pytest.raises(errors.Erased):
        paper.printed(row.id, by=town.actor("deputy"))
    assert queries.account(town.people["member"]).total == 120, "the fact outlives the name"
    assert list(verify.faults()) == []


def test_his_certificate_may_still_be_withdrawn(town):
    row = certified(town)
    erase(town)
    service.withdraw(row.id, reason="核对有误", by=town.actor("deputy"))
    assert certificates.public(row.number).standing == "withdrawn"


@pytest.mark.parametrize("to", ["sign", "seal"])
def test_one_on_its_way_goes_no_further(town, to):
    row = certified(town, to=to)
    erase(town)
    move = service.seal if to == "sign" else service.register
    with pytest.raises(errors.Erased):
        move(row.id, by=town.actor("deputy"))
    assert certificates.public(row.number).standing == "unsigned"


def test_nobody_is_erased_while_a_decider_is_asked_to_sign(town):
    row = certified(town, to="print")
    with pytest.raises(erasing.StillHere, match="没有办结"):
        erase(town)
    service.withdraw(row.id, reason="本人离开", by=town.actor("deputy"))
    erase(town)
    assert database.session.get(type(row), row.id).name is None


def test_a_request_of_his_is_nobodys_to_print(town):
    row = service.request(by=town.actor("member"))
    erase(town)
    with pytest.raises(errors.Erased):
        service.print_(row.id, by=town.actor("deputy"))


def test_the_points_of_his_hours_stay_in_the_branchs_book(town):
    served_two_hours(town, "colleague", activity=8)
    before = points.my_standing(town.actor("colleague")).total
    erase(town)
    assert points.my_standing(town.actor("colleague")).total == before
    assert list(verify.faults()) == []
