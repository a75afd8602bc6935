"""Closing: everybody expected ends somehow, once, and the facts follow."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from jifen.activities import (
    checking_in,
    closing,
    errors,
    planning,
    queries,
    queries_checking,
    queries_due,
    rules,
    signing_up,
)
from jifen.activities.closing import End
from jifen.activities.models import Activity, Presence
from jifen.activities.states import Purpose
from jifen.core import clock
from jifen.core.db import db
from jifen.core.errors import Forbidden
from jifen.core.states import NotNow
from jifen.points.attendance import gatherings, leaves
from jifen.points.attendance import queries as attendance
from jifen.points.attendance import queries_asked as attendance_asked
from jifen.points.attendance.errors import AlreadyEntered, ReasonNeeded
from jifen.points.attendance.gatherings import Sheet
from jifen.points.models import LedgerEntry
from tests import city
from tests.activities.town import DAY, at, meeting, need


@pytest.fixture
def town(db):
    with at(9, day=DAY - dt.timedelta(days=3)):
        yield city.build()


def came(act: Activity, *who: int, hour: int = 13, minute: int = 50) -> None:
    with at(hour, minute):
        for member_id in who:
            found = city.access.actor_of(member_id, city.Door.WECHAT)
            checking_in.by_scan(rules.qr(act.id, act.seed, Purpose.IN, clock.now()), by=found)


def ends(act: Activity) -> dict[int, str | None]:
    return dict(
        db.session.execute(
            sa.select(Presence.member_id, Presence.outcome).where(Presence.activity_id == act.id)
        ).all()
    )


def test_a_meeting_ends_in_the_attendance_with_absence_as_a_matter_of_its_own(town):
    people = town.people
    act = planning.plan(meeting(town), by=town.actor("secretary"))
    leaves.request(DAY, None, "duty", by=town.actor("colleague"))
    came(act, people["member"])
    came(act, people["secretary"], hour=14, minute=20)
    with at(16, 30):
        with pytest.raises(Forbidden):
            closing.close(act.id, {}, by=town.actor("member"))
        done = closing.close(
            act.id, {people["colleague"]: End("on_leave", "duty")}, by=town.actor("secretary")
        )
        with pytest.raises(NotNow):
            closing.close(act.id, {}, by=town.actor("secretary"))
        assert ends(act) == {
            people["member"]: "attended",
            people["secretary"]: "late",
            people["deputy"]: "absent",
            people["colleague"]: "on_leave",
        }
        met = attendance.meeting(done.gathering_id, by=town.actor("secretary"))
        assert {p.member_id: p.outcome for p in met.people} == ends(act)
        # Nobody confirms his own end: the secretary's waits for the deputy.
        assert [e.name for e in attendance_asked.waiting_ends(by=town.actor("deputy"))] == ["周正"]
        assert len(attendance_asked.own_absences(by=town.actor("deputy"))) == 1
        earned = db.session.scalars(sa.select(LedgerEntry.member_id).where(~LedgerEntry.excused)).all()
        assert earned == [people["member"]]


def test_the_recorder_closes_and_a_decider_confirms(town):
    town.people["recorder"] = city.members.take_in(
        "记录", branch_id=town.branch, since=city.SINCE, joined_on=city.SINCE, by=city.BY
    ).id
    city.members.appoint(
        town.people["recorder"], town.branch, "points_recorder", since=city.SINCE, by=city.BY
    )
    act = planning.plan(meeting(town), by=town.actor("recorder"))
    came(act, town.people["member"])
    with at(17):
        done = closing.close(act.id, {}, by=town.actor("recorder"))
        assert attendance.meeting(done.gathering_id, by=town.actor("secretary")).met.state == "prepared"
        assert not db.session.scalars(sa.select(LedgerEntry.id)).all()
        gatherings.confirm(done.gathering_id, by=town.actor("secretary"))
        assert db.session.scalars(sa.select(LedgerEntry.member_id)).all() == [town.people["member"]]


def test_a_meeting_entered_by_hand_is_found_to_be_the_same(town):
    by = town.actor("secretary")
    act = planning.plan(meeting(town), by=by)
    with at(17):
        gatherings.record(Sheet(branch_id=town.branch, item="A01", day=DAY), confirm=True, by=by)
        with pytest.raises(AlreadyEntered):
            closing.close(act.id, {}, by=by)
        assert queries.shown(act.id, by=by).state == "published"


def test_two_meetings_of_one_day_are_two(town):
    by, hours = town.actor("secretary"), dt.timedelta(hours=3)
    first = planning.plan(meeting(town), by=by)
    second = planning.plan(
        meeting(town, starts_at=first.starts_at + hours, ends_at=first.ends_at + hours), by=by
    )
    with at(21):
        met = [closing.close(a.id, {}, by=by).gathering_id for a in (second, first)]
        assert None not in met
        assert len(set(met)) == 2


def test_what_no_rulebook_counts_is_only_written_down(town):
    by = town.actor("secretary")
    act = planning.plan(meeting(town, kind="committee_meeting", title="支委会"), by=by)
    assert {p.member_id for p in queries_checking.people(queries.shown(act.id, by=by))} == {
        town.people["secretary"],
        town.people["deputy"],
    }
    with at(17):
        done = closing.close(act.id, {town.people["deputy"]: End("attended")}, by=by)
    assert done.gathering_id is None
    assert ends(act) == {town.people["secretary"]: "absent", town.people["deputy"]: "attended"}


def test_service_without_a_check_out_stays_open_until_another_confirms(town):
    by, people = town.actor("secretary"), town.people
    act = planning.plan(need(town), by=by)
    for who in ("member", "colleague", "secretary"):
        signing_up.join(act.id, by=town.actor(who))
    came(act, people["member"], people["secretary"])
    with at(15, 45):
        checking_in.by_scan(rules.qr(act.id, act.seed, "out", clock.now()), by=by)
    with at(17):
        checking_in.close_forgotten()
        done = closing.close(act.id, {}, by=by)
        assert done.open == tuple(sorted([people["member"], people["secretary"]]))
        assert ends(act) == {people["member"]: None, people["secretary"]: None, people["colleague"]: "absent"}
        closing.confirm_one(act.id, people["member"], End("attended", out_at=clock.at(DAY, 15)), by=by)
        with pytest.raises(errors.OwnEnd):
            closing.confirm_one(act.id, people["secretary"], End("attended"), by=by)
        closing.confirm_one(act.id, people["secretary"], End("attended"), by=town.actor("deputy"))
        with pytest.raises(errors.NotOnList):
            closing.confirm_one(act.id, people["secretary"], End("attended"), by=town.actor("deputy"))
    assert ends(act) == {
        people["member"]: "attended",
        people["secretary"]: "attended",
        people["colleague"]: "absent",
    }


@pytest.mark.parametrize(
    ("marks", "refusal"),
    [
        ({"stranger": End("attended")}, errors.NotOnList),
        ({"member": End("on_leave")}, ReasonNeeded),
        ({"member": End("asleep")}, ReasonNeeded),
    ],
)
def test_what_cannot_be_closed_writes_nothing(town, marks, refusal):
    act = planning.plan(meeting(town), by=town.actor("secretary"))
    with at(17):
        with pytest.raises(refusal):
            closing.close(act.id, {town.people[w]: e for w, e in marks.items()}, by=town.actor("secretary"))
        assert queries.shown(act.id, by=town.actor("secretary")).state == "published"
        assert ends(act) == {}


def test_before_it_begins_nothing_is_closed(town):
    act = planning.plan(meeting(town), by=town.actor("secretary"))
    with at(13, 59), pytest.raises(errors.NotBegun):
        closing.close(act.id, {}, by=town.actor("secretary"))


def test_how_somebody_ended_is_confirmed_once_by_the_database_too(town):
    act = planning.plan(meeting(town), by=town.actor("secretary"))
    with at(17):
        closing.close(act.id, {}, by=town.actor("secretary"))
    with pytest.raises(sa.exc.IntegrityError, match="confirmed once"):
        db.session.execute(sa.update(Presence).values(outcome="attended"))


def test_what_is_still_due_this_quarter(town):
    by = town.actor("secretary")

    def missing():
        return {
            d.kind.code: (d.held, d.planned, d.missing)
            for d in queries_due.still_due(town.branch, DAY, by=by)
        }

    assert missing()["members_meeting"] == (0, 0, 1)
    act = planning.plan(meeting(town), by=by)
    assert missing()["members_meeting"] == (0, 1, 0)
    with at(17):
        closing.close(act.id, {}, by=by)
        assert missing()["members_meeting"] == (1, 0, 0)
        gatherings.record(
            Sheet(branch_id=town.branch, item="A04", day=DAY - dt.timedelta(days=2)), confirm=True, by=by
        )
        assert missing()["lecture"] == (1, 0, 0)
        assert missing()["theme_day"] == (0, 0, 1)


def test_class_hours_count_for_who_was_there(town):
    office, people = town.actor("office"), town.people
    act = planning.plan(
        need(town, unit_id=town.department, kind="training", title="秋季轮训", class_hours=8), by=office
    )
    for who in ("member", "colleague", "secretary"):
        signing_up.join(act.id, by=town.actor(who))
    came(act, people["member"], people["secretary"])
    with at(17):
        closing.close(act.id, {}, by=office)
    got = {who: queries_due.class_hours(people[who], 2026) for who in ("member", "colleague", "secretary")}
    assert {w: (str(g.done), str(g.expected)) for w, g in got.items()} == {
        "member": ("8.0", "32"),
        "colleague": ("0", "32"),
        "secretary": ("8.0", "56"),
    }
    assert queries_due.class_hours(people["member"], 2027).done == 0
