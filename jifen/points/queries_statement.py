"""The statement (积分流水): a member's ledger lines, each with its item, source and decider."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal

import sqlalchemy as sa

from jifen.core.actor import Actor
from jifen.core.db import db
from jifen.points.queries import access_score
from jifen.rulebook import queries as rulebooks
from jifen.rulebook.engine.book import Rulebook
from jifen.rulebook.engine.taken import CLAUSE, NAME, TAKEOVER, span_words


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One ledger line as people read it."""

    id: int
    occurred_on: dt.date
    branch_name: str
    rulebook_code: str
    item_code: str
    quantity: Decimal
    value: Decimal | None
    level: str | None
    source: str
    #: The report's running number, where a report is the source.
    report_number: int | None
    decided_by: str
    recorded_at: dt.datetime
    #: The line that this one annuls, and the one that annuls it.
    reverses_id: int | None
    reversed_by_id: int | None
    #: Other sources of the same deed, kept beside it.
    corroborations: int
    item_name: str = ""
    unit: str = ""
    clause: str = ""


_LINES = sa.text(
    """
    SELECT e.id, e.occurred_on, coalesce(u.name, ''), e.rulebook_code, e.item_code, e.quantity, e.value, e.level,
           e.source, r.number, CASE WHEN e.decided_by IS NULL THEN '' ELSE coalesce(m.name, '（已删除）') END,
           e.recorded_at, e.reverses_id, x.id,
           (SELECT count(*) FROM corroboration c WHERE c.entry_id = e.id)
      FROM ledger_entry e
      LEFT JOIN unit u ON u.id = e.branch_id
      LEFT JOIN member m ON m.id = e.decided_by
      LEFT JOIN report r ON e.source = 'report' AND r.id = e.source_id
      LEFT JOIN ledger_entry x ON x.reverses_id = e.id
     WHERE e.member_id = :member AND (:after = 0 OR e.id < :after)
       AND (CAST(:since AS date) IS NULL OR e.occurred_on >= :since)
       AND (CAST(:until AS date) IS NULL OR e.occurred_on < :until)
     ORDER BY e.id DESC LIMIT :limit
    """
)


def statement(
    member_id: int,
    *,
    by: Actor,
    since: dt.date | None = None,
    until: dt.date | None = None,
    after: int = 0,
    limit: int = 50,
) -> list[StatementLine]:
    """Return a member's ledger lines, newest first; ``after`` is the last id shown.

    :param since: first day of the deeds; ``until``: first day after them
    :raises NotFound: not the actor's to see
    """
    access_score(member_id, by=by)
    values = {"member": member_id, "since": since, "until": until, "after": after, "limit": limit}
    lines = [StatementLine(*row) for row in db.session.execute(_LINES, values)]
    books = rulebooks.books_by_code({line.rulebook_code for line in lines})
    return [_named(line, books.get(line.rulebook_code, [])) for line in lines]


def _named(line: StatementLine, versions: list[Rulebook]) -> StatementLine:
    """Return the line with the words of the version in effect on its day, else of the nearest that knows it."""
    if line.item_code == TAKEOVER:
        return replace(line, item_name=f"{NAME}（{span_words(line.level)}）", unit="", clause=CLAUSE)
    knowing = [b for b in versions if line.item_code in b.items]
    if not knowing:
        return line
    begun = [b for b in knowing if b.effective_from <= line.occurred_on]
    item = (begun[-1] if begun else knowing[0]).items[line.item_code]
    return replace(line, item_name=item.name, unit=item.unit, clause=item.clause)
