"""A year's appraisal, from the scores to final grades, in a branch of 45 and in one of three."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
import time_machine

from jifen.core import clock
from jifen.core.errors import Forbidden, Invalid, NotFound
from jifen.core.states import NotNow
from jifen.decisions import asks, publicity, publicity_read
from jifen.decisions.errors import Answered, NotByYou
from jifen.decisions.models import Decision
from jifen.members import service as members
from jifen.notices.models import Notice
from jifen.points.appraisal import errors, publishing, rules, service, steps
from jifen.points.appraisal.models import AppraisalLine, AppraisalTask
from jifen.points.appraisal.states import AppraisalState
from tests import city
from tests.points.appraisal import branch as branches
from tests.points.appraisal.branch import DAY, YEAR

MINUTE = "支委会纪要〔2026〕12号"
MEETING = "党员大会记录〔2026〕6号"
#: 14 clear of the edge, two equal at it, the others lower.
MONTHS = [10] * 14 + [9, 9] + [1] * 29


@pytest.fixture
def town(db):
    with time_machine.travel(clock.at(DAY, 9), tick=False):
        yield city.build()


def grades(appraisal) -> dict[int, str | None]:
    return {line.member_id: line.grade for line in service.lines(appraisal)}


def held(appraisal, grade: str) -> list[int]:
    return sorted(m for m, g in grades(appraisal).items() if g == grade)


def line_of(appraisal, member_id: int) -> AppraisalLine:
    return next(line for line in service.lines(appraisal) if line.member_id == member_id)


def committee(found, by, **more):
    return steps.record_committee(found.id, **({"minute": MINUTE, "held_on": clock.today()} | more), by=by)


def meeting(found, by, *, expected, present, **more):
    given = {"minute": MEETING, "held_on": clock.today(), "expected": expected, "present": present}
    return steps.record_meeting(found.id, **(given | more), by=by)


def own_line(found, secretary: int) -> int:
    return line_of(found, secretary).id


def test_forty_five_members_from_scores_to_final_grades(town, db):
    team = branches.build(town, MONTHS, probationary=[44])
    secretary = team.actor(0)
    found = service.start(team.id, YEAR, by=secretary)
    assert found.state == AppraisalState.DRAFT
    assert held(found, "优秀") == team.members[:14], "fifteen seats, two equals for the last one"
    tie = service.waiting_tie(found)
    assert tie == rules.Tie("优秀", tuple(team.members[14:16]), 1)

    with pytest.raises(rules.TieOpen):
        committee(found, secretary)
    with pytest.raises(rules.BadTie):
        steps.decide_tie(found.id, "优秀", team.members[14:16], minute=MINUTE, by=secretary)
    steps.decide_tie(found.id, "优秀", [team.members[15]], minute=MINUTE, by=secretary)
    assert held(found, "优秀") == [*team.members[:14], team.members[15]]

    lowered = steps.Change(team.members[3], "合格", "本年度两次未完成支部交办的工作")
    raised = steps.Change(team.members[14], "优秀", "服务群众成绩突出")
    with pytest.raises(rules.QuotaFull):
        committee(found, secretary, changes=[raised])
    committee(found, secretary, changes=[lowered, raised])
    assert len(held(found, "优秀")) == 15

    with pytest.raises(rules.NoQuorum):
        meeting(found, secretary, expected=44, present=22)
    counts = {"优秀": 30, "合格": 7, "弃权": 1}
    low = steps.Change(team.members[20], "基本合格", "多次无故缺席组织生活")
    meeting(
        found,
        secretary,
        expected=44,
        present=38,
        changes=[low],
        ballots=[steps.Ballot(member_id=team.members[0], counts=counts)],
    )
    assert line_of(found, team.members[0]).confirm, "his own grade is the department's to confirm"
    with pytest.raises(errors.NotConfirmed):
        publishing.publicise(found.id, by=secretary)
    with pytest.raises(NotFound):
        steps.confirm_own(own_line(found, team.members[0]), agree=True, by=secretary)
    steps.confirm_own(own_line(found, team.members[0]), agree=True, by=town.actor("organ"))

    shown = publishing.publicise(found.id, by=secretary)
    assert (shown.since, shown.until) == (DAY, dt.date(2026, 12, 12))
    rows = publicity_read.lines(shown.id)
    assert len(rows) == 45
    assert {tuple(row.row) for row in rows} == {("grade", "section")}, "name and grade, no points"
    with pytest.raises(publicity.StillOpen):
        publishing.finish(found.id, by=secretary)

    with time_machine.travel(clock.at(dt.date(2026, 12, 14), 9), tick=False):
        publishing.finish(found.id, by=secretary)
        assert found.state == AppraisalState.FINAL
        tasks = db.session.scalars(sa.select(AppraisalTask).order_by(AppraisalTask.kind)).all()
        assert [(t.member_id, t.kind, t.because) for t in tasks] == [
            (team.members[44], "probation", "P02"),
            (team.members[20], "talk", "基本合格"),
        ]
        with pytest.raises(NotNow):
            service.back(found.id, "改一改", by=secretary)
        close(tasks[1], "talked", secretary)
        with pytest.raises(Answered):
            close(tasks[1], "talked", secretary)
        with pytest.raises(Invalid):
            close(tasks[0], "talked", secretary)
        close(tasks[0], "extended", secretary)

    told = sa.select(Notice.kind, sa.func.count()).group_by(Notice.kind)
    known = dict(db.session.execute(told).tuples().all())
    assert (known["appraisal_shown"], known["appraisal_final"]) == (45, 45)


def close(task, done, by):
    return publishing.close_task(
        task.id, done=done, minute="谈话记录〔2026〕3号", done_on=clock.today(), by=by
    )


@pytest.mark.parametrize("deputy", [False, True], ids=["secretary alone", "with a deputy"])
def test_a_branch_of_three_takes_every_decision_and_nobody_his_own(town, db, deputy):
    team = branches.build(town, [6, 6, 6], deputy=deputy)
    secretary, organ = team.actor(0), town.actor("organ")
    found = service.start(team.id, YEAR, by=secretary)
    assert service.waiting_tie(found) == rules.Tie("优秀", tuple(team.members), 1)
    with pytest.raises((NotByYou, errors.NotAsked)):
        steps.decide_tie(found.id, "优秀", [team.members[0]], minute=MINUTE, by=secretary)
    steps.decide_tie(found.id, "优秀", [team.members[2]], minute=MINUTE, by=organ)

    with pytest.raises(errors.OwnGrade):
        committee(found, secretary, changes=[steps.Change(team.members[0], "基本合格", "自己提出")])
    committee(found, secretary)
    meeting(found, secretary, expected=3, present=2)
    assert [line.member_id for line in service.lines(found) if line.confirm] == team.members[:1]
    steps.confirm_own(own_line(found, team.members[0]), agree=True, by=organ)
    publishing.publicise(found.id, by=secretary)
    with time_machine.travel(clock.at(dt.date(2026, 12, 14), 9), tick=False):
        publishing.finish(found.id, by=secretary)
    assert held(found, "优秀") == [team.members[2]]
    own = sa.select(sa.func.count()).where(Decision.decided_by == Decision.concerns)
    assert db.session.scalar(own) == 0


def test_the_higher_organisation_may_give_the_list_back(town):
    team = branches.build(town, [9, 1, 1])
    secretary, organ = team.actor(0), town.actor("organ")
    found = service.start(team.id, YEAR, by=secretary)
    committee(found, secretary)
    meeting(found, secretary, expected=3, present=3)
    with pytest.raises(Invalid):
        steps.confirm_own(own_line(found, team.members[0]), agree=False, reason=" ", by=organ)
    steps.confirm_own(own_line(found, team.members[0]), agree=False, reason="请补充评议情况", by=organ)
    assert found.state == AppraisalState.COMMITTEE
    assert not any(line.confirm for line in service.lines(found))
    meeting(found, secretary, expected=3, present=3, minute=f"{MEETING}（补）")
    steps.confirm_own(own_line(found, team.members[0]), agree=True, by=organ)
    assert publishing.publicise(found.id, by=secretary).revision == 1


def test_a_step_back_undoes_its_changes_and_keeps_them_readable(town):
    team = branches.build(town, [9, 1, 1])
    secretary = team.actor(0)
    found = service.start(team.id, YEAR, by=secretary)
    committee(found, secretary, changes=[steps.Change(team.members[1], "基本合格", "长期不参加学习")])
    assert grades(found)[team.members[1]] == "基本合格"
    with pytest.raises(NotNow):
        committee(found, secretary)
    with pytest.raises(Invalid):
        service.back(found.id, "  ", by=secretary)
    service.back(found.id, "漏记了一次会议", by=secretary)
    assert grades(found)[team.members[1]] == "合格"
    [undone] = service.steps(found, live=False)
    assert (undone.undone_reason, undone.undone_by) == ("漏记了一次会议", team.members[0])
    service.refresh(found.id, by=secretary)
    committee(found, secretary)


def test_after_a_step_back_the_list_is_publicised_anew_as_a_revision(town):
    team = branches.build(town, [9, 1, 1])
    secretary, organ = team.actor(0), town.actor("organ")
    found = service.start(team.id, YEAR, by=secretary)
    committee(found, secretary)
    meeting(found, secretary, expected=3, present=3)
    steps.confirm_own(own_line(found, team.members[0]), agree=True, by=organ)
    first = publishing.publicise(found.id, by=secretary)
    service.back(found.id, "公示中有同志反映情况，重新研究", by=secretary)
    with (
        time_machine.travel(clock.at(dt.date(2026, 12, 14), 9), tick=False),
        pytest.raises(NotNow),
    ):
        publicity.freeze(first.id, by=city.BY)
    second = publishing.publicise(found.id, by=secretary)
    assert (second.revision, first.state) == (2, "superseded")


def test_who_has_moved_is_appraised_where_he_was_on_the_day(town):
    team = branches.build(town, [9, 1, 1, 1])
    office = town.actor("office")
    members.transfer(team.members[3], town.branch, on=DAY, letter="介绍信第9号", by=office)
    here = service.start(team.id, YEAR, by=team.actor(0))
    assert team.members[3] not in grades(here)
    there = service.start(town.branch, YEAR, by=town.actor("secretary"))
    assert line_of(there, team.members[3]).reason is None


def test_nobody_is_appraised_twice_in_a_year(town):
    team = branches.build(town, [9, 1, 1, 1])
    here = service.start(team.id, YEAR, by=team.actor(0))
    with time_machine.travel(clock.at(dt.date(2026, 12, 21), 9), tick=False):
        office = town.actor("office")
        members.transfer(team.members[3], town.branch, on=clock.today(), letter="介绍信第9号", by=office)
        there = service.start(town.branch, YEAR, by=town.actor("secretary"))
        assert line_of(there, team.members[3]).reason == "elsewhere"
        with pytest.raises(rules.NotGradable):
            committee(
                there,
                town.actor("secretary"),
                changes=[steps.Change(team.members[3], "合格", "在本支部时间较长")],
            )
    assert grades(here)[team.members[3]] == "合格"


def test_one_appraisal_a_branch_and_year(town):
    team = branches.build(town, [9, 1, 1])
    service.start(team.id, YEAR, by=team.actor(0))
    with pytest.raises(errors.AlreadyStarted):
        service.start(team.id, YEAR, by=team.actor(0))
    with pytest.raises(errors.WrongYear):
        service.start(team.id, YEAR + 1, by=team.actor(0))


def test_in_january_the_list_is_that_of_31_december(town):
    team = branches.build(town, [9, 1, 1])
    with time_machine.travel(clock.at(dt.date(2027, 1, 4), 9), tick=False):
        found = service.start(team.id, YEAR, by=team.actor(0))
    assert found.as_of == dt.date(2026, 12, 31)
    assert str(line_of(found, team.members[0]).total) == "84.50"


@pytest.mark.parametrize("who", ["other_secretary", "stranger", "it", "member"])
def test_whose_branch_it_is_not_finds_nothing(town, who):
    team = branches.build(town, [9, 1, 1])
    found = service.start(team.id, YEAR, by=team.actor(0))
    by = town.actor(who)
    for act in (
        lambda: service.access(found.id, by=by),
        lambda: service.start(team.id, YEAR, by=by),
        lambda: service.refresh(found.id, by=by),
        lambda: service.back(found.id, "x", by=by),
        lambda: committee(found, by),
        lambda: publishing.publicise(found.id, by=by),
        lambda: publishing.finish(found.id, by=by),
        lambda: steps.confirm_own(own_line(found, team.members[0]), agree=True, by=by),
    ):
        with pytest.raises(NotFound):
            act()


def test_the_office_looks_and_does_not_decide(town):
    team = branches.build(town, [9, 1, 1])
    found = service.start(team.id, YEAR, by=team.actor(0))
    office = town.actor("office")
    assert service.access(found.id, by=office) is found
    with pytest.raises(Forbidden):
        committee(found, office)
    with pytest.raises(errors.NotAsked, match="评议党支部"):
        committee(found, town.actor("organ"))


def test_the_questions_follow_the_steps(town):
    team = branches.build(town, [9, 1, 1])
    secretary, organ = team.actor(0), town.actor("organ")
    found = service.start(team.id, YEAR, by=secretary)
    assert [a.subject_id for a in asks.open_for(service.STEP, by=secretary)] == [found.id]
    committee(found, secretary)
    meeting(found, secretary, expected=3, present=3)
    assert asks.open_for(service.OWN, by=secretary) == []
    assert len(asks.open_for(service.OWN, by=organ)) == 1


def test_what_is_final_never_changes(town, db):
    team = branches.build(town, [9, 1, 1])
    secretary = team.actor(0)
    found = service.start(team.id, YEAR, by=secretary)
    committee(found, secretary)
    meeting(found, secretary, expected=3, present=3)
    steps.confirm_own(own_line(found, team.members[0]), agree=True, by=town.actor("organ"))
    publishing.publicise(found.id, by=secretary)
    with time_machine.travel(clock.at(dt.date(2026, 12, 14), 9), tick=False):
        publishing.finish(found.id, by=secretary)
    for text in (
        "UPDATE appraisal_line SET grade = '优秀'",
        "UPDATE appraisal SET state = 'meeting'",
        "DELETE FROM appraisal_step",
        "DELETE FROM appraisal",
    ):
        with pytest.raises(sa.exc.DatabaseError, match="never changes"), db.session.begin_nested():
            db.session.execute(sa.text(text))
    db.session.execute(sa.text("UPDATE appraisal_step SET undone_reason = NULL"))
