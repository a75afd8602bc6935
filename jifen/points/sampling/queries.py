"""What waits for a second look, and what the looks of a quarter say: of organisations and items, never of persons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from jifen.core import clock
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import db
from jifen.core.errors import Forbidden
from jifen.core.period import Period
from jifen.decisions import asks
from jifen.points.sampling import rules, service
from jifen.points.sampling.policy import P
from jifen.points.sampling.states import WORDS
from jifen.rulebook import queries as rulebooks
from jifen.rulebook.engine.book import Rulebook


@dataclass(frozen=True, slots=True)
class Looked:
    """A posted fact as another organisation sees it: the deed, its rule and its material, no name."""

    id: int
    quarter: str
    entry_id: int
    #: Family name alone.
    name: str
    branch_name: str
    item_code: str
    item_name: str
    #: Clause of the rulebook, and what it rests on.
    clause: str
    basis: str
    occurred_on: dt.date
    quantity: Decimal
    unit: str
    value: Decimal | None
    level: str | None
    #: What was said of it, and its evidence.
    words: str
    evidence: str
    state: str
    state_words: str
    reason: str
    reply: str


_ROWS = sa.text(
    """
    SELECT l.id, l.quarter, l.entry_id, coalesce(m.name, ''), u.name, e.item_code, e.rulebook_code, e.occurred_on,
           e.quantity, e.value, e.level,
           coalesce(r.words, n.reason, ''), coalesce(r.evidence, n.basis, ''), l.state, l.reason, l.reply
      FROM sample_look l JOIN ledger_entry e ON e.id = l.entry_id JOIN unit u ON u.id = l.branch_id
      JOIN member m ON m.id = l.member_id
      LEFT JOIN report r ON e.source = 'report' AND r.id = e.source_id
      LEFT JOIN manual_entry n ON e.source = 'manual' AND n.id = e.source_id
     WHERE l.id = ANY(:ids) ORDER BY l.id
    """
)


def looks(ids: list[int]) -> list[Looked]:
    """Return these; whoever asks has been let through to them."""
    rows = list(db.session.execute(_ROWS, {"ids": ids})) if ids else []
    books = rulebooks.books_by_code({row[6] for row in rows}) if rows else {}
    found = []
    for row in rows:
        i, quarter, entry, name, branch, code, book, day, quantity, value, level, words, evidence, state = (
            row[:14]
        )
        item = next((b.items[code] for b in reversed(books.get(book, [])) if code in b.items), None)
        found.append(
            Looked(
                id=i,
                quarter=quarter,
                entry_id=entry,
                name=rules.masked(name) if name else "（已删除）",
                branch_name=branch,
                item_code=code,
                item_name=item.name if item else code,
                clause=item.clause if item else "",
                basis=(item.basis if item else None) or "",
                occurred_on=day,
                quantity=quantity,
                unit=item.unit if item else "",
                value=value,
                level=level,
                words=words,
                evidence=evidence,
                state=state,
                state_words=WORDS[state],
                reason=row[14],
                reply=row[15],
            )
        )
    return found


def waiting(subject: str = service.LOOK, *, by: Actor, after: int = 0, limit: int = 50) -> list[Looked]:
    """Return what waits for the actor's look, or (``sample_reply``) for his answer; ``after`` is the last id."""
    open_ = asks.open_for(subject, by=by, limit=500)
    return looks(sorted(one.subject_id for one in open_ if one.subject_id > after)[:limit])


@dataclass(frozen=True, slots=True)
class OfUnit:
    """An organisation's sample; the share is None where few were looked at."""

    unit_id: int
    name: str
    drawn: int
    looked: int
    agreement: int | None


@dataclass(frozen=True, slots=True)
class OfItem:
    """An item's sample: a low agreement says that its rule is not clear."""

    item_code: str
    item_name: str
    looked: int
    agreement: int | None


