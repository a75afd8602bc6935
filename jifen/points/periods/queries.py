"""Reads of periods: where branches stand, and what still waits in them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from jifen.core.actor import Actor, Role
from jifen.core.db import db
from jifen.core.period import Period
from jifen.decisions.states_publicity import WORDS as LIST_WORDS
from jifen.members.policy import WORKS_WITH_PEOPLE
from jifen.points.periods.states import WORDS


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a branch's period stands."""

    unit_id: int
    unit_name: str
    period: str
    state: str
    #: Civil day from which the clock draws the list.
    draw_on: dt.date
    #: The newest list; None while none is drawn.
    publication_id: int | None
    revision: int | None
    list_state: str | None
    since: dt.date | None
    until: dt.date | None
    #: Reports of its days that nobody has decided on.
    pending: int

    @property
    def period_words(self) -> str:
        return Period.parse(self.period).words

    @property
    def state_words(self) -> str:
        return WORDS[self.state]

    @property
    def list_words(self) -> str:
        return LIST_WORDS[self.list_state] if self.list_state else "还没有生成"

    @property
    def last_day(self) -> dt.date | None:
        return self.until - dt.timedelta(days=1) if self.until else None


_STANDS = """
SELECT b.unit_id, u.name, b.period, b.state, b.draw_on, p.id, p.revision, p.state, p.since, p.until,
       (SELECT count(*) FROM report r WHERE r.branch_id = b.unit_id AND r.state = 'pending'
         AND r.occurred_on >= b.since AND r.occurred_on < b.until)
  FROM branch_period b
  JOIN unit u ON u.id = b.unit_id
  LEFT JOIN LATERAL (SELECT * FROM publication p WHERE p.kind = 'points' AND p.unit_id = b.unit_id
                      AND p.period = b.period ORDER BY p.revision DESC LIMIT 1) p ON true
 WHERE u.path LIKE ANY(:below) AND b.period = :period AND b.unit_id > :after
 ORDER BY b.unit_id LIMIT :limit
"""
_PERIODS = """
SELECT b.period FROM branch_period b JOIN unit u ON u.id = b.unit_id
 WHERE u.path LIKE ANY(:below) GROUP BY b.period, b.since ORDER BY b.since DESC, b.period LIMIT 12
"""


def _below(by: Actor) -> list[str]:
    return [f"{h.path}%" for h in by.holdings if h.role in WORKS_WITH_PEOPLE]


def periods(*, by: Actor) -> list[str]:
    """Return the periods that have ended in the actor's part of the tree, newest first; at most twelve."""
    return list(db.session.scalars(sa.text(_PERIODS), {"below": _below(by)}))


def stands(period: str, *, by: Actor, after: int = 0, limit: int = 50) -> list[Stand]:
    """Return where a period stands in the branches with whose people the actor works, by branch id."""
    values = {"below": _below(by), "period": period, "after": after, "limit": limit}
    return [Stand(*row) for row in db.session.execute(sa.text(_STANDS), values)]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the lists of a period are, below a unit."""

    unit_id: int
    drawn: int
    of: int


_PROGRESS = """
SELECT count(p.unit_id), count(*)
  FROM unit u LEFT JOIN (SELECT DISTINCT unit_id FROM publication WHERE kind = 'points' AND period = :period) p
    ON p.unit_id = u.id
 WHERE u.kind = 'branch' AND u.until IS NULL AND u.path LIKE :below
"""


def office(by: Actor) -> int | None:
    """Return the unit all of whose branches the actor closes together; the widest one, None if there is none."""
    held = [
        h
        for h in by.holdings
        if h.role in (Role.PARTY_OFFICE, Role.ORGAN_COMMITTEE, Role.WC_OFFICE, Role.WC_LEADER)
    ]
    return min(held, key=lambda h: len(h.path)).unit_id if held else None


def progress(period: str, *, by: Actor) -> Progress | None:
    """Return how many branches of the actor's office have their list; None for who has no office."""
    unit_id = office(by)
    if unit_id is None:
        return None
    path = next(h.path for h in by.holdings if h.unit_id == unit_id)
    drawn, of = db.session.execute(sa.text(_PROGRESS), {"period": period, "below": f"{path}%"}).one()
    return Progress(unit_id, drawn, of)
