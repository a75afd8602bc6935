"""The rest of a long answer on a page: opened by the link that the chat gave, for ten minutes."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template

from bot import conversations, replies
from jifen.access.tickets import Page, for_bearer
from jifen.core.actor import Actor

bp = Blueprint("more", __name__, url_prefix="/m/more", template_folder="templates")


@bp.get("")
@for_bearer(Page.REST)
def rest(by: Actor, about: str) -> Response:
    """What did not fit into the bearer's last long answer, as long as 更多 would tell it."""
    left = conversations.rest_of(by=by)
    shown = left if left and conversations.mark_of(left) == about else replies.REST_GONE
    return make_response(render_template("talk/more.html", lines=shown.split("\n")))
