"""Scores, statements, rankings and the proof over HTTP."""

from __future__ import annotations

from typing import Any

from flask import Response

from jifen.points import exports, queries_compared, queries_statement, verify
from jifen.points import schemas_scores as schemas
from jifen.points.explain import explain
from jifen.points.policy import P
from jifen.points.queries_dryrun import dry_run
from jifen.web.doors import asks, current_actor
from jifen.web.rest import Blueprint, Resource
from jifen.web.schemas import page, page_after
from jifen.web.sheets import XLSX, sheet

blp = Blueprint("scores", __name__, url_prefix="/api/v1", description="积分、流水、排名、核验")


@blp.route("/members/<id:member_id>/score")
class Score(Resource):
    """A total that explains itself."""

    @asks(P.SEE_SCORE)
    @blp.arguments(schemas.ScoreIn, location="query")
    @blp.response(200, schemas.ScoreOut)
    def get(self, data: dict[str, Any], member_id: int) -> Any:
        """查看积分和“为什么是这个分”：逐条列出依据、流水、确认人"""
        return explain(member_id, by=current_actor(), day=data["day"])


@blp.route("/members/<id:member_id>/statement")
class Statement(Resource):
    """Ledger lines."""

    @asks(P.SEE_SCORE)
    @blp.arguments(schemas.StatementIn, location="query")
    @blp.response(200, schemas.StatementPage)
    def get(self, data: dict[str, Any], member_id: int) -> dict[str, Any]:
        """查看积分流水，最近的在前"""
        limit = data.pop("limit")
        rows = queries_statement.statement(member_id, **data, limit=limit + 1, by=current_actor())
        return page(rows, limit, lambda r: r.id)


@blp.route("/members/<id:member_id>/statement.xlsx")
class StatementSheet(Resource):
    """Ledger lines on a sheet."""

    @asks(P.SEE_SCORE)
    @blp.arguments(schemas.SpanIn, location="query")
    @blp.response(200, {"type": "string", "format": "binary"}, content_type=XLSX)
    def get(self, data: dict[str, Any], member_id: int) -> Response:
        """导出积分流水：本人的；或有导出权限的范围内的"""
        return sheet("statement.xlsx", exports.statement_sheet(member_id, **data, by=current_actor()))


@blp.route("/rankings")
class Rankings(Resource):
    """One's own places, and a branch's list."""

    @asks(P.SEE_RANKING_NAMES)
    @blp.arguments(schemas.RankingIn, location="query")
    @blp.response(200, schemas.RankingOut)
    def get(self, data: dict[str, Any]) -> dict[str, Any]:
        """查看本人在支部、单位、全市的位次；支委会决定公开的，可看支部名单"""
        found = queries_compared.places(data["branch_id"], by=current_actor(), day=data["day"])
        shown = page_after(found.rows, data["after"], data["limit"], lambda r: r.member_id)
        return {"mine": found.mine, "names_shown": found.names_shown, **shown}


@blp.route("/rankings.xlsx")
class RankingSheet(Resource):
    """A branch's list on a sheet."""

    @asks(P.EXPORT)
    @blp.arguments(schemas.SheetRankingIn, location="query")
    @blp.response(200, {"type": "string", "format": "binary"}, content_type=XLSX)
    def get(self, data: dict[str, Any]) -> Response:
        """导出一个支部的名次表"""
        return sheet("rankings.xlsx", exports.ranking_sheet(**data, by=current_actor()))


@blp.route("/rankings/units")
class Comparison(Resource):
    """Organisations side by side."""

    @asks(P.COMPARE_UNITS)
    @blp.arguments(schemas.ComparisonIn, location="query")
    @blp.response(200, schemas.ComparedPage)
    def get(self, data: dict[str, Any]) -> dict[str, Any]:
        """对比各组织的人均和中位数，按组织顺序，不排名次"""
        rows = queries_compared.comparison(data["unit_id"], by=current_actor(), day=data["day"])
        return page_after(rows, data["after"], data["limit"], lambda r: r.unit_id)


@blp.route("/rulebooks/<id:rulebook_id>/dry-run")
class DryRun(Resource):
    """A version tried on the facts that are there."""

    @asks(P.DRY_RUN)
    @blp.arguments(schemas.DryRunIn, location="query")
    @blp.response(200, schemas.DryRunOut)
    def get(self, data: dict[str, Any], rulebook_id: int) -> Any:
        """试算：换成这一版，谁会增减多少；什么也不写入"""
        return dry_run(data["against_id"], rulebook_id, data["unit_id"], by=current_actor(), day=data["day"])


@blp.route("/ledger/verify")
class Proof(Resource):
    """The proof of the ledger."""

    @asks(P.VERIFY)
    @blp.response(200, schemas.ProofOut)
    def get(self) -> dict[str, Any]:
        """核验台账：封存链、唯一性、总分、名次计数；逐部分指出第一处不符"""
        faults = verify.proof(by=current_actor())
        return {"holds": not faults, "faults": faults}
