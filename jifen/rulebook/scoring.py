"""Sheets for everybody in a file: members, the periods they touch, one after the other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from jifen.core.period import Period
from jifen.rulebook.engine.book import Rulebook
from jifen.rulebook.engine.carry import carried_after
from jifen.rulebook.engine.facts import Held, Lot, Subject
from jifen.rulebook.engine.fold import score
from jifen.rulebook.engine.sheet import ScoreSheet
from jifen.rulebook.records import Person, Records


def sheets(records: Records, book: Rulebook, *, as_of: dt.date) -> Iterator[ScoreSheet]:
    """Return the sheets of all members, by member and period.

    One sheet for each period of the cycle that a member's lines touch and that
    has begun by ``as_of``; for somebody without lines that of ``as_of``.
    """
    for key in sorted(records.people):
        yield from _sheets_of(records.people[key], book, as_of)


def _sheets_of(person: Person, book: Rulebook, as_of: dt.date) -> Iterator[ScoreSheet]:
    touched = {Period.containing(day, book.cycle) for day in person.days if day <= as_of}
    touched = touched or {Period.containing(as_of, book.cycle)}
    last_total: Decimal | None = None
    lots: tuple[Lot, ...] = ()
    period, last = min(touched), max(touched)
    categories = _categories(person)
    roles = tuple(Held(role) for role in sorted(person.roles))
    while period <= last:
        # Periods in between are scored too: the next opening may depend on their totals.
        subject = Subject(person.key, categories, roles, last_total=last_total, carried=lots)
        sheet = score(subject, period, person.facts, book, as_of=as_of)
        if period in touched:
            yield sheet
        last_total, lots = sheet.total, carried_after(sheet, lots, book)
        period = period.next


def _categories(person: Person) -> tuple[Held, ...]:
    """Return dated categories: the first one from the start, a new one from its first line on."""
    changes: list[tuple[dt.date, str]] = []
    for day, name in sorted(person.categories):
        if not changes or changes[-1][1] != name:
            changes.append((day, name))
    if not changes:
        return ()
    held = [Held(name, since, until) for (since, name), (until, _) in pairwise(changes)]
    held.append(Held(changes[-1][1], changes[-1][0]))
    held[0] = Held(held[0].name, None, held[0].until)
    return tuple(held)
