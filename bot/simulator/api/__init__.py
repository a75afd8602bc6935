"""The calls of the platform's API. Errors are HTTP 200 with an errcode, as WeChat's are."""

from __future__ import annotations

from flask import Flask

from bot.simulator.api import account, media, menus, messages, people, sign_in, tokens, wecom
from bot.simulator.api.calls import bp

__all__ = ["account", "init_app", "media", "menus", "messages", "people", "sign_in", "tokens", "wecom"]


def init_app(app: Flask) -> None:
    """Open the API on ``app``."""
    app.register_blueprint(bp)
