"""What somebody decides: late entries, long days, the same time twice, corrections."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from jifen.core.errors import NotFound
from jifen.decisions.errors import Answered, NotByYou
from jifen.points import queries as points
from jifen.points import verify
from jifen.volunteering import deciding, errors, late, queries
from jifen.volunteering.deciding import Which
from jifen.volunteering.late import Late
from jifen.volunteering.models import ServiceRecord
from tests import city
from tests.volunteering.hours_town import at, credit, served


@pytest.fixture
def town(db) -> city.City:
    return city.build()


def accounts(town, who: str) -> tuple[int, int, int]:
    found = queries.account(town.people[who])
    return found.verified, found.attested, found.waiting


def total(town, who: str):
    return points.my_standing(town.actor(who)).total


def roster(town, *names: str, **more) -> Late:
    """A roster of the whole of a morning."""
    given = {
        "unit_id": town.branch,
        "title": "河道清洁",
        "window": (at(9), at(11)),
        "people": {town.people[n]: None for n in names},
        "reason": "河边没有网络，有纸质签到表",
    }
    return Late(**given | more)


def test_a_late_entry_counts_as_attested_once_a_second_person_agreed(town):
    row = late.propose(roster(town, "member", "colleague"), by=town.actor("deputy"))
    assert accounts(town, "member") == (0, 0, 0)

    done = late.decide(row.id, approve=True, by=town.actor("secretary"))

    assert done.counted == tuple(sorted((town.people["member"], town.people["colleague"])))
    assert accounts(town, "member") == (0, 120, 0)
    assert total(town, "member") == 61
    assert list(verify.faults()) == []
    with pytest.raises((Answered, NotByYou, errors.Conflict)):
        late.decide(row.id, approve=True, by=town.actor("secretary"))


def test_whoever_wrote_it_or_stands_on_it_does_not_review_it(town):
    row = late.propose(roster(town, "member", "deputy"), by=town.actor("secretary"))

    for who in ("secretary", "deputy"):
        with pytest.raises(NotFound):  # asked of the organ's committee: nobody else in the branch decides
            late.decide(row.id, approve=True, by=town.actor(who))
    done = late.decide(row.id, approve=True, by=town.actor("organ"))
    assert len(done.counted) == 2


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"reason": " "}, errors.ReasonNeeded),
        ({"title": " "}, errors.ReasonNeeded),
        ({"people": {}}, errors.NobodyListed),
        ({"window": (at(11), at(9))}, errors.NothingServed),
        ({"window": (at(9), at(9 + 24 * 30))}, errors.NotYetOver),
    ],
)
def test_a_roster_that_cannot_be(town, more, refusal):
    with pytest.raises(refusal):
        late.propose(roster(town, "member", **more), by=town.actor("deputy"))


def test_never_longer_than_the_activity(town):
    longer = {town.people["member"]: (at(8, 59), at(11))}
    with pytest.raises(errors.LongerThanActivity, match="陈国强"):
        late.propose(roster(town, people=longer), by=town.actor("deputy"))


def test_one_roster_an_activity(town):
    late.propose(roster(town, "member", activity_id=5), by=town.actor("deputy"))
    with pytest.raises(errors.AlreadyEntered, match="待另一位负责人审核"):
        late.propose(roster(town, "colleague", activity_id=5, title="换个名字"), by=town.actor("deputy"))
    with pytest.raises(errors.AlreadyEntered):
        late.propose(roster(town, "colleague"), by=town.actor("deputy"))


def test_a_withdrawn_roster_may_be_written_anew(town):
    row = late.propose(roster(town, "member"), by=town.actor("deputy"))
    with pytest.raises(NotFound):
        late.withdraw(row.id, by=town.actor("secretary"))
    late.withdraw(row.id, by=town.actor("deputy"))
    late.propose(roster(town, "member", "colleague"), by=town.actor("deputy"))


def test_people_of_another_branch_are_another_branchs(town):
    with pytest.raises(errors.NotTheirs, match="赵远"):
        late.propose(roster(town, "member", "stranger"), by=town.actor("deputy"))


def test_who_may_not_write_for_a_branch(town):
    with pytest.raises(NotFound):
        late.propose(roster(town, "member"), by=town.actor("other_secretary"))
    with pytest.raises(NotFound):
        late.propose(roster(town, "member"), by=town.actor("member"))


def test_time_that_is_taken_is_refused_with_the_name_and_the_time(town):
    credit(town, served(town, "member", at(10), at(12)))
    with pytest.raises(errors.Overlapping, match=r"陈国强.*10:00—12:00已有记录"):
        late.propose(roster(town, "member"), by=town.actor("deputy"))


def test_time_taken_between_writing_and_review_waits_for_somebody(town):
    row = late.propose(roster(town, "member", "colleague"), by=town.actor("deputy"))
    credit(town, served(town, "member", at(10), at(12)))

    done = late.decide(row.id, approve=True, by=town.actor("secretary"))

    assert (done.counted, done.clashing) == ((town.people["colleague"],), (town.people["member"],))
    assert accounts(town, "member") == (120, 0, 120)


def clash(town) -> int:
    """A member was at two activities at once, 9 to 11 and 10 to 12; the second record."""
    credit(town, served(town, "member", at(9), at(11), activity=7))
    return credit(town, served(town, "member", at(10), at(12), activity=8)).records[town.people["member"]]


@pytest.mark.parametrize(
    ("which", "minutes"), [(Which.OLD, 120), (Which.NEW, 120), (Which.REST, 180)], ids=str
)
def test_of_the_same_time_twice_somebody_says_what_counts(town, which, minutes):
    deciding.decide_clash(clash(town), which, by=town.actor("secretary"))

    assert accounts(town, "member") == (minutes, 0, 0)
    assert total(town, "member") == 60 + minutes // 30 / 4
    assert list(verify.faults()) == []


def test_his_own_clash_is_not_his_to_decide(town):
    credit(town, served(town, "secretary", at(9), at(11), activity=7))
    second = credit(town, served(town, "secretary", at(10), at(12), activity=8))
    with pytest.raises(NotByYou):
        deciding.decide_clash(second.records[town.people["secretary"]], Which.NEW, by=town.actor("secretary"))


def long_day(town, hours: int) -> int:
    done = credit(town, served(town, "member", at(6), at(6 + hours)))
    return done.records[town.people["member"]]


def test_ten_hours_count_once_the_organs_committee_agreed(town):
    record = long_day(town, 10)
    with pytest.raises(NotFound):
        deciding.decide_long_day(record, approve=True, by=town.actor("secretary"))
    deciding.decide_long_day(record, approve=True, by=town.actor("organ"))

    assert accounts(town, "member") == (600, 0, 0)
    assert total(town, "member") == 62  # the item takes 8 hours, 2 points a day


def test_thirteen_hours_need_the_work_committee_as_well(town):
    record = long_day(town, 13)
    deciding.decide_long_day(record, approve=True, by=town.actor("organ"))
    assert accounts(town, "member") == (0, 0, 780)
    deciding.decide_long_day(record, approve=True, by=town.actor("leader"))
    assert accounts(town, "member") == (780, 0, 0)


@pytest.mark.parametrize(("first", "left"), [(False, 480), (True, 720)])
def test_refused_the_day_counts_up_to_the_tier(town, first, left):
    record = long_day(town, 13)
    if first:
        deciding.decide_long_day(record, approve=True, by=town.actor("organ"))
    who = "leader" if first else "organ"
    with pytest.raises(errors.WordsNeeded):
        deciding.decide_long_day(record, approve=False, by=town.actor(who))
    deciding.decide_long_day(record, approve=False, reason="中间有休息", by=town.actor(who))

    assert accounts(town, "member") == (left, 0, 0)


def test_a_record_is_put_right_by_linked_ones(town, db):
    record = credit(town, served(town, "member", at(9), at(12))).records[town.people["member"]]
    made = deciding.propose(record, (at(9), at(11)), "提前一小时走了", by=town.actor("member"))
    deciding.decide_amend(made.id, approve=True, by=town.actor("secretary"))

    assert accounts(town, "member") == (120, 0, 0)
    assert total(town, "member") == 61
    rows = db.session.scalars(sa.select(ServiceRecord).order_by(ServiceRecord.id)).all()
    assert [(r.minutes, r.reverses_id, r.replaces_id) for r in rows] == [
        (180, None, None),
        (180, record, None),
        (120, None, record),
    ]
    assert list(verify.faults()) == []


def test_time_that_no_check_in_covers_is_attested(town):
    record = credit(town, served(town, "member", at(9), at(11), window=(at(9), at(13)))).records[
        town.people["member"]
    ]
    made = deciding.propose(record, (at(9), at(12)), "忘了签退", by=town.actor("member"))
    deciding.decide_amend(made.id, approve=True, by=town.actor("secretary"))

    assert accounts(town, "member") == (0, 180, 0)


def test_a_correction_has_bounds(town):
    record = credit(town, served(town, "member", at(9), at(11))).records[town.people["member"]]
    propose = deciding.propose
    with pytest.raises(errors.NothingServed):
        propose(record, (at(8), at(11)), "早来", by=town.actor("member"))
    with pytest.raises(errors.NothingChanged):
        propose(record, (at(9), at(11)), "一样", by=town.actor("member"))
    with pytest.raises(errors.WordsNeeded):
        propose(record, None, " ", by=town.actor("member"))
    with pytest.raises(NotFound):
        propose(record, None, "不是我的", by=town.actor("colleague"))
    made = propose(record, None, "当天没有去", by=town.actor("member"))
    with pytest.raises(errors.AlreadyAsked):
        propose(record, None, "当天没有去", by=town.actor("deputy"))
    with pytest.raises((NotFound, NotByYou)):
        deciding.decide_amend(made.id, approve=True, by=town.actor("member"))
    deciding.decide_amend(made.id, approve=True, by=town.actor("secretary"))
    assert accounts(town, "member") == (0, 0, 0)


def test_a_redelivered_activity_does_not_undo_a_correction(town):
    stretch = served(town, "member", at(9), at(12))
    record = credit(town, stretch).records[town.people["member"]]
    made = deciding.propose(record, None, "当天没有去", by=town.actor("member"))
    deciding.decide_amend(made.id, approve=True, by=town.actor("secretary"))

    assert credit(town, stretch).already == (town.people["member"],)
    assert accounts(town, "member") == (0, 0, 0)
