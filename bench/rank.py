"""rank_growth: "my place" among 300 000 against among 3 000."""

from __future__ import annotations

from bench import city
from bench.base import Figure, database, figure, median_ms
from jifen.access import queries as access
from jifen.core.actor import Door
from jifen.core.db import db
from jifen.points import queries


def _place_ms(members: int) -> float:
    with database(f"rank_{members}", lambda: city.fill(members)):
        actors = [access.actor_of(m, Door.API) for m in range(1, 2000, 20)]
        turn = iter(range(10**9))

        def place() -> None:
            queries.my_standing(actors[next(turn) % len(actors)])
            db.session.rollback()

        return median_ms(place, runs=400)


def rank_growth() -> Figure:
    """Return the growth of the time of one's own place."""
    small, large = _place_ms(3_000), _place_ms(300_000)
    return figure(
        large / small,
        1.5,
        at_most=True,
        unit="×",
        how="median of 400 calls of my_standing (branch, department and city), 300 000 members ÷ 3 000",
        ours={"3000_ms": round(small, 3), "300000_ms": round(large, 3)},
    )
