"""From a report to a place: the services, without a door."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from jifen.core import clock
from jifen.core.errors import DomainError, Forbidden, NotFound
from jifen.points import (
    deciding,
    errors,
    explain,
    ledger,
    queries,
    queries_compared,
    queries_reports,
    service,
    verify,
)
from jifen.points.service import Filing
from jifen.points.states import ReportState
from jifen.rulebook.engine import occasion
from tests import city

YESTERDAY = clock.today() - dt.timedelta(days=1)


@pytest.fixture
def town(db) -> city.City:
    return city.build()


def hours(n: str, day: dt.date = YESTERDAY, **more) -> Filing:
    return Filing(item="志愿服务", occurred_on=day, quantity=Decimal(n), **more)


def test_a_report_becomes_an_explained_score(town):
    member, secretary = town.actor("member"), town.actor("secretary")
    before = queries.my_standing(member)
    report = service.submit(hours("2"), by=member)
    assert (report.state, report.number, report.step_unit_id) == (ReportState.PENDING, 1, town.branch)
    assert queries.my_standing(member).total == before.total
    assert [w.number for w in queries_reports.queue(by=secretary)] == [1]

    deciding.approve(report.id, by=secretary)

    mine = queries.my_standing(member)
    assert mine.total == before.total + 1
    assert (mine.branch.place, mine.branch.of) == (1, 4)
    why = explain.explain(member.member_id, by=member)
    assert sum(line.points for line in why.sheet.trace) == why.sheet.total == mine.total
    [entry] = why.entries.values()
    assert (entry.decided_by, entry.report_number) == ("周正", 1)
    assert list(verify.faults()) == []


def test_nobody_decides_his_own_matter(town):
    secretary = town.actor("secretary")
    own = service.submit(hours("1"), by=secretary)
    # The deputy is entitled in the same branch, so the step stays there.
    assert own.step_unit_id == town.branch
    with pytest.raises(errors.OwnMatter):
        deciding.approve(own.id, by=secretary)
    assert deciding.approve(own.id, by=town.actor("deputy")).state == ReportState.APPROVED


def test_where_nobody_else_is_entitled_the_step_goes_up(town):
    lone = town.actor("other_secretary")
    report = service.submit(hours("1"), by=lone)
    assert report.step_unit_id == town.department
    assert deciding.approve(report.id, by=town.actor("organ")).state == ReportState.APPROVED


@pytest.mark.parametrize(
    "who", ["member", "colleague", "stranger", "other_secretary", "office", "organ", "it"]
)
def test_only_who_is_asked_decides(town, who):
    report = service.submit(hours("1"), by=town.actor("member"))
    with pytest.raises((Forbidden, NotFound, errors.OwnMatter)):
        deciding.approve(report.id, by=town.actor(who))


def test_a_second_approval_is_told_that_it_is_done(town):
    report = service.submit(hours("1"), by=town.actor("member"))
    deciding.approve(report.id, by=town.actor("secretary"))
    with pytest.raises((errors.NotPending, Forbidden)):
        deciding.approve(report.id, by=town.actor("deputy"))
    assert queries.my_standing(town.actor("member")).total == Decimal("60.5")


def test_a_returned_report_is_corrected_as_a_new_version(town):
    member, secretary = town.actor("member"), town.actor("secretary")
    first = service.submit(hours("3"), by=member)
    deciding.return_(first.id, "时长写多了", by=secretary)
    second = service.resubmit(first.id, hours("2"), by=member)
    assert (first.state, second.version, second.previous_id) == (ReportState.SUPERSEDED, 2, first.id)
    deciding.approve(second.id, by=secretary)
    assert queries.my_standing(member).total == 61


def test_a_confirmation_is_taken_back_by_a_linked_reversal(town):
    member, secretary = town.actor("member"), town.actor("secretary")
    report = service.submit(hours("2"), by=member)
    deciding.approve(report.id, by=secretary)
    with pytest.raises(DomainError):
        deciding.revoke(report.id, by=town.actor("deputy"))
    deciding.revoke(report.id, by=secretary)
    assert queries.my_standing(member).total == 60
    assert list(verify.faults()) == []
    again = service.resubmit(report.id, hours("1"), by=member)
    deciding.approve(again.id, by=secretary)
    assert queries.my_standing(member).total == Decimal("60.5")
    assert list(verify.faults()) == []


def test_the_same_deed_is_asked_about_and_another_one_is_taken(town):
    member = town.actor("member")
    service.submit(hours("2"), by=member)
    with pytest.raises(errors.SameDeed, match="与1号是同一件事吗"):
        service.submit(hours("1"), by=member)
    assert service.submit(hours("1", another=True), by=member).number == 2


def test_a_deed_that_counts_is_asked_about_again(town):
    member, secretary = town.actor("member"), town.actor("secretary")
    deciding.approve(service.submit(hours("2"), by=member).id, by=secretary)
    total = queries.my_standing(member).total
    with pytest.raises(errors.SameDeed):
        service.submit(hours("2"), by=member)
    assert queries.my_standing(member).total == total


def test_a_deed_from_the_roster_is_attached_not_posted_twice(town):
    member, secretary = town.actor("member"), town.actor("secretary")
    rules = queries.rules_of(member.member_id, YESTERDAY)
    deed = occasion(rules.book.items["D01"], YESTERDAY, deed="1")
    fact = ledger.Confirmed(
        member_id=member.member_id, branch_id=town.branch, rules=rules, item_code="D01", occurred_on=YESTERDAY,
        quantity=Decimal(2), occasion=deed, source="roster", source_id=1,
    )  # fmt: skip
    ledger.post([fact], by=secretary)
    report = service.submit(hours("2"), by=member)
    assert report.state == ReportState.ATTACHED
    assert queries.my_standing(member).total == 61
    assert list(verify.faults()) == []


@pytest.mark.parametrize(
    ("filing", "refusal"),
    [
        pytest.param(Filing(item="看电影", occurred_on=YESTERDAY), errors.UnknownItem, id="unknown item"),
        pytest.param(hours("1", clock.today() + dt.timedelta(days=1)), errors.InFuture, id="future"),
        pytest.param(hours("1", clock.today() - dt.timedelta(days=300)), errors.TooOld, id="too old"),
        pytest.param(hours("9"), errors.BadQuantity, id="too much"),
        pytest.param(hours("0.3"), errors.BadQuantity, id="finer than the step"),
        pytest.param(
            Filing(item="A02", occurred_on=YESTERDAY), errors.NotSelfReported, id="fed by activities"
        ),
        pytest.param(Filing(item="E01", occurred_on=YESTERDAY), errors.LevelNeeded, id="level missing"),
    ],
)
def test_a_faulty_report_is_refused_in_words(town, filing, refusal):
    with pytest.raises(refusal) as caught:
        service.submit(filing, by=town.actor("member"))
    assert caught.value.message.endswith(("。", "？"))


def test_points_are_hidden_from_it_and_from_other_branches(town):
    whose = town.people["member"]
    for who in ("it", "stranger", "other_secretary", "colleague"):
        with pytest.raises(NotFound):
            explain.explain(whose, by=town.actor(who))
    for who in ("member", "secretary", "office", "leader"):
        assert explain.explain(whose, by=town.actor(who)).sheet.total == 60


def test_names_are_listed_only_where_the_committee_decided_so(town):
    from jifen.org import service as org

    with pytest.raises(Forbidden):
        queries_compared.ranking(town.branch, by=town.actor("member"))
    with pytest.raises(NotFound):
        queries_compared.ranking(town.branch, by=town.actor("stranger"))
    org.show_names(town.branch, shown=True, basis_id=city.minute(town), by=town.actor("secretary"))
    places = [(r.place, r.name) for r in queries_compared.ranking(town.branch, by=town.actor("member"))]
    assert [p for p, _ in places] == [1, 1, 1, 1]
