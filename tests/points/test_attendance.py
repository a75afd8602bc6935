"""Meetings: everybody expected ends somehow, once; absences cost nothing before a person decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest
import sqlalchemy as sa
import time_machine

from jifen.core import clock, workdays
from jifen.core.actor import Role, system
from jifen.core.db import transaction
from jifen.core.errors import DomainError, Forbidden, NotFound
from jifen.core.states import NotNow
from jifen.decisions.errors import Answered, NotByYou
from jifen.decisions.models import Decision
from jifen.members import queries as people
from jifen.members import service as members
from jifen.notices.models import Notice
from jifen.points import errors as points_errors
from jifen.points import explain, queries, verify
from jifen.points.attendance import absences, corrections, errors, gatherings, leaves
from jifen.points.attendance import queries_asked as attendance_asked
from jifen.points.attendance.gatherings import Mark, Sheet
from jifen.points.attendance.models import Absence, Attendee, Gathering
from jifen.points.attendance.states import Outcome
from jifen.points.models import LedgerEntry
from tests import city

#: In the middle of a year: a ladder begins anew with the next one.
TODAY = dt.date(2026, 9, 16)
MET = TODAY - dt.timedelta(days=1)
CLOCK = system("clock")


@pytest.fixture
def town(db) -> Iterator[city.City]:
    with time_machine.travel(clock.at(TODAY, 10), tick=False):
        yield city.build()


@pytest.fixture
def meet(town):
    """Enter a members' meeting as the secretary and confirm it; names map to how they ended."""

    def met(day: dt.date = MET, *, who: str = "secretary", confirm: bool = True, item: str = "A01", **marks):
        more = {k: marks.pop(k) for k in ("activity", "audience", "cell_id") if k in marks}
        given = {town.people[n]: Mark(*m) if isinstance(m, tuple) else Mark(m) for n, m in marks.items()}
        sheet = Sheet(branch_id=town.branch, item=item, day=day, marks=given, **more)
        return gatherings.record(sheet, confirm=confirm, by=town.actor(who))

    return met


def ends(db, town, gathering) -> dict[str, str]:
    names = {v: k for k, v in town.people.items()}
    rows = db.session.execute(
        sa.select(Attendee.member_id, Attendee.outcome).where(Attendee.gathering_id == gathering.id)
    )
    return {names[m]: outcome for m, outcome in rows}


def absence_of(db, town, who: str) -> Absence:
    stmt = sa.select(Absence).where(Absence.member_id == town.people[who]).order_by(Absence.id.desc())
    return db.session.scalars(stmt.limit(1)).one()


def told(db, town, who: str) -> list[str]:
    stmt = sa.select(Notice.kind).where(Notice.member_id == town.people[who]).order_by(Notice.id)
    return list(db.session.scalars(stmt))


def total(town, who: str) -> Decimal:
    return queries.my_standing(town.actor(who), MET).total  # the year of the deed, whenever it is decided


def later(working_days: int) -> dt.datetime:
    return clock.at(workdays.add(TODAY, working_days), 10)


def test_everybody_expected_ends_and_who_was_there_earns(town, db, meet):
    met = meet(member="late", colleague=("on_leave", "duty"))

    assert ends(db, town, met) == {
        "secretary": "attended",
        "deputy": "attended",
        "member": "late",
        "colleague": "on_leave",
    }
    assert [total(town, n) for n in ("deputy", "member", "colleague")] == [61, 61, 60]
    # How the secretary himself ended waits for somebody else.
    assert total(town, "secretary") == 60
    [own] = [a for a in gatherings.attendees(met.id) if a.member_id == town.people["secretary"]]
    with pytest.raises(NotByYou):
        gatherings.confirm_one(own.id, by=town.actor("secretary"))
    gatherings.confirm_one(own.id, by=town.actor("deputy"))
    assert total(town, "secretary") == 61
    with pytest.raises(Answered):
        gatherings.confirm_one(own.id, by=town.actor("deputy"))
    assert list(verify.faults()) == []


def test_exempt_people_end_as_exempt_and_others_branches_are_not_expected(town, db, meet):
    members.exempt(
        town.people["member"],
        reason="village",
        since=MET,
        until=TODAY,
        minute="纪要5号",
        by=town.actor("organ"),
    )
    met = meet()
    assert ends(db, town, met)["member"] == Outcome.EXEMPT
    assert "stranger" not in ends(db, town, met)
    assert total(town, "member") == 60
    with pytest.raises(errors.NotExpected):
        meet(member="absent", item="A02")
    with pytest.raises(errors.NotExpected):
        meet(stranger="absent", item="A02")
    with pytest.raises(errors.NotExpected):
        meet(colleague="absent", item="A02", audience=[town.people["deputy"]])


