"""One's own notices over HTTP."""

from __future__ import annotations

from typing import Any

from jifen.notices import queries, schemas, service
from jifen.notices.policy import P
from jifen.web.doors import asks, current_actor
from jifen.web.rest import Blueprint, Resource
from jifen.web.schemas import PageIn, page

blp = Blueprint("notices", __name__, url_prefix="/api/v1/notices", description="通知")


@blp.route("")
class Notices(Resource):
    """One's own notices."""

    @asks(P.OWN)
    @blp.arguments(PageIn, location="query")
    @blp.response(200, schemas.NoticePage)
    def get(self, data: dict[str, Any]) -> dict[str, Any]:
        """查看发给本人的通知，最近的在前"""
        rows = queries.own(by=current_actor(), after=data["after"], limit=data["limit"] + 1)
        return page(rows, data["limit"], lambda n: n.id)


@blp.route("/preferences")
class Preferences(Resource):
    """What one gets."""

    @asks(P.OWN)
    @blp.response(200, schemas.PreferencesOut)
    def get(self) -> Any:
        """查看本人接收哪些通知"""
        return {"preferences": queries.preferences(by=current_actor())}

    @asks(P.CHOOSE)
    @blp.arguments(schemas.PreferenceIn)
    @blp.response(200, schemas.PreferencesOut)
    def put(self, data: dict[str, Any]) -> Any:
        """打开或关闭一类通知"""
        by = current_actor()
        service.switch(data["kind"], enabled=data["enabled"], by=by)
        return {"preferences": queries.preferences(by=by)}


@blp.route("/ways")
class Ways(Resource):
    """By which ways one gets them."""

    @asks(P.OWN)
    @blp.response(200, schemas.WaysOut)
    def get(self) -> Any:
        """查看本人从哪些渠道接收通知"""
        return {"ways": queries.ways(by=current_actor())}

    @asks(P.CHOOSE)
    @blp.arguments(schemas.WayIn)
    @blp.response(200, schemas.WaysOut)
    def put(self, data: dict[str, Any]) -> Any:
        """打开或关闭一种接收渠道"""
        by = current_actor()
        service.switch_way(data["way"], enabled=data["enabled"], by=by)
        return {"ways": queries.ways(by=by)}


@blp.route("/branches/<id:branch_id>/untold")
class ToTell(Resource):
    """Whom a branch's secretary tells in person."""

    @asks(P.TELL)
    @blp.response(200, schemas.UntoldsOut)
    def get(self, branch_id: int) -> Any:
        """查看本支部需要当面告知的通知（只给本支部书记）"""
        return {"items": queries.to_tell(branch_id, by=current_actor())}


@blp.route("/unsure")
class Unsure(Resource):
    """Notices of which nobody can say whether they left."""

    @asks(P.SETTLE)
    @blp.response(200, schemas.UntoldsOut)
    def get(self) -> Any:
        """查看不能确定是否发出的通知"""
        return {"items": queries.unsure(by=current_actor())}


@blp.route("/<id:notice_id>/tell")
class Tell(Resource):
    """Told in person."""

    @asks(P.TELL)
    @blp.response(204)
    def post(self, notice_id: int) -> None:
        """登记为已当面告知"""
        service.tell(notice_id, by=current_actor())


@blp.route("/<id:notice_id>/again")
class Again(Resource):
    """Sent once more."""

    @asks(P.SETTLE)
    @blp.response(204)
    def post(self, notice_id: int) -> None:
        """再发一次不能确定是否发出的通知"""
        service.send_again(notice_id, by=current_actor())
