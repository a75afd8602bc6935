"""What the clock does for the quarterly sample: an organisation at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from jifen.jobs.service import does
from jifen.points.sampling import service


@does("samples.follow")
def follow_samples(period: str, progress: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Draw what the last quarter still lacks, and take back looks at what was annulled."""
    if "moot" not in progress:
        progress = {**progress, "moot": service.drop_reversed()}
        yield progress
    quarter = service.quarter_before(dt.date.fromisoformat(period))
    if service.finished(quarter):
        return
    after: int | None = progress.get("after", 0)
    while after is not None:
        after = service.draw_next(quarter, after=after)
        yield {**progress, "after": after}
