"""What is asked of people about attendance: absences to explain, leave, a confirmer's own end, corrections."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from jifen.core.actor import Actor
from jifen.core.db import db
from jifen.core.errors import NotFound
from jifen.decisions import queries as decisions
from jifen.decisions.policy import seats
from jifen.points.attendance.models import Absence, Attendee, Gathering, Leave
from jifen.rulebook import queries as rulebooks


@dataclass(frozen=True, slots=True)
class Missed:
    """An absence as its person and the deciders read it."""

    id: int
    member_id: int
    member_name: str
    branch_id: int
    branch_name: str
    rulebook_id: int
    item_code: str
    meeting_code: str
    meeting_rulebook_id: int
    gathering_id: int
    occurred_on: dt.date
    kind: str
    state: str
    explain_by: dt.date
    explanation: str | None
    #: Name of the officer who wrote the words down; None where the person wrote them himself.
    entered_by: str | None
    #: What the decider said, and who he is.
    answer: str | None
    decided_by: str | None

    @property
    def item_name(self) -> str:
        """Where it counts once confirmed."""
        return rulebooks.book(self.rulebook_id).items[self.item_code].name

    @property
    def meeting_name(self) -> str:
        """The meeting that was missed."""
        return rulebooks.book(self.meeting_rulebook_id).items[self.meeting_code].name


_MISSED = """
SELECT b.id, b.member_id, coalesce(m.name, '（已删除）'), b.branch_id, u.name, b.rulebook_id, b.item_code,
       g.item_code, g.rulebook_id, g.id, b.occurred_on, b.kind, b.state, b.explain_by, b.explanation, e.name,
       d.reason, dm.name
  FROM absence b JOIN member m ON m.id = b.member_id JOIN unit u ON u.id = b.branch_id
  JOIN attendee t ON t.id = b.attendee_id JOIN gathering g ON g.id = t.gathering_id
  LEFT JOIN member e ON e.id = b.entered_by
  LEFT JOIN LATERAL (SELECT q.reason, q.decided_by FROM decision q
                      WHERE q.subject = 'absence' AND q.subject_id = b.id ORDER BY q.id DESC LIMIT 1) d ON true
  LEFT JOIN member dm ON dm.id = d.decided_by
"""


_MISSED_OWN = sa.text(
    _MISSED + " WHERE b.member_id = :member AND b.state <> 'dropped' AND b.kind <> 'on_leave'"
    "   AND (:after = 0 OR b.id < :after) ORDER BY b.id DESC LIMIT :limit"
)


_MISSED_WAITING = sa.text(
    _MISSED + " JOIN ask ON ask.subject = 'absence' AND ask.subject_id = b.id AND ask.answered_at IS NULL"
    f" WHERE b.id > :after AND {decisions.MAY_ANSWER} ORDER BY b.id LIMIT :limit"
)


_MISSED_ONE = sa.text(_MISSED + " WHERE b.id = :id")


def own_absences(*, by: Actor, after: int = 0, limit: int = 50) -> list[Missed]:
    """Return the actor's own absences, newest first; ``after`` is the last id shown."""
    values = {"member": by.member_id, "after": after, "limit": limit}
    return [Missed(*row) for row in db.session.execute(_MISSED_OWN, values)]


def waiting_absences(*, by: Actor, after: int = 0, limit: int = 50) -> list[Missed]:
    """Return the absences that the actor may decide, oldest first; ``after`` is the last id shown."""
    if not seats(by):
        return []
    values = {**decisions.chairs(by), "after": after, "limit": limit}
    return [Missed(*row) for row in db.session.execute(_MISSED_WAITING, values)]


def shown_absence(absence_id: int) -> Missed:
    """Return one absence for an answer; whoever calls has checked who looks.

    :raises NotFound: no such absence
    """
    row = db.session.execute(_MISSED_ONE, {"id": absence_id}).first()
    if row is None:
        raise NotFound(what="这件缺席事项")
    return Missed(*row)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for leave as its person and the deciders read it."""

    id: int
    member_id: int
    member_name: str
    branch_id: int
    branch_name: str
    since: dt.date
    #: The last day of the leave.
    until: dt.date
    reason: str
    state: str
    entered_by: str | None
    requested_at: dt.datetime


_LEAVES = """
SELECT l.id, l.member_id, coalesce(m.name, '（已删除）'), l.branch_id, u.name, l.since, l.until - 1, l.reason, l.state,
       e.name, l.requested_at
  FROM leave_request l JOIN member m ON m.id = l.member_id JOIN unit u ON u.id = l.branch_id
  LEFT JOIN member e ON e.id = l.entered_by
"""


_LEAVES_OWN = sa.text(
    _LEAVES + " WHERE l.member_id = :member AND (:after = 0 OR l.id < :after) ORDER BY l.id DESC LIMIT :limit"
)


_LEAVES_WAITING = sa.text(
    _LEAVES + " JOIN ask ON ask.subject = 'leave' AND ask.subject_id = l.id AND ask.answered_at IS NULL"
    f" WHERE l.id > :after AND {decisions.MAY_ANSWER} ORDER BY l.id LIMIT :limit"
)


_LEAVES_ONE = sa.text(_LEAVES + " WHERE l.id = :id")


def own_leaves(*, by: Actor, after: int = 0, limit: int = 50) -> list[Asked]:
    """Return the actor's own requests, newest first; ``after`` is the last id shown."""
    values = {"member": by.member_id, "after": after, "limit": limit}
    return [Asked(*row) for row in db.session.execute(_LEAVES_OWN, values)]


