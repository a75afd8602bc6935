"""The clock's work on model posts: plates after their publicity, reviews due, ends, rectifications that ran out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jifen.core import clock
from jifen.decisions import publicity
from jifen.jobs.service import does
from jifen.model_posts import reviewing, service

Progress = dict[str, Any]


@does("model_posts.follow")
def follow(_period: str, progress: Progress) -> Iterator[Progress]:
    """Give the plates whose publicity is over, one by one, then bring every plate to where it should stand."""
    for one in publicity.due(service.KIND, clock.today()):
        publicity.freeze(one, by=service.HOUSE)
        yield {**progress, "frozen": one}
    after: int | None = progress.get("after", 0)
    while after is not None:
        after = reviewing.follow(after=after)
        yield {"after": after}
