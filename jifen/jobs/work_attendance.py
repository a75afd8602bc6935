"""The clock's work on attendance: ask the deciders once the days for explaining are over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jifen.core.actor import system
from jifen.jobs.service import does
from jifen.points.attendance import absences


@does("absences.ask")
def ask(_period: str, progress: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Put absences before a decider whose person had his working days; nothing is deducted by itself."""
    after: int | None = progress.get("after", 0)
    while after is not None:
        asked, after = absences.ask_due(by=system("absences.ask"), after=after)
        yield {"after": after, "asked": asked}
