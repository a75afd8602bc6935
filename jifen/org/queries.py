"""Reads of the tree."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from jifen.core.actor import Actor, permits
from jifen.core.db import ask, db
from jifen.core.errors import NotFound
from jifen.org.models import Unit, UnitKind
from jifen.org.policy import P


def unit(unit_id: int) -> Unit:
    """Return the unit.

    :raises NotFound: no such unit
    """
    found = db.session.get(Unit, unit_id)
    if found is None:
        raise NotFound(what="这个组织")
    return found


def unit_by_code(code: str) -> Unit:
    """Return the open unit with that code.

    :raises NotFound: no such unit
    """
    found = db.session.scalar(sa.select(Unit).where(Unit.code == code, Unit.until.is_(None)))
    if found is None:
        raise NotFound(what=f"代码为“{code}”的组织")
    return found


def root() -> Unit | None:
    """Return the work committee, None in an empty installation."""
    return db.session.scalar(sa.select(Unit).where(Unit.kind == UnitKind.WORK_COMMITTEE))


def subtree(path: str) -> list[Unit]:
    """Return the open units at or below ``path``, parents before children."""
    return list(
        db.session.scalars(
            sa.select(Unit)
            .where(Unit.path.startswith(path, autoescape=True), Unit.until.is_(None))
            .order_by(sa.func.length(Unit.path), Unit.id)
        )
    )


def names(unit_ids: Iterable[int]) -> dict[int, str]:
    """Return the names of units by id."""
    ids = list(set(unit_ids))
    return dict(db.session.execute(sa.select(Unit.id, Unit.name).where(Unit.id.in_(ids))).tuples().all())


def name_of(unit_id: int) -> str:
    """Return the name of a unit; empty where there is none."""
    rows = ask("SELECT name FROM unit WHERE id = %(unit)s", {"unit": unit_id})
    return rows[0][0] if rows else ""


def name_in_full(unit_id: int) -> str:
    """Return the name of a unit as paper that leaves its department says it: every department has a first branch."""
    rows = ask(
        "SELECT coalesce(d.name, '') || u.name FROM unit u LEFT JOIN unit d ON d.id = u.department_id"
        " WHERE u.id = %(unit)s",
        {"unit": unit_id},
    )
    return rows[0][0] if rows else ""


def line(path: str) -> list[int]:
    """Return the ids on a path, the root first: ``/1/7/42/`` -> [1, 7, 42]."""
    return [int(part) for part in path.strip("/").split("/") if part]


def access_unit(unit_id: int, *, by: Actor) -> Unit:
    """Return the unit if the actor belongs to its line or holds a post over it.

    :raises NotFound: no such unit, or not the actor's to see
    """
    found = unit(unit_id)
    if not permits(by, P.SEE, found):
        raise NotFound(what="这个组织")
    return found


def visible(*, by: Actor, after: int = 0, limit: int = 50) -> list[Unit]:
    """Return the open units that the actor may see, by id: his own line and what lies below his posts.

    A parent is older than its children, so it comes first.
    """
    below = [Unit.path.startswith(h.path, autoescape=True) for h in by.holdings]
    stmt = (
        sa.select(Unit)
        .where(Unit.until.is_(None), Unit.id > after, sa.or_(Unit.id.in_(line(by.branch_path)), *below))
        .order_by(Unit.id)
        .limit(limit)
    )
    return list(db.session.scalars(stmt))
