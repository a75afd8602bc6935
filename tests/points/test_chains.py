"""Items that several organisations confirm: step by step, each by somebody else, counted after the last."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from jifen.core import clock
from jifen.core.actor import Role
from jifen.core.errors import DomainError, Forbidden, NotFound
from jifen.decisions.models import Decision
from jifen.decisions.rules import start, steps
from jifen.members import service as members
from jifen.points import deciding, errors, explain, queries, queries_reports, service, verify
from jifen.points.service import Filing
from jifen.points.states import ReportState
from tests import city

YESTERDAY = clock.today() - dt.timedelta(days=1)
LINE = [(9, "branch"), (7, "general_branch"), (5, "committee"), (3, "department"), (1, "work_committee")]


@pytest.fixture
def town(db) -> city.City:
    return city.build()


def honour(town, level="省级", who="member"):
    filing = Filing(item="E01", occurred_on=YESTERDAY, level=level, evidence="证书 12 号", words="先进个人")
    return service.submit(filing, by=town.actor(who))


@pytest.mark.parametrize(
    ("chain", "decisions"),
    [
        pytest.param((), ("branch_secretary",), id="nothing said"),
        pytest.param(("points_recorder",), ("branch_secretary",), id="a first look decides nothing"),
        pytest.param(("group_leader", "branch_secretary"), ("branch_secretary",), id="first look, then"),
        pytest.param(
            ("branch_committee", "organisation_department"),
            ("branch_committee", "organisation_department"),
            id="up to the top",
        ),
    ],
)
def test_only_decisions_are_steps(chain, decisions):
    assert steps(chain) == decisions


@pytest.mark.parametrize(
    ("line", "step", "units"),
    [
        pytest.param(LINE, "branch_committee", [9, 7, 5, 3, 1], id="branch"),
        pytest.param(LINE, "department_committee", [5, 3, 1], id="committee"),
        pytest.param([LINE[0], LINE[1], *LINE[3:]], "department_committee", [7, 3, 1], id="general branch"),
        pytest.param([LINE[0], *LINE[3:]], "department_committee", [3, 1], id="department itself"),
        pytest.param(LINE, "department_office", [3, 1], id="office"),
        pytest.param(LINE, "work_committee", [1], id="work committee"),
        pytest.param(LINE, "organisation_department", [1], id="organisation department"),
        pytest.param([LINE[0], LINE[4]], "department_committee", [1], id="no department"),
    ],
)
def test_a_step_starts_where_it_says(line, step, units):
    assert start(line, step) == units


def test_it_counts_after_the_last_step(town, db):
    member = town.actor("member")
    before = queries.my_standing(member).total
    report = honour(town)
    for step, (who, unit) in enumerate(
        [("secretary", town.branch), ("organ", town.department), ("leader", town.committee)], 1
    ):
        assert (report.state, report.step, report.step_unit_id) == (ReportState.PENDING, step, unit)
        assert queries.my_standing(member).total == before
        assert [w.report_id for w in queries_reports.queue(by=town.actor(who))] == [report.id]
        deciding.approve(
            report.id,
            by=town.actor(who),
            basis_id=city.minute(town, f"第{step}次", title="会议", who="office"),
        )
    assert report.state == ReportState.APPROVED
    assert queries.my_standing(member).total > before
    shown = queries_reports.report(report.id, by=member)
    assert [(d.step, d.decider_name, d.unit_name, d.reason) for d in shown.decided] == [
        (1, "周正", "机关第一党支部", "第1次《会议》"),
        (2, "郑委", "市林业局", "第2次《会议》"),
        (3, "高主任", "市直机关工委", "第3次《会议》"),
    ]
    [entry] = explain.explain(member.member_id, by=member).entries.values()
    assert entry.decided_by == "周正、郑委、高主任"
    assert list(verify.faults()) == []


@pytest.mark.parametrize(("level", "count"), [("国家级", 3), ("省级", 3), ("市级", 2), ("本单位", 1)])
def test_a_level_has_its_own_chain(town, level, count):
    report = honour(town, level=level)
    assert queries_reports.report(report.id, by=town.actor("member")).steps == count


@pytest.mark.parametrize("step", [1, 2])
def test_a_return_at_any_step_goes_back_to_the_member(town, step):
    report = honour(town)
    if step == 2:
        deciding.approve(report.id, by=town.actor("secretary"))
    who = town.actor(["secretary", "organ"][step - 1])
    deciding.return_(report.id, "请补证书扫描件编号", by=who)
    assert (report.state, report.step_unit_id) == (ReportState.RETURNED, None)
    again = service.resubmit(
        report.id,
        Filing(item="E01", occurred_on=YESTERDAY, level="省级", evidence="证书 13 号"),
        by=town.actor("member"),
    )
    assert (again.step, again.step_unit_id) == (1, town.branch)


def test_nobody_decides_two_steps(town):
    members.appoint(
        town.people["secretary"], town.department, Role.ORGAN_COMMITTEE, since=clock.today(), by=city.BY
    )
    report = honour(town)
    deciding.approve(report.id, by=town.actor("secretary"))
    assert report.step_unit_id == town.department
    assert queries_reports.queue(by=town.actor("secretary")) == []
    with pytest.raises(errors.SameDecider):
        deciding.approve(report.id, by=town.actor("secretary"))
    deciding.approve(report.id, by=town.actor("organ"))


def test_where_the_same_person_is_the_only_one_it_goes_up(town, db):
    # A lone secretary's own report starts at the department; its second step needs somebody else.
    report = honour(town, who="other_secretary")
    assert report.step_unit_id == town.department
    deciding.approve(report.id, by=town.actor("organ"))
    assert (report.step, report.step_unit_id) == (2, town.committee)
    deciding.approve(report.id, by=town.actor("leader"))
    # Nobody is left for the third: it waits at the top, where it is listed.
    assert (report.step, report.state, report.step_unit_id) == (3, ReportState.PENDING, town.committee)
    assert queries_reports.queue(by=town.actor("leader")) == []
    assert deciding.reroute(by=city.BY) == 0
    second = members.take_in("另一位", branch_id=None, since=city.SINCE, by=city.BY)
    members.appoint(second.id, town.committee, Role.WC_LEADER, since=city.SINCE, by=city.BY)
    town.people["second"] = second.id
    deciding.approve(report.id, by=town.actor("second"))
    assert report.state == ReportState.APPROVED
    assert len(set(db.session.scalars(sa.select(Decision.decided_by)))) == 3


def test_only_the_last_decided_step_is_taken_back(town):
    report = honour(town)
    deciding.approve(report.id, by=town.actor("secretary"))
    deciding.approve(report.id, by=town.actor("organ"))
    with pytest.raises(errors.NotRevocable):
        deciding.revoke(report.id, by=town.actor("secretary"))
    deciding.revoke(report.id, by=town.actor("organ"))
    assert (report.state, report.step_unit_id) == (ReportState.REVOKED, None)
    with pytest.raises((Forbidden, NotFound, DomainError)):
        deciding.approve(report.id, by=town.actor("leader"))
    assert list(verify.faults()) == []
