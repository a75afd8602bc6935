"""Ways in by WeChat: QR codes of screens, and the menu of whoever decides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jifen.access import following, menus, screens
from jifen.core import queue
from jifen.jobs.service import does


@queue.task(screens.MAKE)
def make_screen(code_id: int) -> None:
    """Ask for the picture of a QR code."""
    screens.make(code_id)


@queue.task(following.TAGS)
def retag() -> None:
    """Give the deciders' menu to whoever decides today, and take it from others."""
    menus.retag()


@does("menus.follow")
def follow(_period: str, progress: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Follow the posts and deputies that began or ended with the day."""
    menus.retag()
    yield progress
