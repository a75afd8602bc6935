"""The secretary's list: posted once, attached where the deed counts, never for himself."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa

from jifen.core import clock
from jifen.core.errors import Forbidden, NotFound
from jifen.members import service as members
from jifen.members.models import Category
from jifen.notices.models import Notice
from jifen.points import deciding, errors, explain, queries, queries_reports, roster, service, verify
from jifen.points.models import Corroboration, LedgerEntry, RosterEntry
from jifen.points.service import Filing
from jifen.points.states import ReportState
from tests import city

YESTERDAY = clock.today() - dt.timedelta(days=1)


@pytest.fixture
def town(db) -> city.City:
    return city.build()


@pytest.fixture
def enter(town):
    """Enter a list of two hours of voluntary work, by names, as the secretary unless told."""

    def entered(
        *names: str, item: str = "志愿服务", day: dt.date = YESTERDAY, who: str = "secretary", **more
    ):
        more = {"branch_id": town.branch, "quantity": Decimal(2)} | more
        return roster.enter(item, day, [town.people[n] for n in names], **more, by=town.actor(who))

    return entered


def told(db, town, who: str) -> list[tuple[str, dict]]:
    rows = db.session.execute(
        sa.select(Notice.kind, Notice.data).where(Notice.member_id == town.people[who]).order_by(Notice.id)
    )
    return [tuple(row) for row in rows]


def corroborations(db) -> list[tuple[int, str, int]]:
    rows = db.session.execute(
        sa.select(Corroboration.entry_id, Corroboration.source, Corroboration.source_id).order_by(
            Corroboration.id
        )
    )
    return [tuple(row) for row in rows]


def hours(n: str = "2") -> Filing:
    return Filing(item="志愿服务", occurred_on=YESTERDAY, quantity=Decimal(n))


def total(town, who: str) -> Decimal:
    return queries.my_standing(town.actor(who)).total


def test_a_list_counts_at_once_for_everybody_on_it(town, db, enter):
    done = enter("member", "colleague", "deputy")

    assert done.posted == tuple(sorted(town.people[n] for n in ("member", "colleague", "deputy")))
    assert (done.item_code, done.attached, done.own) == ("D01", (), ())
    assert [total(town, n) for n in ("member", "colleague", "deputy", "secretary")] == [61, 61, 61, 60]
    rows = db.session.execute(sa.select(LedgerEntry.source, LedgerEntry.source_id, LedgerEntry.decided_by))
    assert set(rows) == {("roster", done.roster_id, town.people["secretary"])}
    assert db.session.get(RosterEntry, done.roster_id).branch_id == town.branch
    why = explain.explain(town.people["member"], by=town.actor("member"))
    assert [e.decided_by for e in why.entries.values()] == ["周正"]
    assert list(verify.faults()) == []


def test_its_numbers_lie_above_those_of_generated_facts(enter):
    assert enter("member").roster_id >= 1_000_000_000


def test_the_same_list_again_stands_beside_the_first(town, db, enter):
    first, second = enter("member"), enter("member", "colleague")

    assert second.posted == (town.people["colleague"],)
    assert second.attached == first.posted == (town.people["member"],)
    assert total(town, "member") == 61
    assert [c[1:] for c in corroborations(db)] == [("roster", second.roster_id)]
    assert told(db, town, "member") == [("deed_attached", {"roster": second.roster_id})]
    assert told(db, town, "colleague") == []
    assert list(verify.faults()) == []


def test_a_confirmed_report_keeps_the_deed(town, db, enter):
    report = service.submit(hours(), by=town.actor("member"))
    deciding.approve(report.id, by=town.actor("secretary"))

    done = enter("member", "colleague")

    assert done.attached == (town.people["member"],)
    assert (total(town, "member"), total(town, "colleague")) == (61, 61)
    assert [kind for kind, _ in told(db, town, "member")] == ["report_approved", "deed_attached"]
    assert report.state == ReportState.APPROVED
    assert list(verify.faults()) == []


def test_a_waiting_report_is_answered_by_the_list(town, db, enter):
    report = service.submit(hours(), by=town.actor("member"))

    done = enter("member")

    assert done.posted == (town.people["member"],)
    assert (report.state, report.step_unit_id) == (ReportState.ATTACHED, None)
    assert report.decided_at is not None
    assert queries_reports.queue(by=town.actor("deputy")) == []
    assert told(db, town, "member") == [("deed_attached", {"roster": done.roster_id})]
    [(entry, source, number)] = corroborations(db)
    assert (source, number) == ("report", report.id)
    assert db.session.get(LedgerEntry, entry).source_id == done.roster_id
    with pytest.raises((errors.NotPending, Forbidden)):
        deciding.approve(report.id, by=town.actor("secretary"))
    assert total(town, "member") == 61
    assert list(verify.faults()) == []


def test_a_later_report_of_the_listed_deed_is_attached(town, enter):
    enter("member")
    assert service.submit(hours(), by=town.actor("member")).state == ReportState.ATTACHED
    assert total(town, "member") == 61


def test_a_check_in_and_a_list_of_one_activity_are_one_deed(town, enter):
    enter("member", item="A02", quantity=Decimal(1), activity="2026-17")
    again = enter("member", item="A02", quantity=Decimal(1), activity="2026-17", who="deputy")
    other = enter("member", item="A02", quantity=Decimal(1), activity="2026-18")

    assert (again.posted, again.attached) == ((), (town.people["member"],))
    assert other.posted == (town.people["member"],)
    assert list(verify.faults()) == []


def test_who_enters_the_list_is_left_out_and_another_enters_him(town, enter):
    done = enter("secretary", "member")
    assert (done.own, done.posted) == ((town.people["secretary"],), (town.people["member"],))
    assert total(town, "secretary") == 60
    with pytest.raises(errors.OnlyOneself):
        enter("secretary")

    assert enter("secretary", who="deputy").posted == (town.people["secretary"],)
    assert enter("deputy", who="organ").posted == (town.people["deputy"],)
    assert total(town, "secretary") == 61
    assert list(verify.faults()) == []


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        pytest.param("member", Forbidden, id="a member"),
        pytest.param("office", Forbidden, id="the office operates, it does not decide"),
        pytest.param("stranger", NotFound, id="another branch"),
        pytest.param("other_secretary", NotFound, id="another branch's secretary"),
        pytest.param("it", NotFound, id="it"),
    ],
)
def test_only_deciders_of_the_branch_enter(town, db, enter, who, refusal):
    with pytest.raises(refusal):
        enter("colleague", who=who)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(LedgerEntry)) == 0


def test_the_recorder_prepares_and_does_not_enter(town, enter):
    from jifen.core.actor import Role

    members.appoint(town.people["colleague"], town.branch, Role.POINTS_RECORDER, since=city.SINCE, by=city.BY)
    with pytest.raises(Forbidden):
        enter("member", who="colleague")


def test_people_of_other_branches_stop_the_whole_list(town, db, enter):
    with pytest.raises(errors.NotOnRoster) as caught:
        enter("member", "stranger")
    # The secretary does not see other branches' people: no name is told.
    assert "赵远" not in caught.value.message
    assert f"{town.people['stranger']}号人员" in caught.value.message
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RosterEntry)) == 0
    with pytest.raises(errors.NotOnRoster, match="赵远"):
        enter("member", "stranger", who="organ")


def test_people_who_were_not_scored_that_day_are_named(town, enter):
    members.exempt(
        town.people["member"],
        reason="meeting",
        since=YESTERDAY,
        until=clock.today(),
        minute="纪要5号",
        by=town.actor("organ"),
    )
    late = members.take_in(
        "李新", branch_id=town.branch, category=Category.FULL, since=clock.today(), by=city.BY
    )
    town.people["late"] = late.id
    with pytest.raises(errors.NotOnRoster, match="陈国强、李新"):
        enter("member", "colleague", "late")


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        pytest.param({"day": clock.today() + dt.timedelta(days=1)}, errors.InFuture, id="future"),
        pytest.param({"item": "B02", "quantity": Decimal(1)}, errors.NotByRoster, id="self-reported only"),
        pytest.param({"item": "看电影"}, errors.UnknownItem, id="unknown item"),
        pytest.param({"quantity": Decimal(9)}, errors.BadQuantity, id="too much"),
        pytest.param({"item": "C02", "quantity": Decimal(1)}, errors.LevelNeeded, id="level missing"),
    ],
)
def test_a_faulty_list_is_refused_in_words(town, enter, asked, refusal):
    with pytest.raises(refusal) as caught:
        enter("member", **asked)
    assert caught.value.message.endswith("。")
    assert total(town, "member") == 60


def test_a_level_is_kept(town, db, enter):
    rules = queries.rules_of(town.people["member"], YESTERDAY)
    level = next(iter(rules.book.items["C02"].levels))
    enter("member", item="C02", quantity=Decimal(1), level=level)
    assert db.session.scalar(sa.select(LedgerEntry.level)) == level
    assert list(verify.faults()) == []


def test_an_activity_and_a_report_that_names_none_are_one_deed(town, enter):
    waiting = service.submit(hours(), by=town.actor("colleague"))
    enter("member", "colleague", activity="2026-17")

    assert service.submit(hours(), by=town.actor("member")).state == ReportState.ATTACHED
    assert deciding.approve(waiting.id, by=town.actor("secretary")).state == ReportState.ATTACHED
    other = service.submit(
        Filing(item="志愿服务", occurred_on=YESTERDAY, quantity=Decimal(2), another=True),
        by=town.actor("member"),
    )
    assert other.state == ReportState.PENDING
    assert (total(town, "member"), total(town, "colleague")) == (61, 61)
    assert list(verify.faults()) == []


def test_a_confirmed_report_and_a_later_activity_are_one_deed(town, enter):
    report = service.submit(hours(), by=town.actor("member"))
    deciding.approve(report.id, by=town.actor("secretary"))

    assert enter("member", activity="2026-17").attached == (town.people["member"],)
    assert total(town, "member") == 61