@dataclass(frozen=True, slots=True)
class Spread:
    """Quarter, half and three quarters of something lie at or below these."""

    quarter: Decimal
    half: Decimal
    three_quarters: Decimal
    of: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What the looks of a quarter say, in the order of the tree; no person and no branch is named in it."""

    quarter: str
    seed: str
    drawn: int
    looked: int
    agreement: int | None
    units: list[OfUnit]
    items: list[OfItem]
    #: Days from a report to its decision: of all reports, and how the medians of branches differ.
    days: Spread | None
    branches: Spread | None


_UNITS = sa.text(
    """
    SELECT l.department_id, u.name, count(*), count(*) FILTER (WHERE l.state IN ('agrees', 'differs', 'kept', 'corrected')),
           count(*) FILTER (WHERE l.state = 'agrees')
      FROM sample_look l JOIN unit u ON u.id = l.department_id
     WHERE l.quarter = :quarter AND l.state <> 'moot' GROUP BY l.department_id, u.name, u.path ORDER BY u.path
    """
)
_ITEMS = sa.text(
    """
    SELECT e.item_code, max(e.rulebook_code), count(*), count(*) FILTER (WHERE l.state = 'agrees')
      FROM sample_look l JOIN ledger_entry e ON e.id = l.entry_id
     WHERE l.quarter = :quarter AND l.state NOT IN ('waiting', 'moot') GROUP BY e.item_code ORDER BY e.item_code
    """
)
# Whole city, and the spread of branch medians: a difference between branches without a name to it.
_DAYS = sa.text(
    """
    WITH decided AS (
        SELECT branch_id, extract(epoch FROM decided_at - submitted_at) / 86400 AS days FROM report
         WHERE decided_at >= :since AND decided_at < :until AND state IN ('approved', 'attached', 'returned')),
    branch AS (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY days) AS days FROM decided
                GROUP BY branch_id HAVING count(*) >= :few)
    SELECT 'all', count(*), percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY days) FROM decided
    UNION ALL
    SELECT 'branches', count(*), percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY days) FROM branch
    """
)


def _refuse(by: Actor) -> None:
    if not permits(by, P.SEE):
        raise Forbidden(action=words_for(P.SEE))


def quarters(*, by: Actor) -> list[str]:
    """Return the quarters that were drawn, the newest first.

    :raises Forbidden: the actor is not of the Work Committee
    """
    _refuse(by)
    return list(db.session.scalars(sa.text("SELECT quarter FROM sample_draw ORDER BY quarter DESC LIMIT 40")))


def overview(key: str | None = None, *, by: Actor) -> Overview | None:
    """Return what the looks of a quarter say, the newest drawn if None; None where nothing was drawn.

    :raises Forbidden: the actor is not of the Work Committee
    """
    _refuse(by)
    stmt = "SELECT quarter, seed FROM sample_draw WHERE quarter = coalesce(:key, quarter) ORDER BY quarter DESC LIMIT 1"
    drawn = db.session.execute(sa.text(stmt), {"key": key}).first()
    if drawn is None:
        return None
    few = service.rates().few
    units, counted = [], [0, 0, 0]
    for unit_id, name, n, looked, agreed in db.session.execute(_UNITS, {"quarter": drawn[0]}):
        units.append(OfUnit(unit_id, name, n, looked, rules.share(agreed, looked, few=few)))
        counted = [a + b for a, b in zip(counted, (n, looked, agreed), strict=True)]
    rows = db.session.execute(_ITEMS, {"quarter": drawn[0]}).all()
    books = rulebooks.books_by_code({row[1] for row in rows}) if rows else {}
    items = [
        OfItem(code, _item_name(books.get(book, []), code), looked, rules.share(agreed, looked, few=few))
        for code, book, looked, agreed in rows
    ]
    days = _days(Period.parse(drawn[0]), few)
    share = rules.share(counted[2], counted[1], few=few)
    return Overview(drawn[0], drawn[1], counted[0], counted[1], share, units, items, *days)


def _item_name(books: Sequence[Rulebook], code: str) -> str:
    """Return what the newest version that has the item calls it."""
    return next((b.items[code].name for b in reversed(books) if code in b.items), code)


def _days(period: Period, few: int) -> tuple[Spread | None, Spread | None]:
    since, until = (dt.datetime.combine(d, dt.time(), clock.SHANGHAI) for d in (period.since, period.until))
    rows: dict[str, Any] = {
        what: (n, values)
        for what, n, values in db.session.execute(_DAYS, {"since": since, "until": until, "few": few})
    }
    found = []
    for what in ("all", "branches"):
        n, values = rows[what]
        # Fewer than that many, and a quartile would be somebody's own.
        shown = [Decimal(str(one)).quantize(Decimal("0.1")) for one in values or []] if n >= few else []
        found.append(Spread(shown[0], shown[1], shown[2], n) if shown else None)
    return found[0], found[1]