@pytest.mark.parametrize(
    ("who", "confirm", "refusal"),
    [
        pytest.param("member", False, Forbidden, id="a member"),
        pytest.param("office", False, Forbidden, id="the office operates, it does not enter"),
        pytest.param("stranger", False, NotFound, id="another branch"),
        pytest.param("other_secretary", False, NotFound, id="another branch's secretary"),
        pytest.param("it", False, NotFound, id="it"),
        pytest.param("member", True, Forbidden, id="a member confirming"),
    ],
)
def test_who_may_not_enter(town, db, meet, who, confirm, refusal):
    with pytest.raises(refusal):
        meet(who=who, confirm=confirm)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Gathering)) == 0


def test_the_recorder_prepares_and_the_secretary_confirms_once(town, db, meet):
    members.appoint(town.people["colleague"], town.branch, Role.POINTS_RECORDER, since=city.SINCE, by=city.BY)
    met = meet(who="colleague", confirm=False)
    assert total(town, "member") == 60
    with pytest.raises(Forbidden):
        gatherings.confirm(met.id, by=town.actor("colleague"))
    with pytest.raises(errors.AlreadyEntered):
        meet()

    gatherings.confirm(met.id, by=town.actor("secretary"))

    assert (total(town, "member"), total(town, "colleague")) == (61, 61)
    with pytest.raises(NotNow):
        gatherings.confirm(met.id, by=town.actor("deputy"))
    decided = db.session.scalars(sa.select(Decision).where(Decision.subject == "gathering")).all()
    assert [(d.decided_by, d.outcome) for d in decided] == [(town.people["secretary"], "approved")]
    assert list(verify.faults()) == []


def test_the_database_itself_confirms_once_and_closes_the_list(town, db, meet):
    met = meet()
    for sql in (
        "UPDATE gathering SET confirmed_at = confirmed_at + interval '1 day'",
        "UPDATE gathering SET state = 'prepared', confirmed_by = NULL",
        f"DELETE FROM attendee WHERE gathering_id = {met.id}",
        f"INSERT INTO attendee (gathering_id, member_id, outcome) VALUES ({met.id}, {town.people['organ']}, 'absent')",
    ):
        with pytest.raises(sa.exc.IntegrityError), db.session.begin_nested():
            db.session.execute(sa.text(sql))


def test_a_prepared_entry_can_be_dropped_and_written_anew(town, meet):
    met = meet(confirm=False)
    gatherings.drop(met.id, by=town.actor("deputy"))
    with pytest.raises(NotNow):
        gatherings.confirm(met.id, by=town.actor("secretary"))
    meet()
    assert total(town, "member") == 61


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        pytest.param({"day": TODAY + dt.timedelta(days=1)}, points_errors.InFuture, id="future"),
        pytest.param({"item": "B02"}, points_errors.NotByRoster, id="self-reported only"),
        pytest.param({"item": "看电影"}, points_errors.UnknownItem, id="unknown item"),
        pytest.param({"member": "on_leave"}, errors.ReasonNeeded, id="leave without a reason"),
        pytest.param({"member": ("on_leave", "阑尾炎")}, errors.ReasonNeeded, id="a detail of health"),
        pytest.param({"member": ("absent", "duty")}, errors.ReasonNeeded, id="a reason without leave"),
        pytest.param({"member": "struck"}, errors.ReasonNeeded, id="an end that nobody may write"),
        pytest.param({"audience": []}, errors.NobodyExpected, id="nobody"),
        pytest.param({"cell_id": 1}, NotFound, id="a cell of somebody else"),
    ],
)
def test_a_faulty_sheet_is_refused_in_words(town, db, meet, asked, refusal):
    with pytest.raises(refusal) as caught:
        meet(**asked)
    assert caught.value.message.endswith("。")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(LedgerEntry)) == 0


