"""Flask plumbing of all doors: default-deny, request ids, one error renderer a door."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Put the plumbing into ``app``."""
    from jifen.web import doors, health, pages, plumbing
    from jifen.web.rest import IdConverter

    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.url_map.converters["id"] = IdConverter
    plumbing.init_app(app)
    health.init_app(app)
    doors.init_app(app)
    pages.init_app(app)
