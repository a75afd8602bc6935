"""When and once: the clock makes a run due, a worker claims it and goes on where it stopped.

``(job, period)`` is unique, so two clocks do no harm. A claim is a lease: a
worker that dies leaves it to the next one, which continues from ``progress``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
import structlog
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy.dialects.postgresql import insert

from jifen.core import clock, queue
from jifen.core.db import db, transaction
from jifen.jobs.calendar import JOBS, Job
from jifen.jobs.models import Heartbeat, JobRun

log = structlog.get_logger()
#: A worker that says nothing for so long is taken for dead.
LEASE = dt.timedelta(minutes=5)
#: How far back a clock that was down looks for what it missed.
CATCH_UP = dt.timedelta(days=7)

#: A job's work: gets its progress, yields it after every committed step, may do nothing more.
Work = Callable[[str, dict[str, Any]], Iterator[dict[str, Any]]]
_work: dict[str, Work] = {}


def does(name: str) -> Callable[[Work], Work]:
    """Register the work of a line of the clock table."""

    def enter(work: Work) -> Work:
        _work[name] = work
        return work

    return enter


def make_due(job: Job, at: dt.datetime) -> bool:
    """Make a job due for the period of ``at`` (aware), once; defer it with its cause.

    :return: whether it was new
    """
    local = at.astimezone(clock.SHANGHAI)
    if not job.only(local.date()):
        return False
    period = job.period(local)
    with transaction() as session:
        row = insert(JobRun).values(job=job.name, period=period, state="due", due_at=clock.now(), progress={})
        new = session.scalar(row.on_conflict_do_nothing().returning(JobRun.job)) is not None
        if new:
            queue.defer("jobs.run", job=job.name, period=period)
        return new


def catch_up() -> int:
    """Make due what a clock that was down has missed: the last firing of each job.

    :return: how many were missed
    """
    now, missed = clock.now(), 0
    for job in JOBS:
        trigger = CronTrigger(**job.cron, timezone=clock.SHANGHAI)
        last, fire = None, trigger.get_next_fire_time(None, now - CATCH_UP)
        while fire is not None and fire <= now:
            last, fire = fire, trigger.get_next_fire_time(fire, fire + dt.timedelta(seconds=1))
        missed += last is not None and make_due(job, last)
    return missed


@queue.task("jobs.run")
def run(job: str, period: str) -> None:
    """Do a due job, from where it stopped; a repeat of a done one does nothing."""
    progress = _claim(job, period)
    if progress is None:
        return
    try:
        for step in _work[job](period, progress):
            _renew(job, period, step)
    except Exception as err:
        db.session.rollback()
        _finish(job, period, "failed", type(err).__name__)
        log.error("job.failed", job=job, period=period, exc_info=err)
        raise
    _finish(job, period, "done", None)


def _claim(job: str, period: str) -> dict[str, Any] | None:
    now = clock.now()
    with transaction() as session:
        return session.scalar(
            sa.update(JobRun)
            .where(
                JobRun.job == job,
                JobRun.period == period,
                JobRun.state != "done",
                sa.or_(JobRun.lease_until.is_(None), JobRun.lease_until < now),
            )
            .values(
                state="running", started_at=sa.func.coalesce(JobRun.started_at, now), lease_until=now + LEASE
            )
            .returning(JobRun.progress)
        )


def _renew(job: str, period: str, progress: dict[str, Any]) -> None:
    with transaction() as session:
        session.execute(
            sa.update(JobRun)
            .where(JobRun.job == job, JobRun.period == period)
            .values(progress=progress, lease_until=clock.now() + LEASE)
        )


def _finish(job: str, period: str, state: str, error: str | None) -> None:
    with transaction() as session:
        session.execute(
            sa.update(JobRun)
            .where(JobRun.job == job, JobRun.period == period)
            .values(state=state, error=error, finished_at=clock.now(), lease_until=None)
        )


def pick_up() -> int:
    """Defer again what a dead worker left: due or running, unclaimed, past its time.

    :return: how many
    """
    now = clock.now()
    with transaction() as session:
        left = session.execute(
            sa.select(JobRun.job, JobRun.period).where(
                JobRun.state.in_(("due", "running", "failed")),
                JobRun.due_at < now - LEASE,
                JobRun.due_at > now - CATCH_UP,
                sa.or_(JobRun.lease_until.is_(None), JobRun.lease_until < now),
            )
        ).all()
        for job, period in left:
            queue.defer_once("jobs.run", job=job, period=period)
        return len(left)


def beat(name: str) -> None:
    """Say that a process lives."""
    with transaction() as session:
        now = clock.now()
        session.execute(
            insert(Heartbeat)
            .values(name=name, seen_at=now)
            .on_conflict_do_update(index_elements=["name"], set_={"seen_at": now})
        )
