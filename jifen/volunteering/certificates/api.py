"""Certificates over HTTP."""

from __future__ import annotations

from typing import Any

from flask import Response

from jifen.core.period import Period
from jifen.members import queries as members
from jifen.volunteering.certificates import (
    batches,
    entitled,
    exports,
    many,
    paper,
    publishing,
    queries,
    schemas,
    service,
)
from jifen.volunteering.certificates.policy import P
from jifen.volunteering.schemas import YearIn
from jifen.web.doors import asks, current_actor
from jifen.web.rest import Blueprint, Resource
from jifen.web.schemas import PageIn, page
from jifen.web.sheets import XLSX, pdf, sheet

blp = Blueprint("certificates_api", __name__, url_prefix="/api/v1", description="志愿服务记录证明")


@blp.route("/me/certificates")
class Own(Resource):
    """One's own."""

    @asks(P.OWN)
    @blp.arguments(PageIn, location="query")
    @blp.response(200, schemas.CertificatePage)
    def get(self, data: dict[str, Any]) -> Any:
        """查看本人的志愿服务记录证明，新的在前"""
        rows = queries.own(by=current_actor(), after=data["after"], limit=data["limit"] + 1)
        return page(rows, data["limit"], lambda c: c.id)

    @asks(P.OWN)
    @blp.arguments(schemas.CertificateAskIn)
    @blp.response(201, schemas.CertificateOut)
    def post(self, data: dict[str, Any]) -> Any:
        """申请本人的志愿服务记录证明"""
        by = current_actor()
        return queries.one(service.request(**data, by=by).id, by=by)


@blp.route("/me/certificate-issuers")
class Issuers(Resource):
    """Who could issue for oneself."""

    @asks(P.OWN)
    @blp.response(200, schemas.IssuerOut(many=True))
    def get(self) -> Any:
        """查看哪些组织可以证明本人的时长，各多少分钟"""
        return queries.issuers(by=current_actor())


@blp.route("/units/<id:unit_id>/certificates")
class OfUnit(Resource):
    """An organisation's."""

    @asks(P.LIST)
    @blp.arguments(PageIn, location="query")
    @blp.response(200, schemas.CertificatePage)
    def get(self, data: dict[str, Any], unit_id: int) -> Any:
        """查看一个组织的志愿服务记录证明，新的在前"""
        rows = queries.of_unit(unit_id, by=current_actor(), after=data["after"], limit=data["limit"] + 1)
        return page(rows, data["limit"], lambda c: c.id)

    @asks(P.ISSUE)
    @blp.arguments(schemas.CertificateIssueIn)
    @blp.response(201, schemas.CertificateOut)
    def post(self, data: dict[str, Any], unit_id: int) -> Any:
        """为一位党员打印志愿服务记录证明（还要签发、盖章、登记）"""
        by = current_actor()
        member = members.member_by_number(data["member_number"]).id
        return queries.one(service.issue(member, unit_id, year=data["year"], by=by).id, by=by)


@blp.route("/units/<id:unit_id>/certificates.xlsx")
class Register(Resource):
    """An organisation's register."""

    @asks(P.EXPORT)
    @blp.arguments(YearIn, location="query")
    @blp.response(200, {"type": "string", "format": "binary"}, content_type=XLSX)
    def get(self, data: dict[str, Any], unit_id: int) -> Response:
        """导出一个组织一年的志愿服务记录证明登记簿"""
        year = data["year"]
        return sheet(f"certificates-{year}.xlsx", exports.register_sheet(unit_id, year, by=current_actor()))


@blp.route("/units/<id:unit_id>/certificates/publicise")
class Publicity(Resource):
    """A month of the register, publicised."""

    @asks(P.LIST)
    @blp.arguments(schemas.CertificateMonthIn)
    @blp.response(204)
    def post(self, data: dict[str, Any], unit_id: int) -> None:
        """公示一个组织一个月里登记的志愿服务记录证明"""
        publishing.publicise(unit_id, Period.parse(data["month"]), by=current_actor())


@blp.route("/certificates/<id:certificate_id>")
class One(Resource):
    """One certificate."""

    @asks(P.OWN)
    @blp.response(200, schemas.CertificateOut)
    def get(self, certificate_id: int) -> Any:
        """查看一份证明：本人的，或本组织登记簿里的"""
        return queries.one(certificate_id, by=current_actor())


@blp.route("/certificates/<id:certificate_id>/cancel")
class Cancelling(Resource):
    """One's own request, taken back."""

    @asks(P.OWN)
    @blp.response(200, schemas.CertificateOut)
    def post(self, certificate_id: int) -> Any:
        """取消本人还没有打印的申请"""
        service.cancel(certificate_id, by=current_actor())
        return queries.one(certificate_id, by=current_actor())


@blp.route("/certificates/<id:certificate_id>/decline")
class Declining(Resource):
    """A no."""

    @asks(P.ISSUE)
    @blp.arguments(schemas.CertificateReasonIn)
    @blp.response(200, schemas.CertificateOut)
    def post(self, data: dict[str, Any], certificate_id: int) -> Any:
        """退回一份申请，写明理由"""
        service.decline(certificate_id, **data, by=current_actor())
        return queries.one(certificate_id, by=current_actor())


