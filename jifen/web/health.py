"""Is the process there, can it work, and how much does it do.

Figures are those of the process that answers; a collector that wants them all
asks each process by its own port, or adds up what a scrape of the whole gives.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import prometheus_client as prometheus
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask import Blueprint, Flask, Response, current_app, jsonify, request

from jifen.core.actor import permits, words_for
from jifen.core.db import db
from jifen.core.errors import DomainError, Forbidden
from jifen.core.settings import ROOT
from jifen.web.addresses import is_loopback
from jifen.web.doors import identify, open_door
from jifen.web.policy import P

bp = Blueprint("health", __name__)


class NotReady(DomainError):
    """The process lives but cannot work yet."""

    code, http_status = "not_ready", 503
    template = "系统还没有准备好：{why}。"


def init_app(app: Flask) -> None:
    """Count what ``app`` answers, and show it."""
    registry = prometheus.CollectorRegistry()
    prometheus.ProcessCollector(registry=registry)
    app.extensions["jifen_metrics"] = (
        registry,
        prometheus.Counter("jifen_requests", "Answers", ["method", "route", "status"], registry=registry),
        prometheus.Histogram("jifen_request_seconds", "Time to answer", ["route"], registry=registry),
    )
    app.register_blueprint(bp)


def count(method: str, route: str, status: int, seconds: float) -> None:
    """Count one answer."""
    _, answers, times = current_app.extensions["jifen_metrics"]
    answers.labels(method, route, status).inc()
    times.labels(route).observe(seconds)


@bp.get("/healthz")
@open_door
def healthz() -> Response:
    """Say that the process lives; nothing else is asked."""
    return jsonify(status="ok")


@bp.get("/readyz")
@open_door
def readyz() -> Response:
    """Say that the database answers and has the tables this program expects.

    :raises NotReady: it does not, or has not
    """
    try:
        found = db.session.execute(sa.text("SELECT version_num FROM alembic_version")).scalars().all()
    except sa.exc.OperationalError as err:
        raise NotReady(why="连不上数据库，请检查数据库服务") from err
    except sa.exc.ProgrammingError as err:
        raise NotReady(why="数据库还没有建表，请运行 flask db upgrade") from err
    if set(found) != migration_heads():
        raise NotReady(why="数据库的版本与程序不一致，请运行 flask db upgrade")
    return jsonify(status="ok", migration=sorted(found))


@lru_cache(maxsize=1)
def migration_heads() -> frozenset[str]:
    """Return the heads of the migrations that came with this program."""
    return frozenset(ScriptDirectory(str(ROOT / "migrations")).get_heads())


@bp.get("/metrics")
@open_door
def metrics() -> Response:
    """Show the figures to this machine, or to who keeps the installation running."""
    if not is_loopback(request):
        by = identify()
        if not permits(by, P.METRICS):
            raise Forbidden(action=words_for(P.METRICS))
    registry: Any = current_app.extensions["jifen_metrics"][0]
    return Response(prometheus.generate_latest(registry), content_type=prometheus.CONTENT_TYPE_LATEST)
