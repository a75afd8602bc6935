"""What was asked this month, counted from rows that exist; how fast anybody answered is never counted."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa

from jifen.core import clock
from jifen.core.actor import Actor, Role, permits
from jifen.core.db import db
from jifen.core.period import Cycle, Period
from jifen.core.settings import ROOT
from jifen.cycle.models import BurdenOpinion
from jifen.cycle.policy import P


@dataclass(frozen=True, slots=True)
class Ceiling:
    """How much may be asked in a month."""

    since: dt.date
    member: int
    branch: int
    department: int


@lru_cache(maxsize=1)
def _ceilings() -> list[Ceiling]:
    text = (ROOT / "config" / "burden.toml").read_text(encoding="utf-8")
    return sorted((Ceiling(**row) for row in tomllib.loads(text)["ceiling"]), key=lambda c: c.since)


def ceiling(day: dt.date) -> Ceiling:
    """Return the ceilings that hold on a day (``config/burden.toml``)."""
    held = [one for one in _ceilings() if one.since <= day]
    return held[-1] if held else _ceilings()[0]


@dataclass(frozen=True, slots=True)
class Asked:
    """How much was asked of a branch, or of a department with its committee, in a month."""

    unit_id: int
    name: str
    kind: str
    #: Questions put to its deciders, reports among them; lists to publicise.
    questions: int
    reports: int
    lists: int
    most: int

    @property
    def total(self) -> int:
        return self.questions + self.reports + self.lists

    @property
    def over(self) -> bool:
        """Whether it is more than the ceiling."""
        return self.total > self.most


# What is asked of a committee or a general branch is asked of its department, which stands below the root.
_UNITS = sa.text(
    """
    WITH asked AS (
        SELECT CASE WHEN x.kind IN ('committee', 'general_branch') THEN split_part(x.path, '/', 3)::bigint
                    ELSE x.id END AS unit_id
          FROM ask a JOIN unit x ON x.id = a.unit_id WHERE a.asked_at >= :since AND a.asked_at < :until)
    SELECT u.id, u.name, u.kind, coalesce(a.n, 0), coalesce(r.n, 0), coalesce(p.n, 0)
      FROM unit u
      LEFT JOIN (SELECT unit_id, count(*) AS n FROM asked GROUP BY unit_id) a ON a.unit_id = u.id
      LEFT JOIN (SELECT branch_id, count(*) AS n FROM report
                  WHERE submitted_at >= :since AND submitted_at < :until GROUP BY branch_id) r ON r.branch_id = u.id
      LEFT JOIN (SELECT unit_id, count(*) AS n FROM publication
                  WHERE since >= :first AND since < :end GROUP BY unit_id) p ON p.unit_id = u.id
     WHERE u.until IS NULL AND u.kind IN ('branch', 'department')
       AND (u.path LIKE ANY(:paths) OR u.kind = 'department' AND u.id = ANY(:departments))
     ORDER BY u.path
    """
)


def asked_of_units(*, by: Actor, day: dt.date | None = None) -> list[Asked]:
    """Return what was asked in the month of the branches and departments that the actor works for, by the tree.

    Whoever works for a department's committee works for the department.
    """
    day = day or clock.today()
    month = Period.containing(day, Cycle.MONTH)
    most = ceiling(day)
    works = (Role.BRANCH_SECRETARY, Role.DEPUTY_SECRETARY, Role.PARTY_OFFICE, Role.ORGAN_COMMITTEE)
    paths = [h.path + "%" for h in by.holdings if h.role in (*works, Role.WC_OFFICE, Role.WC_LEADER)]
    if not paths:
        return []
    above = [h.path.split("/") for h in by.holdings if h.role == Role.ORGAN_COMMITTEE]
    departments = [int(line[2]) for line in above if len(line) > 3]
    values = {
        "paths": paths,
        "departments": departments,
        "first": month.since,
        "end": month.until,
        **_instants(month),
    }
    rows = db.session.execute(_UNITS, values)
    ceilings = {"branch": most.branch, "department": most.department}
    return [
        Asked(unit_id, name, kind, questions, reports, lists, ceilings[kind])
        for unit_id, name, kind, questions, reports, lists in rows
    ]


def _instants(month: Period) -> dict[str, dt.datetime]:
    since, until = (dt.datetime.combine(d, dt.time(), clock.SHANGHAI) for d in (month.since, month.until))
    return {"since": since, "until": until}


@dataclass(frozen=True, slots=True)
class AskedOfMe:
    """How much was asked of oneself in a month."""

    reminders: int
    returned: int
    most: int

    @property
    def total(self) -> int:
        return self.reminders + self.returned


_MINE = sa.text(
    """
    SELECT (SELECT count(*) FROM notice WHERE member_id = :me AND kind LIKE '%reminder%'
               AND created_at >= :since AND created_at < :until),
           (SELECT count(*) FROM decision WHERE concerns = :me AND outcome = 'returned'
               AND decided_at >= :since AND decided_at < :until)
    """
)


def asked_of_me(*, by: Actor, day: dt.date | None = None) -> AskedOfMe:
    """Return what was asked of the actor himself in the month; nobody else sees it."""
    day = day or clock.today()
    month = Period.containing(day, Cycle.MONTH)
    row = db.session.execute(_MINE, {"me": by.member_id or 0, **_instants(month)}).one()
    return AskedOfMe(row[0], row[1], ceiling(day).member)


def opinions(*, by: Actor, after: int = 0, limit: int = 50) -> list[BurdenOpinion]:
    """Return the opinions, newest first: all of them to those who hear them, else one's own."""
    stmt = sa.select(BurdenOpinion).order_by(BurdenOpinion.id.desc()).limit(limit)
    if not permits(by, P.HEAR):
        stmt = stmt.where(BurdenOpinion.member_id == (by.member_id or 0))
    if after:
        stmt = stmt.where(BurdenOpinion.id < after)
    return list(db.session.scalars(stmt))
