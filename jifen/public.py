"""The pages for strangers put together."""

from __future__ import annotations

from flask import Flask

from jifen.model_posts import wall
from jifen.volunteering.certificates import public as certificates

#: Modules with a ``blp`` made by ``web.public.section``.
ROOMS: tuple = (certificates, wall)


def init_app(app: Flask) -> None:
    """Open every room's pages for strangers."""
    for room in ROOMS:
        app.register_blueprint(room.blp)
