"""Requests about one's own data: correct, object, limit; asked by anybody, answered by somebody else with reasons.

A correction that is granted is written by the answer, in the same transaction,
by the verb that owns the particular. The question follows a person who moves.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from jifen.access import binding
from jifen.audit import service as audit
from jifen.core import clock, workdays
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import db, transaction
from jifen.core.errors import Forbidden, Invalid, NotFound
from jifen.decisions import asks
from jifen.decisions.errors import NobodyDecides
from jifen.decisions.models import Ask
from jifen.decisions.policy import seat
from jifen.members import amending
from jifen.members import queries as members
from jifen.members.models import Membership
from jifen.members.policy import Person
from jifen.notices import service as notices
from jifen.org import queries as org
from jifen.privacy import rules
from jifen.privacy.errors import (
    AlreadyAsked,
    Closed,
    MovedOn,
    NothingToCorrect,
    NotWritten,
    PrintedAlready,
    UnknownRequest,
    UseObjection,
)
from jifen.privacy.models import PrivacyRequest
from jifen.privacy.policy import P, Request
from jifen.privacy.rules import Kind, RequestState
from jifen.web.secrecy import NO_SECRETS

SUBJECT = "privacy"
ON_PAPER = ("paper", "mouth")
#: How long a registered paper copy may be printed.
PRINT_WITHIN = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody asks, as a door heard it."""

    kind: str
    what: str = ""
    #: What a particular should say.
    value: str = ""
    words: str = ""
    #: Number of the person for whom it is entered; the actor himself if None.
    member_number: str | None = None
    how: str | None = None
    received_on: dt.date | None = None


def ask(wish: Wish, *, by: Actor) -> PrivacyRequest:
    """Ask for oneself, or enter what somebody brought on paper or by mouth.

    A paper copy and a withdrawn consent need no answer: the first is printed
    within a day by whoever entered it, the second holds at once.

    :raises NotFound: no such person, or not the actor's to enter for
    :raises NothingToCorrect: it is not said what, or the value is none
    :raises UseObjection: points, which are objected to
    :raises AlreadyAsked: the same waits for its answer
    """
    with transaction() as session:
        kind = Kind(wish.kind)
        whose, how = _whose(wish, by)
        what, value = _content(kind, wish)
        _refuse_twice(whose.member_id, kind, what)
        unit = org.unit(org.line(whose.branch_path)[-1]) if whose.branch_path else org.root()
        assert unit is not None, "somebody asks, so that there is a work committee"
        today = clock.today()
        row = PrivacyRequest(
            kind=kind,
            what=what,
            value=value or None,
            words=wish.words.strip()[: rules.WORDS] or None,
            member_id=whose.member_id,
            unit_id=unit.id,
            how=how,
            entered_by=by.member_id,
            received_on=_received(wish.received_on, how, today),
            answer_by=workdays.add(today, rules.ANSWER_WORKING_DAYS),
        )
        session.add(row)
        session.flush()  # its number
        if kind == Kind.WITHDRAW:
            binding.withdraw_for(whose.member_id, by=by)
            _close(row, RequestState.GRANTED, by=by)
        elif kind != Kind.COPY:
            apart = [by.member_id] if how in ON_PAPER else []
            asked = asks.unit_for(
                unit.path, whose.member_id, not_by=[a for a in apart if a is not None], step=_step(what)
            )
            asks.ask(
                SUBJECT,
                row.id,
                unit_id=asked,
                concerns=whose.member_id,
                answer_by=row.answer_by,
                not_by=[a for a in apart if a is not None],
            )
        audit.record(
            by=by, action="privacy.ask", subject=SUBJECT, subject_id=row.id, codes=f"{kind} {what}".strip()
        )
        return row


