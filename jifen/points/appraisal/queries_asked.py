"""What an appraisal asks of people: tasks, confirmations, the next step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from jifen.core import clock
from jifen.core.actor import Actor
from jifen.core.db import db
from jifen.core.errors import NotFound
from jifen.decisions import asks
from jifen.points.appraisal import rules, service
from jifen.points.appraisal.publishing import DONE, TASK_WORDS
from jifen.points.appraisal.states import WORDS
from jifen.rulebook import queries as rulebooks


@dataclass(frozen=True, slots=True)
class Task:
    """What a final grade or a probationary line asks of the branch."""

    id: int
    member_id: int
    member_name: str
    branch_id: int
    branch_name: str
    year: int
    kind: str
    words: str
    because: str
    #: Code -> words of what may have been done.
    choices: Mapping[str, str]
    done: str | None
    done_words: str
    minute: str | None
    done_on: dt.date | None


_TASKS = sa.text(
    """
    SELECT t.id, t.member_id, coalesce(m.name, '（已删除）'), t.branch_id, u.name, l.year, t.kind, t.because, a.rulebook_id,
           t.done, t.minute, t.done_on
      FROM appraisal_task t
      JOIN appraisal_line l ON l.id = t.line_id JOIN appraisal a ON a.id = l.appraisal_id
      JOIN unit u ON u.id = t.branch_id LEFT JOIN member m ON m.id = t.member_id
     WHERE t.id = ANY(:ids) ORDER BY t.id
    """
)


def tasks(*, by: Actor, after: int = 0, limit: int = 50) -> list[Task]:
    """Return the open tasks that wait for the actor, oldest first."""
    waiting = [a.subject_id for a in asks.open_for(service.TASK, by=by, limit=200)]
    return [one for one in _tasks(waiting) if one.id > after][:limit]


def task(task_id: int) -> Task:
    """Return one task; whoever calls has checked who asks.

    :raises NotFound: no such task
    """
    found = _tasks([task_id])
    if not found:
        raise NotFound(what="这件待办")
    return found[0]


def _tasks(ids: list[int]) -> list[Task]:
    return [
        Task(  # type: ignore[call-arg]
            *row[:7],
            TASK_WORDS[row.kind],
            _because(row.rulebook_id, row.because),
            DONE[row.kind],
            row.done,
            DONE[row.kind].get(row.done or "", ""),
            row.minute,
            row.done_on,
        )
        for row in db.session.execute(_TASKS, {"ids": ids})
    ]


def _because(rulebook_id: int, code: str) -> str:
    """Return the name of a score line, or the grade itself."""
    lines = {one.code: one.name for one in rulebooks.book(rulebook_id).lines}
    return lines.get(code, f"评议等次“{code}”")


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A grade of somebody who recorded the steps, before the next higher organisation."""

    line_id: int
    member_name: str
    branch_name: str
    year: int
    total: Decimal
    by_score: str | None
    grade: str | None
    why: str


_CONFIRM = sa.text(
    """
    SELECT l.id, coalesce(m.name, '（已删除）'), u.name, a.year, l.total, l.by_score, l.grade,
           coalesce((SELECT string_agg(c.reason, '；' ORDER BY c.id)
                       FROM appraisal_change c JOIN appraisal_step s ON s.id = c.step_id
                      WHERE s.appraisal_id = a.id AND s.undone_at IS NULL AND c.member_id = l.member_id), '')
      FROM appraisal_line l JOIN appraisal a ON a.id = l.appraisal_id JOIN unit u ON u.id = a.branch_id
      LEFT JOIN member m ON m.id = l.member_id
     WHERE l.id = ANY(:ids) ORDER BY l.id
    """
)


def confirmations(*, by: Actor, after: int = 0, limit: int = 50) -> list[Confirmation]:
    """Return the recorders' own grades that the actor may confirm, oldest first."""
    waiting = [a.subject_id for a in asks.open_for(service.OWN, by=by, limit=200)]
    rows = [Confirmation(*row) for row in db.session.execute(_CONFIRM, {"ids": waiting})]
    return [one for one in rows if one.line_id > after][:limit]


def years() -> tuple[int, int]:
    """Return the years that may be appraised now: this one and the last."""
    today = clock.today()
    return today.year, today.year - 1


@dataclass(frozen=True, slots=True)
class Waiting:
    """An appraisal whose next step waits for the reader."""

    id: int
    branch_name: str
    year: int
    state_words: str
    due_on: dt.date


_WAITING = sa.text(
    "SELECT a.id, u.name, a.year, a.state FROM appraisal a JOIN unit u ON u.id = a.branch_id"
    " WHERE a.id = ANY(:ids) ORDER BY a.id"
)


def steps_waiting(*, by: Actor, limit: int = 50) -> list[Waiting]:
    """Return the appraisals whose next step waits for the actor, oldest first."""
    ids = [a.subject_id for a in asks.open_for(service.STEP, by=by, limit=limit)]
    rows = db.session.execute(_WAITING, {"ids": ids})
    return [Waiting(i, name, year, WORDS[state], rules.due_on(year)) for i, name, year, state in rows]
