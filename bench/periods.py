"""close_month: the lists of all branches of 12 000 members; explain_ms: one figure explained over HTTP."""

from __future__ import annotations

import statistics
import time

import sqlalchemy as sa

from bench import city
from bench.base import Figure, database, figure
from jifen.access import queries as access
from jifen.access import service as tokens
from jifen.core import clock
from jifen.core.actor import Door
from jifen.core.db import db, transaction
from jifen.core.period import Cycle, Period
from jifen.points.periods import rounds

MEMBERS = 12_000
EACH = 34


def _fill() -> None:
    city.fill(MEMBERS, entries=EACH, lists="month")


def close_month() -> Figure:
    """Return the seconds to draw the lists of last month in every branch."""
    with database("months", _fill):
        with transaction() as session:
            # Drafts of an earlier run: nobody was shown them.
            session.execute(sa.text("DELETE FROM publication"))
            session.execute(sa.text("DELETE FROM branch_period"))
        period = Period.containing(clock.today(), Cycle.MONTH).previous
        begun, worked = time.perf_counter(), time.process_time()
        branches = sum(1 for _ in rounds.close_many(1, period, by=city.BY))
        spent, worked = time.perf_counter() - begun, time.process_time() - worked
        lines = db.session.scalar(sa.text("SELECT count(*) FROM publication_line"))
    return figure(
        spent,
        30,
        at_most=True,
        unit="s",
        how=f"close_many of one month: {branches} branches, {lines} lines, {EACH} entries a member, one process, "
        "one transaction a branch",
        ours={"cpu_seconds_of_the_process": round(worked, 1)},
    )


def explain_ms() -> Figure:
    """Return the 95th percentile of an explanation over the API, in milliseconds."""
    with database("months", _fill) as (app, _):
        client, times = app.test_client(), []
        for branch in range(20):
            secretary = branch * city.BRANCH + 1
            by = access.actor_of(secretary, Door.CONSOLE)
            assert by is not None
            _, token = tokens.issue_token(by=by, scopes=frozenset({"points:read"}))
            for member in range(secretary, secretary + 11):
                begun = time.perf_counter()
                answer = client.get(
                    f"/api/v1/members/{member}/score", headers={"Authorization": f"Bearer {token}"}
                )
                times.append((time.perf_counter() - begun) * 1000)
                assert answer.status_code == 200
    return figure(
        statistics.quantiles(times[20:], n=20)[-1],
        200,
        at_most=True,
        unit="ms",
        how=f"95th percentile of {len(times) - 20} GET /members/ID/score with trace, {EACH} entries a member, "
        "in process, warm",
    )
