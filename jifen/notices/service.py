"""Owing somebody a message: a row in the transaction of its cause, sent later by the worker."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from jifen.audit import service as audit
from jifen.core import clock
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import ask, db, transaction
from jifen.core.errors import Forbidden, NotFound
from jifen.core.states import advance
from jifen.notices import queries, reach
from jifen.notices.models import Notice, NoticePreference
from jifen.notices.policy import Owed, P
from jifen.notices.rules import spread_over
from jifen.notices.states import MOVES, WORDS, State


def queue_many(
    *,
    kind: str,
    rows: list[tuple[str, int, dict[str, Any]]],
    not_before: dt.datetime | None = None,
    spread: dt.timedelta | None = None,
) -> int:
    """Owe messages, each once by its key.

    :param rows: key, member, values of the sentence
    :param spread: over which time they leave, so that thousands do not leave in one minute
    :return: how many were new
    """
    if not rows:
        return 0
    now = clock.now()
    begin = not_before or now
    keys, members, data = zip(*rows, strict=True)
    values = {
        "keys": list(keys),
        "members": list(members),
        "data": [json.dumps(one, ensure_ascii=False) for one in data],
        "kind": kind,
        "times": [begin + (spread_over(key, spread) if spread else dt.timedelta()) for key in keys],
        "now": now,
    }
    return len(db.session.execute(_QUEUE, values).all())


# Whole columns as arrays: a bind for each value of each row costs more than the rest of a batch, and ends at 65 535.
_QUEUE = sa.text(
    """
    INSERT INTO notice (key, member_id, kind, data, state, attempts, not_before, created_at)
    SELECT k, m, CAST(:kind AS text), d, 'queued', 0, t, CAST(:now AS timestamptz)
      FROM unnest(CAST(:keys AS text[]), CAST(:members AS bigint[]), CAST(:data AS jsonb[]),
                  CAST(:times AS timestamptz[])) AS r (k, m, d, t)
    ON CONFLICT (key) DO NOTHING
    RETURNING id
    """
)


def switch_way(way: str, *, enabled: bool, by: Actor) -> None:
    """Let notices come, or not come, to oneself by one way.

    :raises Forbidden: a system, which is told nothing
    """
    if not permits(by, P.CHOOSE):
        raise Forbidden(action=words_for(P.CHOOSE))
    reach.switch(way, enabled=enabled, by=by)


def read(*, by: Actor, limit: int = 20) -> list[Notice]:
    """Return what did not reach the actor, and note that he has read it."""
    with transaction():
        rows = queries.unseen(by=by, limit=limit)
        for row in rows:
            _settle(row, "read", by=by)
        return rows


def tell(notice_id: int, *, by: Actor) -> None:
    """Note that somebody was told in person what did not reach him.

    :raises NotFound: no such notice, or one of somebody whom the actor does not care for
    :raises NotNow: it arrived, or was told already
    """
    with transaction():
        row = _access(notice_id, by=by)
        _settle(row, "tell", by=by)
        audit.record(by=by, action="notice.tell", subject="notice", subject_id=row.id, codes=row.kind)


def send_again(notice_id: int, *, by: Actor) -> None:
    """Have a notice sent again of which nobody can say whether it left: a person answers for a doubled one.

    :raises NotFound: no such notice, or one outside the actor's part of the tree
    :raises NotNow: it is under way, arrived, or was told
    """
    with transaction():
        row = _access(notice_id, by=by, again=True)
        _settle(row, "again", by=by)
        row.sent_at, row.channel, row.platform_id, row.tried = None, None, None, []
        row.attempts, row.not_before, row.ended_at = 0, clock.now(), None
        audit.record(by=by, action="notice.again", subject="notice", subject_id=row.id, codes=row.kind)


def _settle(row: Notice, move: str, *, by: Actor) -> None:
    row.state = advance(MOVES, row.state, move, what="这条通知", words=WORDS)
    row.settled_by, row.ended_at = by.member_id, clock.now()


_WHOSE = """
SELECT ms.branch_id, coalesce(u.path, '') FROM member m
  LEFT JOIN membership ms ON ms.member_id = m.id AND ms.since <= %(today)s
       AND (ms.until IS NULL OR ms.until > %(today)s)
  LEFT JOIN unit u ON u.id = ms.branch_id
 WHERE m.id = %(member)s AND m.erased_at IS NULL
"""


def _access(notice_id: int, *, by: Actor, again: bool = False) -> Notice:
    """Return a notice that the actor may settle, locked."""
    row = db.session.get(Notice, notice_id, with_for_update=True)
    found = row and ask(_WHOSE, {"member": row.member_id, "today": clock.today()})
    if row is None or not found:
        raise NotFound(what="这条通知")
    owed = Owed(row.member_id, *found[0])
    may = permits(by, P.SETTLE, owed) if row.state == State.UNKNOWN or again else permits(by, P.TELL, owed)
    if not may:
        raise NotFound(what="这条通知")
    return row


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


def choose(wanted: Collection[str], *, by: Actor) -> None:
    """Switch on every kind in ``wanted`` and off every other that a person may switch.

    :raises Forbidden: a system, which is told nothing
    """
    with transaction():
        for kind in queries.KINDS:
            switch(kind, enabled=kind in wanted, by=by)
