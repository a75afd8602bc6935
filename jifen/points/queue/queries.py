"""The queue with what its reader must know of each report: usual quantities, and what may be the same deed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from jifen.core import clock
from jifen.core.actor import Actor
from jifen.core.db import db
from jifen.core.period import Period
from jifen.decisions import queries as decisions
from jifen.decisions.policy import seats
from jifen.points import queries_reports
from jifen.points.policy import LOOKS
from jifen.points.queries_reports import Filed
from jifen.points.queue.rules import KNOWN, Seen, why_apart
from jifen.rulebook import queries as rulebooks
from jifen.rulebook.engine.book import Rulebook

#: Reports on one page; a branch's month fits.
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """A waiting report, and why it wants a look of its own; no reason: it may be confirmed with others."""

    report: Filed
    apart: tuple[str, ...]


_USUAL = sa.text(
    """
    SELECT q.branch_id, q.item_code, percentile_disc(0.5) WITHIN GROUP (ORDER BY q.quantity)
      FROM (SELECT e.branch_id, e.item_code, e.quantity, e.member_id
              FROM ledger_entry e
              JOIN unnest(CAST(:branches AS bigint[]), CAST(:items AS text[])) AS w (branch, item)
                ON w.branch = e.branch_id AND w.item = e.item_code
             WHERE e.occurred_on >= :since AND e.occurred_on < :until AND e.reverses_id IS NULL
               AND NOT EXISTS (SELECT 1 FROM ledger_entry x WHERE x.reverses_id = e.id)) AS q
     GROUP BY q.branch_id, q.item_code HAVING count(*) >= :known
    """
)
_ALIKE = sa.text(
    """
    SELECT r.id, CASE WHEN o.number IS NULL THEN '已登记的一次' ELSE o.number || '号' END,
           abs(o.occurred_on - r.occurred_on) <= 1 AS near, o.words <> '' AND o.words = r.words AS same
      FROM report r
      JOIN LATERAL (
           SELECT p.number, p.occurred_on, p.words FROM report p
            WHERE p.member_id = r.member_id AND p.item_code = r.item_code AND p.id <> r.id
              AND p.state IN ('pending', 'approved')
            UNION ALL
           SELECT NULL, e.occurred_on, '' FROM ledger_claim c JOIN ledger_entry e ON e.id = c.entry_id
            WHERE c.member_id = r.member_id AND c.item_code = r.item_code AND e.source <> 'report') AS o ON true
     WHERE r.id = ANY(:ids) AND (abs(o.occurred_on - r.occurred_on) <= 1 OR (o.words <> '' AND o.words = r.words))
     ORDER BY r.id, o.occurred_on
    """
)


def waiting(
    *, by: Actor, item: str | None = None, ids: Sequence[int] | None = None, limit: int = SHOWN
) -> list[Waiting]:
    """Return what waits for the actor, oldest first, each with the reasons that keep it out of a batch.

    :param item: only this item's code
    :param ids: only these reports, as far as they wait for him
    """
    rows = queries_reports.waiting(by=by, limit=limit, item=item, ids=ids)
    return weighed(rows)


def looked_over(*, by: Actor, limit: int = SHOWN) -> list[Waiting]:
    """Return what waits in the branches over which the actor takes a first look; he decides nothing by it."""
    paths = [h.path for h in by.holdings if h.role in LOOKS]
    return weighed(queries_reports.pending_below(paths, limit=limit)) if paths else []


def weighed(rows: Sequence[Filed]) -> list[Waiting]:
    """Return reports with what keeps each out of a batch, in two statements whatever their number."""
    if not rows:
        return []
    books = rulebooks.books({row.rulebook_id for row in rows})
    usual = _usual(rows, books[rows[0].rulebook_id])
    near, same = _alike([row.id for row in rows])
    found = []
    for row in rows:
        seen = Seen(
            row.quantity,
            row.value,
            row.level,
            usual.get((row.branch_id, row.item_code)),
            near.get(row.id, ()),
            [one for one in same.get(row.id, ()) if one not in near.get(row.id, ())],
        )
        found.append(Waiting(row, tuple(why_apart(books[row.rulebook_id].items[row.item_code], seen))))
    return found


def _usual(rows: Sequence[Filed], book: Rulebook) -> dict[tuple[int, str], Decimal]:
    pairs = sorted({(row.branch_id, row.item_code) for row in rows})
    period = Period.containing(clock.today(), book.cycle)
    values = {
        "branches": [branch for branch, _ in pairs],
        "items": [item for _, item in pairs],
        "since": period.since,
        "until": period.until,
        "known": KNOWN,
    }
    return {(branch, item): median for branch, item, median in db.session.execute(_USUAL, values)}


def _alike(ids: Sequence[int]) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    near: dict[int, list[str]] = {}
    same: dict[int, list[str]] = {}
    for report_id, number, is_near, is_same in db.session.execute(_ALIKE, {"ids": list(ids)}):
        if is_near:
            near.setdefault(report_id, []).append(number)
        if is_same:
            same.setdefault(report_id, []).append(number)
    return near, same


_COUNT = sa.text(
    "SELECT count(*), min(coalesce(r.asked_at, r.submitted_at)) FROM report r WHERE r.state = 'pending' AND {may}".replace(
        "{may}", decisions.MAY_DECIDE_REPORT
    )
)


def counted(by: Actor) -> tuple[int, dt.datetime | None]:
    """Return how many reports wait for the actor, and since when the oldest does."""
    if not seats(by):
        return 0, None
    number, since = db.session.execute(_COUNT, decisions.chairs(by)).one()
    return number, since
