"""One report with its photos on a phone: opened by the link that the chat gave, for ten minutes."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from jifen.access.tickets import Page, for_bearer
from jifen.core.actor import Actor
from jifen.core.errors import NotFound
from jifen.points import photos, queries_reports
from jifen.points.states import WORDS

bp = Blueprint("report_phone", __name__, url_prefix="/m/look", template_folder="templates")


@bp.get("")
@for_bearer(Page.REPORT)
def report(by: Actor, about: str) -> Response:
    """The report for which the link was given."""
    found = queries_reports.report(int(about), by=by)
    shown = photos.of(found.id, by=by)
    return make_response(
        render_template(
            "queue/phone.html",
            report=found,
            state=WORDS[found.state],
            photos=shown,
            ticket=request.args["ticket"],
        )
    )


@bp.get("/photos/<int:photo_id>")
@for_bearer(Page.REPORT)
def photo(by: Actor, about: str, photo_id: int) -> Response:
    """One of its photos; a link to one report opens those of no other."""
    if photo_id not in {one.id for one in photos.of(int(about), by=by)}:
        raise NotFound(what="这张照片")
    picture = photos.picture(photo_id, thumb="thumb" in request.args, by=by)
    return Response(picture, content_type="image/jpeg")
