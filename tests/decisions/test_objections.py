"""异议 → 复核 → 答复 → 更正: who, when, by whom it is looked at again, and what becomes of the ledger."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa
import time_machine

from jifen.core import clock
from jifen.core.errors import Forbidden, NotFound
from jifen.core.states import NotNow
from jifen.decisions import asks, objections, publicity
from jifen.decisions import errors_objections as errors
from jifen.decisions import queries_objections as queries
from jifen.decisions.errors import Answered, NobodyDecides, NotByYou
from jifen.decisions.states_objections import ObjectionState as S
from jifen.members import service as members
from jifen.points import answering, objecting, standings, verify
from jifen.points import errors as points_errors
from jifen.points.answering import Fresh
from jifen.points.queue import overdue
from tests import city
from tests.decisions import objecting as kit


@pytest.fixture
def town(db):
    with time_machine.travel(kit.SHOWN, tick=False) as now:
        made = city.build()
        object.__setattr__(made, "now", now)
        yield made


def own(town, who: str = "member", words: str = "9月15日的党员大会没有记", **more):
    shown = publicity.shown(kit.KIND, town.branch, "2026Q3")
    contested = objecting.on_list(shown.id, by=town.actor(who), **more)
    return objections.raise_(contested, words, by=town.actor(who))


def for_him(town, by: str, objector: str = "member", how: str = "paper", **more):
    shown = publicity.shown(kit.KIND, town.branch, "2026Q3")
    contested = objecting.on_list(shown.id, member_id=town.people["member"], by=town.actor(by))
    return objections.raise_(
        contested,
        "书面异议一份",
        objector_id=town.people[objector],
        how=how,
        by=town.actor(by),
        **more,
    )


def total(db, town, who: str = "member") -> Decimal:
    stmt = sa.text("SELECT total FROM standing WHERE member_id = :m AND period = '2026'")
    return db.session.scalar(stmt, {"m": town.people[who]})


def test_the_whole_way_from_a_missing_deed_to_its_linked_entry(db, town):
    kit.list_of(town)

    row = own(town)

    assert (row.state, row.answer_by) == (S.OPEN, dt.date(2026, 10, 26))
    assert asks.open_ask("objection", row.id).unit_id == town.department
    answered, new = answering.answer(
        row.id,
        S.UPHELD,
        "核对签到表，应记1次。",
        add=[Fresh(item="A01", occurred_on=kit.DEED)],
        by=town.actor("organ"),
    )
    entry = db.session.execute(
        sa.text("SELECT source, source_id, occurred_on, decided_by FROM ledger_entry WHERE id = :id"),
        {"id": new[0]},
    ).one()
    assert answered.state == S.UPHELD
    assert tuple(entry) == ("objection", row.id, kit.DEED, town.people["organ"])
    assert total(db, town) == 61
    assert list(verify.faults()) == []


def test_a_wrong_entry_is_annulled_and_the_right_one_keeps_the_day_and_the_deed(db, town):
    wrong = kit.count(town)
    kit.list_of(town)
    row = own(town, entry_id=wrong)

    _, new = answering.answer(
        row.id,
        S.PARTLY,
        "次数有误，已更正。",
        reverse=[wrong],
        add=[Fresh(item="A01", occurred_on=kit.DEED)],
        by=town.actor("organ"),
    )

    deeds = db.session.execute(
        sa.text("SELECT occasion, occurred_on FROM ledger_entry WHERE id = ANY(:ids)"), {"ids": [wrong, *new]}
    ).all()
    assert len(set(deeds)) == 1
    assert list(verify.faults()) == []


@pytest.mark.parametrize(
    ("days_later", "in_time"),
    [
        pytest.param(4, True, id="on-the-last-day"),
        pytest.param(5, False, id="the-day-after"),
    ],
)
def test_the_days_of_a_list(town, days_later, in_time):
    kit.list_of(town)
    town.now.shift(dt.timedelta(days=days_later))

    if in_time:
        assert own(town).received_on == kit.LAST_DAY
    else:
        with pytest.raises(errors.TooLate, match=r"到10月16日为止.*更正.*下一期"):
            own(town)


def test_a_paper_that_came_in_time_may_be_entered_later_but_not_one_from_before_or_to_come(town):
    kit.list_of(town)
    town.now.shift(dt.timedelta(days=8))

    with pytest.raises(errors.TooEarly):
        for_him(town, "office", received_on=dt.date(2026, 10, 11))
    with pytest.raises(errors.TooEarly):
        for_him(town, "office", received_on=dt.date(2026, 10, 21))
    row = for_him(town, "office", received_on=kit.LAST_DAY)

    assert row.answer_by == dt.date(2026, 10, 30)


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        pytest.param("stranger", NotFound, id="member-of-another-branch"),
        pytest.param("other_secretary", NotFound, id="secretary-of-another-branch"),
        pytest.param("it", NotFound, id="keeper-of-the-system"),
        pytest.param("office", NotFound, id="office-about-a-line-it-has-not"),
    ],
)
def test_no_stranger_objects(town, who, refusal):
    kit.list_of(town)

    with pytest.raises(refusal):
        own(town, who)


def test_a_member_of_the_branch_objects_to_somebody_elses_line_and_is_told_without_his_reasons(town):
    kit.list_of(town)
    row = own(town, "colleague", "这一项好像多记了", member_id=town.people["member"])

    with pytest.raises(errors.NoReason, match="不要写他人的私事"):
        objections.answer(row.id, S.REJECTED, "当天陪护家人，已请假。", by=town.actor("organ"))
    objections.answer(
        row.id,
        S.REJECTED,
        "当天陪护家人，已请假。",
        reason_other="经复核，记分无误。",
        by=town.actor("organ"),
    )

    told = queries.objection(row.id, by=town.actor("colleague"))
    himself = queries.objection(row.id, by=town.actor("member"))
    assert told.reason == "经复核，记分无误。"
    assert himself.reason == "当天陪护家人，已请假。"
    assert (himself.objector_name, himself.words) == (None, None)
    assert queries.objection(row.id, by=town.actor("secretary")).objector_name is None


def test_one_person_objects_to_one_line_once_at_a_time(town):
    kit.list_of(town)
    first = own(town)

    with pytest.raises(errors.AlreadyOpen, match=f"{first.id}号"):
        own(town)
    objections.withdraw(first.id, by=town.actor("member"))

    assert own(town).id != first.id


@pytest.mark.parametrize(
    ("by", "refusal"),
    [
        pytest.param("secretary", errors.EnteredByDecider, id="who-publicised-it"),
        pytest.param("member", errors.NotEntitled, id="he-himself-on-paper"),
        pytest.param("colleague", Forbidden, id="a-member-without-a-post"),
        pytest.param("stranger", NotFound, id="a-stranger"),
    ],
)
def test_who_does_not_enter_a_paper(town, by, refusal):
    kit.list_of(town)

    with pytest.raises(refusal):
        for_him(town, by)


def test_a_paper_of_somebody_of_another_branch_is_none(town):
    kit.list_of(town)

    with pytest.raises(errors.NotEntitled):
        for_him(town, "office", objector="stranger")


def test_who_entered_it_and_who_decided_it_do_not_look_again(town):
    wrong = kit.count(town, by="organ")
    kit.list_of(town)

    row = own(town, entry_id=wrong)

    # The only decider of the department decided the fact himself: the question goes up.
    assert asks.open_ask("objection", row.id).unit_id == town.committee
    with pytest.raises((NotByYou, NotFound)):
        objections.answer(row.id, S.REJECTED, "无误", by=town.actor("organ"))
    objections.answer(row.id, S.REJECTED, "无误", by=town.actor("leader"))


def test_whoever_confirmed_an_entry_does_not_annul_it_in_a_review(town):
    entry = kit.count(town, by="organ")
    kit.list_of(town)
    row = own(town)

    with pytest.raises(points_errors.OwnDecision):
        answering.answer(row.id, S.UPHELD, "重复", reverse=[entry], by=town.actor("organ"))


def test_nothing_of_somebody_else_is_corrected_nor_anything_after_a_rejection(town):
    entry = kit.count(town, "colleague")
    kit.list_of(town)
    row = own(town)

    with pytest.raises(points_errors.NotCorrectable):
        answering.answer(row.id, S.UPHELD, "更正", reverse=[entry], by=town.actor("organ"))
    with pytest.raises(points_errors.NotCorrectable):
        answering.answer(
            row.id, S.REJECTED, "无误", add=[Fresh(item="A01", occurred_on=kit.DEED)], by=town.actor("organ")
        )


def test_an_answer_needs_reasons_and_comes_once(town):
    kit.list_of(town)
    row = own(town)

    with pytest.raises(errors.NoReason):
        objections.answer(row.id, S.REJECTED, " ", by=town.actor("organ"))
    objections.answer(row.id, S.REJECTED, "无误", by=town.actor("organ"))
    with pytest.raises(Answered):
        objections.answer(row.id, S.UPHELD, "再看", by=town.actor("organ"))
    with pytest.raises(NotNow):
        objections.withdraw(row.id, by=town.actor("member"))


def test_a_list_is_not_frozen_while_somebody_waits_for_an_answer(town):
    shown = kit.list_of(town)
    row = own(town)
    town.now.shift(dt.timedelta(days=5))

    with pytest.raises(publicity.StillOpen, match="异议没有答复"):
        publicity.freeze(shown.id, by=town.actor("secretary"))
    assert publicity.due(kit.KIND, clock.today()) == []
    objections.answer(row.id, S.REJECTED, "无误", by=town.actor("organ"))

    assert publicity.freeze(shown.id, by=town.actor("secretary")).state == "frozen"


def test_a_transfer_in_the_days_takes_neither_the_list_nor_the_right_away(town):
    kit.list_of(town)
    members.transfer(
        town.people["member"],
        town.other_branch,
        on=clock.today(),
        letter="介绍信1号",
        by=town.actor("office"),
    )

    row = own(town)

    assert row.unit_id == town.branch
    assert queries.objection(row.id, by=town.actor("secretary")).state == S.OPEN
    with pytest.raises(errors.UnknownObjection):
        queries.objection(row.id, by=town.actor("other_secretary"))


def test_an_entry_may_be_contested_on_its_own_for_the_rulebooks_days(town):
    entry = kit.count(town)
    contested = objecting.on_score(entry_id=entry, by=town.actor("member"))
    assert contested.last_day == dt.date(2026, 10, 19)
    with pytest.raises(NotFound):
        objecting.on_score(entry_id=entry, member_id=town.people["member"], by=town.actor("colleague"))

    town.now.shift(dt.timedelta(days=8))

    with pytest.raises(errors.TooLate):
        objections.raise_(
            objecting.on_score(entry_id=entry, by=town.actor("member")), "不对", by=town.actor("member")
        )
    assert objections.raise_(objecting.on_score(by=town.actor("member")), "少记一次", by=town.actor("member"))


@pytest.mark.parametrize("outsider", ["stranger", "other_secretary", "it"])
def test_nobody_else_finds_an_objection(town, outsider):
    kit.list_of(town)
    row = own(town)

    for act in (
        lambda by: queries.objection(row.id, by=by),
        lambda by: objections.withdraw(row.id, by=by),
        lambda by: objections.answer(row.id, S.REJECTED, "无误", by=by),
    ):
        with pytest.raises(errors.UnknownObjection):
            act(town.actor(outsider))
    assert queries.visible(by=town.actor(outsider)) == []


def test_whose_words_must_stay_while_somebody_looks_again(town):
    kit.list_of(town)
    row = own(town, "colleague", member_id=town.people["member"])
    assert objections.open_members() == {town.people["member"], town.people["colleague"]}

    objections.withdraw(row.id, by=town.actor("colleague"))

    assert objections.open_members() == set()


def test_with_nobody_left_above_the_house_says_whom_to_tell(db, town):
    entry = kit.count(town, by="organ")
    db.session.execute(sa.text("UPDATE post SET until = since + 1 WHERE role = 'wc_leader'"))

    with pytest.raises(NobodyDecides):
        objections.raise_(
            objecting.on_score(entry_id=entry, by=town.actor("member")), "不对", by=town.actor("member")
        )
    assert standings.total_of(town.people["member"], town.rulebook, kit.DEED) == 61


def test_a_late_answer_is_reminded_goes_up_and_is_still_given(town):
    kit.list_of(town)
    row = own(town)
    assert objections.access(row.id, by=town.actor("member")).answer_by == dt.date(2026, 10, 26)
    town.now.move_to(clock.at(dt.date(2026, 10, 27), 9, 0))

    overdue.escalate(clock.today(), by=city.BY)

    assert asks.open_ask("objection", row.id).unit_id == town.committee
    with pytest.raises((NotFound, NotByYou)):
        objections.answer(row.id, S.REJECTED, "无误", by=town.actor("organ"))
    assert objections.answer(row.id, S.REJECTED, "无误", by=town.actor("leader")).state == S.REJECTED
