"""The figure of the reminders, small: killed workers and lost answers double nothing and lose nothing."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from bench import reminders
from jifen.core.db import transaction

MEMBERS = 150
STEPS = [dt.timedelta(minutes=20)] * 4


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_every_reminder_is_accounted_for_and_none_comes_twice(fresh_app):
    with fresh_app.app_context():
        with transaction() as session:
            session.execute(
                sa.text(
                    "INSERT INTO member (number, name, name_pinyin, joined_precision, confirmed_precision, created_at)"
                    " SELECT CAST(n AS text), '测试', 'ceshi', 'd', 'd', now() FROM generate_series(1, :n) AS n"
                ),
                {"n": MEMBERS},
            )
        found = reminders.play(fresh_app, MEMBERS, kill_every=25, workers=2, steps=STEPS)
    states = found["states"]
    assert set(states) <= {"accepted", "unknown", "failed", "waits"}
    assert sum(states.values()) == MEMBERS
    assert found["doubled"] == 0
    assert found["arrived"] >= states["accepted"]
    assert found["answers_lost"] > 0
    assert found["workers_killed"] > 0
    assert found["tokens"] <= 2
