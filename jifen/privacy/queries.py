"""Reads of requests about one's own data."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from jifen.core.actor import Actor, permits
from jifen.core.db import db
from jifen.decisions.models import Ask
from jifen.decisions.policy import seats
from jifen.members.models import Member
from jifen.org.models import Unit
from jifen.privacy import rules, service
from jifen.privacy.errors import UnknownRequest
from jifen.privacy.models import PrivacyRequest
from jifen.privacy.policy import P
from jifen.privacy.rules import RequestState

_ASKED = aliased(Unit)


@dataclass(frozen=True, slots=True)
class Shown:
    """A request as its reader sees it."""

    id: int
    kind: str
    what: str
    #: What it is called: 更正姓名 …
    called: str
    value: str | None
    words: str | None
    member_id: int
    name: str
    number: str
    unit_name: str
    how: str
    received_on: dt.date
    answer_by: dt.date
    state: str
    state_words: str
    #: Which organisation answers now; None once it is closed.
    asked_unit: str | None
    reason: str | None
    answered_at: dt.datetime | None
    #: Whether a yes writes the new value, or the office does it on the person's page.
    written: bool
    mine_to_answer: bool
    mine_to_withdraw: bool
    #: Whether the reader may print this copy.
    mine_to_print: bool


def _select() -> sa.Select:
    waiting = sa.and_(
        Ask.subject == service.SUBJECT, Ask.subject_id == PrivacyRequest.id, Ask.answered_at.is_(None)
    )
    return (
        sa.select(PrivacyRequest, Ask, Member.name, Member.number, Unit.name, _ASKED.name)
        .join(Member, Member.id == PrivacyRequest.member_id)
        .join(Unit, Unit.id == PrivacyRequest.unit_id)
        .outerjoin(Ask, waiting)
        .outerjoin(_ASKED, _ASKED.id == Ask.unit_id)
    )


def _read(found: sa.Row, by: Actor) -> Shown:
    row, asked, name, number, unit_name, asked_name = found
    is_open = row.state == RequestState.OPEN
    return Shown(
        id=row.id,
        kind=row.kind,
        what=row.what,
        called=rules.called(row.kind, row.what),
        value=row.value,
        words=row.words,
        member_id=row.member_id,
        name=name or "（已删除）",
        number=number,
        unit_name=unit_name,
        how=row.how,
        received_on=row.received_on,
        answer_by=row.answer_by,
        state=row.state,
        state_words=rules.STATE_WORDS[RequestState(row.state)],
        asked_unit=asked_name,
        reason=row.reason,
        answered_at=row.answered_at,
        written=row.what in rules.WRITTEN,
        mine_to_answer=permits(by, P.ANSWER, service.matter(row, asked)),
        mine_to_withdraw=is_open and by.member_id in (row.member_id, row.entered_by),
        mine_to_print=is_open and row.kind == rules.Kind.COPY and by.member_id == row.entered_by,
    )


def request(request_id: int, *, by: Actor) -> Shown:
    """Return one request.

    :raises UnknownRequest: no such request, or not the actor's to see
    """
    found = db.session.execute(_select().where(PrivacyRequest.id == request_id)).first()
    if found is None or not permits(by, P.SEE, service.matter(found[0], found[1])):
        raise UnknownRequest
    return _read(found, by)


def visible(
    *, by: Actor, own: bool = False, state: str | None = None, after: int = 0, limit: int = 50
) -> list[Shown]:
    """Return the requests that the actor made, entered or may answer, newest first; ``after`` is the last id shown.

    :param own: only those about himself
    """
    mine = PrivacyRequest.member_id == by.member_id
    whose: sa.ColumnElement[bool] = mine
    if not own:
        units = [h.unit_id for h in seats(by)]
        whose = sa.or_(mine, PrivacyRequest.entered_by == by.member_id, Ask.unit_id.in_(units))
    stmt = _select().where(whose).order_by(PrivacyRequest.id.desc()).limit(limit)
    if state is not None:
        stmt = stmt.where(PrivacyRequest.state == state)
    if after:
        stmt = stmt.where(PrivacyRequest.id < after)
    rows = db.session.execute(stmt).all()
    return [_read(one, by) for one in rows if permits(by, P.SEE, service.matter(one[0], one[1]))]
