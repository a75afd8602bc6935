"""What the clock does for the queue: reminders and escalation on working days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from jifen.core.actor import system
from jifen.jobs.service import does
from jifen.points.queue import overdue


@does("queue.overdue")
def follow_overdue(period: str, progress: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Send up what waited too long, then remind of the rest."""
    day = dt.date.fromisoformat(period)
    if "raised" not in progress:
        progress = {**progress, "raised": overdue.escalate(day, by=system("queue.overdue"))}
        yield progress
    yield {**progress, "reminded": overdue.remind(day)}
