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
