"""Reads of imports: who is known, what the tree holds, how a batch stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from jifen.core.actor import Actor, permits
from jifen.core.db import db
from jifen.core.errors import NotFound
from jifen.members.models import ImportBatch, ImportLayout, ImportProgress
from jifen.members.policy import P, Person
from jifen.members.roster.dates import Precision, RosterDay
from jifen.members.roster.mapping import SheetMapping, mapping_of
from jifen.members.roster.matching import Known
from jifen.members.roster.places import Place
from jifen.members.roster.sheets import RosterLine
from jifen.org.models import Unit

_KNOWN = """
SELECT m.id, m.number, m.name, m.joined_on, m.joined_precision, m.confirmed_on, m.confirmed_precision,
       coalesce(m.staff_number, ''), s.branch_id, coalesce(u.name, ''), coalesce(u.path, ''), u.department_id,
       coalesce(s.category, ''), coalesce(s.id, 0), s.since,
       ARRAY(SELECT p.role FROM post p WHERE p.member_id = m.id AND p.unit_id = s.branch_id AND p.until IS NULL)
  FROM member m {join} membership s ON s.member_id = m.id AND s.until IS NULL
  {join} unit u ON u.id = s.branch_id
 WHERE m.erased_at IS NULL
"""
_BELOW = sa.text(_KNOWN.format(join="JOIN") + " AND u.path LIKE :below ORDER BY m.id")
_NUMBERED = sa.text(_KNOWN.format(join="LEFT JOIN") + " AND m.number = ANY(:numbers)")


def known_people(path: str, numbers: Collection[str]) -> list[Known]:
    """Return everybody who belongs at or below ``path``, and whoever bears one of ``numbers``."""
    rows = list(db.session.execute(_BELOW, {"below": path + "%"}))
    there = {row[1] for row in rows}
    if elsewhere := [n for n in numbers if n not in there]:
        rows += db.session.execute(_NUMBERED, {"numbers": elsewhere})
    return [
        Known(
            member_id=row[0],
            number=row[1],
            name=row[2],
            joined=_day(row[3], row[4]),
            confirmed=_day(row[5], row[6]),
            staff_number=row[7],
            branch_id=row[8],
            branch_name=row[9],
            branch_path=row[10],
            department_id=row[11],
            category=row[12],
            membership_id=row[13],
            since=row[14],
            roles=frozenset(row[15]),
        )
        for row in rows
    ]


_PRECISIONS: dict[str, Precision] = {"d": "day", "m": "month", "y": "year"}


def _day(on: dt.date | None, precision: str) -> RosterDay | None:
    return RosterDay(on, _PRECISIONS[precision]) if on else None


def places(path: str) -> list[Place]:
    """Return the open units at or below ``path``."""
    stmt = (
        sa.select(Unit.id, Unit.code, Unit.name, Unit.kind, Unit.path, Unit.department_id)
        .where(Unit.path.startswith(path, autoescape=True), Unit.until.is_(None))
        .order_by(sa.func.length(Unit.path), Unit.id)
    )
    return [Place(*row) for row in db.session.execute(stmt)]


def place_of(unit: Unit) -> Place:
    """Return a unit as the roster's rules see it."""
    return Place(unit.id, unit.code, unit.name, unit.kind, unit.path, unit.department_id)


def remembered(unit_id: int) -> dict[str, SheetMapping]:
    """Return by header what the office of a unit corrected before."""
    rows = db.session.execute(
        sa.select(ImportLayout.signature, ImportLayout.columns).where(ImportLayout.unit_id == unit_id)
    )
    return {
        signature: mapping_of({"sheets": {"*": {"columns": columns}}}).of("*") for signature, columns in rows
    }


