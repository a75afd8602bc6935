"""Objection, review and answer (异议、复核、答复), whatever it is about.

The room that owns the figure says what is contested (``Contested``) and, after
the answer, corrects it by entries of its own. Here stand the days, who may
object, who looks again, and that a list waits for the answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from jifen.audit import service as audit
from jifen.core import clock, workdays
from jifen.core.actor import Actor, Door, permits, words_for
from jifen.core.db import db, transaction
from jifen.core.errors import Forbidden
from jifen.core.states import advance
from jifen.decisions import asks, publicity
from jifen.decisions.errors_objections import (
    AlreadyOpen,
    EnteredByDecider,
    NoReason,
    NotEntitled,
    NoWords,
    TooEarly,
    TooLate,
    UnknownObjection,
)
from jifen.decisions.models_objections import Objection
from jifen.decisions.policy_objections import Contest, P
from jifen.decisions.states_objections import MOVE_TO, MOVES, OUTCOMES, WORDS, ObjectionState
from jifen.members import queries as members
from jifen.notices import service as notices
from jifen.org import queries as org

SUBJECT = "objection"
#: How somebody else's objection may reach the officer who enters it.
ON_PAPER = ("paper", "mouth")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contested:
    """What somebody objects to, as the room that owns it says."""

    #: Identity over all revisions of a list: ``points:42:2026Q3``, ``entry:17``.
    about: str
    #: What it is called in a refusal.
    words: str
    contest: Contest
    publication_id: int | None = None
    entry_id: int | None = None
    #: Where the review starts: the path of the organisation that the rulebook names.
    review_path: str
    #: First and last civil day on which an objection is in time.
    since: dt.date
    last_day: dt.date
    answer_working_days: int


def raise_(
    contested: Contested,
    words: str,
    *,
    objector_id: int | None = None,
    how: str | None = None,
    received_on: dt.date | None = None,
    by: Actor,
) -> Objection:
    """Object to something, or enter the objection of somebody who brought it on paper or by mouth.

    :param objector_id: whose objection is entered; the actor's own if None
    :param how: ``paper`` or ``mouth`` where it is entered for somebody
    :param received_on: the day on which the paper came; it decides whether it is in time
    :raises NotEntitled: neither his own line nor on a list that his branch was shown
    :raises EnteredByDecider: whoever enters it decided the matter, or it is his own
    :raises TooEarly, TooLate, NoWords: see errors
    :raises AlreadyOpen: the same person's objection to the same line is being looked at
    """
    with transaction() as session:
        today = clock.today()
        objector = objector_id or by.member_id
        received = received_on or today
        _check_who(contested, objector, how, by)
        if not words.strip():
            raise NoWords
        if not contested.since <= received <= today:
            raise TooEarly(day=received, since=contested.since)
        if received > contested.last_day:
            raise TooLate(what=contested.words, day=contested.last_day)
        assert objector is not None, "checked above"
        apart = contested.contest.deciders | {objector, by.member_id}
        row = Objection(
            about=contested.about,
            publication_id=contested.publication_id,
            entry_id=contested.entry_id,
            unit_id=contested.contest.unit_id,
            member_id=contested.contest.member_id,
            objector_id=objector,
            how=how or by.door,
            entered_by=by.member_id,
            entered_at=clock.now(),
            received_on=received,
            words=words.strip()[:500],
            answer_by=workdays.add(received, contested.answer_working_days),
            state=ObjectionState.OPEN,
        )
        try:
            with session.begin_nested():
                session.add(row)
                session.flush()  # row.id, and that one is open at a time
        except sa.exc.IntegrityError as err:
            raise _already_open(contested, objector) from err
        asks.ask(
            SUBJECT,
            row.id,
            unit_id=asks.unit_for(contested.review_path, row.member_id, not_by=_numbers(apart)),
            concerns=row.member_id,
            answer_by=row.answer_by,
            not_by=_numbers(apart),
        )
        audit.record(by=by, action="objection.raise", subject=SUBJECT, subject_id=row.id, codes=row.about)
        if objector != by.member_id:
            _tell("objection_entered", row, objector)
        return row


def _check_who(contested: Contested, objector: int | None, how: str | None, by: Actor) -> None:
    contest = contested.contest
    if objector == by.member_id:
        if how in ON_PAPER or not permits(by, P.RAISE, contest):
            raise NotEntitled
        return
    if how not in ON_PAPER:
        raise NotEntitled
    if not permits(by, P.ENTER, contest):
        handled = by.member_id in contest.deciders | {contest.member_id}
        raise EnteredByDecider if handled else Forbidden(action=words_for(P.ENTER))
    where = members.belonging(objector or 0, clock.today())
    for_him = Actor(Door.CONSOLE, objector, branch_id=where.branch_id if where else None)
    if not permits(for_him, P.RAISE, contest):
        raise NotEntitled


def _already_open(contested: Contested, objector: int) -> AlreadyOpen:
    same = db.session.execute(
        sa.select(Objection.id, Objection.answer_by).where(
            Objection.about == contested.about,
            Objection.member_id == contested.contest.member_id,
            Objection.objector_id == objector,
            Objection.state == ObjectionState.OPEN,
        )
    ).first()
    return AlreadyOpen(number=same.id if same else "-", answer_by=same.answer_by if same else "近日")


def _numbers(ids: frozenset[int | None]) -> list[int]:
    return sorted(one for one in ids if one is not None)


def contest_of(row: Objection) -> Contest:
    """Return an objection as permissions see it."""
    asked = asks.open_ask(SUBJECT, row.id)
    return Contest(
        member_id=row.member_id,
        unit_id=row.unit_id,
        path=org.unit(row.unit_id).path,
        deciders=frozenset(asked.not_by) - {row.objector_id, row.entered_by} if asked else frozenset(),
        objector_id=row.objector_id,
        entered_by=row.entered_by,
        asked_unit_id=asked.unit_id if asked else None,
        answered=row.answered_at is not None and row.state != ObjectionState.WITHDRAWN,
    )


def access(objection_id: int, permission: P = P.SEE, *, by: Actor, lock: bool = False) -> Objection:
    """Return an objection that the actor may see and do this to.

    :raises UnknownObjection: no such objection, or not the actor's to see
    :raises Forbidden: his to see, not to do this to
    """
    stmt = sa.select(Objection).where(Objection.id == objection_id)
    if lock:
        stmt = stmt.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalar(stmt)
    if found is None:
        raise UnknownObjection(number=objection_id)
    contest = contest_of(found)
    if not permits(by, P.SEE, contest):
        raise UnknownObjection(number=objection_id)
    if permission != P.ANSWER and not permits(by, permission, contest):
        raise Forbidden(action=words_for(permission))
    return found


def answer(
    objection_id: int,
    outcome: ObjectionState,
    reason: str,
    *,
    reason_other: str | None = None,
    by: Actor,
) -> Objection:
    """Answer an objection with reasons, as somebody who did not decide what it is about.

    :param reason: for the person whose line it is
    :param reason_other: for another objector, without the person's private matters
    :raises UnknownObjection: no such objection, or not the actor's to see
    :raises NotByYou: he decided what is contested, entered the objection, or it is his own matter
    :raises Answered: somebody answered first
    :raises NoReason: no reasons were given
    """
    with transaction() as session:
        row = access(objection_id, P.ANSWER, by=by, lock=True)
        if outcome not in OUTCOMES:
            raise NoReason(whom="请选择成立、部分成立或不成立")
        asked = asks.access(SUBJECT, row.id, by=by)
        if not reason.strip():
            raise NoReason(whom="写给本人")
        others = row.objector_id != row.member_id
        if others and not (reason_other or "").strip():
            raise NoReason(whom="写给提出异议的同志，不要写他人的私事")
        row.state = advance(MOVES, row.state, MOVE_TO[outcome], what=f"{row.id}号异议", words=WORDS)
        row.reason = reason.strip()[:500]
        row.reason_other = (reason_other or "").strip()[:500] if others else None
        row.answered_by, row.answered_at = by.member_id, clock.now()
        session.flush()  # the state, before lists ask what is open
        asks.decide(asked, outcome, by=by)
        audit.record(by=by, action="objection.answer", subject=SUBJECT, subject_id=row.id, codes=row.state)
        if outcome != ObjectionState.REJECTED and row.publication_id is not None:
            publicity.uphold(row.publication_id, row.member_id, row.reason, by=by)
        _tell("objection_answered", row, row.objector_id)
        if others and outcome != ObjectionState.REJECTED:
            _tell("objection_changed", row, row.member_id)
        return row


def withdraw(objection_id: int, *, by: Actor) -> Objection:
    """Take an objection back before it is answered.

    :raises UnknownObjection, Forbidden: not the actor's to see, or not his to take back
    :raises NotNow: it was answered
    """
    with transaction() as session:
        row = access(objection_id, P.WITHDRAW, by=by, lock=True)
        row.state = advance(MOVES, row.state, "withdraw", what=f"{row.id}号异议", words=WORDS)
        row.answered_at = clock.now()
        session.flush()  # the state, before lists ask what is open
        asks.answered(SUBJECT, row.id)
        audit.record(by=by, action="objection.withdraw", subject=SUBJECT, subject_id=row.id)
        return row


def _tell(kind: str, row: Objection, member_id: int) -> None:
    notices.queue_many(
        kind=kind, rows=[(f"objection:{row.id}:{kind}:{member_id}", member_id, {"objection": row.id})]
    )


_HELD = sa.text(
    """
    SELECT DISTINCT p.id FROM publication p
      JOIN publication q ON (q.kind, q.unit_id, q.period, q.matter) = (p.kind, p.unit_id, p.period, p.matter)
      JOIN objection o ON o.publication_id = q.id AND o.state = 'open'
     WHERE p.id = ANY(:ids)
    """
)


def held(publication_ids: Sequence[int]) -> set[int]:
    """Return which lists wait for an answer, be it to an earlier revision of theirs."""
    return set(db.session.scalars(_HELD, {"ids": list(publication_ids)}))


publicity.wait_for(held)


def open_members() -> set[int]:
    """Return the members whose words and reports must be kept: theirs, or about them, is an open objection."""
    stmt = sa.select(Objection.member_id, Objection.objector_id).where(Objection.state == ObjectionState.OPEN)
    return {one for pair in db.session.execute(stmt) for one in pair}
