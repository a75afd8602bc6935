"""What somebody brings from the period before: its frozen total where there is one, else the stored one."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import sqlalchemy as sa

from jifen.core.db import db
from jifen.core.period import Cycle, Period
from jifen.rulebook import queries as rulebooks
from jifen.rulebook.engine.book import Rulebook
from jifen.rulebook.engine.carry import last_total

#: Of several totals of one period the same scheme's comes first, then the one that has a place, then the newest.
_LAST = sa.text(
    """
    SELECT DISTINCT ON (s.member_id) s.member_id, s.rulebook_id, s.total
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


def worth(members: Sequence[int], book: Rulebook, period: Period) -> dict[int, Decimal]:
    """Return what each member's total of the period before ``period`` is worth under ``book``.

    Somebody whose total there is none of, or counts for nothing here, is left out.
    """
    last = period.previous
    values = {"members": list(members), "last": last.key, "closing": closing(last), "book": book.code}
    totals = {row[0]: row[1:] for row in db.session.execute(_LAST, values)}
    for member_id, rulebook_id, total in db.session.execute(_FROZEN, values):
        if rulebooks.book(rulebook_id).cycle == book.cycle:
            totals[member_id] = (rulebook_id, total)
    found: dict[int, Decimal] = {}
    for member_id, (rulebook_id, total) in totals.items():
        here = last_total(total, rulebooks.book(rulebook_id), book)
        if here is not None:
            found[member_id] = here
    return found


def closing(last: Period) -> list[str]:
    """Return the periods whose list says how ``last`` ended: its own, and the last quarter's, the last month's."""
    ends = (Period.containing(last.last_day, cycle) for cycle in Cycle)
    return [one.key for one in ends if one.until == last.until]
