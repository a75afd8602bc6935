"""Model posts and honours over HTTP."""

from __future__ import annotations

from typing import Any

from jifen.core.errors import NotFound
from jifen.files import images
from jifen.model_posts import (
    consents,
    honours,
    queries,
    queries_honours,
    reviewing,
    schemas,
    service,
)
from jifen.model_posts.honours import Award
from jifen.model_posts.policy import P
from jifen.model_posts.service import Application
from jifen.web.doors import asks, current_actor
from jifen.web.rest import Blueprint, Resource
from jifen.web.schemas import PageIn, page, page_of

blp = Blueprint("model_posts_api", __name__, url_prefix="/api/v1", description="示范岗和荣誉")


@blp.route("/model-posts")
class ModelPosts(Resource):
    """The register."""

    @asks(P.OWN)
    @blp.arguments(PageIn, location="query")
    @blp.response(200, page_of(schemas.ModelPostOut))
    def get(self, data: dict[str, Any]) -> Any:
        """查看本人的和本组织的示范岗，新的在前"""
        rows = queries.register(by=current_actor(), after=data["after"], limit=data["limit"] + 1)
        return page(rows, data["limit"], lambda r: r.id)

    @asks(P.APPLY)
    @blp.arguments(schemas.ModelPostIn)
    @blp.response(201, schemas.ModelPostOpenedOut)
    def post(self, data: dict[str, Any]) -> Any:
        """申报示范岗：不符合条件的，说明是哪一条、现在怎样、怎么办"""
        by = current_actor()
        return queries.opened(service.apply(Application(**data), by=by).id, by=by)


@blp.route("/model-posts/kinds")
class Kinds(Resource):
    """What is open."""

    @asks(P.OWN)
    @blp.response(200, schemas.ModelPostKindsOut)
    def get(self) -> Any:
        """查看可以申报的种类和剩下的名额"""
        return {"items": queries.openings(by=current_actor())}


@blp.route("/model-posts/waiting")
class Waiting(Resource):
    """What waits."""

    @asks(P.DECIDE)
    @blp.response(200, schemas.ModelPostWaitingOut)
    def get(self) -> Any:
        """查看等本人审核和复核的示范岗"""
        return {"items": queries.waiting(by=current_actor())}


@blp.route("/model-posts/<id:post_id>")
class One(Resource):
    """One of them."""

    @asks(P.OWN)
    @blp.response(200, schemas.ModelPostOpenedOut)
    def get(self, post_id: int) -> Any:
        """查看一个示范岗"""
        return queries.opened(post_id, by=current_actor())


@blp.route("/model-posts/<id:post_id>/decide")
class Decision(Resource):
    """An answer to an application."""

    @asks(P.DECIDE)
    @blp.arguments(schemas.ModelPostAnswerIn)
    @blp.response(200, schemas.ModelPostOpenedOut)
    def post(self, data: dict[str, Any], post_id: int) -> Any:
        """审核申报：最后一级通过后自动公示，期满无异议授牌"""
        by = current_actor()
        service.decide(post_id, **data, by=by)
        return queries.opened(post_id, by=by)


@blp.route("/model-posts/<id:post_id>/review")
class Review(Resource):
    """What becomes of a plate."""

    @asks(P.DECIDE)
    @blp.arguments(schemas.ModelPostReviewIn)
    @blp.response(200, schemas.ModelPostOpenedOut)
    def post(self, data: dict[str, Any], post_id: int) -> Any:
        """半年复核：保留、续期、提醒、要求整改或摘牌"""
        by = current_actor()
        reviewing.review(post_id, data["outcome"], reason=data["reason"], by=by)
        return queries.opened(post_id, by=by)


@blp.route("/model-posts/<id:post_id>/withdraw")
class Withdrawal(Resource):
    """A plate taken down."""

    @asks(P.REMOVE)
    @blp.arguments(schemas.ModelPostReasonIn)
    @blp.response(200, schemas.ModelPostOpenedOut)
    def post(self, data: dict[str, Any], post_id: int) -> Any:
        """摘牌：有违纪违法或投诉属实的，随时可以"""
        by = current_actor()
        reviewing.withdraw(post_id, reason=data["reason"], by=by)
        return queries.opened(post_id, by=by)


