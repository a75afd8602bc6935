"""民主评议党员 over HTTP."""

from __future__ import annotations

from typing import Any

from flask import Response

from jifen.points.appraisal import exports, publishing, queries, queries_asked, schemas, service, steps
from jifen.points.appraisal.policy import P
from jifen.web.doors import asks, current_actor
from jifen.web.rest import Blueprint, Resource
from jifen.web.schemas import PageIn, page
from jifen.web.sheets import XLSX, sheet

blp = Blueprint("appraisals", __name__, url_prefix="/api/v1/appraisals", description="民主评议党员")


def _shown(appraisal_id: int) -> queries.Sheet:
    return queries.sheet(appraisal_id, by=current_actor())


def _changes(rows: list[dict[str, Any]]) -> list[steps.Change]:
    return [steps.Change(**row) for row in rows]


@blp.route("")
class Appraisals(Resource):
    """The branches' appraisals of a year."""

    @asks(P.COMPARE)
    @blp.arguments(schemas.AppraisalProgressIn, location="query")
    @blp.response(200, schemas.AppraisalProgressPage)
    def get(self, data: dict[str, Any]) -> dict[str, Any]:
        """查看各支部办理到哪一步，按组织顺序，不排名次"""
        limit = data.pop("limit")
        rows = queries.progress(**data, by=current_actor(), limit=limit + 1)
        return page(rows, limit, lambda r: r.branch_id)

    @asks(P.DECIDE)
    @blp.arguments(schemas.AppraisalStartIn)
    @blp.response(201, schemas.AppraisalSheetOut)
    @blp.alt_response(409, schema=None, description="appraisal_started：本年度已经开始")
    def post(self, data: dict[str, Any]) -> Any:
        """开始一个支部一年的评议：按积分提出初步名单"""
        return _shown(service.start(**data, by=current_actor()).id)


@blp.route("/mine")
class Mine(Resource):
    """One's own grades."""

    @asks(P.OWN)
    @blp.response(200, schemas.AppraisalOwnsOut)
    def get(self) -> Any:
        """查看本人的评议等次，公示后才显示"""
        return {"items": queries.own(by=current_actor())}


@blp.route("/<id:appraisal_id>")
class One(Resource):
    """One appraisal."""

    @asks(P.SEE)
    @blp.response(200, schemas.AppraisalSheetOut)
    def get(self, appraisal_id: int) -> Any:
        """查看名单、各步记录和汇总"""
        return _shown(appraisal_id)


@blp.route("/<id:appraisal_id>/refresh")
class Refresh(Resource):
    """The list computed anew."""

    @asks(P.DECIDE)
    @blp.response(200, schemas.AppraisalSheetOut)
    @blp.alt_response(409, schema=None, description="not_now：支委会已研究")
    def post(self, appraisal_id: int) -> Any:
        """按最新积分重新计算初步名单"""
        return _shown(service.refresh(appraisal_id, by=current_actor()).id)


@blp.route("/<id:appraisal_id>/ties")
class Ties(Resource):
    """A decision among equals."""

    @asks(P.DECIDE)
    @blp.arguments(schemas.AppraisalTieIn)
    @blp.response(200, schemas.AppraisalSheetOut)
    @blp.alt_response(409, schema=None, description="no_tie：没有需要决定的并列")
    def post(self, data: dict[str, Any], appraisal_id: int) -> Any:
        """登记支委会对并列同志的决定"""
        steps.decide_tie(appraisal_id, **data, by=current_actor())
        return _shown(appraisal_id)


@blp.route("/<id:appraisal_id>/committee")
class Committee(Resource):
    """The branch committee."""

    @asks(P.DECIDE)
    @blp.arguments(schemas.AppraisalCommitteeIn)
    @blp.response(200, schemas.AppraisalSheetOut)
    @blp.alt_response(409, schema=None, description="tie_open、quota_full、not_now 等")
    def post(self, data: dict[str, Any], appraisal_id: int) -> Any:
        """登记支委会意见"""
        changes = _changes(data.pop("changes"))
        steps.record_committee(appraisal_id, **data, changes=changes, by=current_actor())
        return _shown(appraisal_id)


