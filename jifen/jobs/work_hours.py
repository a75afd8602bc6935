"""What the clock does for volunteer hours: stars, some people at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jifen.jobs.service import does
from jifen.volunteering import stars


@does("stars.follow")
def follow_stars(_period: str, progress: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Tell whoever reached a star since the last time, once a star."""
    after: int | None = progress.get("after", 0)
    while after is not None:
        after = stars.follow(after=after)
        yield {"after": after}
