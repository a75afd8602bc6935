"""One's own data over HTTP."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template

from jifen.access import binding
from jifen.privacy import copies, erasing, queries, schemas, service, visibility
from jifen.privacy.policy import P
from jifen.privacy.service import Wish
from jifen.web.doors import asks, current_actor
from jifen.web.rest import Blueprint, Resource
from jifen.web.schemas import page
from jifen.web.sheets import XLSX, sheet

blp = Blueprint(
    "privacy", __name__, url_prefix="/api/v1", description="本人的信息：谁能看到、导出、更正、反对"
)


@blp.route("/me/visibility")
class Visibility(Resource):
    """Who sees the caller."""

    @asks(P.OWN)
    @blp.response(200, schemas.VisibilityOut)
    def get(self) -> Any:
        """谁能看到我：今天哪些岗位能看到哪些内容，谁导出过含本人的名单"""
        return visibility.mine(by=current_actor())


@blp.route("/me/data")
class Data(Resource):
    """Everything kept about the caller."""

    @asks(P.OWN)
    @blp.response(200, schemas.DataOut)
    def get(self) -> Any:
        """导出我的数据：系统里关于本人的全部内容；每次导出有记录，一天最多十次"""
        return copies.mine(by=current_actor())


@blp.route("/me/data.xlsx")
class DataSheet(Resource):
    """The same on sheets."""

    @asks(P.OWN)
    @blp.response(200, {"type": "string", "format": "binary"}, content_type=XLSX)
    def get(self) -> Response:
        """导出我的数据，Excel 表格：一类一张"""
        return sheet("my-data.xlsx", copies.my_sheet(by=current_actor()))


@blp.route("/me/data.html")
class DataPage(Resource):
    """The same to print."""

    @asks(P.OWN)
    @blp.response(200, {"type": "string"}, content_type="text/html")
    def get(self) -> Response:
        """导出我的数据，可打印的网页"""
        return Response(render_template("privacy/copy.html", printed=copies.my_page(by=current_actor())))


@blp.route("/me/consent/withdraw")
class Consent(Resource):
    """The caller's consent to WeChat, taken back."""

    @asks(P.OWN)
    @blp.response(204)
    def post(self) -> None:
        """撤回用微信办理的同意：解除绑定，删除微信标识，以后由支部用纸面方式办理"""
        binding.withdraw(by=current_actor())


@blp.route("/privacy-requests")
class Requests(Resource):
    """Requests about somebody's own data."""

    @asks(P.SEE)
    @blp.arguments(schemas.PrivacyRequestsIn, location="query")
    @blp.response(200, schemas.RequestPage)
    def get(self, data: dict[str, Any]) -> dict[str, Any]:
        """查看个人信息申请：本人的、代为登记的、等您答复的，最近的在前"""
        rows = queries.visible(by=current_actor(), **(data | {"limit": data["limit"] + 1}))
        return page(rows, data["limit"], lambda r: r.id)

    @asks(P.ASK)
    @blp.arguments(schemas.PrivacyRequestIn)
    @blp.response(201, schemas.PrivacyRequestOut)
    @blp.alt_response(409, schema=None, description="request_open：已在办理；use_objection：请走异议")
    def post(self, data: dict[str, Any]) -> Any:
        """要求更正、反对或限制处理本人的信息，或代为登记书面、口头的申请"""
        by = current_actor()
        return queries.request(service.ask(Wish(**data), by=by).id, by=by)


@blp.route("/privacy-requests/<id:request_id>")
class One(Resource):
    """One request."""

    @asks(P.SEE)
    @blp.response(200, schemas.PrivacyRequestOut)
    def get(self, request_id: int) -> Any:
        """查看一件申请和答复"""
        return queries.request(request_id, by=current_actor())


@blp.route("/privacy-requests/<id:request_id>/answer")
class Answer(Resource):
    """The answer of somebody whose matter it is not."""

    @asks(P.ANSWER)
    @blp.arguments(schemas.PrivacyAnswerIn)
    @blp.response(204)
    @blp.alt_response(
        409,
        schema=None,
        description="answered：已有人答复；moved_on：本人已转走；not_written：不能写入",
    )
    def post(self, data: dict[str, Any], request_id: int) -> None:
        """答复申请，写明理由；同意更正的，随即写入"""
        service.answer(request_id, **data, by=current_actor())


@blp.route("/privacy-requests/<id:request_id>/withdraw")
class Withdrawal(Resource):
    """A request taken back."""

    @asks(P.ASK)
    @blp.response(204)
    @blp.alt_response(409, schema=None, description="request_closed：已经办结")
    def post(self, request_id: int) -> None:
        """在答复之前撤回申请"""
        service.withdraw(request_id, by=current_actor())


@blp.route("/members/<id:member_id>/erase")
class Erasure(Resource):
    """Somebody who has left, erased."""

    @asks(P.ERASE)
    @blp.arguments(schemas.EraseIn)
    @blp.response(204)
    @blp.alt_response(409, schema=None, description="still_here：还在册、离开不满期限，或还有没有办结的事项")
    def post(self, data: dict[str, Any], member_id: int) -> None:
        """删除已离开人员的姓名、微信标识和文字；台账只留编号，不能恢复"""
        erasing.erase(member_id, **data, by=current_actor())
