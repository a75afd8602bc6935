"""Background work on the same PostgreSQL: deferred by name, inside the cause's transaction.

Rooms register what a name does; whoever defers knows only the name, so that
no room needs to import the one that works.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import procrastinate
from procrastinate import connector

from jifen.core.db import db

app = procrastinate.App(connector=procrastinate.PsycopgConnector())
_tasks: dict[str, procrastinate.tasks.Task] = {}


def task(
    name: str, *, queue: str = "default", retry: int = 5
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register ``work`` under ``name``; it must be safe to run twice."""

    def enter(work: Callable[..., None]) -> Callable[..., None]:
        strategy = procrastinate.RetryStrategy(max_attempts=retry, exponential_wait=3)
        _tasks[name] = app.task(name=name, queue=queue, retry=strategy)(work)
        return work

    return enter


def defer(name: str, *, lock: str | None = None, **values: Any) -> None:
    """Enqueue a task in the current transaction: it commits or rolls back with its cause."""
    raw = db.session().connection().connection.driver_connection
    app.configure_task(name, allow_unknown=False, connection=raw, lock=lock).defer(**values)


__all__ = ["app", "connector", "defer", "task"]
