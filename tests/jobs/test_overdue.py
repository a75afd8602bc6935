"""What waits too long, on a seeded clock: reminded once, sent up, told to both, listed at the top."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa
import time_machine

from bot import outbound, sentences
from jifen.audit.models import AuditEntry
from jifen.core import clock, workdays
from jifen.core.actor import Role
from jifen.decisions import asks
from jifen.members import queries as members
from jifen.members import service as people
from jifen.notices.models import Notice
from jifen.org import queries as org
from jifen.points import deciding, queries_reports, service
from jifen.points.queue import overdue
from jifen.points.service import Filing
from tests import city

#: A Monday without holidays around it.
MONDAY = dt.date(2026, 3, 2)


@pytest.fixture
def town(db):
    with time_machine.travel(clock.at(MONDAY, 10), tick=False):
        yield city.build()


def file(town, who="member", item="志愿服务", days=1, **more):
    filing = Filing(item=item, occurred_on=clock.today() - dt.timedelta(days=days), **more)
    return service.submit(filing, by=town.actor(who))


def put(town, concerns="member", number=1, **more):
    path = org.unit(town.branch).path
    person = town.people[concerns]
    return asks.ask("matter", number, unit_id=asks.unit_for(path, person), concerns=person, **more)


def on(day: dt.date) -> tuple[int, int]:
    with time_machine.travel(clock.at(day, 9, 15), tick=False):
        up = overdue.escalate(day, by=city.BY)
        return up, overdue.remind(day)


def told(db, kind: str) -> dict[int, int]:
    rows = db.session.execute(sa.select(Notice.member_id, Notice.data).where(Notice.kind == kind))
    return {member: data["count"] for member, data in rows}


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        pytest.param(dt.date(2026, 3, 5), 3, dt.date(2026, 3, 2), id="within a week"),
        pytest.param(dt.date(2026, 3, 9), 3, dt.date(2026, 3, 4), id="over a weekend"),
        pytest.param(dt.date(2026, 3, 8), 1, dt.date(2026, 3, 5), id="on a Sunday"),
        pytest.param(dt.date(2026, 10, 9), 2, dt.date(2026, 10, 7), id="after the holidays"),
    ],
)
def test_working_days_backwards(day, count, expected):
    assert workdays.before(day, count) == expected
    assert workdays.add(expected, count) <= day
    assert workdays.add(expected + dt.timedelta(days=1), count) > day


def test_one_collected_reminder_after_three_working_days(town, db):
    for days in (1, 3, 5):
        file(town, days=days)
    file(town, "secretary")
    put(town)
    assert on(dt.date(2026, 3, 4)) == (0, 0)
    assert on(dt.date(2026, 3, 5)) == (0, 5)
    assert told(db, "decider_reminder") == {town.people["secretary"]: 4, town.people["deputy"]: 5}
    assert on(dt.date(2026, 3, 6)) == (0, 0)
    said = sentences.values("decider_reminder", town.people["secretary"], {"count": 4})
    assert said is not None
    assert len(said["what"]) <= outbound.THING
    assert len(said["word"]) <= outbound.THING


def test_after_seven_working_days_it_goes_up_and_both_are_told(town, db):
    report, row = file(town), put(town)
    assert on(dt.date(2026, 3, 10))[0] == 0
    assert on(dt.date(2026, 3, 11))[0] == 2
    assert (report.step_unit_id, report.raised) == (town.department, 1)
    assert (row.unit_id, row.raised) == (town.department, 1)
    assert told(db, "decider_escalated") == {town.people["secretary"]: 2, town.people["deputy"]: 2}
    assert told(db, "decider_received") == {town.people["organ"]: 2}
    actions = db.session.scalars(sa.select(AuditEntry.action).where(AuditEntry.action.like("%escalate")))
    assert sorted(actions) == ["ask.escalate", "report.escalate"]
    with time_machine.travel(clock.at(dt.date(2026, 3, 12), 10), tick=False):
        assert deciding.reroute(by=city.BY) == 0
        assert queries_reports.queue(by=town.actor("secretary")) == []
        deciding.approve(report.id, by=town.actor("organ"))


def test_at_the_top_it_stays_and_is_listed(town):
    report = file(town)
    for day in (dt.date(2026, 3, 11), dt.date(2026, 3, 20), dt.date(2026, 3, 31)):
        on(day)
    assert (report.step_unit_id, report.raised) == (town.committee, 2)
    assert on(dt.date(2026, 4, 15))[0] == 0
    with time_machine.travel(clock.at(dt.date(2026, 4, 15), 10), tick=False):
        [found] = overdue.stuck(clock.today())
    assert (found.subject, found.subject_id, found.unit_name) == ("report", report.id, "机关第一党支部")


def test_past_its_day_a_question_goes_up_at_once_and_then_has_its_time(town):
    row = put(town, answer_by=dt.date(2026, 3, 3))
    assert on(dt.date(2026, 3, 3))[0] == 0
    assert on(dt.date(2026, 3, 4))[0] == 1
    assert on(dt.date(2026, 3, 5))[0] == 0
    assert row.unit_id == town.department


def test_whose_matter_it_is_never_gets_it(town):
    organ = town.people["organ"]
    row = put(town, concerns="organ")
    assert row.unit_id == town.branch
    on(dt.date(2026, 3, 11))
    assert row.unit_id == town.committee
    assert organ != town.people["leader"]


def test_a_new_step_has_its_own_days(town):
    report = file(town, item="E01", level="国家级", evidence="证书 1 号", quantity=Decimal(1))
    with time_machine.travel(clock.at(dt.date(2026, 3, 10), 10), tick=False):
        deciding.approve(report.id, by=town.actor("secretary"))
    assert on(dt.date(2026, 3, 11)) == (0, 0)
    assert on(dt.date(2026, 3, 13)) == (0, 1)
    assert on(dt.date(2026, 3, 19))[0] == 1
    assert report.step_unit_id == town.committee


def test_a_secretary_replaced_while_items_wait(town, db):
    report = file(town)
    held = members.posts_in_sight(by=town.actor("leader"))
    post = next(p.id for p in held if p.member_id == town.people["secretary"])
    with time_machine.travel(clock.at(dt.date(2026, 3, 4), 10), tick=False):
        people.end_post(post, on=clock.today(), by=city.BY)
        people.appoint(
            town.people["colleague"], town.branch, Role.BRANCH_SECRETARY, since=clock.today(), by=city.BY
        )
        assert [w.report_id for w in queries_reports.queue(by=town.actor("colleague"))] == [report.id]
        assert queries_reports.queue(by=town.actor("secretary")) == []
    on(dt.date(2026, 3, 5))
    assert set(told(db, "decider_reminder")) == {town.people["colleague"], town.people["deputy"]}
