"""Facts and balances over HTTP: upload, preview, answers, one confirm by a decider, one undo."""

from __future__ import annotations

from typing import Any

from flask import Response

from jifen.points.intake import queries, schemas, service
from jifen.points.intake import undo as undoing
from jifen.points.intake.mapping import parse_mapping
from jifen.points.intake.sheets import template
from jifen.points.intake.words import Kind
from jifen.points.policy import P
from jifen.web.doors import asks, current_actor
from jifen.web.rest import Blueprint, Resource
from jifen.web.schemas import PageIn, page
from jifen.web.sheets import XLSX, sheet

blp = Blueprint(
    "fact_imports", __name__, url_prefix="/api/v1/fact-imports", description="积分记录与接续积分导入"
)


@blp.route("")
class Imports(Resource):
    """Imports of facts and balances."""

    @asks(P.IMPORT_FACTS)
    @blp.arguments(PageIn, location="query")
    @blp.response(200, schemas.FactsBatchPage)
    def get(self, data: dict[str, Any]) -> dict[str, Any]:
        """查看导入批次，最近的在前"""
        rows = queries.batches(by=current_actor(), before=data["after"] or None, limit=data["limit"] + 1)
        return page(rows, data["limit"], lambda b: b.id)

    @asks(P.IMPORT_FACTS)
    @blp.arguments(schemas.FactsUploadIn, location="upload")
    @blp.response(201, schemas.FactsPreviewOut)
    def post(self, data: dict[str, Any]) -> Any:
        """上传积分记录或接续积分表（.xlsx、.xls），得到预览；文件读过即弃，不保存"""
        uploaded = data["file"]
        return service.preview(
            uploaded.read(),
            Kind(data["kind"]),
            file_name=uploaded.filename or "记录",
            unit_code=data["unit_code"],
            mapping=parse_mapping(data["mapping"]) if data["mapping"] else None,
            by=current_actor(),
        )


@blp.route("/template.xlsx")
class Template(Resource):
    """The sheet to fill in."""

    @asks(P.IMPORT_FACTS)
    @blp.arguments(schemas.FactsTemplateIn, location="query")
    @blp.response(200, {"type": "string", "format": "binary"}, content_type=XLSX)
    def get(self, data: dict[str, Any]) -> Response:
        """下载空白表：积分记录、考勤、党费、会议记录、接续积分"""
        return sheet(f"{data['which']}-template.xlsx", template(data["which"]))


@blp.route("/<id:batch_id>")
class One(Resource):
    """One import."""

    @asks(P.IMPORT_FACTS)
    @blp.response(200, schemas.FactsBatchOut)
    def get(self, batch_id: int) -> Any:
        """查看一个导入批次"""
        return queries.batch_line(batch_id, by=current_actor())

    @asks(P.IMPORT_FACTS)
    @blp.response(204)
    def delete(self, batch_id: int) -> None:
        """放弃一个没有确认的预览"""
        service.drop(batch_id, by=current_actor())


@blp.route("/<id:batch_id>/preview")
class Preview(Resource):
    """A preview with questions answered."""

    @asks(P.IMPORT_FACTS)
    @blp.arguments(schemas.FactsAnswersIn)
    @blp.response(200, schemas.FactsPreviewOut)
    def post(self, data: dict[str, Any], batch_id: int) -> Any:
        """回答问题后重新预览，什么也不写入"""
        return service.review(batch_id, **data, by=current_actor())


@blp.route("/<id:batch_id>/confirm")
class Confirmation(Resource):
    """A sheet taken in."""

    @asks(P.CONFIRM_FACTS)
    @blp.arguments(schemas.FactsAnswersIn)
    @blp.response(200, schemas.FactsOutcomeOut)
    def post(self, data: dict[str, Any], batch_id: int) -> Any:
        """确认导入：要么全部导入，要么什么也不导入；确认人本人的记录留给其他负责人"""
        return service.confirm(batch_id, **data, by=current_actor())


@blp.route("/<id:batch_id>/confirm-waiting")
class Rest(Resource):
    """The first confirmer's own lines."""

    @asks(P.CONFIRM_FACTS)
    @blp.response(200, schemas.FactsOutcomeOut)
    def post(self, batch_id: int) -> Any:
        """确认上一位确认人本人的记录"""
        return service.confirm_waiting(batch_id, by=current_actor())


@blp.route("/<id:batch_id>/undo")
class Undo(Resource):
    """A whole import taken back."""

    @asks(P.CONFIRM_FACTS)
    @blp.response(200, schemas.FactsUndoneOut)
    def post(self, batch_id: int) -> Any:
        """整批撤销：逐条冲正这一批的流水，原流水仍可查"""
        return undoing.undo(batch_id, by=current_actor())
