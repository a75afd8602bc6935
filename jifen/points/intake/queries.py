"""Reads of imported facts and balances: who belonged where and when, what is there already, how a batch stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

import sqlalchemy as sa

from jifen.core.actor import Actor, permits
from jifen.core.db import db
from jifen.core.errors import NotFound
from jifen.members.models import ImportBatch, ImportLayout
from jifen.org.models import Unit
from jifen.points.intake.mapping import SheetMapping, mapping_of
from jifen.points.intake.words import Kind
from jifen.points.policy import P, Scope


class Stay(NamedTuple):
    """Somebody's days [since, until) in a branch, as one category."""

    member_id: int
    number: str
    name: str
    branch_id: int
    branch_name: str
    path: str
    category: str
    since: dt.date
    until: dt.date | None

    def on(self, day: dt.date) -> bool:
        """Whether he was there on ``day``."""
        return self.since <= day and (self.until is None or day < self.until)


_STAYS = sa.text(
    """
    SELECT m.id, m.number, m.name, s.branch_id, u.name, u.path, s.category, s.since, s.until
      FROM membership s JOIN unit u ON u.id = s.branch_id JOIN member m ON m.id = s.member_id
     WHERE u.path LIKE :below AND m.erased_at IS NULL AND (s.until IS NULL OR s.until > :since)
     ORDER BY m.id, s.since
    """
)


def stays(path: str, since: dt.date) -> list[Stay]:
    """Return who belonged at or below ``path`` on ``since`` or later."""
    return [Stay(*row) for row in db.session.execute(_STAYS, {"below": path + "%", "since": since})]


_BALANCES = sa.text(
    """
    SELECT member_id, since, until, batch_id FROM import_line
     WHERE since IS NOT NULL AND state <> 'undone' AND member_id = ANY(:members)
    """
)


def balances(members: Sequence[int]) -> dict[int, list[tuple[dt.date, dt.date, int]]]:
    """Return by member the months that were taken over, with the batch that brought them."""
    found: dict[int, list[tuple[dt.date, dt.date, int]]] = {}
    for member_id, since, until, batch_id in db.session.execute(_BALANCES, {"members": list(members)}):
        found.setdefault(member_id, []).append((since, until, batch_id))
    return found


_COUNTED = sa.text(
    """
    SELECT DISTINCT t.m
      FROM unnest(CAST(:member AS bigint[]), CAST(:since AS date[]), CAST(:until AS date[])) AS t (m, s, u)
      JOIN ledger_entry e ON e.member_id = t.m AND e.occurred_on >= t.s AND e.occurred_on < t.u
     WHERE e.reverses_id IS NULL AND e.source <> 'takeover'
       AND NOT EXISTS (SELECT 1 FROM ledger_entry r WHERE r.reverses_id = e.id)
    """
)


def counted_singly(spans: Iterable[tuple[int, dt.date, dt.date]]) -> set[int]:
    """Return who of (member, since, until) has single facts that count in those months."""
    columns = list(zip(*spans, strict=True)) or [(), (), ()]
    values = {name: list(columns[i]) for i, name in enumerate(("member", "since", "until"))}
    return set(db.session.scalars(_COUNTED, values))


def remembered(unit_id: int) -> dict[str, SheetMapping]:
    """Return by header what the office of a unit corrected before; "=" is the item of the whole sheet."""
    rows = db.session.execute(
        sa.select(ImportLayout.signature, ImportLayout.columns).where(ImportLayout.unit_id == unit_id)
    )
    found = {}
    for signature, columns in rows:
        if signature.startswith("+"):
            plain = {"columns": {k: v for k, v in columns.items() if k != "="}, "item": columns.get("=")}
            found[signature[1:]] = mapping_of({"sheets": {"*": plain}}).of("*")
    return found


def scope_of(path: str) -> Scope:
    """Return the unit with that path as permissions see it."""
    return Scope(0, path, False)


def may_prepare(by: Actor, path: str) -> bool:
    """Whether the actor may bring facts for the unit with that path."""
    return by.is_system or permits(by, P.IMPORT_FACTS, scope_of(path))