def _whose(wish: Wish, by: Actor) -> tuple[Person, str]:
    """Return whom it is about and how it came in."""
    today = clock.today()
    if wish.how not in ON_PAPER:
        if wish.member_number is not None:
            whom = members.member_by_number(wish.member_number).id
            if whom != by.member_id:
                raise Invalid(reason="代为登记请选择书面或口头，并写明收到的日期。")
        person = members.person(by.member_id or 0, today)
        if not permits(by, P.ASK, person):
            raise Forbidden(action=words_for(P.ASK))
        if wish.kind in (Kind.COPY, Kind.WITHDRAW):
            raise Invalid(reason="本人请直接在“我的信息”导出或撤回同意，不用申请。")
        return person, by.door
    if wish.member_number is None:
        raise Invalid(reason="请写明为谁登记（积分编号）。")
    person = members.person(members.member_by_number(wish.member_number).id, today)
    may = P.HAND_OUT if wish.kind in (Kind.COPY, Kind.WITHDRAW) else P.ENTER
    if not permits(by, P.ENTER, person):
        raise NotFound(what=f"编号为“{wish.member_number}”的党员")
    if not permits(by, may, person):
        raise Forbidden(action=words_for(may))
    return person, wish.how


def _received(day: dt.date | None, how: str, today: dt.date) -> dt.date:
    if how not in ON_PAPER or day is None:
        return today
    if day > today:
        raise Invalid(reason="收到的日期还没有到，请核对。")
    return day


def _content(kind: Kind, wish: Wish) -> tuple[str, str]:
    """Return the code of what it is about, and the new value."""
    known = rules.choices(kind)
    if not known:
        return "", ""
    what = rules.understood(kind, wish.what.strip())
    if what == rules.POINTS:
        raise UseObjection
    if what is None:
        raise NothingToCorrect(why=f"请写明{rules.KIND_WORDS[kind]}哪一项：{'、'.join(known.values())}")
    if kind != Kind.CORRECT:
        if not wish.words.strip():
            raise NothingToCorrect(why="请写明理由，一两句话即可")
        return what, ""
    value = wish.value.strip()
    if what in rules.WRITTEN:
        return what, amending.checked(what, value)
    if not value and not wish.words.strip():
        raise NothingToCorrect(why=f"请写明{known[what]}应改成什么")
    return what, value[: rules.VALUE]


def _step(what: str) -> str:
    return "department_committee" if what in rules.ABOVE_THE_BRANCH else "branch_secretary"


def _refuse_twice(member_id: int, kind: Kind, what: str) -> None:
    # Whoever asks twice at once waits here for the first.
    lock = sa.text("SELECT 1 FROM member WHERE id = :m FOR UPDATE")
    db.session.execute(lock, {"m": member_id})
    found = db.session.scalar(
        sa.select(PrivacyRequest).where(
            PrivacyRequest.member_id == member_id,
            PrivacyRequest.kind == kind,
            PrivacyRequest.what == what,
            PrivacyRequest.state == RequestState.OPEN,
        )
    )
    if found is None:
        return
    if kind == Kind.COPY:
        # Registered and never printed: the new paper takes its place.
        _close(found, RequestState.WITHDRAWN, by=None)
        return
    raise AlreadyAsked(what=rules.called(kind, what), number=found.id, day=found.answer_by)


def _close(row: PrivacyRequest, state: RequestState, *, by: Actor | None) -> None:
    row.state, row.answered_at = state, clock.now()
    row.answered_by = by.member_id if by else None
    db.session.flush()  # the state, before anybody asks what is open