@blp.route("/<id:appraisal_id>/meeting")
class Meeting(Resource):
    """The members' meeting."""

    @asks(P.DECIDE)
    @blp.arguments(schemas.AppraisalMeetingIn)
    @blp.response(200, schemas.AppraisalSheetOut)
    @blp.alt_response(409, schema=None, description="no_quorum：未过半数；not_now：上一步未完成")
    def post(self, data: dict[str, Any], appraisal_id: int) -> Any:
        """登记党员大会结果，票数只记数字"""
        changes = _changes(data.pop("changes"))
        ballots = [steps.Ballot(**row) for row in data.pop("ballots")]
        steps.record_meeting(appraisal_id, **data, changes=changes, ballots=ballots, by=current_actor())
        return _shown(appraisal_id)


@blp.route("/<id:appraisal_id>/publicise")
class Publicity(Resource):
    """The publicised list."""

    @asks(P.DECIDE)
    @blp.response(200, schemas.AppraisalSheetOut)
    @blp.alt_response(409, schema=None, description="not_confirmed：登记人本人等次待上级确认")
    def post(self, appraisal_id: int) -> Any:
        """在支部内公示姓名和等次"""
        publishing.publicise(appraisal_id, by=current_actor())
        return _shown(appraisal_id)


@blp.route("/<id:appraisal_id>/finish")
class Finish(Resource):
    """Final grades."""

    @asks(P.DECIDE)
    @blp.response(200, schemas.AppraisalSheetOut)
    @blp.alt_response(409, schema=None, description="still_open：公示期未满或有异议")
    def post(self, appraisal_id: int) -> Any:
        """公示期满，定等次"""
        return _shown(publishing.finish(appraisal_id, by=current_actor()).id)


@blp.route("/<id:appraisal_id>/back")
class Back(Resource):
    """A step taken back."""

    @asks(P.DECIDE)
    @blp.arguments(schemas.AppraisalReasonIn)
    @blp.response(200, schemas.AppraisalSheetOut)
    @blp.alt_response(409, schema=None, description="not_now：没有可退的一步")
    def post(self, data: dict[str, Any], appraisal_id: int) -> Any:
        """退回上一步，写明原因"""
        return _shown(service.back(appraisal_id, data["reason"], by=current_actor()).id)


@blp.route("/<id:appraisal_id>/summary.xlsx")
class Summary(Resource):
    """The summary on a sheet."""

    @asks(P.EXPORT)
    @blp.response(200, {"type": "string", "format": "binary"}, content_type=XLSX)
    def get(self, appraisal_id: int) -> Response:
        """导出年度汇总表"""
        return sheet("appraisal.xlsx", exports.summary_sheet(appraisal_id, by=current_actor()))


@blp.route("/confirmations")
class Confirmations(Resource):
    """Recorders' own grades."""

    @asks(P.DECIDE)
    @blp.arguments(PageIn, location="query")
    @blp.response(200, schemas.AppraisalConfirmationPage)
    def get(self, data: dict[str, Any]) -> dict[str, Any]:
        """查看等待上级确认的登记人本人等次"""
        rows = queries_asked.confirmations(by=current_actor(), after=data["after"], limit=data["limit"] + 1)
        return page(rows, data["limit"], lambda r: r.line_id)


@blp.route("/confirmations/<id:line_id>")
class Confirmation(Resource):
    """One recorder's own grade."""

    @asks(P.DECIDE)
    @blp.arguments(schemas.AppraisalConfirmIn)
    @blp.response(204)
    @blp.alt_response(409, schema=None, description="answered：已经处理")
    def post(self, data: dict[str, Any], line_id: int) -> None:
        """上级确认或退回登记人本人的等次"""
        steps.confirm_own(line_id, **data, by=current_actor())


@blp.route("/tasks")
class Tasks(Resource):
    """What grades ask of the branch."""

    @asks(P.DECIDE)
    @blp.arguments(PageIn, location="query")
    @blp.response(200, schemas.AppraisalTaskPage)
    def get(self, data: dict[str, Any]) -> dict[str, Any]:
        """查看等待本人办理的评议后续事项"""
        rows = queries_asked.tasks(by=current_actor(), after=data["after"], limit=data["limit"] + 1)
        return page(rows, data["limit"], lambda r: r.id)


@blp.route("/tasks/<id:task_id>")
class Task(Resource):
    """One of them."""

    @asks(P.DECIDE)
    @blp.arguments(schemas.AppraisalTaskIn)
    @blp.response(200, schemas.AppraisalTaskOut)
    @blp.alt_response(409, schema=None, description="answered：已经办结")
    def post(self, data: dict[str, Any], task_id: int) -> Any:
        """登记办理结果：结果代码、记录编号、日期"""
        return queries_asked.task(publishing.close_task(task_id, **data, by=current_actor()).id)
