"""The audit table at the desk."""

from __future__ import annotations

from flask import Response

from jifen.audit import queries, schemas
from jifen.audit.policy import P, audits
from jifen.core import codes
from jifen.web import pages
from jifen.web.doors import asks, current_actor
from jifen.web.schemas import page

blp = pages.section("trail", __name__)


@blp.get("/audit")
@asks(P.SEE)
def entries() -> Response:
    """Who did what, newest first."""
    asked = pages.query(schemas.EntriesIn)
    limit = asked.pop("limit")
    found = page(queries.entries(**asked, limit=limit + 1, by=current_actor()), limit, lambda entry: entry.id)
    kept = {name: asked[name] for name in ("subject", "subject_id") if asked[name]}
    subjects = codes.words()[1]["subject"]
    return pages.page(
        "audit/entries.html", found=found, kept=kept, said=codes.said, note=codes.note, subjects=subjects
    )


pages.entry("审计", "trail.entries", order=95, may=lambda by: audits(by, None))
