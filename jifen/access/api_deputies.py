"""Deputies over HTTP."""

from __future__ import annotations

from typing import Any

from jifen.access import deputies, queries_deputies, schemas_deputies
from jifen.access.policy import P
from jifen.web.doors import asks, current_actor
from jifen.web.rest import Blueprint, Resource
from jifen.web.schemas import PageIn, page

blp = Blueprint("deputies", __name__, url_prefix="/api/v1", description="代理")


@blp.route("/deputies")
class Deputies(Resource):
    """Who acts in whose place."""

    @asks(P.NAME_DEPUTY)
    @blp.arguments(PageIn, location="query")
    @blp.response(200, schemas_deputies.DeputyPage)
    def get(self, data: dict[str, Any]) -> dict[str, Any]:
        """查看与本人有关的代理：本人的、本人代理的、下级组织的"""
        rows = queries_deputies.in_sight(by=current_actor(), after=data["after"], limit=data["limit"] + 1)
        return page(rows, data["limit"], lambda d: d.id)

    @asks(P.NAME_DEPUTY)
    @blp.arguments(schemas_deputies.DeputyIn)
    @blp.response(201, schemas_deputies.DeputyOut)
    @blp.alt_response(409, schema=None, description="deputy_taken：这段时间已有人代理")
    def post(self, data: dict[str, Any]) -> Any:
        """指定代理人：在起止时间内代为处理事项，本人的权限不变"""
        row = deputies.name_deputy(
            data["post_id"],
            data["member_id"],
            since=data["since"],
            until=data["until"],
            by=current_actor(),
        )
        return queries_deputies.standing(row.id)


@blp.route("/deputies/<id:deputy_id>/end")
class Ending(Resource):
    """A deputy's end before its time."""

    @asks(P.NAME_DEPUTY)
    @blp.response(200, schemas_deputies.DeputyOut)
    def post(self, deputy_id: int) -> Any:
        """提前结束代理，立即生效"""
        return queries_deputies.standing(deputies.end_deputy(deputy_id, by=current_actor()).id)
