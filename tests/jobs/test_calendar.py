"""The clock table: every firing has a period of its own, in any year."""

from __future__ import annotations

import datetime as dt

import pytest

from jifen.core import clock
from jifen.jobs.calendar import JOBS

AT = dt.datetime(2026, 11, 30, 10, 40, tzinfo=clock.SHANGHAI)


@pytest.mark.parametrize("job", [pytest.param(job, id=job.name) for job in JOBS])
def test_the_same_hour_of_the_next_year_is_another_period(job):
    assert job.period(AT) != job.period(AT.replace(year=2027))
    assert len(job.period(AT)) <= 16  # what the column holds