@blp.route("/model-posts/<id:post_id>/cancel")
class Cancellation(Resource):
    """An application taken back."""

    @asks(P.CANCEL)
    @blp.response(200, schemas.ModelPostOpenedOut)
    def post(self, post_id: int) -> Any:
        """撤回还没有公示的申报"""
        by = current_actor()
        service.cancel(post_id, by=by)
        return queries.opened(post_id, by=by)


@blp.route("/model-posts/<id:post_id>/consents")
class Consents(Resource):
    """One's own yes, or no."""

    @asks(P.CONSENT)
    @blp.arguments(schemas.ModelPostConsentIn)
    @blp.response(200, schemas.ModelPostOpenedOut)
    def post(self, data: dict[str, Any], post_id: int) -> Any:
        """同意或撤回：本人的姓名、照片是否上墙"""
        by = current_actor()
        if data["agree"]:
            consents.agree(post_id, data["what"], by=by)
        else:
            consents.take_back(post_id, data["what"], by=by)
        return queries.opened(post_id, by=by)


@blp.route("/model-posts/<id:post_id>/photo")
class PostPhoto(Resource):
    """One's own photo."""

    @asks(P.CONSENT)
    @blp.arguments(schemas.ModelPostPhotoIn, location="upload")
    @blp.response(204)
    def post(self, data: dict[str, Any], post_id: int) -> None:
        """上传本人的照片，替换原来的；要先同意照片上墙"""
        consents.show(post_id, data["file"].read(images.MAX_BYTES + 1), by=current_actor())


@blp.route("/members/<id:member_id>/honours")
class Honours(Resource):
    """A member's honours."""

    @asks(P.SEE_HONOUR)
    @blp.response(200, schemas.HonoursOut)
    def get(self, member_id: int) -> Any:
        """查看一位党员的荣誉，新的在前"""
        return {"items": queries_honours.of(member_id, by=current_actor())}

    @asks(P.ENTER_HONOUR)
    @blp.arguments(schemas.HonourIn)
    @blp.response(201, schemas.HonourOut)
    def post(self, data: dict[str, Any], member_id: int) -> Any:
        """登记一项荣誉：由另一位负责人确认后计分；同一件事只取最高"""
        by = current_actor()
        made = honours.enter(Award(**data, member_id=member_id), by=by)
        return _honour(member_id, made.id)


def _honour(member_id: int, honour_id: int) -> Any:
    for one in queries_honours.of(member_id, by=current_actor()):
        if one.id == honour_id:
            return one
    raise NotFound(what="这项荣誉")


@blp.route("/honours/waiting")
class HonoursWaiting(Resource):
    """What waits."""

    @asks(P.DECIDE_HONOUR)
    @blp.response(200, schemas.HonoursOut)
    def get(self) -> Any:
        """查看等本人确认的荣誉，早的在前"""
        return {"items": queries_honours.waiting(by=current_actor())}


@blp.route("/honours/<id:honour_id>/decide")
class HonourDecision(Resource):
    """Somebody else's answer."""

    @asks(P.DECIDE_HONOUR)
    @blp.arguments(schemas.ModelPostAnswerIn)
    @blp.response(200, schemas.HonourOut)
    def post(self, data: dict[str, Any], honour_id: int) -> Any:
        """确认或退回别人登记的荣誉"""
        row = honours.decide(honour_id, **data, by=current_actor())
        return _honour(row.member_id, row.id)


@blp.route("/honours/<id:honour_id>/revoke")
class HonourRevocation(Resource):
    """An honour taken back."""

    @asks(P.REVOKE_HONOUR)
    @blp.arguments(schemas.ModelPostReasonIn)
    @blp.response(200, schemas.HonourOut)
    def post(self, data: dict[str, Any], honour_id: int) -> Any:
        """撤销一项荣誉：相应的记分冲正"""
        row = honours.revoke(honour_id, reason=data["reason"], by=current_actor())
        return _honour(row.member_id, row.id)
