"""The clock's work on periods: begin to close, draw, look again, freeze; and closing many at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jifen.access import queries as access
from jifen.core import clock, queue
from jifen.core.actor import Door
from jifen.jobs.service import does
from jifen.points.periods import rounds, service, service_year_end

Progress = dict[str, Any]


@does("periods.follow")
def follow(_period: str, progress: Progress) -> Iterator[Progress]:
    """Bring every branch's periods to where they should stand today; what an outage left out is made up for."""
    after: int | None = progress.get("after", 0)
    while after is not None:
        after = rounds.begin(clock.today(), after=after)
        yield {"after": after}
    for unit_id, period in rounds.draw_due(clock.today()):
        yield {"after": None, "drawn": f"{unit_id} {period.key}"}
    yield {"after": None, "frozen": rounds.freeze_due(clock.today(), by=service.HOUSE)}


@queue.task("periods.close")
def close_many(unit_id: int, period: str, member_id: int, door: str) -> None:
    """Draw the lists of a period in all branches of a unit; a repeat goes on with the rest."""
    by = access.actor_of(member_id, Door(door))
    if by is not None:
        for _ in rounds.close_many(unit_id, service.parse(period), by=by):
            continue


@queue.task("periods.year_end")
def turn_the_year(unit_id: int, year: int) -> None:
    """Write the totals of both years of a unit; a repeat goes on where a killed worker stopped."""
    for _ in service_year_end.work(unit_id, year):
        continue