def waiting_leaves(*, by: Actor, after: int = 0, limit: int = 50) -> list[Asked]:
    """Return the requests that the actor may decide, oldest first; ``after`` is the last id shown."""
    if not seats(by):
        return []
    values = {**decisions.chairs(by), "after": after, "limit": limit}
    return [Asked(*row) for row in db.session.execute(_LEAVES_WAITING, values)]


def shown_leave(leave_id: int) -> Asked:
    """Return one request for an answer; whoever calls has checked who looks.

    :raises NotFound: no such request
    """
    row = db.session.execute(_LEAVES_ONE, {"id": leave_id}).first()
    if row is None:
        raise NotFound(what="这次请假")
    return Asked(*row)


@dataclass(frozen=True, slots=True)
class Told:
    """What a message about an absence or a leave says."""

    item_name: str
    occurred_on: dt.date
    until: dt.date


def told_of_absence(absence_id: int) -> Told | None:
    """Return what a message about an absence says; None if it is gone."""
    row = db.session.execute(
        sa.select(Gathering.rulebook_id, Gathering.item_code, Absence.occurred_on, Absence.explain_by)
        .join(Attendee, Attendee.gathering_id == Gathering.id)
        .join(Absence, Absence.attendee_id == Attendee.id)
        .where(Absence.id == absence_id)
    ).first()
    return Told(rulebooks.book(row[0]).items[row[1]].name, row[2], row[3]) if row else None


def told_of_leave(leave_id: int) -> Told | None:
    """Return what a message about a leave says; None if it is gone."""
    row = db.session.get(Leave, leave_id)
    return Told("请假", row.since, row.until - dt.timedelta(days=1)) if row else None


def told_of_gathering(gathering_id: int) -> Told | None:
    """Return what a message about a meeting says; None if it is gone."""
    row = db.session.get(Gathering, gathering_id)
    if row is None:
        return None
    name = rulebooks.book(row.rulebook_id).items[row.item_code].name
    return Told(name, row.occurred_on, row.occurred_on)


@dataclass(frozen=True, slots=True)
class WaitingEnd:
    """How the confirmer of a meeting ended, waiting for somebody else."""

    attendee_id: int
    gathering_id: int
    name: str
    outcome: str
    occurred_on: dt.date
    rulebook_id: int
    item_code: str

    @property
    def item_name(self) -> str:
        """The meeting."""
        return rulebooks.book(self.rulebook_id).items[self.item_code].name


_ENDS = (
    "SELECT a.id, g.id, coalesce(m.name, '（已注销）'), a.outcome, g.occurred_on, g.rulebook_id, g.item_code"
    "  FROM attendee a JOIN gathering g ON g.id = a.gathering_id JOIN member m ON m.id = a.member_id"
    "  JOIN ask ON ask.subject = 'attendee' AND ask.subject_id = a.id AND ask.answered_at IS NULL"
)


_ENDS_WAITING = sa.text(_ENDS + f" WHERE {decisions.MAY_ANSWER} ORDER BY a.id LIMIT 50")


def waiting_ends(*, by: Actor) -> list[WaitingEnd]:
    """Return the confirmers' own ends that the actor may confirm, oldest first, 50 at most."""
    if not seats(by):
        return []
    return [WaitingEnd(*row) for row in db.session.execute(_ENDS_WAITING, decisions.chairs(by))]


@dataclass(frozen=True, slots=True)
class WaitingCorrection:
    """A proposed correction."""

    id: int
    gathering_id: int | None
    occurred_on: dt.date
    names: str
    outcome: str | None
    proposed_by: str
    rulebook_id: int
    item_code: str

    @property
    def item_name(self) -> str:
        """The meeting, or what the list was of."""
        return rulebooks.book(self.rulebook_id).items[self.item_code].name


_CORRECTIONS = (
    "SELECT c.id, c.gathering_id, coalesce(g.occurred_on, r.occurred_on),"
    "       (SELECT string_agg(coalesce(m.name, '（已注销）'), '、' ORDER BY m.id) FROM member m"
    "         WHERE m.id = ANY(c.member_ids)),"
    "       c.outcome, coalesce(p.name, '（已注销）'), coalesce(g.rulebook_id, r.rulebook_id),"
    "       coalesce(g.item_code, r.item_code)"
    "  FROM roster_correction c JOIN member p ON p.id = c.proposed_by"
    "  LEFT JOIN gathering g ON g.id = c.gathering_id LEFT JOIN roster_entry r ON r.id = c.roster_id"
    "  JOIN ask ON ask.subject = 'correction' AND ask.subject_id = c.id AND ask.answered_at IS NULL"
)


_CORRECTIONS_WAITING = sa.text(_CORRECTIONS + f" WHERE {decisions.MAY_ANSWER} ORDER BY c.id LIMIT 50")


def waiting_corrections(*, by: Actor) -> list[WaitingCorrection]:
    """Return the corrections that the actor may decide, oldest first, 50 at most."""
    if not seats(by):
        return []
    return [WaitingCorrection(*row) for row in db.session.execute(_CORRECTIONS_WAITING, decisions.chairs(by))]
