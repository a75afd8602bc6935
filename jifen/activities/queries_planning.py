"""What an organiser chooses from when he plans: whom he may invite, and what his unit called things before."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from jifen.activities.kinds import Kind, load
from jifen.activities.planning import organises
from jifen.core import clock
from jifen.core.actor import Actor
from jifen.core.db import db
from jifen.org import queries as org
from jifen.org.models import Unit, UnitKind

_USED = """
SELECT {what} FROM activity
 WHERE unit_id = :unit AND state <> 'cancelled' AND starts_at > :since AND (:kind = '' OR kind = :kind)
 GROUP BY {what} ORDER BY max(starts_at) DESC LIMIT :limit
"""
_TITLES, _PLACES, _KINDS = (sa.text(_USED.format(what=what)) for what in ("title", "place", "kind"))
#: Days back that are looked at.
_YEAR = 366


@dataclass(frozen=True, slots=True)
class Audience:
    """A unit whose members may be invited."""

    id: int
    code: str
    name: str
    parent_id: int
    #: A branch or a cell: its members may be obliged to come.
    small: bool


def _row(one: Unit) -> Audience:
    small = one.kind in (UnitKind.BRANCH, UnitKind.CELL)
    return Audience(one.id, one.code, one.name, one.parent_id or 0, small)


def audience(unit_id: int) -> Audience:
    """Return a unit as one that may be invited."""
    return _row(org.unit(unit_id))


def audiences(unit_id: int, kind: Kind, *, by: Actor) -> list[Audience]:
    """Return whose members a unit may invite to that kind, its own first, then those below, then those above.

    :raises NotFound, Forbidden: not a unit for which he organises
    """
    organises(unit_id, by=by)
    whose = org.unit(unit_id)
    below = [_row(one) for one in org.subtree(whose.path)]
    if kind.expects:
        return [one for one in below if one.small]
    above = [audience(one) for one in reversed(org.line(whose.path)) if one != whose.id]
    return [*below, *above]


def titles(unit_id: int, kind: Kind, *, by: Actor, limit: int = 5) -> list[str]:
    """Return how the unit called its activities of that kind in a year, the last first.

    :raises NotFound, Forbidden: not a unit for which he organises
    """
    return _used(_TITLES, unit_id, kind.code, limit, by)


def places(unit_id: int, *, by: Actor, limit: int = 5) -> list[str]:
    """Return where the unit met in a year, the last first.

    :raises NotFound, Forbidden: not a unit for which he organises
    """
    return _used(_PLACES, unit_id, "", limit, by)


def kinds(unit_id: int, *, by: Actor) -> list[str]:
    """Return the codes of the kinds that the unit held in a year, the last first.

    :raises NotFound, Forbidden: not a unit for which he organises
    """
    return _used(_KINDS, unit_id, "", len(load().kinds), by)


def _used(stmt: sa.TextClause, unit_id: int, kind: str, limit: int, by: Actor) -> list[str]:
    organises(unit_id, by=by)
    since = clock.now() - dt.timedelta(days=_YEAR)
    values = {"unit": unit_id, "kind": kind, "since": since, "limit": limit}
    return list(db.session.scalars(stmt, values))
