"""What ran, what is due, what is stuck."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from jifen.core import clock
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import db
from jifen.core.errors import Forbidden
from jifen.core.types import UTCDateTime
from jifen.jobs.calendar import JOBS
from jifen.jobs.models import Heartbeat, JobRun
from jifen.points.policy import P


@dataclass(frozen=True, slots=True)
class Line:
    """A job with its last run."""

    name: str
    words: str
    period: str | None
    state: str | None
    due_at: dt.datetime | None
    finished_at: dt.datetime | None
    error: str | None
    #: Due or running for longer than an hour.
    stuck: bool


def board(*, by: Actor) -> list[Line]:
    """Return every job with its last run.

    :raises Forbidden: the actor does not keep the installation running
    """
    if not (permits(by, P.SEE_JOBS) or by.is_system):
        raise Forbidden(action=words_for(P.SEE_JOBS))
    last = sa.select(JobRun).distinct(JobRun.job).order_by(JobRun.job, JobRun.due_at.desc()).subquery()
    runs = {row.job: row for row in db.session.execute(sa.select(last))}
    late = clock.now() - dt.timedelta(hours=1)
    lines = []
    for job in JOBS:
        run = runs.get(job.name)
        stuck = run is not None and run.state != "done" and run.due_at < late
        if run is None:
            lines.append(Line(job.name, job.words, None, None, None, None, None, False))
        else:
            lines.append(
                Line(
                    job.name, job.words, run.period, run.state, run.due_at, run.finished_at, run.error, stuck
                )
            )
    return lines


def heartbeats() -> dict[str, dt.datetime]:
    """Return when each process was last seen: the clock, and the worker that was seen last."""
    seen = sa.select(Heartbeat.name, Heartbeat.seen_at).union_all(
        sa.text(
            "SELECT 'worker', max(last_heartbeat) FROM procrastinate.procrastinate_workers"
            " HAVING count(*) > 0"
        ).columns(sa.column("name", sa.String), sa.column("seen_at", UTCDateTime))
    )
    return dict(db.session.execute(seen).tuples().all())


def backlog() -> dict[str, int]:
    """Return how many background tasks stand in each state."""
    rows = db.session.execute(
        sa.text("SELECT status::text, count(*) FROM procrastinate.procrastinate_jobs GROUP BY 1")
    )
    return {status: count for status, count in rows}
