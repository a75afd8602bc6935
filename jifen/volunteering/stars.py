"""Stars (星级志愿者): a star is read off the minutes, never stored; only that somebody was told is."""

from __future__ import annotations

from jifen.core.db import ask, transaction
from jifen.notices import service as notices
from jifen.volunteering import queries

#: People looked at in one transaction.
CHUNK = 1000
_NEXT = """
SELECT DISTINCT s.member_id FROM service_span s JOIN member m ON m.id = s.member_id
 WHERE s.member_id > %(after)s AND m.erased_at IS NULL ORDER BY 1 LIMIT %(limit)s
"""


def follow(*, after: int = 0, limit: int = CHUNK) -> int | None:
    """Owe a message to the next people who reached a star of which they were not told; once a star and table.

    :param after: the last member looked at
    :return: where to go on; None at the end
    """
    with transaction():
        ids = [row[0] for row in ask(_NEXT, {"after": after, "limit": limit})]
        reached = [a for a in queries.accounts(ids).values() if a.star]
        notices.queue_many(
            kind="star_reached",
            rows=[
                (f"star:{a.stars.code}:{a.star}:{a.member_id}", a.member_id, {"star": a.star_words})
                for a in reached
            ],
        )
        return ids[-1] if len(ids) == limit else None
