"""What every page shares: its address, its guards, whose phone it is."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, request

from bot.simulator.people import Person
from bot.simulator.world import World

bp = Blueprint(
    "page",
    __name__,
    url_prefix="/simulator",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)

#: Names the phone from which the last page was opened.
COOKIE = "simulator_phone"
#: Characters of one message; WeChat's own field ends about there.
LONGEST = 600
#: Places to send: latitude and longitude; invented, but of one town.
PLACES = {
    "市林业局大院": (31.140123, 104.397562),
    "滨河公园东门": (31.128406, 104.402318),
    "青云社区服务中心": (31.151877, 104.381040),
}
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:;"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@bp.before_request
def _from_this_page_only() -> None:
    """Refuse what another site makes the browser send: here anybody can be played without a password."""
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "none") not in (
        "same-origin",
        "none",
    ):
        abort(403)


@bp.after_request
def _guard(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    if request.endpoint != "page.static":
        response.headers["Cache-Control"] = "no-store"
    return response


def person_of(key: str) -> Person:
    """Return who is played under ``key``; 404 where nobody is."""
    person = world().people.by_key(key)
    if person is None:
        abort(404)
    return person


def reader() -> Person:
    """Return from whose phone a page was opened, as the webview's cookie says; 403 where it is nobody's."""
    person = world().people.by_key(request.cookies.get(COOKIE, ""))
    if person is None:
        abort(403)
    return person


def world() -> World:
    return current_app.extensions["world"]
