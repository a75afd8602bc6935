"""A worker killed with -9 between sending and noting: nothing is lost, nothing is sent twice."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import signal

import pytest
import time_machine

from jifen.core import clock
from jifen.core.db import db, transaction
from jifen.notices import sending
from jifen.notices import service as notices
from jifen.notices.models import Notice
from jifen.notices.ports import Letter, Outcome
from tests import city
from tests.notices.kit import house_of, using


class Platform:
    """What the platform does with a repeat: the same id within ten minutes is sent once. Keeps a file of sendings."""

    def __init__(self, folder) -> None:
        self.file = folder / "sent"
        self.file.touch()

    def send(self, letter: Letter) -> Outcome:
        notice_id = letter.notice_id
        if str(notice_id) not in self.seen():
            with self.file.open("a") as out:
                out.write(f"{notice_id}\n")
        return Outcome("accepted", platform_id=f"p{notice_id}")

    def seen(self) -> list[str]:
        return self.file.read_text().split()


@pytest.fixture
def owed(fresh_app, tmp_path):
    """Three notices owed, a platform, and the application; the channel of other tests is put back."""
    platform = Platform(tmp_path)
    with fresh_app.app_context():
        town = city.build()
        with transaction():
            rows = [(f"k{n}", town.people["member"], {"report": n}) for n in range(3)]
            notices.queue_many(kind="report_approved", rows=rows)
        db.session.remove()
        db.engine.dispose()
        with using(house_of(platform.send)):
            yield fresh_app, platform


def _die_after_sending(app, send) -> None:
    """Run a worker that is killed after the platform took its first notice and before it could note it."""

    def deadly(letter: Letter) -> Outcome:
        send(letter)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("unreachable")

    with app.app_context(), using(house_of(deadly)):
        sending.send_some()


def _states() -> list[str]:
    db.session.rollback()
    return [n.state for n in db.session.query(Notice).order_by(Notice.id)]


def kill_one(app, platform) -> None:
    """Let a worker die between sending and noting."""
    worker = multiprocessing.get_context("fork").Process(target=_die_after_sending, args=(app, platform.send))
    worker.start()
    worker.join(60)
    assert worker.exitcode == -signal.SIGKILL


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_within_the_platforms_ten_minutes_the_next_worker_sends_again(owed):
    app, platform = owed
    kill_one(app, platform)
    assert _states() == ["sending"] * 3
    assert sending.send_some() == 0, "the claim of a worker that may live is respected"
    with time_machine.travel(clock.now() + dt.timedelta(minutes=2), tick=True):
        while sending.send_some():
            pass
    assert _states() == ["accepted"] * 3
    assert len(platform.seen()) == len(set(platform.seen())) == 3


def test_after_them_the_outcome_is_unknown_rather_than_doubled(owed):
    app, platform = owed
    kill_one(app, platform)
    with time_machine.travel(clock.now() + dt.timedelta(minutes=30), tick=True):
        while sending.send_some():
            pass
    assert sorted(_states()) == ["accepted", "accepted", "unknown"], "what had not left yet is sent as usual"
    assert len(platform.seen()) == len(set(platform.seen())) == 3


def test_a_busy_platform_is_asked_again_a_bounded_number_of_times(owed):
    _app, _ = owed
    asked = []

    def busy(letter: Letter) -> Outcome:
        asked.append(letter.notice_id)
        return Outcome("again", "busy", wait=dt.timedelta(minutes=1))

    with using(house_of(busy)):
        for minutes in range(0, 40, 2):
            with time_machine.travel(clock.now() + dt.timedelta(minutes=minutes), tick=True):
                sending.send_some()
    assert _states() == ["failed"] * 3
    assert len(asked) == 3 * sending.MOST_ATTEMPTS


@pytest.mark.parametrize(
    ("now", "state"),
    [
        pytest.param(clock.at(dt.date(2026, 6, 26), 10), "accepted", id="a working morning"),
        pytest.param(clock.at(dt.date(2026, 6, 26), 21), "queued", id="the evening"),
        pytest.param(clock.at(dt.date(2026, 6, 27), 10), "queued", id="a saturday"),
        pytest.param(clock.at(dt.date(2026, 10, 1), 10), "queued", id="a holiday"),
        pytest.param(clock.at(dt.date(2026, 10, 10), 10), "accepted", id="a make-up saturday"),
    ],
)
def test_reminders_leave_in_office_hours_only(owed, now, state):
    with time_machine.travel(now, tick=True):
        with transaction() as session:
            session.query(Notice).update({"kind": "monthly_reminder", "not_before": clock.now()})
        sending.send_some()
        assert set(_states()) == {state}
        waiting = db.session.query(Notice).filter_by(state="queued").all()
        assert all(n.attempts == 0 for n in waiting), "waiting for the hour is no try"
        assert all(9 <= n.not_before.astimezone(clock.SHANGHAI).hour < 20 for n in waiting)
