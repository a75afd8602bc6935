"""The audit table over HTTP."""

from __future__ import annotations

from typing import Any

from jifen.audit import queries, schemas
from jifen.audit.policy import P
from jifen.web.doors import asks, current_actor
from jifen.web.rest import Blueprint, Resource
from jifen.web.schemas import page

blp = Blueprint("audit", __name__, url_prefix="/api/v1/audit", description="审计记录")


@blp.route("")
class Entries(Resource):
    """Who did what."""

    @asks(P.SEE)
    @blp.arguments(schemas.EntriesIn, location="query")
    @blp.response(200, schemas.EntryPage)
    def get(self, data: dict[str, Any]) -> dict[str, Any]:
        """查看审计记录，最近的在前"""
        limit = data.pop("limit")
        rows = queries.entries(**data, limit=limit + 1, by=current_actor())
        return page(rows, limit, lambda e: e.id)
