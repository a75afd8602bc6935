"""Reads of objections: what each party may read of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from jifen.core import days
from jifen.core.actor import Actor, permits
from jifen.core.db import db
from jifen.decisions import asks, objections
from jifen.decisions.models import Ask
from jifen.decisions.models_objections import Objection
from jifen.decisions.models_publicity import Publication
from jifen.decisions.policy_objections import P
from jifen.decisions.states_objections import WORDS
from jifen.members.models import Member
from jifen.members.policy import WORKS_WITH_PEOPLE
from jifen.org.models import Unit

_WHOSE, _WHO = aliased(Member), aliased(Member)
_ASKED = aliased(Unit)


@dataclass(frozen=True, slots=True)
class Shown:
    """An objection as its reader may see it; what is not his to read is None."""

    id: int
    state: str
    unit_name: str
    #: Kind and period of the list; None for one's own score at any time.
    kind: str | None
    period: str | None
    publication_id: int | None
    entry_id: int | None
    member_id: int
    member_name: str
    objector_name: str | None
    how: str
    received_on: dt.date
    words: str | None
    answer_by: dt.date
    #: Which organisation looks again now; None once it is closed.
    asked_unit: str | None
    reason: str | None
    answered_at: dt.datetime | None
    #: Whether somebody else than the person himself objects.
    by_other: bool
    #: Whether the reader may answer it now, and take it back.
    mine_to_answer: bool
    mine_to_withdraw: bool


def _select() -> sa.Select:
    return (
        sa.select(
            Objection,
            Unit.name,
            Publication.kind,
            Publication.period,
            _WHOSE.name,
            _WHO.name,
            _ASKED.name,
            Unit.path,
        )
        .join(Unit, Unit.id == Objection.unit_id)
        .join(_WHOSE, _WHOSE.id == Objection.member_id)
        .join(_WHO, _WHO.id == Objection.objector_id)
        .outerjoin(Publication, Publication.id == Objection.publication_id)
        .outerjoin(
            Ask,
            sa.and_(
                Ask.subject == objections.SUBJECT,
                Ask.subject_id == Objection.id,
                Ask.answered_at.is_(None),
            ),
        )
        .outerjoin(_ASKED, _ASKED.id == Ask.unit_id)
    )


def _read(row: sa.Row, by: Actor, answers: set[int]) -> Shown:
    one, unit_name, kind, period, whose, who, asked, _ = row
    mine = one.id in answers
    himself = by.member_id == one.objector_id
    own_line = by.member_id == one.member_id
    other = one.objector_id != one.member_id
    # Who objects to another's line is known to whoever looks again or took the paper, to nobody else.
    knows = mine or himself or by.member_id in (one.entered_by, one.answered_by) or not other
    reason = one.reason if own_line or not himself else one.reason_other
    return Shown(
        id=one.id,
        state=one.state,
        unit_name=unit_name,
        kind=kind,
        period=period,
        publication_id=one.publication_id,
        entry_id=one.entry_id,
        member_id=one.member_id,
        member_name=whose or "（已删除）",
        objector_name=(who or "（已删除）") if knows else None,
        how=one.how,
        received_on=one.received_on,
        words=one.words if knows or not own_line else None,
        answer_by=one.answer_by,
        asked_unit=asked,
        reason=reason,
        answered_at=one.answered_at,
        by_other=other,
        mine_to_answer=mine,
        mine_to_withdraw=one.answered_at is None and (himself or by.member_id == one.entered_by),
    )


def objection(objection_id: int, *, by: Actor) -> Shown:
    """Return one objection.

    :raises UnknownObjection: no such objection, or not the actor's to see
    """
    found = objections.access(objection_id, by=by)
    answers = {found.id} if permits(by, P.ANSWER, objections.contest_of(found)) else set()
    row = db.session.execute(_select().where(Objection.id == found.id)).one()
    return _read(row, by, answers)


def visible(
    *, by: Actor, state: str | None = None, after: int = 0, limit: int = 50, own: bool = False
) -> list[Shown]:
    """Return the objections that the actor may see, newest first; ``after`` is the last id shown.

    :param own: only those that he brought himself
    """
    answers = {one.subject_id for one in asks.open_for(objections.SUBJECT, by=by, limit=200)}
    brought = sa.or_(Objection.objector_id == by.member_id, Objection.entered_by == by.member_id)
    about_me = sa.and_(Objection.member_id == by.member_id, Objection.answered_by.is_not(None))
    over = [Unit.path.startswith(h.path, autoescape=True) for h in by.holdings if h.role in WORKS_WITH_PEOPLE]
    whose = Objection.objector_id == by.member_id if own else sa.or_(brought, about_me, *over)
    if answers and not own:
        whose = sa.or_(whose, Objection.id.in_(sorted(answers)))
    stmt = _select().where(whose).order_by(Objection.id.desc()).limit(limit)
    if state is not None:
        stmt = stmt.where(Objection.state == state)
    if after:
        stmt = stmt.where(Objection.id < after)
    return [_read(row, by, answers) for row in db.session.execute(stmt)]


def told(objection_id: int) -> dict[str, str] | None:
    """Return what a message about an objection says; None if there is none."""
    stmt = sa.select(Objection.state, Objection.answer_by).where(Objection.id == objection_id)
    row = db.session.execute(stmt).first()
    if row is None:
        return None
    return {"number": str(objection_id), "state": WORDS[row.state], "answer_by": days.spoken(row.answer_by)}
