"""The queue in an outage: it does not grow with every tick, and what a dead worker held comes back."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest
import sqlalchemy as sa
import time_machine

from jifen.core import clock, queue
from jifen.core.actor import system
from jifen.core.db import transaction
from jifen.jobs import queries, service
from jifen.jobs.calendar import job


def waiting(db) -> list[tuple[str, str]]:
    rows = db.session.execute(
        sa.text("SELECT task_name, status::text FROM procrastinate.procrastinate_jobs ORDER BY id")
    )
    return [tuple(r) for r in rows]


def test_a_task_that_waits_is_not_enqueued_again(db):
    for _ in range(3):
        with transaction():
            queue.defer_once("notices.send")
            queue.defer_once("points.follow", path="/1/")
            queue.defer_once("points.follow", path="/2/")

    assert [name for name, _ in waiting(db)] == ["notices.send", "points.follow", "points.follow"]


def test_a_clock_without_a_worker_fills_no_queue(db):
    with time_machine.travel(dt.datetime(2026, 11, 2, 9, 0, tzinfo=clock.SHANGHAI), tick=False) as time:
        assert service.make_due(job("ledger.seal"), clock.now())
        for _ in range(30):
            time.shift(20)
            service.pick_up()
        time.shift(3600)
        for _ in range(30):
            time.shift(20)
            service.pick_up()

    # The one of the firing and the one that was picked up.
    assert [name for name, _ in waiting(db)] == ["jobs.run", "jobs.run"]


@pytest.fixture
def dead(fresh_app):
    """An application whose only worker died holding a task that nobody took back yet."""
    with fresh_app.app_context():
        with transaction() as session:
            queue.defer("points.reroute", unit_id=1)
            worker = session.scalar(
                sa.text(
                    "INSERT INTO procrastinate.procrastinate_workers (last_heartbeat)"
                    " VALUES (now() - interval '1 hour') RETURNING id"
                )
            )
            session.execute(
                sa.text("UPDATE procrastinate.procrastinate_jobs SET status = 'doing', worker_id = :w"),
                {"w": worker},
            )
        yield fresh_app


def test_what_a_dead_worker_held_comes_back_while_another_runs(dead, monkeypatch):
    from jifen.core.db import db

    seen = queries.heartbeats()["worker"]
    assert clock.now() - seen > dt.timedelta(minutes=59)
    db.session.remove()

    async def look() -> None:
        url = dead.config["SQLALCHEMY_DATABASE_URI"].replace("postgresql+psycopg://", "postgresql://")
        connector = queue.connector(url)
        with queue.app.replace_connector(connector) as opened:
            async with opened.open_async():
                monkeypatch.setattr(queue, "PATROL", 0.05)
                patrol = asyncio.create_task(queue._patrol(opened))
                for _ in range(100):
                    await asyncio.sleep(0.05)
                    if not list(await opened.job_manager.get_stalled_jobs(seconds_since_heartbeat=30)):
                        break
                patrol.cancel()

    asyncio.run(look())

    assert waiting(db) == [("points.reroute", "todo")]
    assert queries.board(by=system("tests"))