def test_an_absence_is_told_first_and_deducted_only_by_a_decision_after_three_working_days(town, db, meet):
    meet(member="absent")
    absence = absence_of(db, town, "member")
    assert (told(db, town, "member"), total(town, "member")) == (["absence_told"], 60)
    assert absence.explain_by == workdays.add(TODAY, 3)
    assert absences.ask_due(by=CLOCK)[0] == 0

    with time_machine.travel(later(3), tick=False):
        assert absences.ask_due(by=CLOCK)[0] == 0
    with time_machine.travel(later(4), tick=False):
        assert absences.ask_due(by=CLOCK)[0] == 1
        assert absences.ask_due(by=CLOCK)[0] == 0
        assert total(town, "member") == 60
        [waiting] = attendance_asked.waiting_absences(by=town.actor("secretary"))
        assert (waiting.member_name, waiting.meeting_name, waiting.state) == (
            "陈国强",
            "参加支部党员大会",
            "told",
        )
        for who in ("member", "stranger", "other_secretary", "office"):
            with pytest.raises(NotFound):
                absences.decide(absence.id, "deduct", by=town.actor(who))
        absences.decide(absence.id, "deduct", by=town.actor("secretary"))
        assert total(town, "member") == Decimal("59.5")
        assert told(db, town, "member") == ["absence_told", "absence_deducted"]
        with pytest.raises(Answered):
            absences.decide(absence.id, "accept", by=town.actor("deputy"))
        entry = db.session.scalars(sa.select(LedgerEntry).where(LedgerEntry.source == "absence")).one()
        assert (entry.source_id, entry.item_code, entry.decided_by) == (
            absence.id,
            "F01",
            town.people["secretary"],
        )
        assert list(verify.faults()) == []


def test_an_explanation_is_answered_by_somebody_and_not_against_it_without_a_word(town, db, meet):
    meet(member="absent")
    absence = absence_of(db, town, "member")
    with pytest.raises(errors.WordsNeeded):
        absences.explain(absence.id, "  ", by=town.actor("member"))
    for who, refusal in (("colleague", NotFound), ("stranger", NotFound), ("office", Forbidden)):
        with pytest.raises(refusal):
            absences.explain(absence.id, "堵车", by=town.actor(who))
    absences.explain(absence.id, "在医院陪护家人", by=town.actor("member"))
    with pytest.raises(errors.TooEarly):
        absences.decide(absence.id, "deduct", by=town.actor("secretary"))
    with time_machine.travel(later(4), tick=False):
        with pytest.raises(errors.WordsNeeded):
            absences.decide(absence.id, "deduct", by=town.actor("secretary"))
        absences.decide(absence.id, "accept", by=town.actor("secretary"))
        assert total(town, "member") == 60
        with pytest.raises(NotNow):
            absences.explain(absence.id, "再说一句", by=town.actor("member"))


def test_what_is_said_by_mouth_is_written_down_by_an_officer(town, db, meet):
    meet(member="absent")
    absence = absence_of(db, town, "member")
    done = absences.explain(absence.id, "值班走不开", by=town.actor("deputy"))
    assert done.entered_by == town.people["deputy"]
    [own] = attendance_asked.own_absences(by=town.actor("member"))
    assert (own.explanation, own.entered_by) == ("值班走不开", "吴敏")


def deduct(db, town, who: str, by: str = "secretary") -> Absence:
    absences.ask_due(by=CLOCK)
    absence = absence_of(db, town, who)
    return absences.decide(absence.id, "deduct", by=town.actor(by))


def test_leave_granted_later_reverses_and_the_ladder_recomputes_visibly(town, db, meet):
    """Two absences are -0.5 and -1; leave for the first makes the second the first."""
    first, second = MET - dt.timedelta(days=14), MET
    meet(first, member="absent")
    meet(second, item="A02", member="absent")
    ids = list(db.session.scalars(sa.select(Absence.id).order_by(Absence.id)))
    with time_machine.travel(later(4), tick=False):
        absences.ask_due(by=CLOCK)
        for one in ids:
            absences.decide(one, "deduct", by=town.actor("secretary"))
        assert total(town, "member") == Decimal("58.5")
        leave = leaves.request(first, None, "duty", by=town.actor("member"))
        assert total(town, "member") == Decimal("58.5")
        with pytest.raises(NotFound):
            leaves.decide(leave.id, grant=True, by=town.actor("member"))
        leaves.decide(leave.id, grant=True, by=town.actor("deputy"))

        assert total(town, "member") == Decimal("59.5")
        found = explain.explain(town.people["member"], by=town.actor("member"))
        whys = [line.why for line in found.sheet.trace if line.item == "F01"]
        assert any("第 1 次" in why and "0.5" in why for why in whys), whys
        assert not any("第 2 次" in why for why in whys)
        assert any("请假" in why for why in whys)
        lines = db.session.execute(
            sa.select(LedgerEntry.source, LedgerEntry.revision, LedgerEntry.excused)
            .where(LedgerEntry.item_code == "F01")
            .order_by(LedgerEntry.id)
        )
        assert [tuple(r) for r in lines] == [
            ("absence", 1, False),
            ("absence", 1, False),
            ("reversal", 1, False),
            ("absence", 2, True),
        ]
        assert told(db, town, "member")[-2:] == ["absence_excused", "leave_granted"]
        assert list(verify.faults()) == []


