"""What waits too long: one reminder after three working days, the next organisation after seven.

Reports and all other questions alike. A decider gets one collected notice a
day, whatever the number; what nobody above can take stays at the top and is listed.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from jifen.audit import service as audit
from jifen.core import clock, workdays
from jifen.core.actor import Actor
from jifen.core.db import db, transaction
from jifen.decisions import asks
from jifen.decisions import queries as decisions
from jifen.decisions.errors import NobodyDecides
from jifen.decisions.models import Ask
from jifen.decisions.rules import may_decide
from jifen.notices import service as notices
from jifen.org import queries as org
from jifen.org.models import Unit
from jifen.points import reports
from jifen.points.models import Report
from jifen.points.states import ReportState

#: Working days without an answer after which the deciders are reminded, once, and after which it goes up.
REMIND_AFTER, ESCALATE_AFTER = 3, 7


@dataclass(frozen=True, slots=True)
class Late:
    """A report or a question that waits, in one shape."""

    row: Report | Ask
    unit_id: int
    path: str
    #: Who must not answer it.
    apart: tuple[int | None, ...]


def remind(day: dt.date) -> int:
    """Owe one collected reminder to everybody who could answer what waits for three working days.

    :return: how many things were reminded of; each once for every organisation asked
    """
    before = _cut(day, REMIND_AFTER)
    with transaction():
        late = [
            *_reports(Report.reminded_at.is_(None), _asked(Report) < before),
            *_asks(Ask.reminded_at.is_(None), Ask.asked_at < before),
        ]
        _tell("decider_reminder", day, [(one, one.unit_id) for one in late])
        now = clock.now()
        for one in late:
            one.row.reminded_at = now
        db.session.flush()  # reminded once
        return len(late)


def escalate(day: dt.date, *, by: Actor) -> int:
    """Ask the next organisation above about what waits for seven working days, or past the last day in time.

    Both sides are told; where nobody above is entitled it stays.

    :return: how many went up
    """
    before = _cut(day, ESCALATE_AFTER)
    with transaction():
        past = sa.and_(Ask.answer_by < day, Ask.raised == 0)
        late = [*_reports(_asked(Report) < before), *_asks(sa.or_(Ask.asked_at < before, past))]
        moved: list[tuple[Late, int]] = []
        for one in late:
            above = _above(one)
            if above is not None:
                moved.append((one, above))
        now = clock.now()
        for one, above in moved:
            row = one.row
            if isinstance(row, Ask):
                asks.move(row, above)
                audit.record(by=by, action="ask.escalate", subject=row.subject, subject_id=row.subject_id)
            else:
                row.step_unit_id, row.asked_at, row.reminded_at = above, now, None
                audit.record(by=by, action="report.escalate", subject="report", subject_id=row.id)
            row.raised += 1
        _tell("decider_escalated", day, [(one, one.unit_id) for one, _ in moved])
        _tell("decider_received", day, moved)
        db.session.flush()  # the new questions, inside the lock
        return len(moved)


def _cut(day: dt.date, count: int) -> dt.datetime:
    """Return the instant before which something was asked that waits for ``count`` working days on ``day``."""
    return clock.at(workdays.before(day, count) + dt.timedelta(days=1))


def _asked(row: type[Report]) -> sa.ColumnElement[dt.datetime]:
    return sa.func.coalesce(row.asked_at, row.submitted_at)


def _reports(*which: sa.ColumnElement[bool]) -> list[Late]:
    stmt = (
        sa.select(Report, Unit.path)
        .join(Unit, Unit.id == Report.step_unit_id)
        .where(Report.state == ReportState.PENDING, *which)
        .order_by(Report.id)
        .with_for_update(of=Report)
        .execution_options(populate_existing=True)
    )
    rows = db.session.execute(stmt).all()
    earlier = reports.earlier_deciders([r.id for r, _ in rows if r.step > 1])
    return [
        Late(row, row.step_unit_id, path, (row.member_id, *earlier.get(row.id, ()))) for row, path in rows
    ]


def _asks(*which: sa.ColumnElement[bool]) -> list[Late]:
    stmt = (
        sa.select(Ask, Unit.path)
        .join(Unit, Unit.id == Ask.unit_id)
        .where(Ask.answered_at.is_(None), *which)
        .order_by(Ask.id)
        .with_for_update(of=Ask)
        .execution_options(populate_existing=True)
    )
    return [
        Late(row, row.unit_id, path, (row.concerns, *row.not_by)) for row, path in db.session.execute(stmt)
    ]


def _above(one: Late) -> int | None:
    upper = org.line(one.path)[:-1]
    if not upper:
        return None
    concerns, *apart = one.apart
    path = "/" + "/".join(map(str, upper)) + "/"
    try:
        return asks.unit_for(path, concerns, not_by=[a for a in apart if a is not None])
    except NobodyDecides:
        return None


def _tell(kind: str, day: dt.date, late: Iterable[tuple[Late, int]]) -> None:
    """Owe everybody who may answer in the unit named beside each thing one notice with their number."""
    asked: Sequence[tuple[Late, int]] = list(late)
    entitled = decisions.deciders({unit for _, unit in asked}, day)
    counted: Counter[int] = Counter()
    for one, unit in asked:
        who = {member for member, principal in entitled[unit] if may_decide(member, principal, *one.apart)}
        counted.update(who)
    notices.queue_many(
        kind=kind,
        rows=[(f"{kind}:{day}:{member}", member, {"count": n}) for member, n in sorted(counted.items())],
    )


@dataclass(frozen=True, slots=True)
class Stuck:
    """Something at the top that nobody answered in time, or nobody there may answer."""

    subject: str
    subject_id: int
    unit_name: str
    since: dt.datetime


_STUCK = sa.text(
    """
    SELECT 'report', r.id, u.name, coalesce(r.asked_at, r.submitted_at)
      FROM report r JOIN unit u ON u.id = r.branch_id JOIN unit a ON a.id = r.step_unit_id
     WHERE r.state = 'pending' AND a.parent_id IS NULL AND coalesce(r.asked_at, r.submitted_at) < :before
     UNION ALL
    SELECT q.subject, q.subject_id, u.name, q.asked_at
      FROM ask q JOIN unit u ON u.id = q.home_id JOIN unit a ON a.id = q.unit_id
     WHERE q.answered_at IS NULL AND a.parent_id IS NULL AND q.asked_at < :before
     ORDER BY 4, 1, 2 LIMIT 200
    """
)


def stuck(day: dt.date) -> list[Stuck]:
    """Return what waits at the top for three working days and more, oldest first; by organisation, no person named."""
    return [Stuck(*row) for row in db.session.execute(_STUCK, {"before": _cut(day, REMIND_AFTER)})]
