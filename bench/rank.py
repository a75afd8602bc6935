"""rank_growth: "my place" among 300 000 against among 3 000."""

from __future__ import annotations

import statistics

from flask import Flask

from bench import city
from bench.base import Figure, acting, database, figure, median_ms
from jifen.core.db import db
from jifen.points import queries


def rank_growth() -> Figure:
    """Return the growth of the time of one's own place."""
    with (
        database("rank_3000", lambda: city.fill(3_000)) as (small, _),
        database("rank_300000", lambda: city.fill(300_000)) as (large, _),
    ):
        rounds = [(_place_ms(small), _place_ms(large)) for _ in range(7)]
    ratio = statistics.median(b / a for a, b in rounds)
    return figure(
        ratio,
        1.5,
        at_most=True,
        unit="×",
        how="my_standing (branch, department and city), 300 000 members ÷ 3 000: median of 7 interleaved rounds "
        "of the median of 100 calls",
        ours={
            "3000_ms": round(statistics.median(a for a, _ in rounds), 3),
            "300000_ms": round(statistics.median(b for _, b in rounds), 3),
        },
    )


def _place_ms(app: Flask) -> float:
    with app.app_context():
        actors = [acting(m) for m in range(1, 2000, 20)]
        turn = iter(range(10**9))

        def place() -> None:
            queries.my_standing(actors[next(turn) % len(actors)])
            db.session.rollback()

        return median_ms(place, runs=100)
