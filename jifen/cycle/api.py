"""The burden register over HTTP."""

from __future__ import annotations

from typing import Any

from jifen.cycle import queries, schemas, service
from jifen.cycle.policy import P
from jifen.web.doors import asks, current_actor
from jifen.web.rest import Blueprint, Resource
from jifen.web.schemas import PageIn, page

blp = Blueprint("burdens", __name__, url_prefix="/api/v1/burden", description="减负台账")


@blp.route("")
class Burden(Resource):
    """What was asked this month."""

    @asks(P.SEE)
    @blp.response(200, schemas.BurdenOut)
    def get(self) -> dict[str, Any]:
        """查看本月向本人和所管组织提出了多少事项；只计提出的数量"""
        by = current_actor()
        return {"mine": queries.asked_of_me(by=by), "units": queries.asked_of_units(by=by)}


@blp.route("/opinions")
class Opinions(Resource):
    """Opinions about the burden."""

    @asks(P.SEE)
    @blp.arguments(PageIn, location="query")
    @blp.response(200, schemas.OpinionPage)
    def get(self, data: dict[str, Any]) -> dict[str, Any]:
        """查看减负意见：本人的；工委办公室可看全部"""
        rows = queries.opinions(by=current_actor(), after=data["after"], limit=data["limit"] + 1)
        return page(rows, data["limit"], lambda o: o.id)

    @asks(P.SPEAK)
    @blp.arguments(schemas.OpinionIn)
    @blp.response(201, schemas.OpinionMadeOut)
    def post(self, data: dict[str, Any]) -> dict[str, int]:
        """提减负意见，直达工委办公室；可不留姓名"""
        return {"id": service.speak(**data, by=current_actor())}


@blp.route("/opinions/<id:opinion_id>/answer")
class Answering(Resource):
    """An answer."""

    @asks(P.HEAR)
    @blp.arguments(schemas.OpinionAnswerIn)
    @blp.response(204)
    def post(self, data: dict[str, Any], opinion_id: int) -> None:
        """答复一条减负意见"""
        service.answer(opinion_id, data["words"], by=current_actor())
