"""What belongs to this installation and is the same for every request: settings, cipher."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app

from jifen.core.fields import FieldCipher
from jifen.core.settings import Settings


def settle(app: Flask, settings: Settings) -> None:
    """Attach the installation's settings and its field cipher to the application."""
    app.extensions["jifen"] = (settings, FieldCipher({k.id: k.key for k in settings.field_keys}))


def settings() -> Settings:
    """Return the installation's settings."""
    return current_app.extensions["jifen"][0]


def cipher() -> FieldCipher:
    """Return the installation's field cipher."""
    return current_app.extensions["jifen"][1]


def kept(what: str) -> dict[Any, Any]:
    """Return the application's own store of things that never change once known."""
    return current_app.extensions.setdefault(f"jifen_{what}", {})
