"""The clock and the worker over HTTP."""

from __future__ import annotations

from typing import Any

from jifen.jobs import queries, schemas
from jifen.points.policy import P
from jifen.web.doors import asks, current_actor
from jifen.web.rest import Blueprint, Resource

blp = Blueprint("jobs", __name__, url_prefix="/api/v1/jobs", description="后台任务")


@blp.route("")
class Board(Resource):
    """What ran, what is due, what is stuck."""

    @asks(P.SEE_JOBS)
    @blp.response(200, schemas.BoardOut)
    def get(self) -> dict[str, Any]:
        """查看后台任务：做过什么、该做什么、卡在哪里"""
        jobs = queries.board(by=current_actor())
        return {"jobs": jobs, "heartbeats": queries.heartbeats(), "backlog": queries.backlog()}