def access_batch(batch_id: int, *, by: Actor, lock: bool = False) -> ImportBatch:
    """Return a batch of facts or balances of a unit that the actor may import for.

    :raises NotFound: no such batch, or another unit's
    """
    stmt = sa.select(ImportBatch).where(ImportBatch.id == batch_id, ImportBatch.kind.in_(list(Kind)))
    batch = db.session.scalar(stmt.with_for_update() if lock else stmt)
    if batch is None or not may_prepare(by, path_of(batch.unit_id)):
        raise NotFound(what="这个导入批次")
    return batch


def path_of(unit_id: int) -> str:
    """Return a unit's path."""
    return db.session.scalar(sa.select(Unit.path).where(Unit.id == unit_id)) or ""


@dataclass(frozen=True, slots=True)
class Batch:
    """A line in the list of imports."""

    id: int
    kind: str
    unit_name: str
    unit_path: str
    state: str
    file_name: str
    #: Lines that count or stand beside what counts, of the lines in the file.
    done: int
    total: int
    #: Lines that wait for another decider: the confirmer's own.
    waiting: int
    created_at: dt.datetime
    confirmed_at: dt.datetime | None
    undone_at: dt.datetime | None


_WAITING = "(SELECT count(*) FROM import_line l WHERE l.batch_id = import_batch.id AND l.state = 'waiting')"


def batches(*, by: Actor, before: int | None = None, limit: int = 20) -> list[Batch]:
    """Return the imports of facts and balances that the actor may see, newest first, with ids below ``before``."""
    stmt = (
        sa.select(
            ImportBatch.id,
            ImportBatch.kind,
            Unit.name,
            Unit.path,
            ImportBatch.state,
            ImportBatch.file_name,
            ImportBatch.done,
            ImportBatch.total,
            sa.literal_column(_WAITING),
            ImportBatch.created_at,
            ImportBatch.confirmed_at,
            ImportBatch.undone_at,
        )
        .join(Unit, Unit.id == ImportBatch.unit_id)
        .where(ImportBatch.kind.in_(list(Kind)))
        .order_by(ImportBatch.id.desc())
        .limit(limit)
    )
    if before is not None:
        stmt = stmt.where(ImportBatch.id < before)
    if not by.is_system:
        reach = [
            Unit.path.startswith(h.path, autoescape=True) for h in by.holdings if may_prepare(by, h.path)
        ]
        stmt = stmt.where(sa.or_(sa.false(), *reach))
    return [Batch(*row) for row in db.session.execute(stmt)]


def batch_line(batch_id: int, *, by: Actor) -> Batch:
    """Return one import as the list shows it.

    :raises NotFound: no such batch, or another unit's
    """
    access_batch(batch_id, by=by)
    return next(b for b in batches(by=by, before=batch_id + 1, limit=1))


@dataclass(frozen=True, slots=True)
class Basis:
    """What a taken-over balance rests on."""

    months: str
    points: Decimal
    source: str
    minute: str
    signer: str

    @property
    def words(self) -> str:
        """The basis in one line: 9月2日支委会纪要，周正签字，源文件 2026台账.xlsx."""
        return f"{self.minute}，{self.signer}签字，源文件“{self.source}”"


_BASES = sa.text(
    """
    SELECT e.id, l.level, l.value, coalesce(nullif(l.source, ''), b.file_name), l.minute, l.signer
      FROM ledger_entry e
      JOIN import_line l ON l.id = e.source_id
      JOIN import_batch b ON b.id = l.batch_id
     WHERE e.id = ANY(:ids) AND e.source = 'takeover'
    """
)


def bases(entry_ids: Sequence[int]) -> dict[int, Basis]:
    """Return what balances rest on, by ledger entry; erased ones are left out."""
    if not entry_ids:
        return {}
    return {row[0]: Basis(*row[1:]) for row in db.session.execute(_BASES, {"ids": list(entry_ids)})}
