"""jifen (积分): Party-building performance index management of a city's organs.

``create_app`` puts the rooms together; it is the only place that knows all of them.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from flask import Flask
from flask_migrate import Migrate

from jifen import tables
from jifen.core import house, logs, settings
from jifen.core.db import db
from jifen.core.settings import ROOT, Settings
from jifen.web.plumbing import House

migrate = Migrate(directory=str(ROOT / "migrations"), compare_type=True)


def create_app(given: Settings | None = None, *, database_url: str | None = None) -> Flask:
    """Return the application of one installation.

    :param given: settings; read from the environment when None
    :param database_url: the server to use; else the settings' own, else the embedded one, started if need be
    """
    chosen = given or settings.load(os.environ)
    url = database_url or chosen.database_url or _embedded_url(chosen)
    app = House("jifen", root_path=str(ROOT / "jifen"), static_folder=None)
    app.config.update(
        SECRET_KEY=chosen.secret_key,
        SQLALCHEMY_DATABASE_URI=url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(),
        MAX_CONTENT_LENGTH=32 * 1024 * 1024,
    )
    logs.configure()
    house.settle(app, chosen)
    db.init_app(app)
    migrate.init_app(app, db)
    _open_doors(app)
    return app


def engine_options() -> dict[str, Any]:
    """Return how the house speaks to PostgreSQL: UTC, the worker's schema in reach, bounded waits."""
    return {
        "connect_args": {
            "options": "-c timezone=UTC -c search_path=public,procrastinate -c lock_timeout=10s",
            "connect_timeout": 5,
            "application_name": "jifen",
            "prepare_threshold": 2,
        },
        # An error that is logged must not carry the names and words that a statement was about.
        "hide_parameters": True,
        "pool_pre_ping": False,
        "pool_size": 8,
        "max_overflow": 16,
    }


def _embedded_url(chosen: Settings) -> str:
    if [word for word in sys.argv[1:] if not word.startswith("-")][:1] == ["rules"]:
        # `flask rules …` reads files only: it must not wait for a server, nor leave one running.
        return "postgresql+psycopg:///none"
    from jifen.core.postgres import Embedded  # only when no database is given: it looks for binaries

    return Embedded(chosen.data_dir).borrow()


def _open_doors(app: Flask) -> None:
    """Register what answers requests and commands."""
    from jifen import api, cli, console, phone, public, web
    from jifen.access import privacy_text
    from jifen.jobs import (  # noqa: F401  (they register what background tasks do)
        work,
        work_access,
        work_activities,
        work_attendance,
        work_hours,
        work_model_posts,
        work_periods,
        work_photos,
        work_queue,
        work_sampling,
    )
    from jifen.model_posts import settings as model_posts
    from jifen.privacy import retention

    web.init_app(app)
    api.init_app(app)
    console.init_app(app)
    phone.init_app(app)
    public.init_app(app)
    cli.init_app(app)
    privacy_text.load()  # a faulty text is told at start, not to the first person who binds
    model_posts.load()  # so is a faulty list of kinds
    retention.check(retention.load(), tables.metadata)


__all__ = ["create_app", "db", "tables"]
