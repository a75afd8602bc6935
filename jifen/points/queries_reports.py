"""Reads of reports, with the names that people read beside the numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from jifen.core import clock
from jifen.core.actor import Actor
from jifen.core.db import db
from jifen.decisions import queries as decisions
from jifen.decisions.rules import steps
from jifen.points import queries, reports
from jifen.points.models import Report, RosterEntry
from jifen.points.policy import P
from jifen.rulebook import queries as rulebooks
from jifen.rulebook.engine.item import Feeder


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision on a report as people read it: who, for which organisation, in whose place."""

    step: int
    #: approved, returned, revoked.
    outcome: str
    decider_name: str
    #: Whose post the decider held as a deputy; None where it was his own.
    principal_name: str | None
    unit_name: str
    #: The reason of a return, the basis of a confirmation.
    reason: str | None
    decided_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Filed:
    """A report as people read it."""

    id: int
    number: int
    member_id: int
    member_name: str
    branch_id: int
    branch_name: str
    rulebook_id: int
    item_code: str
    occurred_on: dt.date
    quantity: Decimal
    value: Decimal | None
    level: str | None
    words: str
    evidence: str | None
    state: str
    version: int
    previous_id: int | None
    submitted_at: dt.datetime
    decided_at: dt.datetime | None
    #: Why it was given back last; empty if it never was.
    return_reason: str
    #: Which step of how many is asked, or was asked last; and of which unit.
    step: int
    asked_unit: str
    decided: tuple[Decided, ...] = ()
    steps: int = 1
    item_name: str = ""
    unit: str = ""


_FILED = """
    SELECT r.id, r.number, r.member_id, coalesce(m.name, '（已删除）'), r.branch_id, u.name, r.rulebook_id,
           r.item_code, r.occurred_on, r.quantity, r.value, r.level, r.words, r.evidence, r.state, r.version,
           r.previous_id, r.submitted_at, r.decided_at,
           coalesce((SELECT d.reason FROM decision d WHERE d.subject = 'report' AND d.subject_id = r.id
                        AND d.outcome = 'returned' ORDER BY d.id DESC LIMIT 1), ''),
           r.step, coalesce((SELECT a.name FROM unit a WHERE a.id = r.step_unit_id), ''),
           (SELECT json_agg(json_build_array(d.step, d.outcome, coalesce(w.name, '（已删除）'), p.name, v.name, d.reason,
                                             d.decided_at) ORDER BY d.id)
              FROM decision d JOIN member w ON w.id = d.decided_by JOIN unit v ON v.id = d.unit_id
              LEFT JOIN member p ON p.id = d.on_behalf_of
             WHERE d.subject = 'report' AND d.subject_id = r.id)
      FROM report r JOIN unit u ON u.id = r.branch_id JOIN member m ON m.id = r.member_id
"""
_BY_ID = sa.text(_FILED + " WHERE r.id = ANY(:ids) ORDER BY r.id")
_OWN = sa.text(
    _FILED + " WHERE r.member_id = :me AND (:after = 0 OR r.id < :after)"
    " AND (CAST(:state AS text) IS NULL OR r.state = :state) ORDER BY r.id DESC LIMIT :limit"
)
_WAITING = sa.text(
    _FILED
    + " WHERE r.state = 'pending' AND "
    + decisions.MAY_DECIDE_REPORT
    + " AND r.id > :after AND (CAST(:item AS text) IS NULL OR r.item_code = :item)"
    " AND (CAST(:ids AS bigint[]) IS NULL OR r.id = ANY(:ids)) ORDER BY r.id LIMIT :limit"
)


_BELOW = sa.text(
    _FILED
    + " WHERE r.state = 'pending' AND u.path LIKE ANY(CAST(:below AS text[])) ORDER BY r.id LIMIT :limit"
)


def _named(stmt: sa.TextClause, values: dict[str, Any]) -> list[Filed]:
    rows = [
        Filed(*row[:-1], decided=tuple(_decided(*one) for one in row[-1] or ()))  # type: ignore[misc]
        for row in db.session.execute(stmt, values)
    ]
    books = rulebooks.books({row.rulebook_id for row in rows})
    named = []
    for row in rows:
        rules = books[row.rulebook_id]
        item = rules.items[row.item_code]
        count = len(steps(rules.chain(item, row.level)))
        named.append(replace(row, item_name=item.name, unit=item.unit, steps=count))
    return named


def _decided(step: int, outcome: str, name: str, principal: str | None, *rest: str | None) -> Decided:
    unit, reason, at = rest
    return Decided(step, outcome, name, principal, unit or "", reason, dt.datetime.fromisoformat(at or ""))


def filed(report_ids: Sequence[int]) -> list[Filed]:
    """Return the reports with these ids; whoever asks has been let through to them."""
    return _named(_BY_ID, {"ids": list(report_ids)})


def report(report_id: int, *, by: Actor) -> Filed:
    """Return one report.

    :raises NotYours: no such report, or not the actor's to see
    """
    reports.access(report_id, P.SEE_REPORT, by=by)
    return filed([report_id])[0]


