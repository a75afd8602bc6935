"""Opinions about the burden: said, heard, answered."""

from __future__ import annotations

import sqlalchemy as sa

from jifen.audit import service as audit
from jifen.core import clock
from jifen.core.actor import Actor, permits, system, words_for
from jifen.core.db import db, transaction
from jifen.core.errors import Conflict, Forbidden, Invalid, NotFound
from jifen.cycle.models import BurdenOpinion
from jifen.cycle.policy import P
from jifen.decisions import todo
from jifen.notices import service as notices
from jifen.web.secrecy import NO_SECRETS


class HeardAlready(Conflict):
    """Somebody answered first."""

    code, template = "opinion_answered", "这条意见已经答复过，不用再答复。"


def speak(words: str, *, anonymous: bool = False, by: Actor) -> int:
    """Say what is too much; it reaches the Work Committee's office. Returns its number.

    :param anonymous: nothing that names the speaker is kept, not even in the audit
    :raises Invalid: nothing was said
    """
    if not permits(by, P.SPEAK):
        raise Forbidden(action=words_for(P.SPEAK))
    if not words.strip():
        raise Invalid(reason=f"请写明哪件事负担重，例如：减负意见 同一份材料报了三次。{NO_SECRETS}")
    with transaction() as session:
        row = BurdenOpinion(member_id=None if anonymous else by.member_id, words=words.strip()[:500])
        session.add(row)
        session.flush()  # its number
        who = system("减负意见", by.door) if anonymous else by
        audit.record(by=who, action="burden.speak", subject="burden_opinion", subject_id=row.id)
        return row.id


def answer(opinion_id: int, words: str, *, by: Actor) -> None:
    """Answer an opinion; who gave his name is told.

    :raises NotFound: no such opinion, or not the actor's to hear
    :raises HeardAlready: somebody answered first
    """
    if not permits(by, P.HEAR):
        raise NotFound(what="这条意见")
    if not words.strip():
        raise Invalid(reason="请写明怎样处理，再提交答复。")
    with transaction() as session:
        row = session.get(BurdenOpinion, opinion_id, with_for_update=True)
        if row is None:
            raise NotFound(what="这条意见")
        if row.answered_at is not None:
            raise HeardAlready
        row.answer, row.answered_by, row.answered_at = words.strip()[:500], by.member_id, clock.now()
        session.flush()  # the answer, before the audit line that tells of it
        audit.record(by=by, action="burden.answer", subject="burden_opinion", subject_id=row.id)
        if row.member_id is not None:
            key = f"burden:{row.id}:answered"
            notices.queue_many(kind="burden_answered", rows=[(key, row.member_id, {"opinion": row.id})])


def _waiting(by: Actor) -> todo.Counted:
    """Count the opinions that nobody answered, for those who hear them."""
    if not permits(by, P.HEAR):
        return 0, None
    stmt = sa.select(sa.func.count()).where(BurdenOpinion.answered_at.is_(None))
    return db.session.scalar(stmt) or 0, None


todo.provide("burden", "减负意见，待答复", "burden.register", _waiting)
