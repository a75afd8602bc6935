"""What was prepared by hand, as people read it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal

import sqlalchemy as sa

from jifen.core.actor import Actor
from jifen.core.db import db
from jifen.decisions import asks
from jifen.points.queries_reports import Told
from jifen.rulebook import queries as rulebooks

STATES = {"pending": "待确认", "confirmed": "已确认", "returned": "已退回"}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A fact or a reversal that somebody prepared."""

    id: int
    reverses_id: int | None
    member_id: int
    member_name: str
    branch_id: int
    branch_name: str
    rulebook_id: int
    item_code: str
    occurred_on: dt.date
    quantity: Decimal
    value: Decimal | None
    level: str | None
    reason: str
    basis: str
    prepared_by: str
    state: str
    step: int
    #: Of which unit it is asked; empty when nothing is asked.
    asked_unit: str
    return_reason: str
    item_name: str = ""
    unit: str = ""


_ROWS = """
    SELECT e.id, e.reverses_id, e.member_id, coalesce(m.name, '（已删除）'), e.branch_id, u.name, e.rulebook_id,
           e.item_code, e.occurred_on, e.quantity, e.value, e.level, e.reason, e.basis,
           coalesce(w.name, '（已删除）'), e.state, e.step,
           coalesce((SELECT a.name FROM ask q JOIN unit a ON a.id = q.unit_id
                      WHERE q.subject = 'manual' AND q.subject_id = e.id AND q.answered_at IS NULL), ''),
           coalesce((SELECT d.reason FROM decision d WHERE d.subject = 'manual' AND d.subject_id = e.id
                        AND d.outcome = 'returned'), '')
      FROM manual_entry e JOIN member m ON m.id = e.member_id JOIN unit u ON u.id = e.branch_id
      JOIN member w ON w.id = e.prepared_by
"""
_BY_ID = sa.text(_ROWS + " WHERE e.id = ANY(:ids) ORDER BY e.id")
_OWN = sa.text(
    _ROWS + " WHERE e.prepared_by = :me AND (:after = 0 OR e.id < :after) ORDER BY e.id DESC LIMIT :limit"
)


def _named(stmt: sa.TextClause, values: dict[str, object]) -> list[Prepared]:
    rows = [Prepared(*row) for row in db.session.execute(stmt, values)]
    books = rulebooks.books({row.rulebook_id for row in rows})
    found = []
    for row in rows:
        item = books[row.rulebook_id].items.get(row.item_code)
        found.append(replace(row, item_name=item.name, unit=item.unit) if item else row)
    return found


def entries(ids: list[int]) -> list[Prepared]:
    """Return these; whoever asks has been let through to them."""
    return _named(_BY_ID, {"ids": ids})


def waiting(*, by: Actor, after: int = 0, limit: int = 50) -> list[Prepared]:
    """Return what waits for the actor's confirmation; ``after`` is the last entry's number."""
    open_ = asks.open_for("manual", by=by, limit=500)
    ids = sorted(one.subject_id for one in open_ if one.subject_id > after)[:limit]
    return entries(ids) if ids else []


def own(*, by: Actor, after: int = 0, limit: int = 50) -> list[Prepared]:
    """Return what the actor prepared, newest first; ``after`` is the last id shown."""
    return _named(_OWN, {"me": by.member_id or 0, "after": after, "limit": limit})


def told(entry_id: int) -> Told | None:
    """Return what a message about it says; None if it is gone."""
    found = entries([entry_id])
    if not found:
        return None
    row = found[0]
    return Told(None, row.item_name, row.quantity, row.unit, row.occurred_on)
