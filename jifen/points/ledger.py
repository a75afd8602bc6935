"""Posting to the ledger: the one function that every path calls.

Set-based: one approval is a batch of one. The order of locks is the same for
everybody (standings by member, then counts by key), so that two batches queue
up rather than deadlock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from jifen.core import clock
from jifen.core.actor import Actor
from jifen.core.db import ask, db, transaction
from jifen.members import ties
from jifen.points import standings
from jifen.points.errors import AlreadyCounted, AlreadyReversed
from jifen.points.models import LedgerEntry
from jifen.rulebook.queries import InForce


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """A fact that somebody confirmed, ready to be posted."""

    member_id: int
    #: Branch on the day of the deed.
    branch_id: int
    rules: InForce
    item_code: str
    occurred_on: dt.date
    quantity: Decimal
    occasion: str
    source: str
    source_id: int
    revision: int = 1
    value: Decimal | None = None
    level: str | None = None
    role: str | None = None
    excused: bool = False


_INSERT = sa.text(
    """
    INSERT INTO ledger_entry (member_id, branch_id, rulebook_code, item_code, quantity, value, level, role, excused,
                              occurred_on, occasion, source, source_id, revision, decided_by, reverses_id, recorded_at)
    SELECT *, CAST(:decided_by AS bigint), NULL, CAST(:now AS timestamptz)
      FROM unnest(CAST(:member AS bigint[]), CAST(:branch AS bigint[]), CAST(:book AS text[]),
                  CAST(:item AS text[]), CAST(:quantity AS numeric[]), CAST(:value AS numeric[]),
                  CAST(:level AS text[]), CAST(:role AS text[]), CAST(:excused AS boolean[]),
                  CAST(:day AS date[]), CAST(:occasion AS text[]), CAST(:source AS text[]),
                  CAST(:source_id AS bigint[]), CAST(:revision AS int[]))
    ON CONFLICT (source, source_id, item_code, member_id, revision) DO NOTHING
    RETURNING id, member_id, item_code, occasion
    """
)
_CLAIM = sa.text(
    """
    INSERT INTO ledger_claim (member_id, item_code, occasion, entry_id)
    SELECT * FROM unnest(CAST(:member AS bigint[]), CAST(:item AS text[]),
                         CAST(:occasion AS text[]), CAST(:entry AS bigint[]))
    ON CONFLICT DO NOTHING
    """
)

#: A deed that names no activity is the one of that day that does, if one counts; its own claim comes first.
_HELD = """
WITH d AS (SELECT * FROM unnest(CAST(%(member)s AS bigint[]), CAST(%(item)s AS text[]),
                                CAST(%(occasion)s AS text[])) AS d (m, i, o))
SELECT d.m, d.i, d.o, c.entry_id, 1 AS own
  FROM d JOIN ledger_claim c ON c.member_id = d.m AND c.item_code = d.i AND c.occasion = d.o
UNION ALL
SELECT d.m, d.i, d.o, c.entry_id, 0
  FROM d JOIN ledger_claim c ON c.member_id = d.m AND c.item_code = d.i
   AND c.occasion LIKE 'activity:%%' AND %(of_the_day)s AND d.o ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'
  JOIN ledger_entry e ON e.id = c.entry_id AND e.occurred_on::text = d.o
 ORDER BY own, entry_id DESC
