"""Facts by hand over HTTP."""

from __future__ import annotations

from typing import Any

from jifen.points.manual import queries, schemas, service
from jifen.points.policy import P
from jifen.web.doors import asks, current_actor
from jifen.web.rest import Blueprint, Resource
from jifen.web.schemas import PageIn, page

blp = Blueprint("manual_entries", __name__, url_prefix="/api/v1", description="手工登记")


@blp.route("/manual-entries")
class Entries(Resource):
    """What is prepared by hand."""

    @asks(P.CONFIRM_MANUAL)
    @blp.arguments(PageIn, location="query")
    @blp.response(200, schemas.ManualPage)
    def get(self, data: dict[str, Any]) -> dict[str, Any]:
        """查看等待本人确认的手工登记和冲正"""
        rows = queries.waiting(by=current_actor(), after=data["after"], limit=data["limit"] + 1)
        return page(rows, data["limit"], lambda r: r.id)

    @asks(P.PREPARE)
    @blp.arguments(schemas.ManualIn)
    @blp.response(201, schemas.ManualsOut)
    def post(self, data: dict[str, Any]) -> Any:
        """手工登记：由另一位负责人确认后才计分"""
        item, day, listed = data.pop("item"), data.pop("occurred_on"), data.pop("member_ids")
        rows = service.prepare(item, day, listed, **data, by=current_actor())
        return {"items": queries.entries([row.id for row in rows])}


@blp.route("/manual-entries/reversals")
class Reversals(Resource):
    """Reversals of posted facts."""

    @asks(P.PREPARE)
    @blp.arguments(schemas.ReversalIn)
    @blp.response(201, schemas.ManualOut)
    def post(self, data: dict[str, Any]) -> Any:
        """提出冲正一条流水：由另一位负责人确认后生效"""
        row = service.prepare_reversal(data.pop("entry_id"), **data, by=current_actor())
        return queries.entries([row.id])[0]


@blp.route("/manual-entries/<id:entry_id>/confirm")
class Confirmation(Resource):
    """A second person's yes."""

    @asks(P.CONFIRM_MANUAL)
    @blp.response(200, schemas.ManualOut)
    def post(self, entry_id: int) -> Any:
        """确认别人准备的登记或冲正"""
        return queries.entries([service.confirm(entry_id, by=current_actor()).id])[0]


@blp.route("/manual-entries/<id:entry_id>/return")
class Return(Resource):
    """A second person's no."""

    @asks(P.CONFIRM_MANUAL)
    @blp.arguments(schemas.ManualReturnIn)
    @blp.response(200, schemas.ManualOut)
    def post(self, data: dict[str, Any], entry_id: int) -> Any:
        """退回，写明原因"""
        return queries.entries([service.return_(entry_id, data["reason"], by=current_actor()).id])[0]
