"""One's own data over HTTP."""

from __future__ import annotations

from typing import Any

from jifen.privacy import schemas, visibility
from jifen.privacy.policy import P
from jifen.web.doors import asks, current_actor
from jifen.web.rest import Blueprint, Resource

blp = Blueprint(
    "privacy", __name__, url_prefix="/api/v1", description="本人的信息：谁能看到、导出、更正、反对"
)


@blp.route("/me/visibility")
class Visibility(Resource):
    """Who sees the caller."""

    @asks(P.OWN)
    @blp.response(200, schemas.VisibilityOut)
    def get(self) -> Any:
        """谁能看到我：今天哪些岗位能看到哪些内容，谁导出过含本人的名单"""
        return visibility.mine(by=current_actor())
