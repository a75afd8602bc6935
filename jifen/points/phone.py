"""Points on the phone: one's first page, why, one's reports, a form to report."""

from __future__ import annotations

from decimal import Decimal

from flask import Response, request

from jifen.core import clock
from jifen.core.actor import DECIDERS
from jifen.core.errors import NotFound
from jifen.files import images
from jifen.points import explain, photos, queries_home, schemas_phone, schemas_photos, service
from jifen.points.policy import P
from jifen.points.service import Filing
from jifen.rulebook.engine.taken import TAKEOVER
from jifen.web import doors, pages
from jifen.web.doors import asks, current_actor
from jifen.web.schemas import page as page_of
from jifen.wechat import scripted

blp = pages.section("phone_home", __name__, at=doors.PHONE)


@blp.get("/")
@asks(P.SEE_SCORE)
def home() -> Response:
    """One's points, places, what waits, and the last reports."""
    by = current_actor()
    return scripted.page("points/phone_home.html", home=queries_home.home(by=by), decides=by.holds(*DECIDERS))


@blp.get("/why")
@asks(P.SEE_SCORE)
def why() -> Response:
    """Why one's score is what it is, item by item, down to the entry, the clause and who confirmed it."""
    by = current_actor()
    found = explain.explain(by.member_id or 0, by=by)
    chosen = found.rules.book.items.get(request.args.get("item", ""))
    sheet = found.sheet
    others = [
        line
        for line in sheet.trace
        if line.item == TAKEOVER
        or (line.item == "-" and line.entry is None and line.points and line.points != sheet.opening)
    ]
    return pages.page(
        "points/phone_why.html",
        found=found,
        chosen=chosen,
        lines=[x for x in sheet.trace if chosen and x.item == chosen.code and (x.points or x.entry)],
        others=others,
        zero=Decimal(0),
    )


@blp.get("/reports")
@asks(P.REPORT)
def reports() -> Response:
    """One's own reports, newest first."""
    after = pages.query(schemas_phone.AfterIn)["after"]
    rows = queries_home.own(by=current_actor(), after=after, limit=queries_home.MANY + 1)
    return pages.page("points/phone_reports.html", found=page_of(rows, queries_home.MANY, lambda one: one.id))


@blp.get("/reports/<id:report_id>")
@asks(P.REPORT)
def report(report_id: int) -> Response:
    """One of one's own reports."""
    by = current_actor()
    one = queries_home.own_one(report_id, by=by)
    return pages.page(
        "points/phone_report.html",
        one=one,
        photos=photos.of(one.id, by=by),
        takes_photos=one.open and photos.takes(one.id, by=by),
    )


@blp.get("/reports/<id:report_id>/photos/<id:photo_id>")
@asks(P.REPORT)
def photo(report_id: int, photo_id: int) -> Response:
    """One of the photos of one's own report."""
    by = current_actor()
    one = queries_home.own_one(report_id, by=by)
    if photo_id not in {shown.id for shown in photos.of(one.id, by=by)}:
        raise NotFound(what="这张照片")
    picture = photos.picture(photo_id, thumb="thumb" in request.args, by=by)
    return Response(picture, content_type="image/jpeg")


@blp.post("/reports/<id:report_id>/photos")
@asks(P.REPORT)
def add_photo(report_id: int) -> Response:
    """Add a photo to one's own report."""
    by = current_actor()
    one = queries_home.own_one(report_id, by=by)
    file = pages.form(schemas_photos.PhotoIn)["file"]
    photos.add(one.id, file.read(images.MAX_BYTES + 1), by=by)
    return pages.done("照片已收下。", "phone_home.report", report_id=one.id)


@blp.post("/reports/<id:report_id>/withdraw")
@asks(P.REPORT)
def withdraw(report_id: int) -> Response:
    """Take one of one's own reports back."""
    by = current_actor()
    queries_home.own_one(report_id, by=by)
    number = service.withdraw(report_id, by=by).number
    return pages.done(f"{number}号上报已取消。", "phone_home.reports")


@blp.get("/report")
@asks(P.REPORT)
def form() -> Response:
    """Ask what was done, when and how much."""
    items = queries_home.reportable(by=current_actor())
    return pages.page(
        "points/phone_form.html",
        items=items,
        levels=[(one, one) for one in sorted({level for item in items for level in item.levels})],
        evidence=any(item.evidence and item.evidence.min for item in items),
        today=clock.today(),
    )


@blp.post("/report")
@asks(P.REPORT)
def file() -> Response:
    """File the report."""
    values = pages.form(schemas_phone.FilingIn)
    made = service.submit(Filing(**values), by=current_actor())
    return pages.done(
        "已收到，确认后计分。" if made.state == "pending" else "这件事已经记过分，您的上报作为印证附在后面。",
        "phone_home.report",
        report_id=made.id,
    )


pages.entry("首页", "phone_home.home", order=10, at=doors.PHONE)
pages.entry("上报", "phone_home.form", order=20, at=doors.PHONE)
pages.entry("我的上报", "phone_home.reports", order=30, at=doors.PHONE)
pages.entry("为什么", "phone_home.why", order=40, at=doors.PHONE)
