"""People, posts, exemptions and transfers over HTTP."""

from __future__ import annotations

from typing import Any

from jifen.core.actor import Role
from jifen.members import queries, queries_structure, schemas, service
from jifen.members.policy import P
from jifen.org.queries import access_unit
from jifen.web.doors import asks, current_actor
from jifen.web.rest import Blueprint, Resource
from jifen.web.schemas import PageIn, page, page_after

blp = Blueprint("members", __name__, url_prefix="/api/v1", description="党员、任职、免计、转接")


def _path(unit_id: int | None) -> str:
    return access_unit(unit_id, by=current_actor()).path if unit_id else "/"


@blp.route("/members")
class People(Resource):
    """The people in the actor's sight."""

    @asks(P.SEE)
    @blp.arguments(schemas.PeopleIn, location="query")
    @blp.response(200, schemas.PeoplePage)
    def get(self, data: dict[str, Any]) -> dict[str, Any]:
        """查看党员名单：本人，以及工作范围内的党员"""
        rows = queries.visible_people(
            by=current_actor(),
            unit_path=_path(data["unit_id"]),
            number=data["number"],
            after=data["after"],
            limit=data["limit"] + 1,
        )
        return page(rows, data["limit"], lambda r: r.member_id)

    @asks(P.APPOINT)
    @blp.arguments(schemas.PersonIn)
    @blp.response(201, schemas.MemberOut)
    def post(self, data: dict[str, Any]) -> Any:
        """登记一名党员，发给编号"""
        data["category"] = service.Category(data["category"])
        return service.take_in(data.pop("name"), **data, by=current_actor())


@blp.route("/members/<id:member_id>")
class One(Resource):
    """One person."""

    @asks(P.SEE)
    @blp.response(200, schemas.ProfileOut)
    def get(self, member_id: int) -> Any:
        """查看一名党员"""
        return queries.profile(member_id, by=current_actor())


@blp.route("/posts")
class Posts(Resource):
    """Dated posts."""

    @asks(P.SEE)
    @blp.arguments(schemas.PostsIn, location="query")
    @blp.response(200, schemas.PostPage)
    def get(self, data: dict[str, Any]) -> dict[str, Any]:
        """查看任职：本人的，以及工作范围内的"""
        rows = queries.posts_in_sight(
            by=current_actor(),
            unit_path=_path(data["unit_id"]),
            after=data["after"],
            limit=data["limit"] + 1,
        )
        return page(rows, data["limit"], lambda r: r.id)

    @asks(P.APPOINT)
    @blp.arguments(schemas.PostIn)
    @blp.response(201, schemas.PostOut)
    def post(self, data: dict[str, Any]) -> Any:
        """登记任职"""
        data["role"] = Role(data["role"])
        return queries.post_held(service.appoint(**data, by=current_actor()).id)


@blp.route("/posts/<id:post_id>/end")
class PostEnd(Resource):
    """The end of a post."""

    @asks(P.APPOINT)
    @blp.arguments(schemas.PostEndIn)
    @blp.response(200, schemas.PostOut)
    def post(self, data: dict[str, Any], post_id: int) -> Any:
        """登记免职"""
        return queries.post_held(service.end_post(post_id, on=data["on"], by=current_actor()).id)


@blp.route("/members/<id:member_id>/exemptions")
class Exemptions(Resource):
    """Decisions that somebody is not scored."""

    @asks(P.SEE)
    @blp.arguments(PageIn, location="query")
    @blp.response(200, schemas.ExemptionPage)
    def get(self, data: dict[str, Any], member_id: int) -> dict[str, Any]:
        """查看不参加积分的决定"""
        rows = queries.exemptions(member_id, by=current_actor(), after=data["after"], limit=data["limit"] + 1)
        return page(rows, data["limit"], lambda r: r.id)

    @asks(P.EXEMPT)
    @blp.arguments(schemas.ExemptionIn)
    @blp.response(201, schemas.ExemptionOut)
    def post(self, data: dict[str, Any], member_id: int) -> Any:
        """批准不参加积分（不记录健康情况）"""
        data["reason"] = service.ExemptionReason(data["reason"])
        return service.exempt(member_id, **data, by=current_actor())


@blp.route("/exemptions/<id:exemption_id>/revoke")
class ExemptionEnd(Resource):
    """An exemption taken back."""

    @asks(P.EXEMPT)
    @blp.response(200, schemas.ExemptionOut)
    def post(self, exemption_id: int) -> Any:
        """撤销不参加积分的决定"""
        return service.revoke_exemption(exemption_id, by=current_actor())


@blp.route("/members/<id:member_id>/transfers")
class Transfers(Resource):
    """Moves between branches."""

    @asks(P.SEE)
    @blp.arguments(PageIn, location="query")
    @blp.response(200, schemas.TransferPage)
    def get(self, data: dict[str, Any], member_id: int) -> dict[str, Any]:
        """查看组织关系转接"""
        rows = queries.transfers(member_id, by=current_actor(), after=data["after"], limit=data["limit"] + 1)
        return page(rows, data["limit"], lambda r: r.id)

    @asks(P.TRANSFER)
    @blp.arguments(schemas.TransferIn)
    @blp.response(201, schemas.TransferOut)
    def post(self, data: dict[str, Any], member_id: int) -> Any:
        """办理组织关系转接；以前的积分留在原支部"""
        return service.transfer(
            member_id, data["to_branch_id"], on=data["on"], letter=data["letter"], by=current_actor()
        )


@blp.route("/units/warnings")
class StructureWarnings(Resource):
    """What the sizes of organisations ask for."""

    @asks(P.SEE)
    @blp.arguments(PageIn, location="query")
    @blp.response(200, schemas.HintsPage)
    def get(self, data: dict[str, Any]) -> dict[str, Any]:
        """查看机构设置提示：人数过多、过少，应设委员会等；只是提示"""
        rows = queries_structure.structure_warnings(by=current_actor())
        return page_after(rows, data["after"], data["limit"], lambda r: r.unit_id)
