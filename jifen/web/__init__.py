"""Flask plumbing of all doors: default-deny, request ids, one error renderer a door."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Put the plumbing into ``app``."""
    from jifen.web import plumbing

    plumbing.init_app(app)