@blp.route("/certificates/<id:certificate_id>/withdraw")
class Withdrawing(Resource):
    """Taken back."""

    @asks(P.ISSUE)
    @blp.arguments(schemas.CertificateReasonIn)
    @blp.response(200, schemas.CertificateOut)
    def post(self, data: dict[str, Any], certificate_id: int) -> Any:
        """撤销一份已打印的证明，写明理由；核验页随即显示已撤销"""
        service.withdraw(certificate_id, **data, by=current_actor())
        return queries.one(certificate_id, by=current_actor())


@blp.route("/certificates/<id:certificate_id>/certificate.pdf")
class OnPaper(Resource):
    """As a PDF."""

    @asks(P.ISSUE)
    @blp.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
    def get(self, certificate_id: int) -> Response:
        """下载一份已打印证明的 PDF，打印后签名、盖章"""
        return pdf("certificate.pdf", paper.printed(certificate_id, by=current_actor()))


@blp.route("/certificates/move")
class Moving(Resource):
    """Several in one go, by who issues."""

    @asks(P.ISSUE)
    @blp.arguments(schemas.CertificatesMoveIn)
    @blp.response(200, schemas.CertificatesMovedOut)
    def post(self, data: dict[str, Any]) -> Any:
        """成批打印、盖章或登记；办不了的逐条说明"""
        return many.move(data["ids"], data["step"], by=current_actor())


@blp.route("/certificates/sign")
class Signing(Resource):
    """Several in one go, by who answers for them."""

    @asks(P.SIGN)
    @blp.arguments(schemas.CertificatesSignIn)
    @blp.response(200, schemas.CertificatesMovedOut)
    def post(self, data: dict[str, Any]) -> Any:
        """签发已打印的证明；办不了的逐条说明"""
        return many.move(data["ids"], "sign", by=current_actor())


@blp.route("/units/<id:unit_id>/certificate-batches")
class Batches(Resource):
    """For a whole branch."""

    @asks(P.ISSUE)
    @blp.arguments(schemas.CertificateBatchIn)
    @blp.response(202, schemas.CertificateBatchOut)
    def post(self, data: dict[str, Any], unit_id: int) -> Any:
        """为一个支部有时长的党员成批打印证明；后台逐人办理，可停可续"""
        return batches.start(unit_id, data["branch_id"], year=data["year"], by=current_actor())


@blp.route("/certificate-batches/<id:batch_id>")
class OneBatch(Resource):
    """How far it is."""

    @asks(P.ISSUE)
    @blp.response(200, schemas.CertificateBatchShownOut)
    def get(self, batch_id: int) -> Any:
        """查看成批打印的进度，没有出具的是谁、为什么"""
        row = batches.access(batch_id, by=current_actor())
        return {**vars(row), "left_out": queries.left_out(row.id)}


@blp.route("/certificate-batches/<id:batch_id>/stop")
class Stopping(Resource):
    """Stopped."""

    @asks(P.ISSUE)
    @blp.response(200, schemas.CertificateBatchOut)
    def post(self, batch_id: int) -> Any:
        """停下成批打印"""
        return batches.stop(batch_id, by=current_actor())


@blp.route("/certificate-batches/<id:batch_id>/resume")
class Resuming(Resource):
    """Going on."""

    @asks(P.ISSUE)
    @blp.response(200, schemas.CertificateBatchOut)
    def post(self, batch_id: int) -> Any:
        """从停下的地方继续"""
        return batches.resume(batch_id, by=current_actor())


@blp.route("/certificate-batches/<id:batch_id>/certificates.pdf")
class BatchOnPaper(Resource):
    """All in one PDF."""

    @asks(P.ISSUE)
    @blp.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
    def get(self, batch_id: int) -> Response:
        """下载一批证明的 PDF"""
        return pdf("certificates.pdf", paper.printed_batch(batch_id, by=current_actor()))


@blp.route("/certifying-units")
class Entitlements(Resource):
    """Organisations that may issue."""

    @asks(P.OWN)
    @blp.arguments(schemas.CertificateShownIn, location="query")
    @blp.response(200, schemas.EntitledOut(many=True))
    def get(self, data: dict[str, Any]) -> Any:
        """查看哪些组织可以出具志愿服务记录证明"""
        return entitled.listed(past=data["past"])

    @asks(P.ENTITLE)
    @blp.arguments(schemas.EntitledIn)
    @blp.response(201, schemas.EntitlementOut)
    def post(self, data: dict[str, Any]) -> Any:
        """认定一个组织可以出具志愿服务记录证明"""
        return entitled.mark(**data, by=current_actor())


@blp.route("/certifying-units/<id:entitlement_id>/end")
class EntitlementEnd(Resource):
    """No more."""

    @asks(P.ENTITLE)
    @blp.response(200, schemas.EntitlementOut)
    def post(self, entitlement_id: int) -> Any:
        """从今天起终止一个组织的出具资格"""
        return entitled.end(entitlement_id, by=current_actor())
