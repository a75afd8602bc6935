"""Reminders of what begins soon: the day before, once, at humane hours, to whom it concerns."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from jifen.activities import planning, reminding, signing_up
from jifen.core import clock
from tests import city
from tests.activities.town import DAY, at, meeting, need

DAYS = dt.timedelta(days=1)


@pytest.fixture
def town(db):
    return city.build()


@pytest.fixture
def reminded(db):
    """Return whom a run of the clock newly reminds."""
    known = set()

    def run() -> list[int]:
        after = 0
        while after is not None:
            after = reminding.remind(after=after, limit=1)
        rows = set(
            db.session.execute(
                sa.text("SELECT key, member_id FROM notice WHERE kind = 'activity_soon'")
            ).tuples()
        )
        fresh = rows - known
        known.update(rows)
        return sorted(member for _, member in fresh)

    return run


def test_who_joined_is_reminded_the_day_before_once_and_who_waits_is_not(town, reminded):
    with at(9, day=DAY - 5 * DAYS):
        act = planning.plan(need(town, capacity=1), by=town.actor("secretary")).id
        signing_up.join(act, by=town.actor("member"))
        signing_up.join(act, by=town.actor("colleague"))
        assert reminded() == []
    for hour in (6, 8):
        with at(hour, 59, day=DAY - DAYS):
            assert reminded() == []
    with at(14, day=DAY - DAYS):
        assert reminded() == [town.people["member"]]
        assert reminded() == []
    with at(20, 30, day=DAY - DAYS):
        signing_up.leave(act, by=town.actor("member"))
        assert reminded() == []
    with at(9, 30):
        # He was let in last night and told so: that was his reminder.
        assert reminded() == []


def test_who_is_expected_is_reminded_and_again_when_it_is_moved(town, reminded):
    with at(9, day=DAY - 5 * DAYS):
        act = planning.plan(meeting(town), by=town.actor("secretary")).id
    with at(14, day=DAY - DAYS):
        everybody = reminded()
        assert town.people["member"] in everybody
        assert town.people["stranger"] not in everybody
        planning.move(
            act, clock.at(DAY + 3 * DAYS, 14), clock.at(DAY + 3 * DAYS, 16), by=town.actor("secretary")
        )
        assert reminded() == []
    with at(14, day=DAY + 2 * DAYS):
        assert reminded() == everybody


def test_minutes_before_it_begins_nobody_is_disturbed(town, reminded):
    with at(9, day=DAY - 5 * DAYS):
        act = planning.plan(need(town), by=town.actor("secretary")).id
        signing_up.join(act, by=town.actor("member"))
    with at(13, 30):
        assert reminded() == []
    with at(9, day=DAY):
        planning.cancel(act, by=town.actor("secretary"))
        assert reminded() == []


def test_what_falls_due_at_night_waits_for_the_morning(town, reminded):
    early = {"starts_at": clock.at(DAY, 8), "ends_at": clock.at(DAY, 10)}
    with at(9, day=DAY - 5 * DAYS):
        act = planning.plan(need(town, **early), by=town.actor("secretary")).id
        signing_up.join(act, by=town.actor("member"))
    for hour in (6, 8):
        with at(hour, 30, day=DAY - DAYS):
            assert reminded() == []
    with at(21, day=DAY - DAYS):
        assert reminded() == []
    with at(9, 5, day=DAY - DAYS):
        assert reminded() == [town.people["member"]]
