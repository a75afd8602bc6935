"""What a community does by its own token: it confirms its own registrations and claims, and sees nothing else."""

from __future__ import annotations

from typing import Any

from jifen.access.policy import P as AccessP
from jifen.access.schemas import NewTokenOut
from jifen.core.actor import Actor
from jifen.volunteering import community, counterpart, registering
from jifen.volunteering import schemas_community as schemas
from jifen.volunteering.policy import P
from jifen.web.doors import asks, current_actor
from jifen.web.rest import Blueprint, Resource
from jifen.web.schemas import PageIn, page

blp = Blueprint("counterpart", __name__, url_prefix="/api/v1", description="社区的接口（双报到）")


def _community() -> Actor:
    by = current_actor()
    counterpart.itself(by)
    return by


@blp.route("/communities/<id:community_id>/tokens")
class CommunityTokens(Resource):
    """Letting a community in."""

    @asks(AccessP.ISSUE_SYSTEM_TOKEN)
    @blp.arguments(schemas.CommunityTokenIn)
    @blp.response(201, NewTokenOut)
    def post(self, data: dict[str, Any], community_id: int) -> Any:
        """为一个社区开通令牌：只能确认自己社区的报到和认领"""
        token_id, text = counterpart.let_in(community_id, days=data["days"], by=current_actor())
        return {"id": token_id, "token": text}


@blp.route("/community/registrations")
class OwnRegistrations(Resource):
    """Who registered at the community that asks."""

    @asks(P.SPEAK)
    @blp.arguments(PageIn, location="query")
    @blp.response(200, schemas.RegistrationPage)
    def get(self, data: dict[str, Any]) -> Any:
        """（社区）查看等本社区确认的报到"""
        rows = counterpart.registrations(by=current_actor(), after=data["after"], limit=data["limit"] + 1)
        return page(rows, data["limit"], lambda r: r.id)


@blp.route("/community/registrations/<id:registration_id>/confirm")
class OwnRegistration(Resource):
    """The community's word on a registration."""

    @asks(P.SPEAK)
    @blp.response(204)
    def post(self, registration_id: int) -> None:
        """（社区）确认一次报到"""
        registering.confirm(registration_id, by=_community())


@blp.route("/community/claims")
class OwnClaims(Resource):
    """What people took on of the community that asks."""

    @asks(P.SPEAK)
    @blp.arguments(PageIn, location="query")
    @blp.response(200, schemas.TakenPage)
    def get(self, data: dict[str, Any]) -> Any:
        """（社区）查看本社区的需求被谁认领，新的在前"""
        rows = counterpart.claims(by=current_actor(), after=data["after"], limit=data["limit"] + 1)
        return page(rows, data["limit"], lambda r: r.id)


@blp.route("/community/claims/<id:claim_id>/confirm")
class OwnClaim(Resource):
    """The community's word on a claim."""

    @asks(P.SPEAK)
    @blp.arguments(schemas.ConfirmIn)
    @blp.response(200, schemas.NeedClaimOut)
    def post(self, data: dict[str, Any], claim_id: int) -> Any:
        """（社区）说一项认领办成没有；写了时间的记入补录时长"""
        return community.confirm(claim_id, **schemas.word(data), by=_community())


@blp.route("/community/claims/<id:claim_id>/retract")
class OwnRetraction(Resource):
    """A word of the community that was a mistake."""

    @asks(P.SPEAK)
    @blp.response(200, schemas.NeedClaimOut)
    def post(self, claim_id: int) -> Any:
        """（社区）撤回说错的确认；时长和积分同时冲正"""
        return community.retract(claim_id, by=_community())
