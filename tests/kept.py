"""What many tests begin with: built once a worker by the real services, laid down again as its rows.

Building the small city takes a fifth of a second of services and some hundred
statements, and two thousand tests begin with it. The first test builds it; for the
others the same rows are copied in, with the same ids and stamps. A test that has
written anything of the kind before gets a real building.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import time_machine
from psycopg import Cursor, sql

from jifen.core import clock
from jifen.core.db import transaction

T = TypeVar("T")


@dataclass(frozen=True)
class _Laid:
    made: Any
    #: Binary COPY of each table that had no row before.
    tables: dict[str, bytes]
    #: How far each sequence had gone.
    counters: dict[str, int]


_LAID: dict[tuple[object, ...], _Laid] = {}
_TABLES: list[str] = []


def kept(build: Callable[[], T], *key: object) -> T:
    """Return what ``build`` makes in an empty database, at the full hour before now.

    :param key: tells builders of one name apart: what they were given
    """
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    name = (build.__module__, build.__qualname__, hour, *key)
    laid = _LAID.get(name)
    if laid is None:
        with transaction() as session:
            before = _filled(_cursor(session))
        with time_machine.travel(hour, tick=False):
            made = build()
        with transaction() as session:
            cursor = _cursor(session)
            if not {"unit", "member"} & before:
                tables = {table: _read(cursor, table) for table in _filled(cursor) - before}
                _LAID[name] = _Laid(copy.deepcopy(made), tables, _counters(cursor))
        return made
    with transaction() as session:
        cursor = _cursor(session)
        if not _filled(cursor) & set(laid.tables):
            _lay(cursor, laid)
            return copy.deepcopy(laid.made)
    with time_machine.travel(hour, tick=False):
        return build()


def _cursor(session: Any) -> Cursor[Any]:
    session.flush()
    return session.connection().connection.driver_connection.cursor()


def _filled(cursor: Cursor[Any]) -> set[str]:
    """Return the tables that hold a row; which tables there are is the same in every database of a run."""
    if not _TABLES:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        _TABLES.extend(row[0] for row in cursor.fetchall())
    asked = sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(sql.Literal(table), sql.Identifier(table))
        for table in _TABLES
    )
    return {row[0] for row in cursor.execute(asked).fetchall()}


def _read(cursor: Cursor[Any], table: str) -> bytes:
    written = sql.SQL("COPY (SELECT * FROM {}) TO STDOUT (FORMAT binary)").format(sql.Identifier(table))
    with cursor.copy(written) as out:
        return b"".join(bytes(part) for part in out)


def _lay(cursor: Cursor[Any], laid: _Laid) -> None:
    """Copy the rows in, past triggers and references (they held when they were made), and move the counters on."""
    cursor.execute("SET LOCAL session_replication_role = replica")
    for table, rows in laid.tables.items():
        taken = sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(sql.Identifier(table))
        with cursor.copy(taken) as into:
            into.write(rows)
    cursor.execute("SET LOCAL session_replication_role = origin")
    for counter, value in _counters(cursor).items():
        if value < laid.counters.get(counter, 0):
            cursor.execute("SELECT setval(%s::regclass, %s)", (counter, laid.counters[counter]))


def _counters(cursor: Cursor[Any]) -> dict[str, int]:
    found = cursor.execute(
        "SELECT quote_ident(sequencename), coalesce(last_value, 0) FROM pg_sequences WHERE schemaname = 'public'"
    )
    return dict(found.fetchall())
