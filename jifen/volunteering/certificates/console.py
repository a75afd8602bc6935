"""Pages of certificates: one's own, an organisation's register, signing, batches, who may issue."""

from __future__ import annotations

from typing import Any

from flask import Response

from jifen.core import clock, days
from jifen.core.actor import permits
from jifen.core.period import Period
from jifen.decisions import asks as questions
from jifen.decisions import publicity, todo
from jifen.decisions.policy import seats
from jifen.members import queries as members
from jifen.org import bases
from jifen.org import queries as org
from jifen.points.policy import Scope
from jifen.volunteering import rules as hours
from jifen.volunteering import settings
from jifen.volunteering.certificates import (
    batches,
    contesting,
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
from jifen.volunteering.certificates.states import BATCH_WORDS, WORDS
from jifen.volunteering.schemas import NoneForm, YearIn
from jifen.web import pages
from jifen.web.doors import asks, current_actor
from jifen.web.sheets import pdf, sheet

blp = pages.section("certificates", __name__)
#: Certificates of one page.
MANY = 50


@blp.get("/certificates")
@asks(P.OWN)
def mine() -> Response:
    """One's own, and a request."""
    by = current_actor()
    there = queries.issuers(by=by)
    return pages.page(
        "certificates/mine.html",
        rows=queries.own(by=by),
        issuers=there,
        options=[(one.unit_id, f"{one.name}（{hours.formatted(one.minutes)}）") for one in there],
        long=hours.formatted,
        years=_years(),
        looks=bool(queries.units(by)),
        signs=bool(seats(by)),
        entitles=permits(by, P.ENTITLE),
    )


@blp.post("/certificates")
@asks(P.OWN)
def ask() -> Response:
    values = pages.form(schemas.CertificateAskIn)
    row = service.request(**values, by=current_actor())
    return pages.done(f"已申请，由{org.name_of(row.unit_id)}出具，办好后告诉您来取。", "certificates.mine")


@blp.post("/certificates/<int:certificate_id>/cancel")
@asks(P.OWN)
def cancel(certificate_id: int) -> Response:
    pages.form(NoneForm)
    service.cancel(certificate_id, by=current_actor())
    return pages.done("已取消申请。", "certificates.mine")


@blp.get("/certificates/unit")
@asks(P.LIST)
def of_unit() -> Response:
    """An organisation's certificates, what is to be done with them, and its register."""
    by = current_actor()
    there = queries.units(by)
    values = pages.query(schemas.CertificateFilterIn)
    chosen = next((one for one in there if values["unit"] in (None, one.unit_id)), None)
    found: dict[str, Any] = {"rows": [], "branches": [], "issues": False, "publicises": False}
    if chosen is not None:
        scope = Scope(chosen.unit_id, chosen.path, is_branch=False)
        rows = queries.of_unit(
            chosen.unit_id, state=values["state"], by=by, after=values["after"], limit=MANY + 1
        )
        found = {
            "rows": rows,
            "branches": queries.branches(chosen.path),
            "issues": permits(by, P.ISSUE, scope),
            "publicises": publishing.may_publicise(chosen.unit_id, chosen.path, by=by),
        }
    return pages.page(
        "certificates/unit.html",
        units=there,
        chosen=chosen,
        state=values["state"],
        words=WORDS,
        next=found["rows"][MANY - 1].id if len(found["rows"]) > MANY else None,
        rows=found["rows"][:MANY],
        branches=found["branches"],
        issues=found["issues"],
        publicises=found["publicises"],
        steps={"requested": "print", "signed": "seal", "sealed": "register"},
        long=hours.formatted,
        years=_years(),
        me=by.member_id,
        publicity=settings.load().publicity_days,
        entitles=permits(by, P.ENTITLE),
    )


@blp.post("/certificates/unit/<int:unit_id>/issue")
@asks(P.ISSUE)
def issue(unit_id: int) -> Response:
    values = pages.form(schemas.CertificateIssueIn)
    member = members.member_by_number(values["member_number"]).id
    row = service.issue(member, unit_id, year=values["year"], by=current_actor())
    words = "已生成，请打印出来，等负责人签发后盖章、登记。"
    return pages.done(words, "certificates.one", certificate_id=row.id)


@blp.post("/certificates/move")
@asks(P.ISSUE)
def move() -> Response:
    values = pages.form(schemas.CertificatesMoveIn)
    return _told(many.move(values["ids"], values["step"], by=current_actor()), values["step"])


def _told(done: many.Done, step: str) -> Response:
    return pages.done(f"已{WORDS[step]}{done.done}份。{''.join(done.refused)}")


@blp.get("/certificates/waiting")
@asks(P.SIGN)
def waiting() -> Response:
    """What the reader is asked to sign."""
    by = current_actor()
    asked = [one.subject_id for one in questions.open_for(service.SUBJECT, by=by)]
    return pages.page("certificates/waiting.html", rows=queries.some(asked), long=hours.formatted)


@blp.post("/certificates/sign")
@asks(P.SIGN)
def sign() -> Response:
    values = pages.form(schemas.CertificatesSignIn)
    return _told(many.move(values["ids"], "sign", by=current_actor()), "sign")


@blp.get("/certificates/<int:certificate_id>")
@asks(P.OWN)
def one(certificate_id: int) -> Response:
    """One certificate, with what may be done with it."""
    by = current_actor()
    row = queries.one(certificate_id, by=by)
    unit = org.unit(row.unit_id)
    return pages.page(
        "certificates/one.html",
        row=row,
        long=hours.formatted,
        address=paper.address(row.number) if row.number else "",
        issues=row.member_id != by.member_id
        and permits(by, P.ISSUE, Scope(unit.id, unit.path, is_branch=False)),
    )


@blp.get("/certificates/<int:certificate_id>/certificate.pdf")
@asks(P.ISSUE)
def printed(certificate_id: int) -> Response:
    return pdf("certificate.pdf", paper.printed(certificate_id, by=current_actor()))


@blp.post("/certificates/<int:certificate_id>/decline")
@asks(P.ISSUE)
def decline(certificate_id: int) -> Response:
    service.decline(certificate_id, **pages.form(schemas.CertificateReasonIn), by=current_actor())
    return pages.done("已退回，本人会收到通知。")


@blp.post("/certificates/<int:certificate_id>/withdraw")
@asks(P.ISSUE)
def withdraw(certificate_id: int) -> Response:
    service.withdraw(certificate_id, **pages.form(schemas.CertificateReasonIn), by=current_actor())
    return pages.done("已撤销，核验页即刻显示已撤销，本人会收到通知。请收回纸质证明。")


@blp.get("/certificates/unit/<int:unit_id>/register.xlsx")
@asks(P.EXPORT)
def register(unit_id: int) -> Response:
    year = pages.query(YearIn)["year"]
    return sheet(f"certificates-{year}.xlsx", exports.register_sheet(unit_id, year, by=current_actor()))


@blp.post("/certificates/unit/<int:unit_id>/publicise")
@asks(P.LIST)
def publicise(unit_id: int) -> Response:
    month = Period.parse(pages.form(schemas.CertificateMonthIn)["month"])
    found = publishing.publicise(unit_id, month, by=current_actor())
    words = f"已公示{month.words}登记的证明。"
    return pages.done(words, "periods.publication", publication_id=found.id)


@blp.post("/certificates/unit/<int:unit_id>/batches")
@asks(P.ISSUE)
def start(unit_id: int) -> Response:
    values = pages.form(schemas.CertificateBatchIn)
    row = batches.start(unit_id, values["branch_id"], year=values["year"], by=current_actor())
    return pages.done("已开始，逐人办理。", "certificates.batch", batch_id=row.id)


@blp.get("/certificates/batches/<int:batch_id>")
@asks(P.ISSUE)
def batch(batch_id: int) -> Response:
    """How far a batch is; the page looks again by itself while it runs."""
    by = current_actor()
    row = batches.access(batch_id, by=by)
    return pages.page(
        "certificates/batch.html",
        batch=row,
        branch=org.name_of(row.branch_id),
        words=BATCH_WORDS,
        rows=queries.of_batch(row.id),
        left_out=queries.left_out(row.id),
        long=hours.formatted,
    )


@blp.post("/certificates/batches/<int:batch_id>/stop")
@asks(P.ISSUE)
def stop(batch_id: int) -> Response:
    pages.form(NoneForm)
    batches.stop(batch_id, by=current_actor())
    return pages.done("已停下，已打印的都在；随时可以继续。", "certificates.batch", batch_id=batch_id)


@blp.post("/certificates/batches/<int:batch_id>/resume")
@asks(P.ISSUE)
def resume(batch_id: int) -> Response:
    pages.form(NoneForm)
    batches.resume(batch_id, by=current_actor())
    return pages.done("接着办理。", "certificates.batch", batch_id=batch_id)


@blp.get("/certificates/batches/<int:batch_id>/certificates.pdf")
@asks(P.ISSUE)
def printed_batch(batch_id: int) -> Response:
    return pdf("certificates.pdf", paper.printed_batch(batch_id, by=current_actor()))


@blp.get("/certificates/entitled")
@asks(P.ENTITLE)
def issuers() -> Response:
    """Which organisations may issue."""
    by = current_actor()
    entitled.refuse_unless_leading(by)
    return pages.page(
        "certificates/entitled.html",
        rows=entitled.listed(past=True),
        units=queries.organisations(by=by),
        bases=bases.offered(by=by),
    )


@blp.post("/certificates/entitled")
@asks(P.ENTITLE)
def mark() -> Response:
    row = entitled.mark(**pages.form(schemas.EntitledIn), by=current_actor())
    return pages.done(
        f"已认定：{row.full_name}自{days.spoken(row.since)}起可以出具。", "certificates.issuers"
    )


@blp.post("/certificates/entitled/<int:entitlement_id>/end")
@asks(P.ENTITLE)
def end(entitlement_id: int) -> Response:
    pages.form(NoneForm)
    row = entitled.end(entitlement_id, by=current_actor())
    return pages.done(f"已终止{row.full_name}的出具资格；以前登记的证明仍然有效。", "certificates.issuers")


def _years() -> list[tuple[int, str]]:
    this = clock.today().year
    return [(year, f"{year}年") for year in range(this, this - 4, -1)]


todo.provide(service.SUBJECT, "志愿服务证明待签发", "certificates.waiting")
todo.provide("certificate_desk", "志愿服务证明待办理", "certificates.of_unit", queries.waiting)
publicity.enter(contesting.LIST)
