"""谁能看到我 on the phone: which posts see one today, and who took lists out."""

from __future__ import annotations

from flask import Response

from jifen.privacy import visibility
from jifen.privacy.policy import P
from jifen.web import doors, pages
from jifen.web.doors import asks, current_actor

blp = pages.section("phone_seen", __name__, at=doors.PHONE)


@blp.get("/seen-by")
@asks(P.OWN)
def seen_by() -> Response:
    """Computed from the permissions and today's posts."""
    return pages.page("privacy/phone_seen.html", mine=visibility.mine(by=current_actor()))