def test_free_leave_has_a_quota(town, db, meet):
    """请假每季 3 次以内不算，第 4 次起每次扣 0.5 分."""
    with time_machine.travel(clock.at(dt.date(TODAY.year, 9, 28), 10), tick=False):
        for n in range(4):
            meet(dt.date(TODAY.year, 9, 1 + 7 * n), activity=f"m{n}", colleague=("on_leave", "vacation"))
            assert total(town, "colleague") == (60 if n < 3 else Decimal("59.5"))
    assert list(verify.faults()) == []


def test_leave_granted_before_is_no_absence(town, db, meet):
    leave = leaves.request(MET, TODAY, "study", by=town.actor("member"))
    assert attendance_asked.waiting_leaves(by=town.actor("secretary"))[0].reason == "study"
    leaves.decide(leave.id, grant=True, by=town.actor("secretary"))
    met = meet(member="absent")
    assert ends(db, town, met)["member"] == Outcome.ON_LEAVE
    assert told(db, town, "member") == ["leave_granted"]


def test_marking_somebody_on_leave_grants_his_request_for_that_day(town, db, meet):
    leave = leaves.request(MET, None, "private", by=town.actor("member"))
    meet(member=("on_leave", "private"))
    db.session.refresh(leave)
    assert leave.state == "granted"
    assert attendance_asked.waiting_leaves(by=town.actor("secretary")) == []


def test_leave_is_asked_by_oneself_or_an_officer_once_and_not_for_too_long(town):
    with pytest.raises(errors.LeaveTooLong):
        leaves.request(MET, MET + dt.timedelta(days=60), "duty", by=town.actor("member"))
    with pytest.raises(errors.LeaveTooLong):
        leaves.request(MET, MET - dt.timedelta(days=1), "duty", by=town.actor("member"))
    with pytest.raises(errors.ReasonNeeded):
        leaves.request(MET, None, "流感", by=town.actor("member"))
    for who, refusal in (("colleague", NotFound), ("other_secretary", NotFound), ("office", Forbidden)):
        with pytest.raises(refusal):
            leaves.request(MET, None, "duty", member_id=town.people["member"], by=town.actor(who))
    leave = leaves.request(MET, None, "duty", member_id=town.people["member"], by=town.actor("secretary"))
    with pytest.raises(errors.LeaveAlready):
        leaves.request(MET, None, "duty", by=town.actor("member"))
    with pytest.raises(errors.WordsNeeded):
        leaves.decide(leave.id, grant=False, by=town.actor("secretary"))
    leaves.withdraw(leave.id, by=town.actor("member"))
    with pytest.raises(Answered):
        leaves.decide(leave.id, grant=True, by=town.actor("secretary"))


def test_the_absence_of_the_only_secretary_goes_up(town, db, meet):
    held = people.posts_in_sight(by=town.actor("leader"))
    [post] = [p.id for p in held if p.member_id == town.people["deputy"]]
    members.end_post(post, on=TODAY, by=city.BY)
    met = meet(secretary="absent")
    [own] = [a for a in gatherings.attendees(met.id) if a.member_id == town.people["secretary"]]
    gatherings.confirm_one(own.id, by=town.actor("organ"))
    with time_machine.travel(later(4), tick=False):
        absences.ask_due(by=CLOCK)
        absence = absence_of(db, town, "secretary")
        with pytest.raises(DomainError):
            absences.decide(absence.id, "accept", by=town.actor("secretary"))
        absences.decide(absence.id, "deduct", by=town.actor("organ"))
        assert total(town, "secretary") == Decimal("59.5")


