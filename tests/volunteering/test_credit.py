"""An activity closes: minutes are cut to the window, written once, and the points follow them."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sqlalchemy as sa

from jifen.decisions.models import Ask
from jifen.members import service as members
from jifen.members.models import Category
from jifen.points import deciding, verify
from jifen.points import queries as points
from jifen.points import service as reporting
from jifen.points.models import LedgerEntry
from jifen.points.service import Filing
from jifen.volunteering import errors, queries, service
from jifen.volunteering.models import ServiceRecord, ServiceSpan
from tests import city
from tests.volunteering.hours_town import DAY, at, credit, served


@pytest.fixture
def town(db) -> city.City:
    return city.build()


def total(town, who: str) -> Decimal:
    return points.my_standing(town.actor(who)).total


def minutes(town, who: str) -> tuple[int, int]:
    account = queries.account(town.people[who])
    return account.verified, account.attested


def test_minutes_inside_the_window_count_and_the_points_follow(town, db):
    done = credit(
        town,
        served(town, "member", at(8, 50), at(11, 7), window=(at(9), at(11))),
        served(town, "colleague", at(9, 10, second=30), at(10, 40, second=10), window=(at(9), at(11))),
    )

    assert done.counted == tuple(sorted((town.people["member"], town.people["colleague"])))
    assert minutes(town, "member") == (120, 0)
    assert minutes(town, "colleague") == (89, 0)
    # Half points an hour, by half hours: 2 h = 1 point, 89 min = 1 h = 0.5.
    assert (total(town, "member"), total(town, "colleague")) == (61, Decimal("60.5"))
    rows = db.session.execute(
        sa.select(LedgerEntry.source, LedgerEntry.quantity, LedgerEntry.occurred_on, LedgerEntry.decided_by)
    )
    assert set(rows) == {
        ("activity", 2, DAY, town.people["secretary"]),
        ("activity", 1, DAY, town.people["secretary"]),
    }
    assert list(verify.faults()) == []


def test_the_same_again_does_nothing(town, db):
    stretch = served(town, "member", at(9), at(11))
    credit(town, stretch)
    again = credit(town, stretch)

    assert (again.counted, again.already) == ((), (town.people["member"],))
    assert minutes(town, "member") == (120, 0)
    assert total(town, "member") == 61


def test_who_left_before_the_window_or_served_no_minute_gets_none(town):
    done = credit(
        town,
        served(town, "member", at(7), at(8, 30), window=(at(9), at(11))),
        served(town, "colleague", at(9), at(9, second=59), window=(at(9), at(11))),
        served(town, "deputy", at(10), at(9, 30), window=(at(9), at(11))),
    )

    assert done.outside == tuple(sorted(town.people[n] for n in ("member", "colleague", "deputy")))
    assert minutes(town, "member") == (0, 0)


def test_nobodys_taps_stand_for_himself(town):
    done = credit(
        town,
        served(town, "secretary", at(9), at(11), tapped_by="secretary"),
        served(town, "member", at(9), at(11), tapped_by="secretary"),
    )

    assert done.own == (town.people["secretary"],)
    assert done.counted == (town.people["member"],)


def test_the_organisers_own_minutes_by_code_count_but_not_by_his_word(town, db):
    credit(town, served(town, "secretary", at(9), at(11)))

    assert minutes(town, "secretary") == (120, 0)
    assert db.session.scalar(sa.select(LedgerEntry.decided_by)) is None


def test_two_activities_at_once_the_second_waits_for_somebody_to_decide(town, db):
    credit(town, served(town, "member", at(9), at(11), activity=7))
    second = credit(town, served(town, "member", at(10), at(12), activity=8))

    assert (second.counted, second.clashing) == ((), (town.people["member"],))
    assert minutes(town, "member") == (120, 0)
    assert queries.account(town.people["member"]).waiting == 120
    assert total(town, "member") == 61


def test_the_next_minute_is_no_overlap(town):
    credit(town, served(town, "member", at(9), at(11), activity=7))
    done = credit(town, served(town, "member", at(11), at(12), activity=8))

    assert done.counted == (town.people["member"],)
    assert minutes(town, "member") == (180, 0)


def test_the_database_refuses_the_same_minute_twice(town, db):
    credit(town, served(town, "member", at(9), at(11)))
    row = db.session.scalars(sa.select(ServiceRecord)).one()
    copy = {c.name: getattr(row, c.name) for c in ServiceRecord.__table__.c if c.name != "id"}
    other = ServiceRecord(**copy | {"source_id": 99})
    db.session.add(other)
    db.session.flush()
    db.session.add(
        ServiceSpan(
            record_id=other.id,
            member_id=row.member_id,
            started_at=at(10, 59),
            ended_at=at(11, 30),
            state="counts",
        )
    )
    with pytest.raises(sa.exc.IntegrityError, match="no_minute_twice"), db.session.begin_nested():
        db.session.flush()
    db.session.rollback()


@pytest.mark.parametrize("statement", ["UPDATE service_record SET minutes = 1", "DELETE FROM service_record"])
def test_a_record_never_changes_and_never_goes(town, db, statement):
    credit(town, served(town, "member", at(9), at(11)))
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), db.session.begin_nested():
        db.session.execute(sa.text(statement))


def test_a_day_over_eight_hours_waits_for_the_organs_committee(town, db):
    credit(town, served(town, "member", at(8), at(13), activity=7))
    done = credit(town, served(town, "member", at(14), at(17, 1), activity=8))

    assert (done.counted, done.waiting) == ((), (town.people["member"],))
    account = queries.account(town.people["member"])
    assert (account.verified, account.waiting) == (300, 181)
    asked = db.session.scalars(sa.select(Ask).where(Ask.subject == "long_day")).one()
    assert (asked.unit_id, asked.concerns) == (town.department, town.people["member"])


def test_eight_hours_stand(town):
    credit(town, served(town, "member", at(8), at(13), activity=7))
    done = credit(town, served(town, "member", at(14), at(17), activity=8))

    assert done.counted == (town.people["member"],)
    assert minutes(town, "member") == (480, 0)


def test_a_night_is_counted_by_its_days(town):
    """20:00 to 06:00 are ten hours, but only six of them of one day."""
    done = credit(town, served(town, "member", at(20), at(30), activity=7))

    assert done.counted == (town.people["member"],)
    assert minutes(town, "member") == (600, 0)


def test_taking_a_record_back_frees_its_time_and_takes_its_points(town, db):
    first = credit(town, served(town, "member", at(9), at(11)))
    service.reverse(first.records.values(), by=town.actor("deputy"))

    assert minutes(town, "member") == (0, 0)
    assert total(town, "member") == 60
    assert list(verify.faults()) == []
    with pytest.raises(errors.AlreadyTakenBack):
        service.reverse(first.records.values(), by=town.actor("deputy"))
    done = credit(town, served(town, "member", at(10), at(12), activity=8))
    assert done.counted == (town.people["member"],)
    assert (minutes(town, "member"), total(town, "member")) == ((120, 0), 61)


def test_a_confirmed_report_of_that_day_is_the_same_deed(town):
    report = reporting.submit(
        Filing(item="志愿服务", occurred_on=DAY, quantity=Decimal(2)), by=town.actor("member")
    )
    deciding.approve(report.id, by=town.actor("secretary"))
    credit(town, served(town, "member", at(9), at(11)))

    assert (minutes(town, "member"), total(town, "member")) == ((120, 0), 61)
    assert list(verify.faults()) == []


def test_hours_of_people_who_are_not_scored_are_hours_all_the_same(town):
    retired = members.take_in(
        "白老", branch_id=town.branch, since=city.SINCE, category=Category.RETIRED, by=city.BY
    )
    town.people["retired"] = retired.id
    credit(town, served(town, "retired", at(9), at(11)))

    assert minutes(town, "retired") == (120, 0)


def test_a_member_transferred_between_check_in_and_check_out_keeps_his_hours(town, db):
    """He moved on the day itself: his minutes and points are of the branch where he stood that day."""
    members.transfer(
        town.people["member"], town.other_branch, on=DAY, letter="介字3号", by=town.actor("office")
    )
    credit(town, served(town, "member", at(9), at(11)))

    row = db.session.scalars(sa.select(ServiceRecord)).one()
    assert row.branch_id == town.other_branch
    assert (minutes(town, "member"), total(town, "member")) == ((120, 0), 61)
    entry = db.session.scalars(sa.select(LedgerEntry)).one()
    assert entry.branch_id == town.other_branch


@pytest.mark.parametrize(("hours", "star"), [(99, 0), (100, 1), (299, 1), (300, 2), (1500, 5)])
def test_stars_by_the_national_table(hours, star):
    from jifen.volunteering import rules, settings

    assert rules.star(hours * 60, settings.load().tables["national"].hours) == star
    assert rules.star(hours * 60 - 1, settings.load().tables["national"].hours) <= star
