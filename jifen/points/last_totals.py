"""What somebody brings from the period before: its frozen total where there is one, else the stored one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from jifen.core.db import db
from jifen.core.period import Cycle, Period
from jifen.rulebook import queries as rulebooks
from jifen.rulebook.engine.book import Rulebook
from jifen.rulebook.engine.carry import last_total, rescaled
from jifen.rulebook.engine.facts import Lot

#: Of several totals of one period the same scheme's comes first, then the one that has a place, then the newest.
_LAST = sa.text(
    """
    SELECT DISTINCT ON (s.member_id) s.member_id, s.rulebook_id, s.total, s.kept
      FROM standing s JOIN rulebook_version v ON v.id = s.rulebook_id
     WHERE s.member_id = ANY(:members) AND s.period = :last
     ORDER BY s.member_id, v.code = :book DESC, s.ranked DESC, v.effective_from DESC, s.rulebook_id DESC
    """
)


#: The list that closed the period stands for good: what came after it counts from its next revision on.
_FROZEN = sa.text(
    """
    SELECT DISTINCT ON (l.member_id) l.member_id, v.id, CAST(l.row ->> 'total' AS numeric)
      FROM publication_line l
      JOIN publication p ON p.id = l.publication_id
      JOIN rulebook_version v ON v.id = CAST(l.row ->> 'section' AS bigint)
     WHERE l.member_id = ANY(:members) AND p.kind = 'points' AND p.state = 'frozen' AND p.period = ANY(:closing)
     ORDER BY l.member_id, v.code = :book DESC, p.frozen_at DESC, p.revision DESC
    """
)


@dataclass(frozen=True, slots=True)
class Brought:
    """What somebody brings from the period before."""

    total: Decimal
    #: The same as parts of different age, where the scheme keeps points.
    lots: tuple[Lot, ...] = ()


def worth(members: Sequence[int], book: Rulebook, period: Period) -> dict[int, Brought]:
    """Return what each member's total of the period before ``period`` is worth under ``book``.

    Somebody whose total there is none of, or counts for nothing here, is left out.
    """
    last = period.previous
    values = {"members": list(members), "last": last.key, "closing": closing(last), "book": book.code}
    totals: dict[int, tuple[int, Decimal]] = {}
    kept: dict[int, list[Lot]] = {}
    for member_id, rulebook_id, total, lots in db.session.execute(_LAST, values):
        totals[member_id] = (rulebook_id, total)
        kept[member_id] = [Lot(Decimal(part), dt.date.fromisoformat(day)) for part, day in lots or ()]
    for member_id, rulebook_id, total in db.session.execute(_FROZEN, values):
        if rulebooks.book(rulebook_id).cycle == book.cycle:
            totals[member_id] = (rulebook_id, total)
    keeps = book.switches.carry_over == "keep"
    found: dict[int, Brought] = {}
    for member_id, (rulebook_id, total) in totals.items():
        here = last_total(total, rulebooks.book(rulebook_id), book)
        if here is not None:
            # A frozen list stands for good: of the parts the oldest give way to it.
            parts = rescaled(kept.get(member_id, ()), total, here, last.last_day) if keeps else ()
            found[member_id] = Brought(here, parts)
    return found


def closing(last: Period) -> list[str]:
    """Return the periods whose list says how ``last`` ended: its own, and the last quarter's, the last month's."""
    ends = (Period.containing(last.last_day, cycle) for cycle in Cycle)
    return [one.key for one in ends if one.until == last.until]
