"""The whole privacy text on a page that anybody may read, before and after he agrees."""

from __future__ import annotations

from flask import Blueprint, render_template

from jifen.access import privacy_text, queries
from jifen.web.doors import open_door

bp = Blueprint("privacy_text", __name__, url_prefix="/m", template_folder="templates")


@bp.get("/privacy")
@open_door
def whole() -> str:
    """Show the text in force."""
    text = privacy_text.load()
    return render_template(
        "access/privacy.html", text=text, parts=text.whole(committee=queries.committee_name())
    )
