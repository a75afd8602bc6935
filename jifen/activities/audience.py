"""Whom an activity concerns: who is expected, who signed up, who may sign up."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

import sqlalchemy as sa

from jifen.activities.kinds import Gate, kind
from jifen.activities.models import Activity, SignUp
from jifen.activities.states import SignUpState
from jifen.core import clock
from jifen.core.db import db
from jifen.org.models import Unit, UnitKind
from jifen.org.queries import unit
from jifen.points.attendance import queries as attendance


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody expected."""

    member_id: int
    number: str
    name: str
    exempt: bool
    #: Reason of the leave that covers the day, once granted.
    leave: str | None = None
    #: Asked for and not answered yet.
    leave_asked: bool = False


_POSTS = sa.text(
    """
    SELECT DISTINCT m.id, m.number, coalesce(m.name, '（已删除）'), false
      FROM post p JOIN member m ON m.id = p.member_id
     WHERE p.unit_id = :unit AND p.since <= :day AND (p.until IS NULL OR p.until > :day)
       AND p.role IN ('branch_secretary', 'deputy_secretary', 'branch_committee')
     ORDER BY 3, 1
    """
)
_HERE = sa.text(
    """
    SELECT s.category, s.since
      FROM membership s JOIN unit u ON u.id = s.branch_id
     WHERE s.member_id = :member AND starts_with(u.path, :path)
       AND (CAST(:cell AS bigint) IS NULL OR s.cell_id = :cell)
       AND s.since <= :day AND (s.until IS NULL OR s.until > :day)
    """
)


class Dated(Protocol):
    """An activity, or a row that says as much of one."""

    @property
    def kind(self) -> str: ...
    @property
    def audience_id(self) -> int: ...
    @property
    def starts_at(self) -> dt.datetime: ...


def day_of(activity: Dated) -> dt.date:
    """Return the civil day on which it begins: the day of its deeds."""
    return clock.civil_day(activity.starts_at)


def branch_and_cell(activity: Dated) -> tuple[Unit, int | None]:
    """Return the branch of an audience that is a branch or a cell, and the cell."""
    whom = unit(activity.audience_id)
    if whom.kind == UnitKind.CELL:
        assert whom.parent_id is not None, "a cell stands below a branch"
        return unit(whom.parent_id), whom.id
    return whom, None


def expected(activity: Dated) -> list[Called]:
    """Return who must be there on its day, exempt people among them, by name; nobody where one signs up."""
    of = kind(activity.kind)
    if not of.expects:
        return []
    branch, cell = branch_and_cell(activity)
    day = day_of(activity)
    if of.posts_only:
        return [Called(*row) for row in db.session.execute(_POSTS, {"unit": branch.id, "day": day})]
    return [
        Called(
            p.member_id,
            p.number,
            p.name,
            p.exempt,
            p.leave if p.leave_state == "granted" else None,
            p.leave_state == "requested",
        )
        for p in attendance.expected(branch, day, cell_id=cell)
    ]


def expected_ids(activity: Dated) -> list[int]:
    """Return the ids of those who must be there and are not exempt."""
    return sorted(p.member_id for p in expected(activity) if not p.exempt)


def signed_up(activity_id: int, *states: SignUpState) -> list[int]:
    """Return whose sign-up stands so, in the order of the queue."""
    stmt = (
        sa.select(SignUp.member_id)
        .where(SignUp.activity_id == activity_id, SignUp.state.in_(states))
        .order_by(SignUp.position)
    )
    return list(db.session.scalars(stmt))


def concerned(activity: Activity) -> list[int]:
    """Return whom a change of the activity concerns: expected, joined or waiting; by id."""
    joined = signed_up(activity.id, SignUpState.JOINED, SignUpState.WAITING)
    return sorted({*joined, *expected_ids(activity)})


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody belongs to the audience on a day."""

    category: str
    since: dt.date


def standing(activity: Activity, member_id: int) -> Standing | None:
    """Return how somebody belongs to the audience on the activity's day; None where he does not."""
    whom = unit(activity.audience_id)
    cell = whom.id if whom.kind == UnitKind.CELL else None
    path = branch_and_cell(activity)[0].path if cell else whom.path
    values = {"member": member_id, "path": path, "cell": cell, "day": day_of(activity)}
    row = db.session.execute(_HERE, values).first()
    return Standing(*row) if row else None


def passes(gate: Gate, who: Standing, day: dt.date) -> bool:
    """Return whether somebody meets a condition on that day."""
    if gate.categories and who.category not in gate.categories:
        return False
    return (day - who.since).days >= gate.days
