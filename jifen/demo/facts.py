"""A year of facts of one branch: what it does together, what the office takes in, what is deducted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from random import Random

from jifen.core import clock
from jifen.core.period import Cycle, Period
from jifen.demo import habits
from jifen.demo.branch import Branch, chosen
from jifen.demo.people import Year
from jifen.demo.reports import write_reports
from jifen.rulebook.engine import occasion
from jifen.rulebook.engine.item import Feeder, Item


def write_facts(branch: Branch) -> None:
    """Add the branch's year to its rows."""
    for gathering in habits.GATHERINGS:
        _gather(branch, gathering, "roster")
    for gathering in habits.IMPORTS:
        _gather(branch, gathering, "import")
    for deduction in habits.DEDUCTIONS:
        _deduct(branch, deduction)
    write_reports(branch)


def _gather(branch: Branch, what: habits.Gathering, source: str) -> None:
    item = branch.book.items.get(what.item)
    if item is None or (what.in_cells and not branch.planned.cells):
        return
    rng = branch.rng
    fixed = rng.randint(what.first_day, what.last_day)
    for month in _months(branch.year, what.months):
        day = month.since.replace(day=fixed)
        if not branch.year.since <= day <= branch.last:
            continue
        recorded_at = clock.at(day + dt.timedelta(days=1), 9, rng.randint(0, 59))
        roster = next(branch.counters.roster)
        deed = occasion(item, on=day)
        quantity = _quantity(item, rng)
        for one in branch.scored:
            if rng.random() > one.diligence * what.share or not (what.guests or one.graded):
                continue
            decider = branch.decider_for(one.person.id)
            if decider is None or one.branch_on(day) is None:
                continue
            level = chosen(rng, what.levels)
            if Feeder.SELF_REPORT in item.feeders:
                one.entered.append((item.code, day))
            branch.enter(
                one,
                item,
                day,
                source=source,
                source_id=roster,
                recorded_at=recorded_at,
                decided_by=decider[0],
                deed=deed,
                quantity=quantity,
                level=level,
            )


def _deduct(branch: Branch, what: habits.Deduction) -> None:
    item = branch.book.items.get(what.item)
    if item is None or branch.planned.showcase:
        return
    rng = branch.rng
    for one in branch.scored:
        if not one.graded or rng.random() * 1000 >= what.per_thousand:
            continue
        day = branch.year.since + dt.timedelta(days=rng.randrange(branch.year.days))
        if day > branch.last or branch.planned.above_decider == one.person.id:
            continue
        branch.enter(
            one,
            item,
            day,
            source="absence" if Feeder.ABSENCE in item.feeders else "manual",
            source_id=next(branch.counters.roster),
            recorded_at=clock.at(day + dt.timedelta(days=1), 10, rng.randint(0, 59)),
            decided_by=branch.planned.above_decider,
            deed=occasion(item, on=day),
            level=chosen(rng, what.levels),
        )


def _months(year: Year, months: tuple[int, ...]) -> Iterator[Period]:
    period = Period.containing(year.since, Cycle.MONTH)
    while period.since <= year.today:
        if period.since.month in months:
            yield period
        period = period.next


def _quantity(item: Item, rng: Random) -> Decimal:
    """Return a common size of an organised deed: half a day of service, two days of training."""
    if item.unit == "小时":
        return Decimal(rng.choice(("2", "3")))
    if item.unit == "天":
        return Decimal(rng.choice(("1", "2", "3")))
    return habits.ONE
