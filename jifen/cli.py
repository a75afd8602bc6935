"""Commands of the operator; each thin over a service."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register every room's commands."""
