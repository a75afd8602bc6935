"""Reports and decisions over HTTP."""

from __future__ import annotations

from typing import Any

from jifen.points import deciding, queries_reports, roster, schemas, service
from jifen.points.policy import P
from jifen.points.service import Filing
from jifen.web.doors import asks, current_actor
from jifen.web.rest import Blueprint, Resource
from jifen.web.schemas import PageIn, page

blp = Blueprint("reports", __name__, url_prefix="/api/v1", description="上报与处理")


def _shown(report_id: int) -> queries_reports.Filed:
    return queries_reports.filed([report_id])[0]


@blp.route("/reports")
class Reports(Resource):
    """One's own reports."""

    @asks(P.SEE_REPORT)
    @blp.arguments(schemas.ReportsIn, location="query")
    @blp.response(200, schemas.ReportPage)
    def get(self, data: dict[str, Any]) -> dict[str, Any]:
        """查看本人的上报，最近的在前"""
        rows = queries_reports.own(
            by=current_actor(), state=data["state"], after=data["after"], limit=data["limit"] + 1
        )
        return page(rows, data["limit"], lambda r: r.id)

    @asks(P.REPORT)
    @blp.arguments(schemas.FilingIn)
    @blp.response(201, schemas.ReportOut)
    @blp.alt_response(409, schema=None, description="same_deed：这件事已上报过")
    def post(self, data: dict[str, Any]) -> Any:
        """上报一件事"""
        return _shown(service.submit(Filing(**data), by=current_actor()).id)


@blp.route("/reports/items")
class Items(Resource):
    """What one may report oneself."""

    @asks(P.REPORT)
    @blp.response(200, schemas.ReportablesOut)
    def get(self) -> Any:
        """查看本人可以上报的项目"""
        return {"items": queries_reports.reportable(by=current_actor())}


@blp.route("/reports/<id:report_id>")
class One(Resource):
    """One report."""

    @asks(P.SEE_REPORT)
    @blp.response(200, schemas.ReportOut)
    def get(self, report_id: int) -> Any:
        """查看一条上报"""
        return queries_reports.report(report_id, by=current_actor())


@blp.route("/reports/<id:report_id>/resubmit")
class Resubmission(Resource):
    """A corrected version of a report that was given back."""

    @asks(P.WITHDRAW)
    @blp.arguments(schemas.FilingIn)
    @blp.response(201, schemas.ReportOut)
    def post(self, data: dict[str, Any], report_id: int) -> Any:
        """改正后重新上报"""
        return _shown(service.resubmit(report_id, Filing(**data), by=current_actor()).id)


@blp.route("/reports/<id:report_id>/withdraw")
class Withdrawal(Resource):
    """A report taken back before anybody decided."""

    @asks(P.WITHDRAW)
    @blp.response(200, schemas.ReportOut)
    def post(self, report_id: int) -> Any:
        """在处理之前取消上报"""
        return _shown(service.withdraw(report_id, by=current_actor()).id)


@blp.route("/reports/<id:report_id>/approve")
class Approval(Resource):
    """A confirmation."""

    @asks(P.DECIDE)
    @blp.response(200, schemas.ReportOut)
    @blp.alt_response(409, schema=None, description="not_pending：已有人处理；own_matter：本人的事由别人处理")
    def post(self, report_id: int) -> Any:
        """确认一条上报，当即记入台账"""
        return _shown(deciding.approve(report_id, by=current_actor()).id)


@blp.route("/reports/approve")
class Batch(Resource):
    """Several confirmations, all or none."""

    @asks(P.DECIDE)
    @blp.arguments(schemas.BatchIn)
    @blp.response(200, schemas.ReportsOut)
    def post(self, data: dict[str, Any]) -> Any:
        """一次确认多条上报：要么全部确认，要么都不确认"""
        done = deciding.approve_many(data["ids"], by=current_actor())
        return {"items": queries_reports.filed([r.id for r in done])}


@blp.route("/reports/<id:report_id>/return")
class Return(Resource):
    """A report given back."""

    @asks(P.DECIDE)
    @blp.arguments(schemas.ReasonIn)
    @blp.response(200, schemas.ReportOut)
    def post(self, data: dict[str, Any], report_id: int) -> Any:
        """退回一条上报，写明原因"""
        return _shown(deciding.return_(report_id, data["reason"], by=current_actor()).id)


@blp.route("/reports/<id:report_id>/revoke")
class Revocation(Resource):
    """A confirmation taken back."""

    @asks(P.DECIDE)
    @blp.response(200, schemas.ReportOut)
    def post(self, report_id: int) -> Any:
        """在24小时内撤回本人的确认"""
        return _shown(deciding.revoke(report_id, by=current_actor()).id)


@blp.route("/queue")
class Queue(Resource):
    """What waits for the actor's decision."""

    @asks(P.DECIDE)
    @blp.arguments(PageIn, location="query")
    @blp.response(200, schemas.ReportPage)
    def get(self, data: dict[str, Any]) -> dict[str, Any]:
        """查看等待本人处理的上报，最早的在前"""
        rows = queries_reports.waiting(by=current_actor(), after=data["after"], limit=data["limit"] + 1)
        return page(rows, data["limit"], lambda r: r.id)


@blp.route("/rosters")
class Rosters(Resource):
    """Lists of who did one thing."""

    @asks(P.ENTER_ROSTER)
    @blp.arguments(schemas.RosterIn)
    @blp.response(201, schemas.RosterOut)
    @blp.alt_response(409, schema=None, description="only_oneself：名单里只有登记人本人")
    def post(self, data: dict[str, Any]) -> Any:
        """按名单登记：这些党员当天做了这件事，当即记入台账"""
        item, day, listed = data.pop("item"), data.pop("occurred_on"), data.pop("member_ids")
        return roster.enter(item, day, listed, **data, by=current_actor())
