"""Owing somebody a message: a row in the transaction of its cause, sent later by the worker."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from jifen.core import clock
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import db, table_of, transaction
from jifen.core.errors import Forbidden
from jifen.notices.models import Notice, NoticePreference
from jifen.notices.policy import P


def queue_many(
    *, kind: str, rows: list[tuple[str, int, dict[str, Any]]], not_before: dt.datetime | None = None
) -> int:
    """Owe messages, each once by its key.

    :param rows: key, member, values of the sentence
    :return: how many were new
    """
    if not rows:
        return 0
    now = clock.now()
    fresh = insert(table_of(Notice)).values(
        [
            {
                "key": key,
                "member_id": member_id,
                "kind": kind,
                "data": data,
                "state": "queued",
                "attempts": 0,
                "not_before": not_before or now,
                "created_at": now,
            }
            for key, member_id, data in rows
        ]
    )
    stmt = fresh.on_conflict_do_nothing(index_elements=["key"]).returning(Notice.id)
    return len(db.session.scalars(stmt).all())


def switch(kind: str, *, enabled: bool, by: Actor) -> None:
    """Switch a kind of message on or off for oneself.

    :raises Forbidden: a system, which is told nothing
    """
    if not permits(by, P.CHOOSE):
        raise Forbidden(action=words_for(P.CHOOSE))
    with transaction() as session:
        stmt = insert(NoticePreference).values(member_id=by.member_id, kind=kind, enabled=enabled)
        session.execute(
            stmt.on_conflict_do_update(index_elements=["member_id", "kind"], set_={"enabled": enabled})
        )
