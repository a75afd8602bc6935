"""The clock and the worker at the desk."""

from __future__ import annotations

from flask import Response

from jifen.core.actor import permits
from jifen.jobs import queries
from jifen.points.policy import P
from jifen.web import pages
from jifen.web.doors import asks, current_actor

blp = pages.section("clockwork", __name__)


@blp.get("/jobs")
@asks(P.SEE_JOBS)
def board() -> Response:
    """What ran, what is due, what is stuck."""
    return pages.page(
        "jobs/board.html",
        jobs=queries.board(by=current_actor()),
        heartbeats=queries.heartbeats(),
        backlog=queries.backlog(),
    )


pages.entry("后台任务", "clockwork.board", order=90, may=lambda by: permits(by, P.SEE_JOBS))
