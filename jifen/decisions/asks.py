"""What waits for a decider (待办): asked of a unit, answered once, never by whom it concerns.

A question names a unit and no person: whoever decides there today sees it, a
successor from his first day on. Reports, the hot path, keep their own columns
and follow the same rules.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping

import sqlalchemy as sa

from jifen.audit import service as audit
from jifen.core import clock
from jifen.core.actor import Actor
from jifen.core.db import db, transaction
from jifen.core.errors import NotFound
from jifen.decisions import queries
from jifen.decisions.errors import Answered, NobodyDecides, NotByYou
from jifen.decisions.models import Ask, Decision
from jifen.decisions.policy import seat, seats
from jifen.decisions.rules import DECIDED_BY, Entitled, deciding_unit, start
from jifen.org.models import Unit
from jifen.org.queries import line


def unit_for(
    path: str,
    concerns: int | None,
    *,
    not_by: Iterable[int] = (),
    step: str = "branch_secretary",
    deciders: Mapping[int, Collection[Entitled]] | None = None,
) -> int:
    """Return the nearest unit, from the one with ``path`` up, in which somebody else is entitled today.

    :param path: path of the unit where the question starts, usually the branch
    :param step: step of a decision chain; it starts at the organisation that the step names
    :param deciders: who is entitled on that line today, where it is known already
    :raises NobodyDecides: nobody else is entitled on the whole line
    """
    upwards = line(path)[::-1]
    if DECIDED_BY[step] != ("branch",):
        kinds = dict(
            db.session.execute(sa.select(Unit.id, Unit.kind).where(Unit.id.in_(upwards))).tuples().all()
        )
        upwards = start([(unit, kinds[unit]) for unit in upwards], step)
    if deciders is None:
        deciders = queries.deciders(upwards, clock.today())
    found = deciding_unit(upwards, deciders, concerns, *not_by)
    if found is None:
        raise NobodyDecides
    return found


def ask(
    subject: str,
    subject_id: int,
    *,
    unit_id: int,
    concerns: int | None,
    answer_by: dt.date | None = None,
    not_by: Iterable[int] = (),
) -> Ask:
    """Ask the deciders of a unit; inside a transaction. One question is open per subject and id.

    :param concerns: whose matter it is; he never answers. None where it is nobody's own
    :param answer_by: last day in time; past it the question goes up at once
    :param not_by: who must not answer either
    """
    with transaction() as session:
        row = Ask(
            subject=subject,
            subject_id=subject_id,
            home_id=unit_id,
            unit_id=unit_id,
            concerns=concerns,
            not_by=sorted({one for one in not_by if one is not None}),
            answer_by=answer_by,
        )
        session.add(row)
        session.flush()  # one open question is the database's promise
        return row


def open_ask(subject: str, subject_id: int, *, lock: bool = False) -> Ask | None:
    """Return the open question, None if nothing is asked; whoever calls has checked who looks."""
    stmt = sa.select(Ask).where(
        Ask.subject == subject, Ask.subject_id == subject_id, Ask.answered_at.is_(None)
    )
    if lock:
        stmt = stmt.with_for_update().execution_options(populate_existing=True)
    return db.session.scalar(stmt)


def access(subject: str, subject_id: int, *, by: Actor) -> Ask:
    """Return the open question, locked, if ``by`` answers it today.

    :raises NotFound: no such question, or none of a unit in which he decides
    :raises NotByYou: he decides there, but must keep out of this one
    :raises Answered: somebody answered first, though somebody above may be asked now
    """
    found = db.session.scalar(
        sa.select(Ask)
        .where(Ask.subject == subject, Ask.subject_id == subject_id)
        .order_by(Ask.answered_at.is_not(None), Ask.id.desc())
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None or seat(by, found.unit_id) is None:
        if _was_asked(subject, subject_id, by=by):
            raise Answered  # here, and somebody above is asked now
        raise NotFound(what="这件待办")
    if seat(by, found.unit_id, found.concerns, *found.not_by) is None:
        raise NotByYou
    if found.answered_at is not None:
        raise Answered
    return found


def _was_asked(subject: str, subject_id: int, *, by: Actor) -> bool:
    stmt = sa.select(
        sa.exists().where(
            Ask.subject == subject,
            Ask.subject_id == subject_id,
            Ask.answered_at.is_not(None),
            Ask.unit_id.in_([h.unit_id for h in seats(by)]),
        )
    )
    return bool(db.session.scalar(stmt))


def decide(found: Ask, outcome: str, *, by: Actor, reason: str | None = None, step: int = 1) -> Decision:
    """Record who answered, by which post and why, and close the question; ``found`` comes from ``access``."""
    with transaction() as session:
        by_post = seat(by, found.unit_id, found.concerns, *found.not_by)
        if by_post is None or by.member_id is None:
            raise NotByYou
        row = Decision(
            subject=found.subject,
            subject_id=found.subject_id,
            step=step,
            outcome=outcome,
            concerns=found.concerns,
            on_behalf_of=by_post.deputy_for,
            decided_by=by.member_id,
            unit_id=found.unit_id,
            reason=(reason or "").strip()[:200] or None,
            door=by.door,
            decided_at=clock.now(),
        )
        session.add(row)
        found.answered_at = clock.now()
        session.flush()  # the decision, once: the database's promise
        return row


def answered(subject: str, subject_id: int) -> None:
    """Close the open question, if there is one: nothing is asked any more."""
    with transaction() as session:
        session.execute(
            sa.update(Ask)
            .where(Ask.subject == subject, Ask.subject_id == subject_id, Ask.answered_at.is_(None))
            .values(answered_at=clock.now())
        )


def open_for(subject: str, *, by: Actor, after: int = 0, limit: int = 50) -> list[Ask]:
    """Return the open questions of one kind that the actor may answer, oldest first; ``after`` is the last id."""
    if not seats(by):
        return []
    stmt = (
        sa.select(Ask)
        .where(
            Ask.subject == subject,
            Ask.answered_at.is_(None),
            Ask.id > after,
            sa.text(queries.MAY_ANSWER).bindparams(**queries.chairs(by)),
        )
        .order_by(Ask.id)
        .limit(limit)
    )
    return list(db.session.scalars(stmt))


def reroute(*, by: Actor, unit_id: int | None = None) -> int:
    """Ask the right unit again, where posts ended or began since; what went up for lateness stays up.

    :param unit_id: only questions that this unit has, or had first; all open ones if None
    :return: how many moved
    """
    moved = 0
    with transaction() as session:
        stmt = (
            sa.select(Ask, Unit.path)
            .join(Unit, Unit.id == sa.case((Ask.raised > 0, Ask.unit_id), else_=Ask.home_id))
            .where(Ask.answered_at.is_(None))
            .order_by(Ask.id)
            .with_for_update(of=Ask)
        )
        if unit_id is not None:
            stmt = stmt.where(sa.or_(Ask.unit_id == unit_id, Ask.home_id == unit_id))
        for row, path in session.execute(stmt).all():
            try:
                asked = unit_for(path, row.concerns, not_by=row.not_by)
            except NobodyDecides:
                continue
            if asked != row.unit_id:
                move(row, asked)
                moved += 1
                audit.record(by=by, action="ask.reroute", subject=row.subject, subject_id=row.subject_id)
        session.flush()  # the new questions, inside the lock
    return moved


def move(row: Ask, unit_id: int) -> None:
    """Ask another unit; its working days start anew."""
    row.unit_id, row.asked_at, row.reminded_at = unit_id, clock.now(), None
