"""The clock's work on activities: forgotten check-outs, reminders at humane hours, the days of a series."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jifen.activities import account_codes, checking_in, planning, reminding
from jifen.core import queue
from jifen.jobs.service import does

Progress = dict[str, Any]


@queue.task(account_codes.MAKE)
def make_account_code(activity_id: int, purpose: str, step: int) -> None:
    """Ask for the account's picture of half a minute of an organiser's screen."""
    account_codes.make(activity_id, purpose, step)


@does("activities.follow")
def follow(_period: str, progress: Progress) -> Iterator[Progress]:
    """Put planned ends down for forgotten check-outs, and remind of what begins soon."""
    for step, work in (("out", checking_in.close_forgotten), ("soon", reminding.remind)):
        after: int | None = progress.get(step, 0)
        while after is not None:
            after = work(after=after)
            progress = {**progress, step: after}
            yield progress


@does("activities.series")
def series(_period: str, progress: Progress) -> Iterator[Progress]:
    """Put the coming activities of every series into the list."""
    after: int | None = progress.get("after", 0)
    while after is not None:
        after = planning.fill_series(after=after)
        yield {"after": after}
