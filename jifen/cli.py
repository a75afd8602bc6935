"""Commands of the operator; each thin over a service."""

from __future__ import annotations

from flask import Flask

from jifen.demo import cli as demo


def init_app(app: Flask) -> None:
    """Register every room's commands."""
    demo.init_app(app)
