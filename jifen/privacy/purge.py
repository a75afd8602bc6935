"""Doing what the retention table says: in chunks that commit, going on where a killed worker stopped.

Nothing is touched that an open question of the person is about, that belongs
to an open period, or that a proof still needs; it is looked at again next time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa

from jifen.core import clock
from jifen.core.db import Base, transaction
from jifen.decisions.queries import OPEN_MATTER
from jifen.members import imports
from jifen.points import purging
from jifen.privacy import retention
from jifen.privacy.retention import Keep

#: Rows of one step.
CHUNK = 1000
Progress = dict[str, Any]


def run(progress: Progress, *, short: bool) -> Iterator[Progress]:
    """Do every line that is due; yields how far it is after every committed step.

    :param progress: what an earlier run of the same job yielded last
    :param short: the lines that run in hours and days, else those in months
    """
    lines = [(i, k) for i, k in enumerate(retention.load()) if k.unit and k.short is short]
    gone: dict[str, int] = dict(progress.get("gone", {}))
    for number, keep in lines:
        if keep.how not in _STEPS or number < progress.get("line", 0):
            continue
        while done := _STEPS[keep.how](keep, _before(keep)):
            gone[keep.table] = gone.get(keep.table, 0) + done
            yield {"line": number, "gone": gone}
        yield {"line": number + 1, "gone": gone}


def _before(keep: Keep) -> dt.datetime:
    """Return the instant before which what the line is about has run out."""
    now = clock.now()
    if keep.unit == "months":
        return months_before(now, keep.length)
    return now - dt.timedelta(**{keep.unit: keep.length})


def months_before(at: dt.datetime, months: int) -> dt.datetime:
    """Return the instant so many months before; the 31st becomes the month's last day, 29 February the 28th."""
    local = at.astimezone(clock.SHANGHAI)
    count = local.year * 12 + local.month - 1 - months
    first = local.replace(year=count // 12, month=count % 12 + 1, day=1)
    last = (first.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
    return first.replace(day=min(local.day, last.day)).astimezone(dt.UTC)


def _own(keep: Keep, before: dt.datetime) -> int:
    return {
        "imports": lambda: imports.purge(before=before),
        "ledger": lambda: purging.purge_some("ledger", before=before),
        "audit": lambda: purging.purge_some("audit", before=before),
    }[keep.own]()


def _delete(keep: Keep, before: dt.datetime) -> int:
    statement = f"DELETE FROM {keep.table} WHERE ctid IN ({_due(keep)})"  # noqa: S608 (names are checked)
    return _write(statement, before)


def _blank(keep: Keep, before: dt.datetime) -> int:
    blank = ", ".join(f"{name} = {empty(keep.table, name)}" for name in keep.words)
    left = " OR ".join(f"t.{name} <> {empty(keep.table, name, compared=True)}" for name in keep.words)
    statement = f"UPDATE {keep.table} SET {blank} WHERE ctid IN ({_due(keep, f'({left})')})"  # noqa: S608
    return _write(statement, before)


def empty(table: str, column: str, *, compared: bool = False) -> str:
    """Return the SQL of an erased value: null where the column allows it, else the empty one of its type.

    :param compared: what a value that is there differs from
    """
    found = Base.metadata.tables[table].c[column]
    kind = "'{}'::jsonb" if isinstance(found.type, sa.JSON) else "''"
    return "NULL" if found.nullable and not compared else kind


def _due(keep: Keep, *more: str) -> str:
    since = retention.SINCE.get(keep.since, f"t.{keep.since}")
    counted = f"({since} < :before OR {since} IS NULL)" if keep.when == "or_never" else f"{since} < :before"
    where = [counted, *more]
    if keep.when:
        where.append(f"({retention.WHEN[keep.when]})")
    if keep.hold:
        where.append("NOT " + OPEN_MATTER.format(member=f"t.{keep.of[0]}"))
    return (
        f"SELECT t.ctid FROM {keep.table} t WHERE {' AND '.join(where)}"  # noqa: S608 (names are checked)
        " LIMIT :chunk FOR UPDATE OF t SKIP LOCKED"
    )


def _write(statement: str, before: dt.datetime) -> int:
    with transaction() as session:
        return session.connection().execute(sa.text(statement), {"before": before, "chunk": CHUNK}).rowcount


_STEPS: dict[str, Callable[[Keep, dt.datetime], int]] = {"delete": _delete, "blank": _blank, "own": _own}
