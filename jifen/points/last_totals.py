"""What somebody brings from the period before: its frozen total where there is one, else the stored one."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import sqlalchemy as sa

from jifen.core.db import db
from jifen.core.period import Period
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


def worth(members: Sequence[int], book: Rulebook, period: Period) -> dict[int, Decimal]:
    """Return what each member's total of the period before ``period`` is worth under ``book``.

    Somebody whose total there is none of, or counts for nothing here, is left out.
    """
    found: dict[int, Decimal] = {}
    rows = db.session.execute(
        _LAST, {"members": list(members), "last": period.previous.key, "book": book.code}
    )
    for member_id, rulebook_id, total in rows:
        here = last_total(total, rulebooks.book(rulebook_id), book)
        if here is not None:
            found[member_id] = here
    return found
