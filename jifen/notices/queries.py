"""Reads of one's own notices and of what one switched off."""

from __future__ import annotations

import sqlalchemy as sa

from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import db
from jifen.core.errors import Forbidden
from jifen.notices.models import Notice, NoticePreference
from jifen.notices.policy import P

#: Every kind of message that a person may switch off.
KINDS = (
    "report_approved",
    "report_returned",
    "report_revoked",
    "deed_attached",
    "list_corrected",
    "monthly_reminder",
    "objection_entered",
    "objection_answered",
    "objection_changed",
    "appraisal_shown",
    "appraisal_final",
)


def own(*, by: Actor, after: int = 0, limit: int = 50) -> list[Notice]:
    """Return the actor's own notices, newest first; ``after`` is the last id shown.

    :raises Forbidden: a system, which is told nothing
    """
    if not permits(by, P.OWN):
        raise Forbidden(action=words_for(P.OWN))
    stmt = sa.select(Notice).where(Notice.member_id == by.member_id).order_by(Notice.id.desc()).limit(limit)
    if after:
        stmt = stmt.where(Notice.id < after)
    return list(db.session.scalars(stmt))


def preferences(*, by: Actor) -> dict[str, bool]:
    """Return for every kind of message whether the actor gets it; all are on unless switched off.

    :raises Forbidden: a system, which is told nothing
    """
    if not permits(by, P.OWN):
        raise Forbidden(action=words_for(P.OWN))
    stmt = sa.select(NoticePreference.kind, NoticePreference.enabled).where(
        NoticePreference.member_id == by.member_id
    )
    said = dict(db.session.execute(stmt).tuples().all())
    return {kind: said.get(kind, True) for kind in KINDS}


def switched_off(member_id: int, kind: str) -> bool:
    """Return whether the person wants no messages of that kind."""
    return (
        db.session.scalar(
            sa.select(NoticePreference.enabled).where(
                NoticePreference.member_id == member_id, NoticePreference.kind == kind
            )
        )
        is False
    )
