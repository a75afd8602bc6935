"""Owing somebody a message: a row in the transaction of its cause, sent later by the worker."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from jifen.core import clock
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import db, transaction
from jifen.core.errors import Forbidden
from jifen.notices.models import NoticePreference
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
    keys, members, data = zip(*rows, strict=True)
    values = {
        "keys": list(keys),
        "members": list(members),
        "data": [json.dumps(one, ensure_ascii=False) for one in data],
        "kind": kind,
        "not_before": not_before or now,
        "now": now,
    }
    return len(db.session.execute(_QUEUE, values).all())


# Whole columns as arrays: a bind for each value of each row costs more than the rest of a batch, and ends at 65 535.
_QUEUE = sa.text(
    """
    INSERT INTO notice (key, member_id, kind, data, state, attempts, not_before, created_at)
    SELECT k, m, CAST(:kind AS text), d, 'queued', 0, CAST(:not_before AS timestamptz), CAST(:now AS timestamptz)
      FROM unnest(CAST(:keys AS text[]), CAST(:members AS bigint[]), CAST(:data AS jsonb[])) AS t (k, m, d)
    ON CONFLICT (key) DO NOTHING
    RETURNING id
    """
)


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
