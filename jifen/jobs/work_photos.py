"""Photos: fetched from the platform, forgotten where no report came, files without a row removed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jifen.core import queue
from jifen.files import service as files
from jifen.jobs.service import does
from jifen.model_posts import consents
from jifen.points import photos


@queue.task("files.fetch")
def fetch() -> None:
    """Fetch the photos that are due."""
    _fetch()


def _fetch() -> None:
    photos.fetch_due()
    consents.ask_again()


@does("photos.follow")
def follow(_period: str, progress: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Try again what could not be fetched."""
    _fetch()
    yield progress


@does("photos.sweep")
def sweep(_period: str, progress: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Forget photos without a report, then files without a row."""
    yield {**progress, "alone": files.forget_alone(), "swept": files.sweep()}
