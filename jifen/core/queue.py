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
from flask import Flask

from jifen.core import clock
from jifen.core.db import db

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


def defer(name: str, *, lock: str | None = None, **values: Any) -> None:
    """Enqueue a task in the current transaction: it commits or rolls back with its cause."""
    raw = db.session().connection().connection.driver_connection
    app.configure_task(name, connection=raw, lock=lock).defer(**values)


def work(house: Flask, *, concurrency: int = 2, until_empty: bool = False) -> None:
    """Run tasks until stopped, or until none is left.

    What a killed worker held is given back first: tasks are safe to run twice.
    """
    _house[:] = [house]
    asyncio.run(_work(house.config["SQLALCHEMY_DATABASE_URI"], concurrency, until_empty))


async def _work(url: str, concurrency: int, until_empty: bool) -> None:
    conninfo = url.replace("postgresql+psycopg://", "postgresql://")
    connector = procrastinate.PsycopgConnector(
        conninfo=conninfo, kwargs={"options": "-c search_path=procrastinate,public -c timezone=UTC"}
    )
    with app.replace_connector(connector) as opened:
        async with opened.open_async():
            for job in await opened.job_manager.get_stalled_jobs(seconds_since_heartbeat=30):
                await opened.job_manager.retry_job(job, retry_at=clock.now())
            await opened.run_worker_async(
                concurrency=concurrency,
                wait=not until_empty,
                delete_jobs="successful",
                fetch_job_polling_interval=2.0,
                install_signal_handlers=not until_empty,
            )
