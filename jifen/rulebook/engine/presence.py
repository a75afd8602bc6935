"""Whether and how the scheme is for a person, day by day: membership, categories, exemptions."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass
from fractions import Fraction

from jifen.core.period import Cycle, Period
from jifen.rulebook.engine.book import Rulebook
from jifen.rulebook.engine.facts import Subject

GRADED, TRACKED, LEFT_OUT, AWAY = "graded", "tracked", "left_out", "away"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days ``[since, until)`` on which nothing about the person changes."""

    since: dt.date
    until: dt.date
    #: ``graded``, ``tracked``, ``left_out`` or ``away`` (not a member of the scheme yet or any more).
    status: str
    exempt: bool

    @property
    def active(self) -> bool:
        """Whether something may fall due on these days."""
        return self.status in (GRADED, TRACKED) and not self.exempt


class Presence:
    """The person's stretches over a period; ``plain`` when it is one stretch in force, the common case."""

    __slots__ = ("period", "plain", "stretches", "subject")

    def __init__(self, subject: Subject, book: Rulebook, period: Period) -> None:
        self.subject, self.period = subject, period
        self.stretches = _stretches(subject, book, period)
        self.plain = (
            len(self.stretches) == 1 and self.stretches[0].active and self.stretches[0].status == GRADED
        )

    def at(self, day: dt.date) -> Stretch:
        """Return the stretch that holds a day of the period."""
        for stretch in self.stretches:
            if day < stretch.until:
                return stretch
        return self.stretches[-1]

    def status(self, as_of: dt.date) -> str:
        """Return how the person stands at ``as_of``: by the last day he was there."""
        here = [one for one in self.stretches if one.status != AWAY]
        if not here:
            return LEFT_OUT
        return next((one.status for one in reversed(here) if one.since <= as_of), here[0].status)

    def whole(self, since: dt.date, until: dt.date) -> bool:
        """Whether every day of ``[since, until)`` inside the period is active."""
        return all(one.active for one in self.stretches if one.since < until and since < one.until)

    def share(self, unit: str) -> Fraction:
        """Return the active share of the period, counted in days or in calendar months with an active day."""
        active = [one for one in self.stretches if one.active]
        if unit == "day":
            days = sum((one.until - one.since).days for one in active)
            return Fraction(days, (self.period.until - self.period.since).days)
        months: set[dt.date] = set()
        for one in active:
            month = Period.containing(one.since, Cycle.MONTH)
            while month.since < one.until:
                months.add(month.since)
                month = month.next
        return Fraction(len(months), self.period.months)

    def names(self, day: dt.date) -> set[str]:
        """Return the categories and roles held on a day."""
        return {held.name for held in (*self.subject.categories, *self.subject.roles) if held.on(day)}


def _stretches(subject: Subject, book: Rulebook, period: Period) -> tuple[Stretch, ...]:
    since, until = period.since, period.until
    if not subject.categories and not subject.exempt and subject.joined is None and subject.left is None:
        return (Stretch(since, until, GRADED, False),)
    edges = {since, until}
    given = [subject.joined, subject.left]
    given += [day for held in subject.categories for day in (held.since, held.until)]
    given += [day for exempt in subject.exempt for day in (exempt.since, exempt.until)]
    edges.update(day for day in given if day is not None and since < day < until)
    days = sorted(edges)
    out: list[Stretch] = []
    for first, end in itertools.pairwise(days):
        status = _status(subject, book, first)
        exempt = any(one.on(first) for one in subject.exempt)
        if out and out[-1].status == status and out[-1].exempt == exempt:
            out[-1] = Stretch(out[-1].since, end, status, exempt)
        else:
            out.append(Stretch(first, end, status, exempt))
    return tuple(out)


def _status(subject: Subject, book: Rulebook, day: dt.date) -> str:
    if (subject.joined is not None and day < subject.joined) or (
        subject.left is not None and subject.left <= day
    ):
        return AWAY
    if not subject.categories:
        return GRADED
    held = {one.name for one in subject.categories if one.on(day)}
    if not held:
        return AWAY
    # A floating full member is a floating member first: what takes somebody out is the narrower statement.
    if held & book.applies.left_out:
        return LEFT_OUT
    if held & book.applies.tracked:
        return TRACKED
    return GRADED if held & book.applies.in_force else LEFT_OUT