def own(*, by: Actor, state: str | None = None, after: int = 0, limit: int = 50) -> list[Filed]:
    """Return the actor's own reports, newest first; ``after`` is the last id shown."""
    return _named(_OWN, {"me": by.member_id or 0, "state": state, "after": after, "limit": limit})


def waiting(
    *,
    by: Actor,
    after: int = 0,
    limit: int = 50,
    item: str | None = None,
    ids: Sequence[int] | None = None,
) -> list[Filed]:
    """Return what waits for the actor's decision, oldest first; never his own matter.

    :param item: only this item's code
    :param ids: only these, as far as they wait for him
    """
    chairs = decisions.chairs(by)
    if not chairs["units"]:
        return []
    return _named(
        _WAITING,
        chairs | {"after": after, "limit": limit, "item": item, "ids": None if ids is None else list(ids)},
    )


def pending_below(paths: Sequence[str], *, limit: int = 50) -> list[Filed]:
    """Return what waits in the branches below these paths, whoever is asked; the caller has checked the reader."""
    below = [path.replace("%", "") + "%" for path in paths]
    return _named(_BELOW, {"below": below, "limit": limit})


@dataclass(frozen=True, slots=True)
class Reportable:
    """An item that a member may report himself."""

    code: str
    name: str
    unit: str
    clause: str
    words: tuple[str, ...]
    levels: tuple[str, ...]
    quantity_min: Decimal
    quantity_max: Decimal | None
    quantity_step: Decimal
    evidence_basis: str | None


def reportable(*, by: Actor, day: dt.date | None = None) -> list[Reportable]:
    """Return what the actor may report himself under the rulebook that holds for him on ``day``.

    :raises NotInScheme: he belongs to no branch that day
    """
    rules = queries.rules_of(by.member_id or 0, day or clock.today())
    return [
        Reportable(
            i.code,
            i.name,
            i.unit,
            i.clause,
            i.words,
            i.levels,
            i.quantity_min,
            i.quantity_max,
            i.quantity_step,
            i.evidence.basis if i.evidence and i.evidence.min else None,
        )
        for i in rules.book.items.values()
        if i.off is None and Feeder.SELF_REPORT in i.feeders
    ]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line of a decider's queue (待审)."""

    report_id: int
    number: int
    branch_name: str
    member_name: str
    item_code: str
    rulebook_id: int
    occurred_on: dt.date
    quantity: Decimal
    words: str
    submitted_at: dt.datetime


_QUEUE = sa.text(
    """
    SELECT r.id, r.number, u.name, coalesce(m.name, '（已删除）'), r.item_code, r.rulebook_id, r.occurred_on,
           r.quantity, r.words, r.submitted_at
      FROM report r JOIN unit u ON u.id = r.branch_id JOIN member m ON m.id = r.member_id
     WHERE r.state = 'pending' AND {may} AND r.id > :after
     ORDER BY r.id LIMIT :limit
    """.replace("{may}", decisions.MAY_DECIDE_REPORT)
)


def queue(*, by: Actor, after: int = 0, limit: int = 20) -> list[Waiting]:
    """Return what waits for the actor's decision, oldest first; never his own matter."""
    chairs = decisions.chairs(by)
    if not chairs["units"]:
        return []
    rows = db.session.execute(_QUEUE, chairs | {"after": after, "limit": limit})
    return [Waiting(*row) for row in rows]


def own_reports(*, by: Actor, after: int = 0, limit: int = 20) -> list[Report]:
    """Return the actor's own reports, newest first; ``after`` is the last id shown."""
    stmt = sa.select(Report).where(Report.member_id == by.member_id).order_by(Report.id.desc()).limit(limit)
    if after:
        stmt = stmt.where(Report.id < after)
    return list(db.session.scalars(stmt))


def return_reason(report_id: int) -> str:
    """Return why a report was given back; empty if it was not."""
    stmt = sa.text(
        "SELECT reason FROM decision WHERE subject = 'report' AND subject_id = :r AND outcome = 'returned'"
        " ORDER BY id DESC LIMIT 1"
    )
    return db.session.scalar(stmt, {"r": report_id}) or ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a message about a report says."""

    #: None for a list, which has no number that people type.
    number: int | None
    item_name: str
    quantity: Decimal
    unit: str
    occurred_on: dt.date


def told_of_roster(roster_id: int) -> Told | None:
    """Return what a message about a list says; None if the list is gone."""
    row = db.session.get(RosterEntry, roster_id)
    if row is None:
        return None
    item = rulebooks.book(row.rulebook_id).items[row.item_code]
    return Told(None, item.name, row.quantity, item.unit, row.occurred_on)


def told(report_id: int) -> Told | None:
    """Return what a message about a report says; None if the report is gone."""
    report = db.session.get(Report, report_id)
    if report is None:
        return None
    item = rulebooks.book(report.rulebook_id).items[report.item_code]
    return Told(report.number, item.name, report.quantity, item.unit, report.occurred_on)