def test_who_moves_after_the_meeting_belongs_where_he_met(town, db, meet):
    met = meet(who="deputy", confirm=False)
    members.transfer(
        town.people["member"], town.other_branch, on=TODAY, letter="介1", by=town.actor("office")
    )
    gatherings.confirm(met.id, by=town.actor("secretary"))
    entry = db.session.scalars(
        sa.select(LedgerEntry).where(LedgerEntry.member_id == town.people["member"])
    ).one()
    assert (entry.branch_id, entry.source) == (town.branch, "roster")
    assert total(town, "member") == 61


def test_who_turns_out_to_have_moved_before_the_meeting_is_struck(town, db, meet):
    met = meet(who="deputy", confirm=False)
    members.transfer(town.people["member"], town.other_branch, on=MET, letter="介1", by=town.actor("office"))
    gatherings.confirm(met.id, by=town.actor("secretary"))
    assert ends(db, town, met)["member"] == Outcome.STRUCK


@pytest.mark.parametrize("day", [dt.date(2028, 2, 29), dt.date(2027, 12, 31)], ids=str)
def test_leap_day_and_the_last_day_of_the_year(town, db, meet, day):
    with time_machine.travel(clock.at(day, 23, 59), tick=False):
        meet(day, member="absent")
        assert absence_of(db, town, "member").explain_by == workdays.add(day, 3)
    with time_machine.travel(clock.at(workdays.add(day, 4), 9), tick=False):
        deduct(db, town, "member")
        entry = db.session.scalars(sa.select(LedgerEntry).where(LedgerEntry.source == "absence")).one()
        assert entry.occurred_on == day
        assert list(verify.faults()) == []


def test_one_wrong_person_is_put_right_without_touching_the_others(town, db, meet):
    met = meet(colleague="absent")
    corrections.correct(met.id, [town.people["member"]], "absent", by=town.actor("secretary"))
    corrections.correct(met.id, [town.people["colleague"]], "attended", by=town.actor("secretary"))

    assert [total(town, n) for n in ("member", "colleague", "deputy")] == [60, 61, 61]
    assert absence_of(db, town, "member").state == "told"
    assert absence_of(db, town, "colleague").state == "dropped"
    # And back again: the same matter in another round.
    corrections.correct(met.id, [town.people["colleague"]], "absent", by=town.actor("secretary"))
    assert (absence_of(db, town, "colleague").state, absence_of(db, town, "colleague").round) == ("told", 2)
    assert total(town, "colleague") == 60
    assert told(db, town, "colleague").count("absence_told") == 2
    assert list(verify.faults()) == []


def test_a_meeting_is_taken_back_whole(town, db, meet):
    met = meet(member="absent")
    corrections.correct(met.id, None, None, by=town.actor("secretary"))
    assert met.state == "revoked"
    assert [total(town, n) for n in ("member", "colleague", "deputy")] == [60, 60, 60]
    meet()
    assert total(town, "member") == 61
    assert list(verify.faults()) == []


def test_after_a_day_another_decider_is_asked(town, db, meet):
    met = meet(member="absent")
    with time_machine.travel(clock.now() + dt.timedelta(hours=25), tick=False):
        row = corrections.correct(met.id, [town.people["member"]], "attended", by=town.actor("secretary"))
        assert (row.state, total(town, "member")) == ("proposed", 60)
        with pytest.raises(NotByYou):
            corrections.decide(row.id, approve=True, by=town.actor("secretary"))
        corrections.decide(row.id, approve=True, by=town.actor("deputy"))
        assert total(town, "member") == 61
        refused = corrections.correct(
            met.id, [town.people["colleague"]], "absent", by=town.actor("secretary")
        )
        with pytest.raises(errors.WordsNeeded):
            corrections.decide(refused.id, approve=False, by=town.actor("deputy"))
        corrections.decide(refused.id, approve=False, reason="签到表上有", by=town.actor("deputy"))
        assert total(town, "colleague") == 61
        assert list(verify.faults()) == []


def test_a_deputys_own_end_is_no_correction_of_his(town, db, meet):
    met = meet(who="deputy")
    row = corrections.correct(met.id, [town.people["deputy"]], None, by=town.actor("deputy"))
    assert row.state == "proposed"


def test_the_whole_act_is_undone_where_a_part_fails(town, db, meet):
    with pytest.raises(errors.NotExpected), transaction():
        meet(member="attended", stranger="attended")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Gathering)) == 0
