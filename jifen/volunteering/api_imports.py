"""Hours from elsewhere, and hours as a sheet, over HTTP."""

from __future__ import annotations

from typing import Any

from flask import Response

from jifen.volunteering import imports, schemas
from jifen.volunteering.policy import P
from jifen.web.doors import asks, current_actor
from jifen.web.rest import Blueprint, Resource
from jifen.web.sheets import XLSX, sheet

blp = Blueprint("imported_hours", __name__, url_prefix="/api/v1", description="志愿时长导入和导出")


@blp.route("/hours-imports")
class Imports(Resource):
    """A sheet of hours."""

    @asks(P.ENTER)
    @blp.arguments(schemas.HoursUploadIn, location="upload")
    @blp.response(201, schemas.HoursPreviewOut)
    def post(self, data: dict[str, Any]) -> Any:
        """上传别的平台的时长表，得到预览；文件读过即弃"""
        uploaded = data["file"]
        return imports.preview(
            uploaded.read(),
            file_name=uploaded.filename or "时长",
            unit_id=data["unit_id"],
            platform=data["platform"],
            by=current_actor(),
        )


@blp.route("/hours-imports/<id:batch_id>")
class One(Resource):
    """One import."""

    @asks(P.ENTER)
    @blp.response(200, schemas.HoursPreviewOut)
    def get(self, batch_id: int) -> Any:
        """查看一次导入的预览"""
        return imports.review(batch_id, by=current_actor())


@blp.route("/hours-imports/<id:batch_id>/answers")
class Answers(Resource):
    """Answers to its questions."""

    @asks(P.ENTER)
    @blp.arguments(schemas.HoursAnswersIn)
    @blp.response(200, schemas.HoursPreviewOut)
    def post(self, data: dict[str, Any], batch_id: int) -> Any:
        """回答预览里的问题"""
        return imports.review(batch_id, answers=data["answers"], by=current_actor())


@blp.route("/hours-imports/<id:batch_id>/confirm")
class Confirmation(Resource):
    """The one yes."""

    @asks(P.DECIDE)
    @blp.response(200, schemas.CreditedOut)
    def post(self, batch_id: int) -> Any:
        """由负责人确认导入；记入补录时长"""
        return imports.confirm(batch_id, by=current_actor())


@blp.route("/hours-imports/<id:batch_id>/undo")
class Undo(Resource):
    """All of it taken back."""

    @asks(P.DECIDE)
    @blp.response(200, schemas.HoursUndoneOut)
    def post(self, batch_id: int) -> Any:
        """整批撤销"""
        return {"reversed": imports.undo(batch_id, by=current_actor())}


@blp.route("/units/<id:unit_id>/hours.xlsx")
class Export(Resource):
    """A unit's year as a sheet."""

    @asks(P.EXPORT)
    @blp.arguments(schemas.YearIn, location="query")
    @blp.response(200, {"type": "string", "format": "binary"}, content_type=XLSX)
    def get(self, data: dict[str, Any], unit_id: int) -> Response:
        """导出一个组织一年的志愿时长"""
        year = data["year"]
        return sheet(f"hours-{year}.xlsx", imports.export(unit_id, year, by=current_actor()))
