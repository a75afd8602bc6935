"""Facts recorded long after their period: where they count is a switch of the scheme."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from jifen.core.period import Period
from jifen.rulebook.engine.book import Rulebook
from jifen.rulebook.engine.facts import Fact
from jifen.rulebook.engine.taken import TAKEOVER


def counts_on(fact: Fact, book: Rulebook) -> dt.date | None:
    """Return the day that decides where a fact counts; ``None`` when it came too late to count.

    A fact is late when it was recorded more than ``late_after_days`` days
    after the last day of the period of its deed.
    """
    recorded = fact.recorded_on
    # A balance is of its months, however late an office began.
    if recorded is None or fact.item == TAKEOVER or book.switches.late_facts == "own_period":
        return fact.on
    deadline = Period.containing(fact.on, book.cycle).last_day + dt.timedelta(
        days=book.switches.late_after_days
    )
    if recorded <= deadline:
        return fact.on
    return recorded if book.switches.late_facts == "current_period" else None


def in_their_period(facts: Iterable[Fact], book: Rulebook) -> list[Fact]:
    """Return the facts on the day that decides where they count, without those that came too late."""
    out = []
    for fact in facts:
        day = counts_on(fact, book)
        if day is not None:
            out.append(fact if day == fact.on else fact._replace(on=day))
    return out
