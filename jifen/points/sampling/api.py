"""The quarterly sample over HTTP."""

from __future__ import annotations

from typing import Any

from jifen.core.errors import NotFound
from jifen.points.sampling import queries, schemas, service
from jifen.points.sampling.policy import P
from jifen.web.doors import asks, current_actor
from jifen.web.rest import Blueprint, Resource
from jifen.web.schemas import PageIn, page

blp = Blueprint("samples", __name__, url_prefix="/api/v1/samples", description="季度抽查")


@blp.route("")
class Samples(Resource):
    """What the looks of a quarter say."""

    @asks(P.SEE)
    @blp.arguments(schemas.SampleQuarterIn, location="query")
    @blp.response(200, schemas.SampleOut)
    def get(self, data: dict[str, Any]) -> Any:
        """查看一个季度的抽查结果：按组织顺序，不排名，不涉及个人"""
        found = queries.overview(data["quarter"], by=current_actor())
        if found is None:
            raise NotFound(what="这个季度的抽查")
        return found


@blp.route("/again")
class SampleAgain(Resource):
    """A quarter drawn once more."""

    @asks(P.SEE)
    @blp.arguments(schemas.SampleDrawnIn, location="query")
    @blp.response(200, schemas.SampleAgainOut)
    def get(self, data: dict[str, Any]) -> Any:
        """照保存的种子重抽一个季度，与当时抽出的核对；不改动任何记录"""
        return queries.again(data["quarter"], by=current_actor())


@blp.route("/looks")
class Looks(Resource):
    """What waits for a second look."""

    @asks(P.LOOK)
    @blp.arguments(PageIn, location="query")
    @blp.response(200, schemas.SampleLookPage)
    def get(self, data: dict[str, Any]) -> dict[str, Any]:
        """查看等本人复看的记分和志愿服务记录（其他单位的，不显示全名）"""
        rows = queries.waiting(by=current_actor(), after=data["after"], limit=data["limit"] + 1)
        return page(rows, data["limit"], lambda r: r.id)


@blp.route("/looks/<id:look_id>")
class Look(Resource):
    """One second look."""

    @asks(P.LOOK)
    @blp.arguments(schemas.SampleLookIn)
    @blp.response(200, schemas.SampleLookOut)
    def post(self, data: dict[str, Any], look_id: int) -> Any:
        """复看一条：一致，或写明不同意见；不直接改动积分和时长"""
        return queries.looks([service.look(look_id, **data, by=current_actor()).id])[0]


@blp.route("/replies")
class Replies(Resource):
    """What waits for the branch's answer."""

    @asks(P.LOOK)
    @blp.arguments(PageIn, location="query")
    @blp.response(200, schemas.SampleLookPage)
    def get(self, data: dict[str, Any]) -> dict[str, Any]:
        """查看等本支部答复的不同意见"""
        by = current_actor()
        rows = queries.waiting(service.REPLY, by=by, after=data["after"], limit=data["limit"] + 1)
        return page(rows, data["limit"], lambda r: r.id)


@blp.route("/replies/<id:look_id>")
class Reply(Resource):
    """One answer."""

    @asks(P.LOOK)
    @blp.arguments(schemas.SampleAnswerIn)
    @blp.response(200, schemas.SampleLookOut)
    def post(self, data: dict[str, Any], look_id: int) -> Any:
        """答复不同意见：维持，或已经冲正更正"""
        return queries.looks([service.answer(look_id, **data, by=current_actor()).id])[0]
