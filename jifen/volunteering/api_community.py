"""双报到 over HTTP."""

from __future__ import annotations

from typing import Any

from flask import Response

from jifen.volunteering import community, queries_community, registering, results
from jifen.volunteering import schemas_community as schemas
from jifen.volunteering.policy import P
from jifen.volunteering.schemas import YearIn
from jifen.web.doors import asks, current_actor
from jifen.web.rest import Blueprint, Resource
from jifen.web.schemas import PageIn, page
from jifen.web.sheets import XLSX, sheet

blp = Blueprint("communities", __name__, url_prefix="/api/v1", description="社区报到（双报到）")


@blp.route("/communities")
class Communities(Resource):
    """Communities."""

    @asks(P.OWN)
    @blp.response(200, schemas.CommunitiesOut)
    def get(self) -> Any:
        """查看所有社区"""
        return {"items": queries_community.communities()}

    @asks(P.KEEP_COMMUNITIES)
    @blp.arguments(schemas.CommunityIn)
    @blp.response(201, schemas.CommunityOut)
    def post(self, data: dict[str, Any]) -> Any:
        """登记一个社区"""
        return community.found(data["street"], data["name"], by=current_actor())


@blp.route("/communities/<id:community_id>/registrations")
class Registrations(Resource):
    """Registering at a community."""

    @asks(P.CORRECT)
    @blp.arguments(schemas.RegisterIn)
    @blp.response(204)
    def post(self, data: dict[str, Any], community_id: int) -> None:
        """到社区报到，或替本支部的党员登记"""
        registering.register(community_id, **data, by=current_actor())


@blp.route("/me/community")
class Mine(Resource):
    """Where one registered and what one took on."""

    @asks(P.OWN)
    @blp.response(200, schemas.OwnCommunityOut)
    def get(self) -> Any:
        """查看本人在哪个社区报到、认领了什么"""
        by = current_actor()
        here = queries_community.registered([by.member_id or 0]).get(by.member_id or 0)
        return {"registration": here, "claims": queries_community.own_claims(by=by)}


@blp.route("/community-registrations")
class Waiting(Resource):
    """Registrations without a community's word."""

    @asks(P.KEEP_COMMUNITIES)
    @blp.response(200, schemas.RegistrationsOut)
    def get(self) -> Any:
        """查看本人负责的支部里等社区确认的报到"""
        return {"items": queries_community.unconfirmed(by=current_actor())}


@blp.route("/community-registrations/<id:registration_id>/confirm")
class RegistrationConfirmed(Resource):
    """The community's word on a registration, from its paper."""

    @asks(P.KEEP_COMMUNITIES)
    @blp.response(204)
    def post(self, registration_id: int) -> None:
        """登记社区对一次报到的确认；按积分办法自动记分"""
        registering.confirm(registration_id, by=current_actor())


@blp.route("/community-registrations/<id:registration_id>/withdraw")
class RegistrationWithdrawn(Resource):
    """A registration that was a mistake."""

    @asks(P.CORRECT)
    @blp.response(204)
    def post(self, registration_id: int) -> None:
        """撤回一次有误的报到；记过的分同时冲正"""
        registering.withdraw(registration_id, by=current_actor())


@blp.route("/community-needs")
class Needs(Resource):
    """What communities ask for."""

    @asks(P.OWN)
    @blp.arguments(PageIn, location="query")
    @blp.response(200, schemas.NeedPage)
    def get(self, data: dict[str, Any]) -> Any:
        """查看可以认领的需求和微心愿"""
        rows = queries_community.needs(after=data["after"], limit=data["limit"] + 1)
        return page(rows, data["limit"], lambda r: r.id)

    @asks(P.KEEP_COMMUNITIES)
    @blp.arguments(schemas.NeedIn)
    @blp.response(201, schemas.NeedMadeOut)
    def post(self, data: dict[str, Any]) -> Any:
        """登记社区的一项需求"""
        return community.ask_for(data.pop("community_id"), data.pop("title"), **data, by=current_actor())


@blp.route("/community-needs/<id:need_id>/claims")
class Claims(Resource):
    """Taking a need on."""

    @asks(P.CORRECT)
    @blp.arguments(schemas.NeedClaimIn)
    @blp.response(201, schemas.NeedClaimOut)
    def post(self, data: dict[str, Any], need_id: int) -> Any:
        """认领一项需求，或替本支部的党员登记"""
        return community.claim(need_id, **data, by=current_actor())


@blp.route("/need-claims")
class OfBranches(Resource):
    """What people of one's branches took on."""

    @asks(P.KEEP_COMMUNITIES)
    @blp.response(200, schemas.TakenListOut)
    def get(self) -> Any:
        """查看本人负责的支部里认领的需求：等社区确认的在前，已确认的在后"""
        return {"items": queries_community.of_branches(by=current_actor())}


@blp.route("/need-claims/<id:claim_id>/withdraw")
class Withdrawal(Resource):
    """Giving it back."""

    @asks(P.CLAIM)
    @blp.response(200, schemas.NeedClaimOut)
    def post(self, claim_id: int) -> Any:
        """退回自己认领的一项"""
        return community.withdraw(claim_id, by=current_actor())


@blp.route("/need-claims/<id:claim_id>/confirm")
class Confirmation(Resource):
    """The community's word."""

    @asks(P.KEEP_COMMUNITIES)
    @blp.arguments(schemas.ConfirmIn)
    @blp.response(200, schemas.NeedClaimOut)
    def post(self, data: dict[str, Any], claim_id: int) -> Any:
        """登记社区的确认；写了时间的记入补录时长"""
        return community.confirm(claim_id, **schemas.word(data), by=current_actor())


@blp.route("/need-claims/<id:claim_id>/retract")
class Retraction(Resource):
    """A word that was a mistake."""

    @asks(P.KEEP_COMMUNITIES)
    @blp.response(200, schemas.NeedClaimOut)
    def post(self, claim_id: int) -> Any:
        """撤回登错的社区确认；时长和积分同时冲正"""
        return community.retract(claim_id, by=current_actor())


@blp.route("/units/<id:unit_id>/community-results.xlsx")
class Result(Resource):
    """A unit's year."""

    @asks(P.EXPORT)
    @blp.arguments(YearIn, location="query")
    @blp.response(200, {"type": "string", "format": "binary"}, content_type=XLSX)
    def get(self, data: dict[str, Any], unit_id: int) -> Response:
        """导出一个组织一年的双报到情况"""
        year = data["year"]
        return sheet(f"community-{year}.xlsx", results.sheet(unit_id, year, by=current_actor()))
