"""One's own data over HTTP."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template

from jifen.privacy import copies, schemas, visibility
from jifen.privacy.policy import P
from jifen.web.doors import asks, current_actor
from jifen.web.rest import Blueprint, Resource
from jifen.web.sheets import XLSX, sheet

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


@blp.route("/me/data")
class Data(Resource):
    """Everything kept about the caller."""

    @asks(P.OWN)
    @blp.response(200, schemas.DataOut)
    def get(self) -> Any:
        """导出我的数据：系统里关于本人的全部内容；每次导出有记录，一天最多十次"""
        return copies.mine(by=current_actor())


@blp.route("/me/data.xlsx")
class DataSheet(Resource):
    """The same on sheets."""

    @asks(P.OWN)
    @blp.response(200, {"type": "string", "format": "binary"}, content_type=XLSX)
    def get(self) -> Response:
        """导出我的数据，Excel 表格：一类一张"""
        return sheet("my-data.xlsx", copies.my_sheet(by=current_actor()))


@blp.route("/me/data.html")
class DataPage(Resource):
    """The same to print."""

    @asks(P.OWN)
    @blp.response(200, {"type": "string"}, content_type="text/html")
    def get(self) -> Response:
        """导出我的数据，可打印的网页"""
        return Response(render_template("privacy/copy.html", printed=copies.my_page(by=current_actor())))