def _locked(request_id: int) -> PrivacyRequest:
    row = db.session.scalar(
        sa.select(PrivacyRequest)
        .where(PrivacyRequest.id == request_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise UnknownRequest
    return row


def matter(row: PrivacyRequest, asked: Ask | None) -> Request:
    """Return a request as permissions see it."""
    return Request(
        row.member_id,
        "",
        entered_by=row.entered_by,
        asked_unit_id=asked.unit_id if asked else None,
    )


def answer(request_id: int, granted: bool, reason: str, *, by: Actor) -> PrivacyRequest:
    """Answer a request with reasons; what was to be corrected is written with a yes.

    :raises UnknownRequest: no such request, or none that the actor may look at
    :raises NotByYou: his own matter, or he entered it
    :raises Answered: somebody answered first
    :raises MovedOn: the person belongs to another branch now, which was asked instead
    :raises NotWritten: the new value cannot stand there
    """
    with transaction():
        row = _locked(request_id)
        was = asks.open_ask(SUBJECT, row.id)
        if was is not None and seat(by, was.unit_id) is not None and (branch := follow(row, was, by=by)):
            raise MovedOn(branch=branch)
        try:
            found = asks.access(SUBJECT, row.id, by=by)
        except NotFound as err:
            raise UnknownRequest from err
        if len(reason.strip()) < 2:
            raise Invalid(reason=f"请写明理由，本人会看到。{NO_SECRETS}")
        if granted and row.kind == Kind.CORRECT and row.what in rules.WRITTEN:
            try:
                amending.amend(row.member_id, row.what, row.value or "", by=by)
            except Invalid as err:
                raise NotWritten(why=err.data["reason"].rstrip("。")) from err
        outcome = RequestState.GRANTED if granted else RequestState.REFUSED
        row.reason = reason.strip()[: rules.WORDS]
        _close(row, outcome, by=by)
        asks.decide(found, outcome, by=by)
        audit.record(by=by, action="privacy.answer", subject=SUBJECT, subject_id=row.id, codes=outcome)
        key = f"privacy:{row.id}:answered"
        notices.queue_many(kind="privacy_answered", rows=[(key, row.member_id, {"request": row.id})])
        return row


def withdraw(request_id: int, *, by: Actor) -> PrivacyRequest:
    """Take a request back before it is answered.

    :raises UnknownRequest: no such request, or not the actor's
    :raises Closed: it was answered or taken back
    """
    with transaction():
        row = _locked(request_id)
        if by.member_id is None or by.member_id not in (row.member_id, row.entered_by):
            raise UnknownRequest
        if row.state != RequestState.OPEN:
            raise Closed(state=rules.STATE_WORDS[RequestState(row.state)])
        _close(row, RequestState.WITHDRAWN, by=None)
        asks.answered(SUBJECT, row.id)
        audit.record(by=by, action="privacy.withdraw", subject=SUBJECT, subject_id=row.id)
        return row


def follow(row: PrivacyRequest, asked: Ask, *, by: Actor) -> str:
    """Ask where the person belongs now; returns the name of the branch he moved to, empty if he did not."""
    where = members.belonging(row.member_id, clock.today())
    if where is None or where.branch_id == row.unit_id:
        return ""
    row.unit_id = where.branch_id
    unit = asks.unit_for(where.branch_path, row.member_id, not_by=asked.not_by, step=_step(row.what))
    asked.home_id, asked.raised = unit, 0
    asks.move(asked, unit)
    db.session.flush()  # the new question, inside the lock
    audit.record(by=by, action="ask.reroute", subject=SUBJECT, subject_id=row.id)
    return where.branch_name


def follow_all(*, by: Actor) -> int:
    """Let every open request follow a person who moved; returns how many did."""
    moved = 0
    today = clock.today()
    stmt = (
        sa.select(PrivacyRequest, Ask)
        .join(Ask, sa.and_(Ask.subject == SUBJECT, Ask.subject_id == PrivacyRequest.id))
        .join(
            Membership,
            sa.and_(Membership.member_id == PrivacyRequest.member_id, members.on_day(today, Membership)),
        )
        .where(Ask.answered_at.is_(None), Membership.branch_id != PrivacyRequest.unit_id)
        .with_for_update(of=[PrivacyRequest, Ask])
    )
    with transaction() as session:
        for row, asked in session.execute(stmt).all():
            try:
                moved += bool(follow(row, asked, by=by))
            except NobodyDecides:
                continue
    return moved


def take_copy(request_id: int, *, by: Actor) -> PrivacyRequest:
    """Spend a registered paper copy: it is printed once, within a day, by whoever entered it.

    :raises UnknownRequest: no such request, or somebody else entered it
    :raises Forbidden: he no longer serves the person's branch
    :raises PrintedAlready: it was printed, or registered too long ago
    """
    with transaction():
        row = _locked(request_id)
        if row.kind != Kind.COPY or row.entered_by != by.member_id:
            raise UnknownRequest
        if not permits(by, P.HAND_OUT, members.person(row.member_id, clock.today())):
            raise Forbidden(action=words_for(P.HAND_OUT))
        if row.state != RequestState.OPEN or row.entered_at < clock.now() - PRINT_WITHIN:
            raise PrintedAlready
        _close(row, RequestState.GRANTED, by=by)
        return row
