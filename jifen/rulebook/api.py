"""Rulebooks over HTTP."""

from __future__ import annotations

from typing import Any

from jifen.rulebook import check, queries, schemas, service
from jifen.rulebook.policy import P
from jifen.web.doors import asks, current_actor
from jifen.web.rest import Blueprint, Resource
from jifen.web.schemas import PageIn, page

blp = Blueprint("rulebooks", __name__, url_prefix="/api/v1/rulebooks", description="积分办法")


@blp.route("")
class Rulebooks(Resource):
    """Loaded versions."""

    @asks(P.SEE)
    @blp.arguments(PageIn, location="query")
    @blp.response(200, schemas.VersionPage)
    def get(self, data: dict[str, Any]) -> dict[str, Any]:
        """查看已载入的积分办法各版本"""
        rows = queries.versions(after=data["after"], limit=data["limit"] + 1)
        return page(rows, data["limit"], lambda v: v.id)

    @asks(P.LOAD)
    @blp.arguments(schemas.TextIn)
    @blp.response(201, schemas.VersionOut)
    def post(self, data: dict[str, Any]) -> Any:
        """载入一版积分办法；载入后内容不能再改"""
        return service.load(data["text"], by=current_actor())


@blp.route("/check")
class Check(Resource):
    """The check of a text that is not loaded."""

    @asks(P.LOAD)
    @blp.arguments(schemas.TextIn)
    @blp.response(200, schemas.FindingsOut)
    def post(self, data: dict[str, Any]) -> Any:
        """检查一份积分办法：格式、分档、封顶、政策红线，逐行列出"""
        return {"findings": check.findings(data["text"])}


@blp.route("/<id:rulebook_id>")
class One(Resource):
    """One version."""

    @asks(P.SEE)
    @blp.response(200, schemas.WholeOut)
    def get(self, rulebook_id: int) -> Any:
        """查看一版积分办法的全文"""
        return queries.version(rulebook_id)


@blp.route("/<id:rulebook_id>/findings")
class Findings(Resource):
    """The check of a loaded version."""

    @asks(P.SEE)
    @blp.response(200, schemas.FindingsOut)
    def get(self, rulebook_id: int) -> Any:
        """查看一版积分办法的检查结果"""
        return {"findings": check.findings(queries.version(rulebook_id).text)}


@blp.route("/<id:rulebook_id>/activate")
class Activation(Resource):
    """A version put in force."""

    @asks(P.ACTIVATE)
    @blp.arguments(schemas.ActivateIn)
    @blp.response(200, schemas.VersionOut)
    def post(self, data: dict[str, Any], rulebook_id: int) -> Any:
        """启用一版积分办法；有禁止条款的不能启用，有风险条款的须写明决定文号"""
        return service.activate(rulebook_id, **data, by=current_actor())


@blp.route("/assignments")
class Assignments(Resource):
    """Where rulebooks hold."""

    @asks(P.SEE)
    @blp.arguments(schemas.AssignmentsIn, location="query")
    @blp.response(200, schemas.AssignedPage)
    def get(self, data: dict[str, Any]) -> dict[str, Any]:
        """查看各组织适用的积分办法"""
        rows = queries.assigned(code=data["code"], after=data["after"], limit=data["limit"] + 1)
        return page(rows, data["limit"], lambda a: a.id)

    @asks(P.ASSIGN)
    @blp.arguments(schemas.AssignIn)
    @blp.response(201, schemas.AssignmentOut)
    def post(self, data: dict[str, Any]) -> Any:
        """指定一个组织及其下级适用的积分办法"""
        return service.assign(
            data["unit_id"],
            data["rulebook_code"],
            category=data["category"],
            since=data["since"],
            by=current_actor(),
        )


@blp.route("/assignments/<id:assignment_id>/end")
class AssignmentEnd(Resource):
    """The end of an assignment."""

    @asks(P.ASSIGN)
    @blp.arguments(schemas.AssignmentEndIn)
    @blp.response(200, schemas.AssignmentOut)
    def post(self, data: dict[str, Any], assignment_id: int) -> Any:
        """结束一项指定"""
        return service.end_assignment(assignment_id, on=data["on"], by=current_actor())
