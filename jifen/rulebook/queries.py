"""Which rulebook holds for whom, and the loaded books themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from jifen.core import house
from jifen.core.db import ask, db
from jifen.core.errors import NotFound
from jifen.core.period import Period
from jifen.org.models import Unit
from jifen.org.queries import line
from jifen.rulebook.engine.book import Rulebook
from jifen.rulebook.loader import load_text
from jifen.rulebook.models import RulebookAssignment, RulebookVersion


class NoRulebook(NotFound):
    """No rulebook is assigned to that person on that day."""

    code, template = "no_rulebook", "{day}没有适用于您的积分办法，请联系所在党支部或机关党建办。"


@dataclass(frozen=True, slots=True)
class InForce:
    """The rulebook that holds for somebody, and the period it is counted in."""

    rulebook_id: int
    #: No part of the identity: a version is its id.
    book: Rulebook = field(compare=False)
    period: Period


def version(rulebook_id: int) -> RulebookVersion:
    """Return the stored version.

    :raises NotFound: no such version
    """
    found = db.session.get(RulebookVersion, rulebook_id)
    if found is None:
        raise NotFound(what="这一版积分办法")
    return found


def book(rulebook_id: int, digest: str | None = None) -> Rulebook:
    """Return the loaded book of a version.

    A version never changes, so a book once loaded is kept by its text's digest.

    :raises NotFound: no such version
    """
    known: dict[int, Rulebook] = house.kept("books")
    if rulebook_id not in known:
        if digest is None:
            digest = db.session.scalar(
                sa.select(RulebookVersion.digest).where(RulebookVersion.id == rulebook_id)
            )
        if digest is None:
            raise NotFound(what="这一版积分办法")
        known[rulebook_id] = _by_digest(digest)
    return known[rulebook_id]


@lru_cache(maxsize=64)
def _by_digest(digest: str) -> Rulebook:
    text = db.session.scalar(sa.select(RulebookVersion.text).where(RulebookVersion.digest == digest).limit(1))
    assert text is not None, "the digest was just read from the same table"
    return load_text(text)


class Offered(NamedTuple):
    """An activated version that an assignment brings to a unit."""

    unit_id: int
    category: str | None
    rulebook_id: int
    effective_from: dt.date
    digest: str


#: What is offered on %(day)s to the line of units ``{units}``; the columns are ``Offered``'s.
OFFERED = """
SELECT a.unit_id, a.category, v.id AS rulebook_id, v.effective_from, v.digest
  FROM rulebook_assignment a
  JOIN rulebook_version v ON v.code = a.rulebook_code AND v.activated_at IS NOT NULL
 WHERE a.unit_id = ANY({units}) AND a.since <= %(day)s AND (a.until IS NULL OR a.until > %(day)s)
"""
_OFFERED = OFFERED.format(units="%(units)s")
_EVER_OFFERED = """
SELECT a.since, a.until, a.unit_id, a.category, v.id, v.effective_from, v.digest
  FROM rulebook_assignment a
  JOIN rulebook_version v ON v.code = a.rulebook_code AND v.activated_at IS NOT NULL
 WHERE a.unit_id = ANY(%(units)s)
"""


def in_force(branch_path: str, category: str, day: dt.date) -> InForce:
    """Return the rulebook for a person of ``category`` in a branch, and the period of ``day``.

    The nearest assignment holds, one for the category before one for all.
    Of its versions, the latest that was in effect when the period began: a
    version that takes effect inside a period holds from the next one on. In a
    scheme's first period its first version holds.

    :raises NoRulebook: nothing is assigned
    """
    rows = ask(_OFFERED, {"units": line(branch_path), "day": day})
    return nearest([Offered(*row) for row in rows], branch_path, category, day)


def holding(places: Iterable[tuple[str, str]], day: dt.date) -> dict[tuple[str, str], int | None]:
    """Return which version holds on ``day`` for each branch's path and category, in one statement; None if none does."""
    wanted = set(places)
    units = sorted({unit for path, _ in wanted for unit in line(path)})
    found = [Offered(*row) for row in ask(_OFFERED, {"units": units, "day": day})] if units else []
    held: dict[tuple[str, str], int | None] = {}
    for path, category in wanted:
        try:
            on_the_line = [r for r in found if r.unit_id in line(path)]
            held[path, category] = nearest(on_the_line, path, category, day).rulebook_id
        except NoRulebook:
            held[path, category] = None
    return held


