"""我的数据 on a phone: opened by the link that the chat gave, for ten minutes."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from flask import Blueprint, Response, make_response, render_template, request

from jifen.core.actor import Actor
from jifen.core.errors import DomainError
from jifen.privacy import copies, tickets
from jifen.privacy.console import as_file
from jifen.web.doors import open_door
from jifen.web.sheets import sheet

bp = Blueprint("my_data_phone", __name__, url_prefix="/m/data")


def _for_bearer(view: Callable[[Actor], Response]) -> Callable[[], Response]:
    """Wrap a view for whoever brings a good ticket; a refusal is a page with its sentence."""

    @wraps(view)
    def wrapper() -> Response:
        try:
            answer = view(tickets.bearer(request.args.get("ticket", "")))
        except DomainError as refusal:
            answer = make_response(
                render_template("privacy/phone.html", refusal=refusal.message, ticket=""), refusal.http_status
            )
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["Referrer-Policy"] = "no-referrer"
        return answer

    return open_door(wrapper)


@bp.get("")
@_for_bearer
def choices(_by: Actor) -> Response:
    """Offer the page, the sheet and the file: a preview of the link hands nothing out."""
    ticket = request.args["ticket"]
    return make_response(render_template("privacy/phone.html", refusal="", ticket=ticket))


@bp.get("/page")
@_for_bearer
def shown(by: Actor) -> Response:
    """Everything kept about the bearer, on a page."""
    return make_response(render_template("privacy/copy.html", printed=copies.my_page(by=by)))


@bp.get("/sheet")
@_for_bearer
def as_sheet(by: Actor) -> Response:
    """The same on sheets."""
    return sheet("my-data.xlsx", copies.my_sheet(by=by))


@bp.get("/file")
@_for_bearer
def as_json(by: Actor) -> Response:
    """The same for a program."""
    return as_file(copies.mine(by=by))
