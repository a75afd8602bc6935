"""Confirming many at once over HTTP."""

from __future__ import annotations

from typing import Any

from jifen.points.policy import P
from jifen.points.queue import batch, schemas
from jifen.web.doors import asks, current_actor
from jifen.web.rest import Blueprint, Resource

blp = Blueprint("batches", __name__, url_prefix="/api/v1", description="一起确认")


@blp.route("/queue/confirm")
class Confirmation(Resource):
    """Everything that needs no look of its own."""

    @asks(P.DECIDE)
    @blp.arguments(schemas.QueueConfirmIn)
    @blp.response(200, schemas.QueueBatchOut)
    def post(self, data: dict[str, Any]) -> Any:
        """一起确认等本人处理的上报：扣分、有级别、数量异常、可能重复的留下逐条看，并说明原因"""
        return batch.confirm(**data, by=current_actor())
