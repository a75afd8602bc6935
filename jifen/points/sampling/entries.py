"""Ledger lines as what a quarter's sample is drawn from (记分)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from jifen.core.db import db
from jifen.points.sampling.populations import Deed, Fact, Population, Span
from jifen.points.sampling.settings import rates
from jifen.rulebook import queries as rulebooks

CODE = "entry"

# What somebody of the organisation confirmed in the quarter and counted then; imports and balances have their own proof.
_FACTS = sa.text(
    """
    SELECT e.id, e.branch_id, e.member_id, e.decided_by
      FROM ledger_entry e JOIN unit u ON u.id = e.branch_id JOIN member m ON m.id = e.member_id
     WHERE coalesce(u.department_id, :root) = :organisation
       AND e.recorded_at >= :since AND e.recorded_at < :until AND e.recorded_at <= :as_of AND e.decided_by IS NOT NULL
       AND e.source IN ('report', 'roster', 'activity', 'manual', 'absence', 'registration', 'wish')
       AND e.reverses_id IS NULL AND m.name IS NOT NULL
       AND NOT EXISTS (SELECT FROM ledger_entry b WHERE b.reverses_id = e.id AND b.recorded_at < :as_of)
    """
)
_DEEDS = sa.text(
    """
    SELECT e.id, e.item_code, e.rulebook_code, e.occurred_on, e.quantity, e.value, e.level,
           coalesce(r.words, n.reason, ''), coalesce(r.evidence, n.basis, '')
      FROM ledger_entry e
      LEFT JOIN report r ON e.source = 'report' AND r.id = e.source_id
      LEFT JOIN manual_entry n ON e.source = 'manual' AND n.id = e.source_id
     WHERE e.id = ANY(:ids)
    """
)
_ANNULLED = sa.text("SELECT reverses_id FROM ledger_entry WHERE reverses_id = ANY(:ids)")


def facts(span: Span) -> list[Fact]:
    """Return the lines that may be drawn."""
    values = {
        "organisation": span.organisation,
        "root": span.root,
        "since": span.since,
        "until": span.until,
        "as_of": span.as_of,
    }
    return [Fact(*row) for row in db.session.execute(_FACTS, values)]


def deeds(ids: Collection[int]) -> dict[int, Deed]:
    """Return what these lines are about."""
    rows = list(db.session.execute(_DEEDS, {"ids": list(ids)}))
    books = rulebooks.books_by_code({row[2] for row in rows}) if rows else {}
    found = {}
    for entry, code, book, day, quantity, value, level, words, evidence in rows:
        # The newest version that has the item says what it is called.
        item = next((b.items[code] for b in reversed(books.get(book, [])) if code in b.items), None)
        found[entry] = Deed(
            code=code,
            name=item.name if item else code,
            clause=item.clause if item else "",
            basis=(item.basis if item else None) or "",
            occurred_on=day,
            quantity=quantity,
            unit=item.unit if item else "",
            value=value,
            level=level,
            words=words,
            evidence=evidence,
            remedy=f"已在“手工登记”里冲正（流水号{entry}）",
        )
    return found


def annulled(ids: Sequence[int]) -> set[int]:
    """Return which of these lines were annulled."""
    return set(db.session.scalars(_ANNULLED, {"ids": list(ids)}))


#: The kind of facts.
LINES = Population(
    CODE,
    "记分",
    rates().each,
    rates().most,
    facts,
    deeds,
    annulled,
    "这条记分还没有冲正。请先在“手工登记”里冲正并由另一位负责人确认，再选“已更正”。",
)
