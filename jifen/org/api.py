"""The tree over HTTP."""

from __future__ import annotations

from typing import Any

from jifen.org import queries, schemas, service
from jifen.org.policy import P
from jifen.web.doors import asks, current_actor
from jifen.web.rest import Blueprint, Resource
from jifen.web.schemas import PageIn, page

blp = Blueprint("units", __name__, url_prefix="/api/v1/units", description="组织")


@blp.route("")
class Units(Resource):
    """The organisations in the actor's sight."""

    @asks(P.SEE)
    @blp.arguments(PageIn, location="query")
    @blp.response(200, schemas.UnitPage)
    def get(self, data: dict[str, Any]) -> dict[str, Any]:
        """查看组织树：本人所在的一条线，以及任职范围内的全部组织"""
        rows = queries.visible(by=current_actor(), after=data["after"], limit=data["limit"] + 1)
        return page(rows, data["limit"], lambda u: u.id)

    @asks(P.MANAGE)
    @blp.arguments(schemas.UnitIn)
    @blp.response(201, schemas.UnitOut)
    def post(self, data: dict[str, Any]) -> Any:
        """新设组织"""
        data["kind"] = service.UnitKind(data["kind"])
        return service.add(data.pop("parent_id"), data.pop("kind"), **data, by=current_actor())


@blp.route("/<id:unit_id>")
class One(Resource):
    """One organisation."""

    @asks(P.SEE)
    @blp.response(200, schemas.UnitOut)
    def get(self, unit_id: int) -> Any:
        """查看一个组织"""
        return queries.access_unit(unit_id, by=current_actor())


@blp.route("/<id:unit_id>/names-shown")
class NamesShown(Resource):
    """Whether a branch shows names in its ranking."""

    @asks(P.SHOW_NAMES)
    @blp.arguments(schemas.NamesShownIn)
    @blp.response(200, schemas.UnitOut)
    def put(self, data: dict[str, Any], unit_id: int) -> Any:
        """按支委会决定，公开或不公开支部内排名"""
        return service.show_names(unit_id, **data, by=current_actor())
