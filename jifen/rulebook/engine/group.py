"""What needs more than one person or more than one period: places, quotas, streaks, teams."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from jifen.core.period import Period
from jifen.rulebook.engine.book import Rulebook, Streak
from jifen.rulebook.engine.facts import Fact
from jifen.rulebook.engine.item import Item
from jifen.rulebook.engine.measure import rank_percent


def places(totals: Mapping[str, Decimal]) -> dict[str, int]:
    """Return everybody's place, 1 is the best; equal totals share a place: 1, 1, 3."""
    ordered = sorted(totals.values(), reverse=True)
    first: dict[Decimal, int] = {}
    for place, total in enumerate(ordered, 1):
        first.setdefault(total, place)
    return {key: first[total] for key, total in totals.items()}


def rank_percents(marks: Mapping[str, Decimal]) -> dict[str, Fraction]:
    """Return everybody's percentage from the top inside the group (C7b); equal marks share the better one."""
    return {key: rank_percent(place, len(marks)) for key, place in places(marks).items()}


class Judged(Protocol):
    """What a grade in a group needs of a score sheet, fresh or kept."""

    @property
    def subject(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def total(self) -> Decimal: ...
    @property
    def grade(self) -> str | None: ...
    @property
    def vetoed(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody whose grade is decided together with others'."""

    sheet: Judged
    #: ``full_member``, ``probationary_member`` …; decides whether he is in the base of quotas.
    category: str = "full_member"


@dataclass(frozen=True, slots=True)
class Quota:
    """How one grade's quota came out."""

    grade: str
    #: At most so many.
    limit: int
    #: Equal totals at the edge: who of them gets it a person must decide.
    undecided: tuple[str, ...] = ()
    #: How many of the undecided may still get it.
    open_seats: int = 0


@dataclass(frozen=True, slots=True)
class Grading:
    """Grades of a group: by threshold, then by quota (C27)."""

    grades: Mapping[str, str | None]
    quotas: tuple[Quota, ...] = ()
    #: People in the base that quotas are counted over.
    base: int = 0
    #: Who met the line of a better grade that had no room.
    moved: Mapping[str, str] = field(default_factory=dict)


_BASES = {
    "full_members": ("full_member",),
    "with_probationary": ("full_member", "probationary_member"),
}


def grade_group(
    candidates: Sequence[Candidate], book: Rulebook, *, decided: Mapping[str, Iterable[str]] | None = None
) -> Grading:
    """Return the grades of a group after quotas; the order of ``candidates`` is irrelevant.

    A grade that has more people than room gives it to the highest totals; the
    others take the next grade. Equal totals at the edge go by the switch
    ``ties``. People with a veto keep its grade and take no room.

    :param decided: for each grade the people the committee chose among equals
    """
    decided = decided or {}
    among = _BASES.get(book.switches.appraisal_base)
    base = sum(
        1
        for one in candidates
        if (one.sheet.status == "graded" and (among is None or one.category in among))
        or (among is None and one.sheet.status != "left_out")
    )
    grades = {one.sheet.subject: one.sheet.grade for one in candidates}
    totals = {one.sheet.subject: one.sheet.total for one in candidates}
    movable = {
        one.sheet.subject for one in candidates if one.sheet.status == "graded" and not one.sheet.vetoed
    }
    quotas: list[Quota] = []
    moved: dict[str, str] = {}
    for index, grade in enumerate(book.grades[:-1]):
        if grade.quota is None:
            continue
        limit = _whole(base * grade.quota, book.switches.quota_rounding)
        holders = sorted(
            (key for key in movable if grades[key] == grade.name), key=lambda key: (-totals[key], key)
        )
        keep, undecided, seats = _cut(
            holders, totals, limit, book.switches.ties, set(decided.get(grade.name, ()))
        )
        for key in holders:
            if key not in keep:
                moved.setdefault(key, grade.name)
                grades[key] = book.grades[index + 1].name
        quotas.append(Quota(grade.name, limit, undecided, seats))
    return Grading(grades, tuple(quotas), base, moved)


def _cut(
    holders: list[str], totals: Mapping[str, Decimal], limit: int, ties: str, chosen: set[str]
) -> tuple[set[str], tuple[str, ...], int]:
    """Return who stays, who is undecided, and how many seats are open for them."""
    if len(holders) <= limit:
        return set(holders), (), 0
    edge = totals[holders[limit]]
    above = [key for key in holders if totals[key] > edge]
    equal = [key for key in holders if totals[key] == edge]
    seats = limit - len(above)
    if seats <= 0 or ties == "all_out":
        return set(above), (), 0
    if ties == "all_in":
        return {*above, *equal}, (), 0
    picked = [key for key in equal if key in chosen][:seats]
    left = tuple(key for key in equal if key not in picked) if len(picked) < seats else ()
    return {*above, *picked}, left, seats - len(picked)


def _whole(share: Fraction, mode: str) -> int:
    if mode == "ceiling":
        return -(-share.numerator // share.denominator)
    if mode == "half_up":
        share += Fraction(1, 2)
    return share.numerator // share.denominator


def streaks(history: Mapping[Period, str | None], book: Rulebook, *, last: Period) -> tuple[Streak, ...]:
    """Return the procedures that an unbroken run of grades up to ``last`` starts (C26).

    :param history: the grade in each period; a period that is not there breaks the run
    """
    out = []
    for streak in book.streaks:
        period, run = last, 0
        while history.get(period) in streak.grades:
            run += 1
            period = period.previous
        if run >= streak.periods:
            out.append(streak)
    return tuple(out)


def team_facts(fact: Fact, members: Sequence[str], item: Item) -> dict[str, Fact]:
    """Return what a team's deed is for each of its members (C36).

    ``copy``: the whole deed for everybody; ``split``: an equal, exact share of
    its quantity each, so that the shares' points sum to the whole's.

    :param members: distinct, at least one
    :raises ValueError: nobody, somebody twice, or an item that knows no teams
    """
    if not members or len(set(members)) != len(members):
        raise ValueError("a team is made of distinct members")
    if item.team == "copy":
        return dict.fromkeys(members, fact)
    if item.team == "split":
        share = fact._replace(quantity=Fraction(fact.quantity) / len(members))
        return dict.fromkeys(members, share)
    raise ValueError(f"item {item.code} knows no teams")
