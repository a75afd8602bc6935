"""Rosters over HTTP: upload, preview, answers, one confirm, one undo."""

from __future__ import annotations

from typing import Any

from flask import Response

from jifen.members import exports, import_queries, import_undo, imports, schemas_imports
from jifen.members.policy import P
from jifen.members.roster.mapping import parse_mapping
from jifen.members.roster.sheets import template
from jifen.web.doors import asks, current_actor
from jifen.web.rest import Blueprint, Resource
from jifen.web.schemas import PageIn, page
from jifen.web.sheets import XLSX, sheet

blp = Blueprint("imports", __name__, url_prefix="/api/v1/imports", description="名册导入")


@blp.route("")
class Imports(Resource):
    """Imports of rosters."""

    @asks(P.IMPORT)
    @blp.arguments(PageIn, location="query")
    @blp.response(200, schemas_imports.BatchPage)
    def get(self, data: dict[str, Any]) -> dict[str, Any]:
        """查看导入批次，最近的在前"""
        rows = import_queries.batches(
            by=current_actor(), before=data["after"] or None, limit=data["limit"] + 1
        )
        return page(rows, data["limit"], lambda b: b.id)

    @asks(P.IMPORT)
    @blp.arguments(schemas_imports.UploadIn, location="upload")
    @blp.response(201, schemas_imports.PreviewOut)
    def post(self, data: dict[str, Any]) -> Any:
        """上传名册（.xlsx、.xls），得到预览；文件读过即弃，不保存"""
        uploaded = data["file"]
        return imports.preview(
            uploaded.read(),
            file_name=uploaded.filename or "名册",
            unit_code=data["unit_code"],
            mapping=parse_mapping(data["mapping"]) if data["mapping"] else None,
            create_branches=data["create_branches"],
            by=current_actor(),
        )


@blp.route("/template.xlsx")
class Template(Resource):
    """The sheet to fill in."""

    @asks(P.IMPORT)
    @blp.response(200, {"type": "string", "format": "binary"}, content_type=XLSX)
    def get(self) -> Response:
        """下载空白名册模板"""
        return sheet("roster-template.xlsx", template())


@blp.route("/<id:batch_id>")
class One(Resource):
    """One import."""

    @asks(P.IMPORT)
    @blp.response(200, schemas_imports.BatchOut)
    def get(self, batch_id: int) -> Any:
        """查看一个导入批次"""
        return import_queries.access_batch(batch_id, by=current_actor())

    @asks(P.IMPORT)
    @blp.response(204)
    def delete(self, batch_id: int) -> None:
        """放弃一个没有确认的预览"""
        imports.drop(batch_id, by=current_actor())


@blp.route("/<id:batch_id>/preview")
class Preview(Resource):
    """A preview with questions answered."""

    @asks(P.IMPORT)
    @blp.arguments(schemas_imports.AnswersIn)
    @blp.response(200, schemas_imports.PreviewOut)
    def post(self, data: dict[str, Any], batch_id: int) -> Any:
        """回答问题后重新预览，什么也不写入"""
        return imports.review(batch_id, **data, by=current_actor())


@blp.route("/<id:batch_id>/confirm")
class Confirmation(Resource):
    """A roster taken in."""

    @asks(P.IMPORT)
    @blp.arguments(schemas_imports.AnswersIn)
    @blp.response(200, schemas_imports.OutcomeOut)
    def post(self, data: dict[str, Any], batch_id: int) -> Any:
        """确认导入：要么全部导入，要么什么也不导入"""
        return imports.confirm(batch_id, **data, by=current_actor())


@blp.route("/<id:batch_id>/progress")
class Progress(Resource):
    """How far a running import is."""

    @asks(P.IMPORT)
    @blp.response(200, schemas_imports.ProgressOut)
    def get(self, batch_id: int) -> dict[str, Any]:
        """查看导入进度"""
        found = import_queries.progress(batch_id, by=current_actor())
        stage, done, total = found or (None, 0, 0)
        return {"stage": stage, "done": done, "total": total}


@blp.route("/<id:batch_id>/undo")
class Undo(Resource):
    """A whole import taken back."""

    @asks(P.IMPORT)
    @blp.response(200, schemas_imports.UndoneOut)
    def post(self, batch_id: int) -> Any:
        """整批撤销；导入之后已有别的记录的不能撤销，并说明原因"""
        return import_undo.undo(batch_id, by=current_actor())


@blp.route("/<id:batch_id>/roster.xlsx")
class Numbered(Resource):
    """The roster back with the issued numbers."""

    @asks(P.IMPORT)
    @blp.response(200, {"type": "string", "format": "binary"}, content_type=XLSX)
    def get(self, batch_id: int) -> Response:
        """下载带积分编号的名册，以后请用它修改后再导入"""
        return sheet("roster.xlsx", exports.numbered_roster(batch_id, by=current_actor()))
