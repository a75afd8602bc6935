"""rescore_vs_read: a year of 300 000 members and 10 M entries against reading the rows and summing."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from decimal import Decimal

import psycopg

from bench import city
from bench.base import Figure, database, figure
from jifen.core import clock
from jifen.core.postgres import conninfo
from jifen.points import queries, standings

MEMBERS = int(os.environ.get("JIFEN_BENCH_MEMBERS", "300000"))
EACH = 34


def rescore_vs_read() -> Figure:
    """Return the time to score everybody anew ÷ the time to read the same rows and sum them."""
    with database(f"rescore_{MEMBERS}", lambda: city.fill(MEMBERS, entries=EACH)) as (_, url):
        rules = queries.rules_of(1, clock.today())
        columns = "member_id, item_code, occurred_on, quantity, value, level, role, excused"
        begun = time.perf_counter()
        sums: dict[int, Decimal] = defaultdict(Decimal)
        rows = 0
        with psycopg.connect(conninfo(url)) as raw, raw.cursor("all") as cursor:
            cursor.itersize = 20_000
            cursor.execute(f"SELECT {columns} FROM ledger_entry WHERE reverses_id IS NULL")
            for row in cursor:
                sums[row[0]] += row[3]
                rows += 1
        read = time.perf_counter() - begun
        begun = time.perf_counter()
        scored = 0
        for first in range(1, MEMBERS + 1, standings.CHUNK):
            members = range(first, min(first + standings.CHUNK, MEMBERS + 1))
            scored += len(standings.score_members(members, rules, as_of=clock.today()))
        score = time.perf_counter() - begun
    return figure(
        score / read,
        15,
        at_most=True,
        unit="×",
        how=f"score_members of {scored} members / {rows} entries, one process ÷ psycopg server-side cursor over the "
        "same rows, quantities summed in a dict",
        ours={"seconds": round(score, 1), "us_per_entry": round(score / rows * 1e6, 2)},
        peer={"seconds": round(read, 1), "us_per_entry": round(read / rows * 1e6, 2)},
    )
