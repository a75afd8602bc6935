"""The end of a year over HTTP."""

from __future__ import annotations

from typing import Any

from jifen.points.periods import queries_year_end, schemas_year_end, service_year_end
from jifen.points.policy import P
from jifen.web.doors import asks, current_actor
from jifen.web.rest import Blueprint, Resource

blp = Blueprint("year_ends", __name__, url_prefix="/api/v1", description="年度结转")


@blp.route("/year-end")
class YearEnd(Resource):
    """A unit's step from one year to the next."""

    @asks(P.YEAR_END)
    @blp.arguments(schemas_year_end.YearEndIn, location="query")
    @blp.response(200, schemas_year_end.YearEndOut)
    def get(self, data: dict[str, Any]) -> Any:
        """预览年度结转：新年度的办法版本、期初积分、到期的不参加积分决定、未办事项和等次"""
        return queries_year_end.preview(data["unit_id"], data["year"], by=current_actor())

    @asks(P.YEAR_END)
    @blp.arguments(schemas_year_end.YearEndIn)
    @blp.response(200, schemas_year_end.YearEndOut)
    @blp.alt_response(409, schema=None, description="year_runs：年度还没有结束")
    def post(self, data: dict[str, Any]) -> Any:
        """确认年度结转；重复确认不会重复办理"""
        service_year_end.confirm(data["unit_id"], data["year"], by=current_actor())
        return queries_year_end.preview(data["unit_id"], data["year"], by=current_actor())
