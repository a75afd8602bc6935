"""What the clock does for volunteer hours: stars, some people at a time; certificates of a branch, one by one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jifen.access import queries as access
from jifen.core import clock, queue
from jifen.core.actor import Door, system
from jifen.jobs.service import does
from jifen.volunteering import stars
from jifen.volunteering.certificates import batches, publishing


@does("stars.follow")
def follow_stars(_period: str, progress: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Tell whoever reached a star since the last time, once a star."""
    after: int | None = progress.get("after", 0)
    while after is not None:
        after = stars.follow(after=after)
        yield {"after": after}


@does("certificates.freeze")
def freeze_certificates(_period: str, progress: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Close the publicity of certificates whose days are over."""
    yield {**progress, "frozen": publishing.freeze_due(clock.today(), by=system("certificates"))}


@queue.task(batches.TASK)
def print_batch(batch_id: int) -> None:
    """Print for a branch, one person after the other; a repeat goes on where a killed worker stopped."""
    found = batches.who(batch_id)
    if found is not None:
        by = access.actor_of(found[0], Door(found[1]))
        for _ in batches.work(batch_id, by=by):
            continue
