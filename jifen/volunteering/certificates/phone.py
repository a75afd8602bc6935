"""Certificates on the phone: one's own, and a request."""

from __future__ import annotations

from flask import Response

from jifen.core import clock
from jifen.org import queries as org
from jifen.volunteering import rules as hours
from jifen.volunteering.certificates import paper, queries, schemas, service
from jifen.volunteering.certificates.policy import P
from jifen.volunteering.schemas import NoneForm
from jifen.web import doors, pages
from jifen.web.doors import asks, current_actor

blp = pages.section("phone_certificates", __name__, at=doors.PHONE)
#: Certificates shown, the newest.
MANY = 20


@blp.get("/certificates")
@asks(P.OWN)
def mine() -> Response:
    """One's own certificates, and a request."""
    by = current_actor()
    there = queries.issuers(by=by)
    this = clock.today().year
    return pages.page(
        "certificates/phone_mine.html",
        rows=queries.own(by=by, limit=MANY),
        issuers=there,
        options=[(one.unit_id, f"{one.name}（{hours.formatted(one.minutes)}）") for one in there],
        years=[(year, f"{year}年") for year in range(this, this - 4, -1)],
        address=paper.address,
        long=hours.formatted,
    )


@blp.post("/certificates")
@asks(P.OWN)
def ask() -> Response:
    """Ask for one."""
    row = service.request(**pages.form(schemas.CertificateAskIn), by=current_actor())
    words = f"已申请，由{org.name_of(row.unit_id)}出具，办好后告诉您来取。"
    return pages.done(words, "phone_certificates.mine")


@blp.post("/certificates/<id:certificate_id>/cancel")
@asks(P.OWN)
def cancel(certificate_id: int) -> Response:
    """Take the request back."""
    pages.form(NoneForm)
    service.cancel(certificate_id, by=current_actor())
    return pages.done("已取消申请。", "phone_certificates.mine")
