"""However many messages are owed at once, they are owed by one statement, each once."""

from __future__ import annotations

import sqlalchemy as sa

from jifen.core.db import transaction
from jifen.notices import service as notices
from tests import city

#: Each has eight columns, and PostgreSQL takes 65 535 values in one statement.
MANY = 10_000


def test_a_citys_notices_are_owed_in_one_go(db):
    town = city.build()
    who = town.people["member"]
    rows = [(f"remind:2026-09:{n}", who, {"report": n, "words": "“待办”\\n"}) for n in range(MANY)]
    with transaction():
        assert notices.queue_many(kind="report_approved", rows=rows) == MANY
        assert notices.queue_many(kind="report_approved", rows=[*rows[:5], ("remind:x", who, {})]) == 1
    found = db.session.execute(
        sa.text(
            "SELECT data ->> 'report', data ->> 'words', state FROM notice WHERE key = 'remind:2026-09:7'"
        )
    ).one()
    assert tuple(found) == ("7", "“待办”\\n", "queued")
