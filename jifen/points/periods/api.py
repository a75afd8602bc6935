"""Periods and publicised lists over HTTP."""

from __future__ import annotations

from typing import Any

from flask import Response

from jifen.decisions import publicity, queries_publicity
from jifen.decisions.policy_publicity import P
from jifen.points.periods import exports, queries, rounds, schemas, service
from jifen.web.doors import asks, current_actor
from jifen.web.rest import Blueprint, Resource
from jifen.web.schemas import page
from jifen.web.sheets import XLSX, sheet

blp = Blueprint("publications", __name__, url_prefix="/api/v1", description="结算与公示")


@blp.route("/publications")
class Publications(Resource):
    """The lists that one may see."""

    @asks(P.SEE)
    @blp.arguments(schemas.PublicationsIn, location="query")
    @blp.response(200, schemas.PublicationPage)
    def get(self, data: dict[str, Any]) -> dict[str, Any]:
        """查看公示名单：本支部的、有本人的、所管组织的，最近的在前"""
        limit = data.pop("limit")
        rows = queries_publicity.seen(**data, limit=limit + 1, by=current_actor())
        return page(rows, limit, lambda r: r.id)


@blp.route("/publications/<id:publication_id>")
class Publication(Resource):
    """One list."""

    @asks(P.SEE)
    @blp.response(200, schemas.OpenedOut)
    def get(self, publication_id: int) -> Any:
        """查看一份名单：每人一行，只有数字，没有扣分和不参加的原因"""
        return queries_publicity.opened(publication_id, by=current_actor())


@blp.route("/publications/<id:publication_id>/publicise")
class Publicising(Resource):
    """A draft that is shown from today on."""

    @asks(P.PUBLICISE)
    @blp.response(200, schemas.OpenedOut)
    def post(self, publication_id: int) -> Any:
        """公示一份名单，从今天起满规定的工作日"""
        by = current_actor()
        return queries_publicity.opened(publicity.publicise(publication_id, by=by).id, by=by)


@blp.route("/publications/<id:publication_id>/list.xlsx")
class PublicationSheet(Resource):
    """A list on a sheet."""

    @asks(P.SEE)
    @blp.response(200, {"type": "string", "format": "binary"}, content_type=XLSX)
    def get(self, publication_id: int) -> Response:
        """导出名单：限有导出权限的人"""
        return sheet("list.xlsx", exports.list_sheet(publication_id, by=current_actor()))


@blp.route("/periods")
class Periods(Resource):
    """Where a period stands, by branch."""

    @asks(P.SEE)
    @blp.arguments(schemas.StandsIn, location="query")
    @blp.response(200, schemas.StandPage)
    def get(self, data: dict[str, Any]) -> dict[str, Any]:
        """查看一个周期在各支部办到哪一步"""
        rows = queries.stands(
            service.parse(data["period"]).key,
            by=current_actor(),
            after=data["after"],
            limit=data["limit"] + 1,
        )
        return page(rows, data["limit"], lambda r: r.unit_id)


@blp.route("/periods/close")
class Closing(Resource):
    """The list of a period, drawn before the clock does it."""

    @asks(P.SEE)
    @blp.arguments(schemas.CloseIn)
    @blp.response(202, schemas.ClosedOut)
    def post(self, data: dict[str, Any]) -> dict[str, Any]:
        """结算一个周期并生成待公示的名单；上级组织的由后台逐个支部办理"""
        done = rounds.start(data["unit_id"], service.parse(data["period"]), by=current_actor())
        return {"done": done}