"""


def post(facts: Sequence[Confirmed], *, by: Actor) -> list[int]:
    """Write confirmed facts, claim their occasions, and bring the standings up to date.

    :return: ids of the entries, in the order of ``facts``
    :raises AlreadyCounted: an occasion is held by a live fact; nothing is written
    """
    if not facts:
        return []
    with transaction() as session:
        locked = standings.lock(standings.Key(f.member_id, f.rules) for f in facts)
        rows = session.execute(
            _INSERT,
            {
                "member": [f.member_id for f in facts],
                "branch": [f.branch_id for f in facts],
                "book": [f.rules.book.code for f in facts],
                "item": [f.item_code for f in facts],
                "quantity": [f.quantity for f in facts],
                "value": [f.value for f in facts],
                "level": [f.level for f in facts],
                "role": [f.role for f in facts],
                "excused": [f.excused for f in facts],
                "day": [f.occurred_on for f in facts],
                "occasion": [f.occasion for f in facts],
                "source": [f.source for f in facts],
                "source_id": [f.source_id for f in facts],
                "revision": [f.revision for f in facts],
                "decided_by": by.member_id,
                "now": clock.now(),
            },
        ).all()
        claimed = session.connection().execute(
            _CLAIM,
            {
                "member": [r.member_id for r in rows],
                "item": [r.item_code for r in rows],
                "occasion": [r.occasion for r in rows],
                "entry": [r.id for r in rows],
            },
        )
        if len(rows) != len(facts) or claimed.rowcount != len(rows):
            raise AlreadyCounted
        standings.write(locked)
        ids = {(r.member_id, r.item_code, r.occasion): r.id for r in rows}
        return [ids[f.member_id, f.item_code, f.occasion] for f in facts]


def _with_entries(members: Sequence[int]) -> int:
    """Return how many of these people the ledger names."""
    stmt = sa.text("SELECT count(DISTINCT member_id) FROM ledger_entry WHERE member_id = ANY(:members)")
    return db.session.scalar(stmt, {"members": list(members)}) or 0


ties.hold("积分记录", _with_entries)


def reverse(entry_id: int, *, by: Actor) -> int:
    """Annul a ledger line by a linked line, once; both stay readable, the occasion is free again.

    :return: id of the reversal
    :raises AlreadyReversed: it was annulled before
    """
    with transaction() as session:
        entry = session.get(LedgerEntry, entry_id)
        if entry is None or entry.reverses_id is not None:
            raise AlreadyReversed
        locked = standings.lock(standings.keys_of(entry.member_id, entry.rulebook_code, entry.occurred_on))
        annulment = LedgerEntry(
            member_id=entry.member_id,
            branch_id=entry.branch_id,
            rulebook_code=entry.rulebook_code,
            item_code=entry.item_code,
            quantity=entry.quantity,
            value=entry.value,
            level=entry.level,
            role=entry.role,
            excused=entry.excused,
            occurred_on=entry.occurred_on,
            occasion=entry.occasion,
            source="reversal",
            source_id=entry.id,
            revision=1,
            decided_by=by.member_id,
            reverses_id=entry.id,
            recorded_at=clock.now(),
        )
        try:
            with session.begin_nested():
                session.add(annulment)
                session.flush()  # its id, and the uniqueness of a reversal
        except sa.exc.IntegrityError as err:
            raise AlreadyReversed from err
        session.execute(sa.text("DELETE FROM ledger_claim WHERE entry_id = :id"), {"id": entry.id})
        standings.write(locked)
        return annulment.id


_REVERSE = sa.text(
    """
    INSERT INTO ledger_entry (member_id, branch_id, rulebook_code, item_code, quantity, value, level, role, excused,
                              occurred_on, occasion, source, source_id, revision, decided_by, reverses_id, recorded_at)
    SELECT member_id, branch_id, rulebook_code, item_code, quantity, value, level, role, excused,
           occurred_on, occasion, 'reversal', id, 1, CAST(:decided_by AS bigint), id, CAST(:now AS timestamptz)
      FROM ledger_entry WHERE id = ANY(:ids) AND reverses_id IS NULL
     ORDER BY id
    ON CONFLICT (reverses_id) DO NOTHING
    RETURNING reverses_id
    """
)


def reverse_many(entry_ids: Sequence[int], *, by: Actor) -> list[int]:
    """Annul several ledger lines as ``reverse`` does one; those annulled before are passed over.

    :return: ids of the lines that this call annulled, ascending
    """
    if not entry_ids:
        return []
    with transaction() as session:
        rows = session.execute(
            sa.text("SELECT member_id, rulebook_code, occurred_on FROM ledger_entry WHERE id = ANY(:ids)"),
            {"ids": list(entry_ids)},
        )
        locked = standings.lock(standings.keys_of_many(tuple(row) for row in rows))
        values = {"ids": list(entry_ids), "decided_by": by.member_id, "now": clock.now()}
        annulled = sorted(session.scalars(_REVERSE, values))
        session.execute(sa.text("DELETE FROM ledger_claim WHERE entry_id = ANY(:ids)"), {"ids": annulled})
        standings.write(locked)
        return annulled


def live_entry(member_id: int, item_code: str, occasion: str) -> int | None:
    """Return the entry that holds an occasion, None if it is free."""
    return live_entries([(member_id, item_code, occasion)]).get((member_id, item_code, occasion))


def live_entries(
    deeds: Sequence[tuple[int, str, str]], *, of_the_day: bool = True
) -> dict[tuple[int, str, str], int]:
    """Return which entry holds each occasion (member, item, occasion) that is held.

    :param of_the_day: whether a bare day is held by an activity of that day as well
    """
    rows = ask(
        _HELD,
        {
            "member": [d[0] for d in deeds],
            "item": [d[1] for d in deeds],
            "occasion": [d[2] for d in deeds],
            "of_the_day": of_the_day,
        },
    )
    return {(member, item, occasion): entry for member, item, occasion, entry, _ in rows}
