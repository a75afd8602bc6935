"""Reads of the audit table."""

from __future__ import annotations

import sqlalchemy as sa

from jifen.audit.models import AuditEntry
from jifen.audit.policy import P
from jifen.core.actor import Actor, Role, permits, words_for
from jifen.core.db import db
from jifen.core.errors import Forbidden

#: Acts about how a person comes in: of no concern to whoever leads him.
WAYS_IN = ("binding.", "consent.", "bind_code.", "wecom.")


def entries(
    *,
    by: Actor,
    subject: str | None = None,
    subject_id: int | None = None,
    after: int = 0,
    limit: int = 50,
) -> list[AuditEntry]:
    """Return what was done, newest first; ``after`` is the last id shown.

    :param subject: only acts on this kind of thing (``report``, ``member`` …), or on one of them
    :raises Forbidden: the actor does not audit
    """
    if not permits(by, P.SEE):
        raise Forbidden(action=words_for(P.SEE))
    stmt = sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    if not by.holds(Role.AUDITOR):
        # Who is bound and who is not is no superior's business; the auditor answers for the log itself.
        stmt = stmt.where(sa.not_(sa.or_(*(AuditEntry.action.startswith(way) for way in WAYS_IN))))
    if after:
        stmt = stmt.where(AuditEntry.id < after)
    if subject is not None:
        stmt = stmt.where(AuditEntry.subject == subject)
    if subject_id is not None:
        stmt = stmt.where(AuditEntry.subject_id == subject_id)
    return list(db.session.scalars(stmt))