class Timeline:
    """Which rulebook holds for many people on many days: one statement, whatever their number."""

    def __init__(self, branch_paths: Iterable[str]) -> None:
        units = sorted({unit for path in set(branch_paths) for unit in line(path)})
        rows = ask(_EVER_OFFERED, {"units": units}) if units else []
        self._rows = [(since, until, Offered(*rest)) for since, until, *rest in rows]
        self._known: dict[tuple[str, str, dt.date], InForce | None] = {}

    def in_force(self, branch_path: str, category: str, day: dt.date) -> InForce | None:
        """Return what ``in_force`` returns, None where nothing is assigned."""
        key = branch_path, category, day
        if key not in self._known:
            units = set(line(branch_path))
            found = [
                row
                for since, until, row in self._rows
                if row.unit_id in units and since <= day and (until is None or day < until)
            ]
            try:
                self._known[key] = nearest(found, branch_path, category, day)
            except NoRulebook:
                self._known[key] = None
        return self._known[key]


def offered(rows: Iterable[Mapping[str, Any]]) -> list[Offered]:
    """Return the rows of ``OFFERED`` that came as JSON."""
    return [
        Offered(**{**row, "effective_from": dt.date.fromisoformat(row["effective_from"])}) for row in rows
    ]


def nearest(found: Iterable[Offered], branch_path: str, category: str, day: dt.date) -> InForce:
    """Return which of the versions assigned along a line holds; see ``in_force``."""
    units = line(branch_path)
    fitting = [r for r in found if r.category in (None, category)]
    if not fitting:
        raise NoRulebook(day=day)
    closest = max(fitting, key=lambda r: (units.index(r.unit_id), r.category is not None))
    versions = sorted(
        (r for r in fitting if (r.unit_id, r.category) == (closest.unit_id, closest.category)),
        key=lambda r: r.effective_from,
    )
    first = book(versions[0].rulebook_id, versions[0].digest)
    period = Period.containing(day, first.cycle)
    begun = [r for r in versions if r.effective_from <= period.since] or versions[:1]
    return InForce(begun[-1].rulebook_id, book(begun[-1].rulebook_id, begun[-1].digest), period)


def books(rulebook_ids: Iterable[int]) -> dict[int, Rulebook]:
    """Return the loaded books of several versions; unknown ids are left out."""
    stmt = sa.select(RulebookVersion.id, RulebookVersion.digest).where(
        RulebookVersion.id.in_(sorted(set(rulebook_ids)))
    )
    return {i: _by_digest(digest) for i, digest in db.session.execute(stmt)}


def books_by_code(codes: Iterable[str]) -> dict[str, list[Rulebook]]:
    """Return the activated versions of several rulebooks, the earliest in effect first."""
    stmt = (
        sa.select(RulebookVersion.code, RulebookVersion.digest)
        .where(RulebookVersion.code.in_(sorted(set(codes))), RulebookVersion.activated_at.is_not(None))
        .order_by(RulebookVersion.effective_from)
    )
    found: dict[str, list[Rulebook]] = {}
    for code, digest in db.session.execute(stmt):
        found.setdefault(code, []).append(_by_digest(digest))
    return found


def assignments(code: str) -> list[RulebookAssignment]:
    """Return where a rulebook is assigned."""
    return list(
        db.session.scalars(
            sa.select(RulebookAssignment)
            .where(RulebookAssignment.rulebook_code == code)
            .order_by(RulebookAssignment.id)
        )
    )


def versions(*, after: int = 0, limit: int = 50) -> list[RulebookVersion]:
    """Return the loaded versions by id."""
    return list(
        db.session.scalars(
            sa.select(RulebookVersion)
            .where(RulebookVersion.id > after)
            .order_by(RulebookVersion.id)
            .limit(limit)
        )
    )


@dataclass(frozen=True, slots=True)
class Assigned:
    """Where a rulebook holds, as people read it."""

    id: int
    unit_id: int
    unit_name: str
    category: str | None
    rulebook_code: str
    since: dt.date
    until: dt.date | None


def assigned(*, code: str | None = None, after: int = 0, limit: int = 50) -> list[Assigned]:
    """Return where rulebooks hold or held, by id; only one rulebook's if ``code`` is given."""
    stmt = (
        sa.select(
            RulebookAssignment.id,
            RulebookAssignment.unit_id,
            Unit.name,
            RulebookAssignment.category,
            RulebookAssignment.rulebook_code,
            RulebookAssignment.since,
            RulebookAssignment.until,
        )
        .join(Unit, Unit.id == RulebookAssignment.unit_id)
        .where(RulebookAssignment.id > after)
        .order_by(RulebookAssignment.id)
        .limit(limit)
    )
    if code is not None:
        stmt = stmt.where(RulebookAssignment.rulebook_code == code)
    return [Assigned(*row) for row in db.session.execute(stmt)]
