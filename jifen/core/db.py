"""The session and the only place that commits.

``transaction()`` wraps a use case: re-entrant, the outermost block commits.
``attempt()`` is for a door that must remember a refusal: a savepoint that a
``DomainError`` rolls back to, after which the door may still write. A refusal
that is ``lasting`` keeps what was written before it, in both.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import psycopg
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, Session, make_transient_to_detached

from jifen.core import house
from jifen.core.errors import DomainError

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table of the house."""

    metadata = sa.MetaData(naming_convention=NAMING)


Model = TypeVar("Model", bound=Base)
db = SQLAlchemy(model_class=Base, disable_autonaming=True)


def table_of(model: type[Base]) -> sa.Table:
    """Return a model's table, for statements over many rows that need no objects."""
    table = model.__table__
    assert isinstance(table, sa.Table)
    return table


def ask(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Return the rows of one read, asked of the driver itself, which prepares it.

    For the few questions that are asked all day: it costs a fifth of a read
    through the session (measured). Inside a use case it sees what that wrote;
    outside it stands alone, so that nothing is begun and nothing rolled back. A
    session that was given one connection keeps to it.

    :param statement: SQL with ``%(name)s`` for each value
    :raises OperationalError: SQLAlchemy's, as a read through the session would
    """
    engine = db.engines[None]
    try:
        if isinstance(engine, sa.Connection) or (db.session.registry.has() and db.session().in_transaction()):
            session = db.session()
            session.flush()
            return _cursor_of(session).execute(statement, values).fetchall()
        return _readers_of(engine).ask(statement, values)
    except psycopg.OperationalError as err:
        raise sa.exc.OperationalError(statement, None, err) from err


class _Readers:
    """Connections for reads that stand alone: in no transaction, in one thread's hands at a time.

    The last one given back is the first one taken, so that few are in use and
    what these have prepared stays warm. There are never more than threads.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._free: deque[psycopg.Cursor[tuple[Any, ...]]] = deque()
        sa.event.listen(engine, "engine_disposed", self._close)

    def ask(self, statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Return the rows of a read."""
        try:
            cursor = self._free.pop()
        except IndexError:
            cursor = self._opened()
        try:
            return cursor.execute(statement, values).fetchall()
        finally:
            if cursor.connection.closed:
                self._close()  # the server went: the others are gone too
            else:
                self._free.append(cursor)

    def _opened(self) -> psycopg.Cursor[tuple[Any, ...]]:
        pooled = self._engine.raw_connection()
        driver = _driver(pooled)
        pooled.detach()
        driver.autocommit = True
        return driver.cursor()

    def _close(self, *_: Any) -> None:
        with suppress(IndexError):
            while True:
                self._free.pop().connection.close()


def _readers_of(engine: sa.Engine) -> _Readers:
    known: dict[sa.Engine, _Readers] = house.kept("readers")
    return known.get(engine) or known.setdefault(engine, _Readers(engine))


def tell(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run one writing statement of a use case by the driver itself; see ``ask``.

    :return: the rows that it returns, none if it says nothing of any
    :raises OperationalError: SQLAlchemy's, as a statement of the session would
    """
    session = db.session()
    if not session.info.get("depth", 0):
        raise RuntimeError("tell() needs a surrounding transaction()")
    session.flush()
    try:
        cursor = _cursor_of(session).execute(statement, values)
    except psycopg.OperationalError as err:
        raise sa.exc.OperationalError(statement, None, err) from err
    return cursor.fetchall() if cursor.description else []


def written(row: Model) -> Model:
    """Let the session know an object whose row ``tell`` has just written, and return it; costs no statement.

    :param row: with its primary key; what it was not given is read when it is asked for
    """
    make_transient_to_detached(row)
    db.session.add(row)
    return row


def _cursor_of(session: Session) -> psycopg.Cursor[tuple[Any, ...]]:
    """Return a cursor on the session's connection; one for a use case, and one for each savepoint, which it sets."""
    within = session.get_nested_transaction()
    known = session.info.get("cursor")
    if known is not None and known[0] is within:
        return known[1]
    cursor = _driver(session.connection().connection).cursor()
    if session.info.get("depth", 0):
        session.info["cursor"] = within, cursor
    return cursor


def _driver(pooled: sa.PoolProxiedConnection) -> psycopg.Connection[tuple[Any, ...]]:
    driver = pooled.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver


class Swallowed(RuntimeError):
    """An inner use case failed and its caller carried on: committing would keep half of it."""


@contextmanager
def transaction() -> Iterator[Session]:
    """Run a use case: all of it or nothing of it.

    :raises Swallowed: a nested block failed and its exception was caught outside ``attempt()``
    """
    session = db.session()
    info = session.info
    if info.get("depth", 0):
        info["depth"] += 1
        try:
            yield session
        except BaseException as err:
            info["broken"] |= not _lasting(err)
            raise
        finally:
            info["depth"] -= 1
        return
    info["depth"], info["broken"] = 1, False
    try:
        yield session
        if info["broken"]:
            raise Swallowed
        session.commit()
    except BaseException as err:
        if _lasting(err) and not info["broken"]:
            session.commit()
        else:
            session.rollback()
        raise
    finally:
        info["depth"], info["cursor"] = 0, None


def _lasting(err: BaseException) -> bool:
    return isinstance(err, DomainError) and err.lasting


@contextmanager
def attempt() -> Iterator[Session]:
    """Run a use case inside a savepoint of the surrounding transaction.

    What it raises still reaches the caller, but the surrounding block may go
    on and commit something else, such as the sentence of the refusal.
    """
    session = db.session()
    if not session.info.get("depth", 0):
        raise RuntimeError("attempt() needs a surrounding transaction()")
    broken = session.info["broken"]
    savepoint = session.begin_nested()
    try:
        yield session
    except BaseException as err:
        if _lasting(err):
            savepoint.commit()
        else:
            savepoint.rollback()
        session.info["broken"] = broken
        raise
    savepoint.commit()
