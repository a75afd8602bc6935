"""Background work on the same PostgreSQL: deferred by name, inside the cause's transaction.

Rooms register what a name does; whoever defers knows only the name, so that
no room needs to import the one that works.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import wraps
from typing import Any

import procrastinate
import structlog
from flask import Flask

from jifen.core import clock
from jifen.core.db import db

log = structlog.get_logger()
#: Seconds between two looks for what a killed worker held.
PATROL = 60.0

app = procrastinate.App(connector=procrastinate.PsycopgConnector())
#: The application in whose context tasks run; set by the worker.
_house: list[Flask] = []


def task(
    name: str, *, queue: str = "default", retry: int = 5
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register ``work`` under ``name``; it must be safe to run twice."""

    def enter(work: Callable[..., None]) -> Callable[..., None]:
        strategy = procrastinate.RetryStrategy(max_attempts=retry, exponential_wait=3)

        @wraps(work)
        def inside(**values: Any) -> None:
            with _house[0].app_context():
                work(**values)

        app.task(name=name, queue=queue, retry=strategy)(inside)
        return work

    return enter


def defer(name: str, *, lock: str | None = None, wait: int = 0, **values: Any) -> None:
    """Enqueue a task in the current transaction: it commits or rolls back with its cause.

    :param wait: seconds before it may begin
    """
    raw = db.session().connection().connection.driver_connection
    later: Any = {"schedule_in": {"seconds": wait}} if wait else {}
    app.configure_task(name, connection=raw, lock=lock, **later).defer(**values)


def defer_once(name: str, **values: Any) -> None:
    """Enqueue a task unless the same one, with the same values, waits already: a long outage fills no queue."""
    key = " ".join([name, *(f"{k}={v}" for k, v in sorted(values.items()))])
    session = db.session()
    try:
        with session.begin_nested():
            raw = (
                session.connection().connection.driver_connection
            )  # asked for inside: that sets the savepoint
            app.configure_task(name, connection=raw, queueing_lock=key).defer(**values)
    except procrastinate.exceptions.AlreadyEnqueued:
        return


def work(house: Flask, *, concurrency: int = 2, until_empty: bool = False) -> None:
    """Run tasks until stopped, or until none is left.

    What a killed worker held is given back, at once and then every minute: tasks are safe to run twice.
    """
    _house[:] = [house]
    asyncio.run(_work(house.config["SQLALCHEMY_DATABASE_URI"], concurrency, until_empty))


def connector(url: str) -> procrastinate.PsycopgConnector:
    """Return how the worker speaks to the house's database."""
    return procrastinate.PsycopgConnector(
        conninfo=url.replace("postgresql+psycopg://", "postgresql://"),
        kwargs={"options": "-c search_path=procrastinate,public -c timezone=UTC"},
    )


async def _work(url: str, concurrency: int, until_empty: bool) -> None:
    with app.replace_connector(connector(url)) as opened:
        async with opened.open_async():
            await _give_back(opened)
            patrol = asyncio.create_task(_patrol(opened))
            try:
                await opened.run_worker_async(
                    concurrency=concurrency,
                    wait=not until_empty,
                    delete_jobs="successful",
                    fetch_job_polling_interval=2.0,
                    install_signal_handlers=not until_empty,
                )
            finally:
                patrol.cancel()


async def _patrol(opened: procrastinate.App) -> None:
    while True:
        await asyncio.sleep(PATROL)
        try:
            await _give_back(opened)
        except procrastinate.exceptions.ConnectorException as err:
            # The worker's own loop waits for the database; the next patrol asks again.
            log.warning("queue.patrol", kind=type(err).__name__)


async def _give_back(opened: procrastinate.App) -> None:
    """Let others do what a worker that gave no sign for half a minute held."""
    for job in await opened.job_manager.get_stalled_jobs(seconds_since_heartbeat=30):
        await opened.job_manager.retry_job(job, retry_at=clock.now())
