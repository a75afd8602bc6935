"""What the tests of the plan share."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from functools import cache

from jifen.demo.plan import SEED, Demo
from jifen.demo.rows import COLUMNS
from jifen.demo.service import RULEBOOK
from jifen.rulebook.engine.book import Rulebook
from jifen.rulebook.loader import load_file

Table = dict[str, list[tuple]]


@cache
def default_book() -> Rulebook:
    return load_file(RULEBOOK)


def demo_of(members: int, today: dt.date, *, seed: str = SEED) -> Demo:
    return Demo(members, today, default_book(), seed=seed)


def rows_of(demo: Demo) -> Table:
    found = defaultdict(list)
    for rows in [demo.tree(), *(step.rows for step in demo.steps())]:
        for table, some in rows.tables.items():
            found[table] += some
    return found


def records(rows: Table, table: str) -> list[dict]:
    return [dict(zip(COLUMNS[table], row, strict=True)) for row in rows[table]]
