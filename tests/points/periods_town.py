"""A branch whose quarter can be lived: deeds posted on a day, the clock brought to another."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import time_machine

from jifen.core import clock
from jifen.points import deciding, service
from jifen.points.service import Filing
from tests.city import City


@contextlib.contextmanager
def on(day: dt.date, hour: int = 10, minute: int = 0) -> Iterator[None]:
    """Live on a day in Shanghai."""
    with time_machine.travel(clock.at(day, hour, minute), tick=False):
        yield


def deed(
    town: City, who: str, day: dt.date, *, item: str = "D01", hours: int = 2, decider: str = "secretary"
) -> int:
    """Report a deed and have it confirmed; returns the report's id."""
    filing = Filing(item=item, occurred_on=day, quantity=Decimal(hours))
    report = service.submit(filing, by=town.actor(who))
    deciding.approve(report.id, by=town.actor(decider))
    return report.id