def access_batch(batch_id: int, *, by: Actor, lock: bool = False) -> ImportBatch:
    """Return a roster batch of a unit that the actor may import for.

    :raises NotFound: no such batch, or another unit's
    """
    stmt = sa.select(ImportBatch).where(ImportBatch.id == batch_id, ImportBatch.kind == "roster")
    batch = db.session.scalar(stmt.with_for_update() if lock else stmt)
    if batch is None or not may_import(by, _path(batch.unit_id)):
        raise NotFound(what="这个导入批次")
    return batch


def may_import(by: Actor, path: str) -> bool:
    """Whether the actor may bring a roster for the unit with that path."""
    return by.is_system or permits(by, P.IMPORT, Person(0, path))


def _path(unit_id: int) -> str:
    return db.session.scalar(sa.select(Unit.path).where(Unit.id == unit_id)) or ""


@dataclass(frozen=True, slots=True)
class Batch:
    """A line in the list of imports."""

    id: int
    unit_name: str
    unit_path: str
    state: str
    file_name: str
    done: int
    total: int
    created_at: dt.datetime
    confirmed_at: dt.datetime | None
    undone_at: dt.datetime | None


def batches(*, by: Actor, before: int | None = None, limit: int = 20) -> list[Batch]:
    """Return the imports of the units that the actor may import for, newest first, with ids below ``before``."""
    stmt = (
        sa.select(
            ImportBatch.id,
            Unit.name,
            Unit.path,
            ImportBatch.state,
            ImportBatch.file_name,
            ImportBatch.done,
            ImportBatch.total,
            ImportBatch.created_at,
            ImportBatch.confirmed_at,
            ImportBatch.undone_at,
        )
        .join(Unit, Unit.id == ImportBatch.unit_id)
        .where(ImportBatch.kind == "roster")
        .order_by(ImportBatch.id.desc())
        .limit(limit)
    )
    if before is not None:
        stmt = stmt.where(ImportBatch.id < before)
    if not by.is_system:
        reach = [Unit.path.startswith(h.path, autoescape=True) for h in by.holdings if may_import(by, h.path)]
        stmt = stmt.where(sa.or_(sa.false(), *reach))
    return [Batch(*row) for row in db.session.execute(stmt)]


def progress(batch_id: int, *, by: Actor) -> tuple[str, int, int] | None:
    """Return stage, rows done and rows in all of a running import; None when none runs.

    The batch itself is not yet visible while its first step runs, so the number alone opens this:
    it tells counts and nothing else.
    """
    if not (by.is_system or by.holdings):
        raise NotFound(what="这个导入批次")
    row = db.session.execute(
        sa.select(ImportProgress.stage, ImportProgress.done, ImportProgress.total).where(
            ImportProgress.batch_id == batch_id
        )
    ).first()
    return (row[0], row[1], row[2]) if row else None


_LINES = sa.text(
    """
    SELECT m.number, m.name, coalesce(d.name, ''), u.name, s.category, m.joined_on, m.joined_precision,
           m.confirmed_on, m.confirmed_precision,
           ARRAY(SELECT coalesce(p.title, '') FROM post p
                  WHERE p.member_id = m.id AND p.unit_id = s.branch_id AND p.until IS NULL ORDER BY p.id), m.id
      FROM member m JOIN membership s ON s.member_id = m.id AND s.until IS NULL
      JOIN unit u ON u.id = s.branch_id LEFT JOIN unit d ON d.id = u.department_id
     WHERE u.path LIKE :below AND m.erased_at IS NULL
     ORDER BY u.department_id, u.id, m.id
    """
)


def roster_lines(path: str) -> list[RosterLine]:
    """Return today's people at or below ``path`` as a roster names them."""
    return [
        RosterLine(
            number=row[0],
            name=row[1],
            unit=row[2],
            branch=row[3],
            category=row[4],
            joined=_day(row[5], row[6]),
            confirmed=_day(row[7], row[8]),
            posts=[title for title in row[9] if title],
            member_id=row[10],
        )
        for row in db.session.execute(_LINES, {"below": path + "%"})
    ]
