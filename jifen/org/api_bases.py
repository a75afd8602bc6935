"""The register of documents over HTTP."""

from __future__ import annotations

from typing import Any

from jifen.org import bases, schemas_bases
from jifen.org.policy import P
from jifen.web.doors import asks, current_actor
from jifen.web.rest import Blueprint, Resource
from jifen.web.schemas import page

blp = Blueprint("bases", __name__, url_prefix="/api/v1/bases", description="依据登记")


@blp.route("")
class Bases(Resource):
    """Documents from which a basis is chosen."""

    @asks(P.SEE)
    @blp.arguments(schemas_bases.BasisListIn, location="query")
    @blp.response(200, schemas_bases.BasisPage)
    def get(self, data: dict[str, Any]) -> dict[str, Any]:
        """查看对本组织有效的依据文件"""
        rows = bases.listed(by=current_actor(), day=data["day"], after=data["after"], limit=data["limit"] + 1)
        return page(rows, data["limit"], lambda b: b.id)

    @asks(P.REGISTER_BASIS)
    @blp.arguments(schemas_bases.BasisIn)
    @blp.response(201, schemas_bases.BasisOut)
    def post(self, data: dict[str, Any]) -> Any:
        """登记一份依据文件的一条"""
        return bases.register(**data, by=current_actor())


@blp.route("/<id:basis_id>/end")
class Ending(Resource):
    """The end of a document."""

    @asks(P.REGISTER_BASIS)
    @blp.arguments(schemas_bases.BasisEndIn)
    @blp.response(200, schemas_bases.BasisOut)
    def post(self, data: dict[str, Any], basis_id: int) -> Any:
        """登记一份依据文件从哪天起失效"""
        return bases.end(basis_id, **data, by=current_actor())
