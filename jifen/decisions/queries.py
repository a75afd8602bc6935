"""Who is entitled to decide, today."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from jifen.core import clock
from jifen.core.actor import DECIDERS, Actor
from jifen.core.db import ask, db
from jifen.decisions.models import Decision
from jifen.decisions.policy import seats
from jifen.decisions.rules import Entitled

#: Who is entitled in ``{units}``, on ``%(seated_on)s`` and at ``%(now)s``.
DECIDERS_OF = """
SELECT unit_id, member_id, NULL::bigint AS principal FROM post
 WHERE unit_id = ANY({units}) AND role = ANY(%(roles)s)
   AND since <= %(seated_on)s AND (until IS NULL OR until > %(seated_on)s)
 UNION ALL
SELECT p.unit_id, d.member_id, p.member_id FROM post p JOIN deputy d ON d.post_id = p.id
 WHERE p.unit_id = ANY({units}) AND p.role = ANY(%(roles)s)
   AND p.since <= %(seated_on)s AND (p.until IS NULL OR p.until > %(seated_on)s)
   AND d.since <= %(now)s AND coalesce(d.ended_at, d.until) > %(now)s
"""
_DECIDERS = DECIDERS_OF.format(units="%(units)s")

#: Whether something of the person is open, asked about or objected to: what it is about is not let go.
OPEN_MATTER = """(
EXISTS (SELECT 1 FROM ask a WHERE a.concerns = {member} AND a.answered_at IS NULL)
OR EXISTS (SELECT 1 FROM objection o WHERE {member} IN (o.member_id, o.objector_id) AND o.state = 'open'))
"""

#: Whether one of the chairs of an actor lets him answer the row of ``ask``; his own chairs bear his own number.
MAY_ANSWER = """
EXISTS (SELECT 1 FROM unnest(CAST(:units AS bigint[]), CAST(:whose AS bigint[])) AS c (unit, whose)
         WHERE c.unit = ask.unit_id AND c.whose IS DISTINCT FROM ask.concerns AND c.whose <> ALL(ask.not_by))
AND ask.unit_id = ANY(:units) AND :me IS DISTINCT FROM ask.concerns AND :me <> ALL(ask.not_by)
"""

#: The same for a row ``r`` of ``report``.
MAY_DECIDE_REPORT = """
r.step_unit_id = ANY(:units) AND r.member_id <> :me
AND EXISTS (SELECT 1 FROM unnest(CAST(:units AS bigint[]), CAST(:whose AS bigint[])) AS c (unit, whose)
             WHERE c.unit = r.step_unit_id AND c.whose <> r.member_id)
AND (r.step = 1 OR NOT EXISTS (SELECT 1 FROM decision e WHERE e.subject = 'report' AND e.subject_id = r.id
                                AND e.outcome = 'approved' AND e.decided_by = :me))
"""


def chairs(by: Actor) -> dict[str, Any]:
    """Return the values of ``MAY_ANSWER``: the units in which the actor decides, and in whose place."""
    held = seats(by)
    return {
        "units": [h.unit_id for h in held],
        "whose": [h.deputy_for or by.member_id for h in held],
        "me": by.member_id or 0,
    }


def deciders(unit_ids: Iterable[int], day: dt.date) -> dict[int, set[Entitled]]:
    """Return who is entitled to decide in each unit on ``day``: holders of posts, and whoever acts for them now."""
    return by_unit(ask(_DECIDERS, {"units": list(unit_ids), **seated(day)}))


def seated(day: dt.date) -> dict[str, Any]:
    """Return the values that ``DECIDERS_OF`` needs."""
    return {"roles": sorted(DECIDERS), "seated_on": day, "now": clock.now()}


def by_unit(rows: Iterable[Sequence[Any]]) -> dict[int, set[Entitled]]:
    """Return the rows of ``DECIDERS_OF`` by unit."""
    found: dict[int, set[Entitled]] = defaultdict(set)
    for unit_id, member_id, principal in rows:
        found[unit_id].add((member_id, principal))
    return found


def decisions_on(subject: str, subject_id: int) -> list[Decision]:
    """Return the decisions on one claim, oldest first."""
    return list(
        db.session.scalars(
            sa.select(Decision)
            .where(Decision.subject == subject, Decision.subject_id == subject_id)
            .order_by(Decision.id)
        )
    )
