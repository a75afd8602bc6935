"""A branch's quarter from its end to its frozen list, by the clock and by people."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa

from jifen.core.errors import DomainError, Forbidden, NotFound
from jifen.core.period import Period
from jifen.decisions import publicity, publicity_read
from jifen.jobs import work_periods
from jifen.members import service as members
from jifen.members.models import ExemptionReason
from jifen.points import deciding, queries, service, verify
from jifen.points.periods import rounds
from jifen.points.periods import service as periods
from jifen.points.service import Filing
from tests import city
from tests.points.periods_town import deed, on

Q1, Q2 = Period.parse("2026Q1"), Period.parse("2026Q2")
#: Five working days to finish after 31 March 2026 end on 8 April: Tomb-Sweeping Day lies between.
DRAWN = dt.date(2026, 4, 9)


def clockwork() -> None:
    for _ in work_periods.follow("", {}):
        continue


@pytest.fixture
def town(db):
    with on(dt.date(2026, 3, 2)):
        made = city.build()
        deed(made, "member", dt.date(2026, 3, 1))
    return made


def shown(town):
    return publicity.latest("points", town.branch, Q1.key)


def row_of(publication, town, who):
    (line,) = publicity_read.lines(publication.id, member_id=town.people[who])
    return line.row


def state(db, town, period=Q1):
    return db.session.scalar(
        sa.text("SELECT state FROM branch_period WHERE unit_id = :u AND period = :p"),
        {"u": town.branch, "p": period.key},
    )


def test_the_clock_closes_draws_and_freezes_and_a_person_publicises(db, town):
    with on(dt.date(2026, 3, 31), 23, 59):
        clockwork()
        assert state(db, town) is None
    with on(dt.date(2026, 4, 1), 0, 20):
        clockwork()
        assert (state(db, town), shown(town)) == ("closing", None)
    with on(DRAWN - dt.timedelta(days=1)):
        clockwork()
        assert shown(town) is None
    with on(DRAWN, 0, 20):
        clockwork()
        assert (state(db, town), shown(town).state) == ("closing", "drawn")
    with on(DRAWN, 9):
        done = periods.publicise(town.branch, Q1, by=town.actor("secretary"))
        assert (done.since, done.until) == (DRAWN, dt.date(2026, 4, 16))
        assert state(db, town) == "publicised"
    with on(dt.date(2026, 4, 15)):
        clockwork()
        assert state(db, town) == "publicised"
    with on(dt.date(2026, 4, 16), 0, 20):
        clockwork()
        assert (state(db, town), shown(town).state) == ("frozen", "frozen")
        assert list(verify.faults()) == []


def test_an_outage_is_made_up_for_and_a_second_run_does_nothing_twice(db, town):
    with on(dt.date(2026, 4, 20)):
        clockwork()
        first = shown(town)
        assert first.state == "drawn"
        clockwork()
        assert shown(town).id == first.id
    with on(dt.date(2026, 10, 30)):
        clockwork()
        found = db.session.execute(
            sa.text("SELECT period FROM branch_period WHERE unit_id = :u ORDER BY since"), {"u": town.branch}
        ).scalars()
        assert list(found) == ["2026Q1", "2026Q2", "2026Q3"]


def test_the_first_period_closed_is_one_in_which_the_scheme_was_in_use(db, town):
    with on(dt.date(2026, 3, 5)):
        clockwork()
    assert state(db, town, Period.parse("2025Q4")) is None


def test_the_list_names_everybody_with_figures_that_add_up_and_no_reason(db, town):
    with on(dt.date(2026, 3, 20)):
        members.exempt(
            town.people["colleague"],
            reason=ExemptionReason.AGE,
            minute="机党〔2026〕8号",
            since=dt.date(2026, 3, 1),
            until=dt.date(2026, 12, 31),
            by=town.actor("organ"),
        )
    with on(DRAWN):
        clockwork()
    lines = publicity_read.lines(shown(town).id)
    assert [line.name for line in lines] == ["陈国强", "林小梅", "吴敏", "周正"]
    assert row_of(shown(town), town, "member")["opening"] == "60"
    for line in lines:
        row = line.row
        assert Decimal(row["opening"]) + Decimal(row["gained"]) == Decimal(row["total"])
        assert "place" not in row
        assert set(row) - {"section", "opening", "gained", "total"} == {
            key for code in "ABCDEF" for key in (code, f"{code}=")
        }
    assert row_of(shown(town), town, "member")["gained"] == "1"
    assert row_of(shown(town), town, "colleague")["gained"] == "0"


def test_places_only_where_names_are_switched_on_and_none_for_the_exempt(db, town):
    db.session.execute(sa.text("UPDATE unit SET names_shown = true WHERE id = :u"), {"u": town.branch})
    with on(dt.date(2026, 3, 20)):
        members.exempt(
            town.people["colleague"],
            reason=ExemptionReason.AGE,
            minute="机党〔2026〕8号",
            since=dt.date(2026, 3, 1),
            until=dt.date(2026, 12, 31),
            by=town.actor("organ"),
        )
    with on(DRAWN):
        clockwork()
    lines = publicity_read.lines(shown(town).id)
    assert [(line.name, line.row["place"]) for line in lines] == [
        ("陈国强", "1"),
        ("吴敏", "2"),
        ("周正", "2"),
        ("林小梅", "-"),
    ]


def test_a_later_quarter_shows_what_was_gained_in_it(db, town):
    with on(dt.date(2026, 5, 12)):
        deed(town, "member", dt.date(2026, 5, 10), hours=4)
    with on(dt.date(2026, 7, 20)):
        clockwork()
    row = row_of(publicity.latest("points", town.branch, Q2.key), town, "member")
    assert (row["opening"], row["gained"], row["total"]) == ("61", "2", "63")


def test_who_moves_in_the_publicity_days_stays_on_the_list_where_he_belonged(db, town):
    with on(DRAWN):
        clockwork()
        first = periods.publicise(town.branch, Q1, by=town.actor("secretary"))
    with on(DRAWN + dt.timedelta(days=1)):
        members.transfer(
            town.people["member"],
            to_branch_id=town.other_branch,
            on=DRAWN,
            letter="〔2026〕第3号",
            by=town.actor("office"),
        )
        clockwork()
        assert shown(town).id == first.id
        assert publicity.access(first.id, by=town.actor("member")).id == first.id
        assert row_of(first, town, "member")["total"] == "61"
    other = publicity.latest("points", town.other_branch, Q1.key)
    assert town.people["member"] not in [line.member_id for line in publicity_read.lines(other.id)]


def test_a_late_fact_makes_a_revision_that_shows_the_difference_and_tells_the_person(db, town):
    with on(dt.date(2026, 3, 31)):
        filing = Filing(item="D01", occurred_on=dt.date(2026, 3, 30), quantity=Decimal(2))
        waiting = service.submit(filing, by=town.actor("member")).id
    with on(DRAWN):
        clockwork()
        periods.publicise(town.branch, Q1, by=town.actor("secretary"))
    with on(dt.date(2026, 4, 16), 0, 20):
        clockwork()
        assert state(db, town) == "frozen"
    with on(dt.date(2026, 4, 20)):
        deciding.approve(waiting, by=town.actor("secretary"))
        clockwork()
        second = shown(town)
        assert (second.revision, second.state) == (2, "drawn")
        (changed,) = publicity_read.difference(second)
        assert (changed.name, changed.before["total"], changed.after["total"]) == ("陈国强", "61", "62")
        periods.publicise(town.branch, Q1, by=town.actor("deputy"))
        assert state(db, town) == "publicised"
        told = db.session.execute(
            sa.text("SELECT member_id FROM notice WHERE kind = 'list_corrected'")
        ).scalars()
        assert list(told) == [town.people["member"]]
    with on(dt.date(2026, 5, 8), 0, 20):
        clockwork()
        assert state(db, town) == "frozen"
        assert [p.state for p in publicity_read.revisions(shown(town))] == ["frozen", "frozen"]
        assert list(verify.faults()) == []


def test_a_fact_confirmed_while_the_list_is_shown_holds_it_back_until_the_new_one_is_shown(db, town):
    with on(dt.date(2026, 3, 31)):
        filing = Filing(item="D01", occurred_on=dt.date(2026, 3, 30), quantity=Decimal(2))
        waiting = service.submit(filing, by=town.actor("member")).id
    with on(DRAWN):
        clockwork()
        first = periods.publicise(town.branch, Q1, by=town.actor("secretary"))
        deciding.approve(waiting, by=town.actor("secretary"))
    with on(dt.date(2026, 4, 16), 0, 20):
        clockwork()
        assert (first.state, shown(town).revision) == ("publicised", 2)
    with on(dt.date(2026, 4, 16), 9):
        periods.publicise(town.branch, Q1, by=town.actor("secretary"))
        assert [p.state for p in publicity_read.revisions(first)] == ["superseded", "publicised"]


def test_what_is_publicised_is_the_list_of_that_moment(db, town):
    with on(DRAWN):
        clockwork()
        deed(town, "colleague", dt.date(2026, 3, 28))
        done = periods.publicise(town.branch, Q1, by=town.actor("secretary"))
    assert (done.revision, row_of(done, town, "colleague")["gained"]) == (1, "1")


@pytest.mark.parametrize(
    ("who", "refused"),
    [("office", Forbidden), ("member", NotFound), ("other_secretary", NotFound), ("it", NotFound)],
)
def test_who_does_not_publicise(db, town, who, refused):
    with on(DRAWN):
        clockwork()
        with pytest.raises(refused):
            periods.publicise(town.branch, Q1, by=town.actor(who))


def test_an_office_closes_all_its_branches_at_once_and_a_repeat_finds_nothing_left(db, town):
    with on(dt.date(2026, 4, 1)):
        office = town.actor("office")
        assert list(rounds.close_many(town.department, Q1, by=office)) == [(1, 2), (2, 2)]
        assert list(rounds.close_many(town.department, Q1, by=office)) == []
        assert shown(town).state == "drawn"


@pytest.mark.parametrize("who", ["secretary", "member", "it"])
def test_who_does_not_close_many(db, town, who):
    with on(dt.date(2026, 4, 1)), pytest.raises(DomainError):
        list(rounds.close_many(town.department, Q1, by=town.actor(who)))


def test_a_running_period_is_not_closed(db, town):
    with on(dt.date(2026, 3, 31), 23, 59), pytest.raises(periods.NotEnded):
        list(rounds.close_many(town.department, Q1, by=town.actor("office")))


def test_a_period_that_no_scheme_asks_for_is_not_closed(db, town):
    with on(dt.date(2026, 4, 1)), pytest.raises(periods.NoList):
        periods.close(town.branch, Period.parse("2026-03"), by=town.actor("secretary"))


def test_standing_and_list_say_the_same(db, town):
    with on(DRAWN):
        clockwork()
        assert row_of(shown(town), town, "member")["total"] == str(
            queries.my_standing(town.actor("member")).total.normalize()
        )
