"""Ways in: the QR codes of screens asked of WeChat."""

from __future__ import annotations

from jifen.access import screens
from jifen.core import queue


@queue.task(screens.MAKE)
def make_screen(code_id: int) -> None:
    """Ask for the picture of a QR code."""
    screens.make(code_id)
