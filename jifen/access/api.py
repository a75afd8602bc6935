"""Who one is, tokens, and paper codes over HTTP."""

from __future__ import annotations

from typing import Any

from jifen.access import queries, rules, schemas, service, wecom
from jifen.access.policy import P
from jifen.web.doors import ANYBODY, asks, current_actor
from jifen.web.rest import Blueprint, Resource
from jifen.web.schemas import PageIn, page

blp = Blueprint("access", __name__, url_prefix="/api/v1", description="本人、令牌、绑定码")


@blp.route("/me")
class Me(Resource):
    """Who brings the token."""

    @asks(ANYBODY)
    @blp.response(200, schemas.MeOut)
    def get(self) -> Any:
        """查看本人（或业务系统）的身份、任职与令牌权限"""
        return queries.identity(by=current_actor())


@blp.route("/tokens")
class Tokens(Resource):
    """Bearer tokens."""

    @asks(P.ISSUE_TOKEN)
    @blp.arguments(PageIn, location="query")
    @blp.response(200, schemas.TokenPage)
    def get(self, data: dict[str, Any]) -> dict[str, Any]:
        """查看有效的令牌：本人的；工委办公室还可看业务系统的"""
        rows = queries.tokens(by=current_actor(), after=data["after"], limit=data["limit"] + 1)
        return page(rows, data["limit"], lambda t: t.id)

    @asks(P.ISSUE_TOKEN)
    @blp.arguments(schemas.TokenIn)
    @blp.response(201, schemas.NewTokenOut)
    def post(self, data: dict[str, Any]) -> Any:
        """申请令牌，权限不超过现用令牌"""
        token_id, text = service.issue_token(
            scopes=frozenset(data["scopes"]),
            label=data["label"],
            days=data["days"],
            system_name=data["system_name"],
            unit_id=data["unit_id"],
            by=current_actor(),
        )
        return {"id": token_id, "token": text}


@blp.route("/tokens/<id:token_id>")
class Token(Resource):
    """One token."""

    @asks(P.ISSUE_TOKEN)
    @blp.response(204)
    def delete(self, token_id: int) -> None:
        """作废令牌，立即生效"""
        service.revoke_token(token_id, by=current_actor())


@blp.route("/members/<id:member_id>/bind-code")
class BindCode(Resource):
    """A code for a paper slip."""

    @asks(P.ISSUE_CODE)
    @blp.response(201, schemas.CodeOut)
    def post(self, member_id: int) -> Any:
        """发放绑定码（印在纸条上）；以前未用的作废"""
        return {
            "code": service.issue_code(member_id, by=current_actor()),
            "valid_days": rules.VALID_DAYS,
        }


@blp.route("/units/<id:branch_id>/on-paper")
class OnPaper(Resource):
    """Whom the branch serves on paper."""

    @asks(P.SEE_ON_PAPER)
    @blp.response(200, schemas.OnPaperOut)
    def get(self, branch_id: int) -> Any:
        """查看由本支部线下办理的党员，只给本支部的书记、副书记和积分管理员看"""
        return {"items": queries.on_paper(branch_id, by=current_actor())}


@blp.route("/members/<id:member_id>/wecom-binding")
class WecomBinding(Resource):
    """A binding in WeCom."""

    @asks(P.REVOKE)
    @blp.response(204)
    def delete(self, member_id: int) -> None:
        """解除企业微信绑定，记录保留"""
        wecom.unbind(member_id, by=current_actor())


@blp.route("/members/<id:member_id>/binding")
class Binding(Resource):
    """A WeChat binding."""

    @asks(P.REVOKE)
    @blp.response(204)
    def delete(self, member_id: int) -> None:
        """解除微信绑定，记录保留"""
        service.unbind(member_id, by=current_actor())
