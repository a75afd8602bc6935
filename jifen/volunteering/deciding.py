"""What waits for somebody about a record: a long day, the same time twice, a correction."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import sqlalchemy as sa

from jifen.audit import service as audit
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import db, transaction
from jifen.core.errors import Forbidden, NotFound
from jifen.core.states import advance
from jifen.decisions import asks
from jifen.decisions import queries as decisions
from jifen.notices import service as notices
from jifen.org.queries import unit
from jifen.points.policy import Claim
from jifen.volunteering import errors, long_days, posting, rules, service, settings
from jifen.volunteering.models import ServiceAmend, ServiceRecord, ServiceSpan
from jifen.volunteering.policy import P
from jifen.volunteering.service import Stretch
from jifen.volunteering.states import AMEND_MOVES, AMEND_WORDS, AmendState, Kind, Source, SpanState

AMEND = "service_amend"


class Which(StrEnum):
    """Which of overlapping records counts."""

    OLD = "old"
    NEW = "new"
    #: The new one, for what of it the old one leaves free.
    REST = "rest"


def decide_long_day(record_id: int, *, approve: bool, reason: str = "", by: Actor) -> ServiceSpan | None:
    """Say whether so long a day counts in full; refused, the day counts up to the tier that was asked about.

    :return: where the record stands; None where it was cut, and another stands in its place
    :raises NotFound, NotByYou, Answered: see ``asks.access``
    :raises WordsNeeded: refused without a word
    """
    if not approve and not reason.strip():
        raise errors.WordsNeeded
    with transaction() as session:
        row, span = _access(record_id, SpanState.HELD)
        asked = asks.access(long_days.SUBJECT, row.id, by=by)
        before = decisions.decisions_on(long_days.SUBJECT, row.id)
        step = len(before) + 1
        asks.decide(asked, "approved" if approve else "refused", by=by, reason=reason, step=step)
        audit.record(
            by=by,
            action="long_day.approve" if approve else "long_day.refuse",
            subject="service",
            subject_id=row.id,
        )
        tiers = settings.load().tiers
        if not approve:
            left = row.minutes - (long_days.over(row) - tiers[step - 1])
            service.reverse([row.id], by=by)
            if left > 0:
                end = row.started_at + dt.timedelta(minutes=left)
                service.write([_instead(row, (row.started_at, end), passed=step - 1)], by=by)
            _tell(row)
            return None
        if rules.steps(long_days.over(row), tiers) > step:
            long_days.ask_next(row, step=step + 1, apart=[d.decided_by for d in before] + [asked_by(by)])
        else:
            span.state = SpanState.COUNTS
            session.flush()  # the state, before the points look at it
            posting.follow([posting.group_of(row)], by=by)
            _tell(row)
        return span


def asked_by(by: Actor) -> int:
    """Return who decides: a person."""
    assert by.member_id is not None, "asks.access lets only people through"
    return by.member_id


def decide_clash(record_id: int, which: Which, *, by: Actor) -> None:
    """Say which of records that share time counts; the others are reversed, linked and readable.

    :raises NotFound, NotByYou, Answered: see ``asks.access``
    :raises NothingServed: the rest of it, where nothing of it is free
    """
    with transaction() as session:
        row, span = _access(record_id, SpanState.CLASH)
        asked = asks.access(service.CLASH, row.id, by=by)
        asks.decide(asked, which, by=by)
        audit.record(by=by, action="clash.decide", subject="service", subject_id=row.id, codes=which)
        others = _meeting(row)
        if which == Which.NEW:
            service.reverse([other.record_id for other in others], by=by)
            span.state = SpanState.COUNTS
            session.flush()  # the state, before the day is added up
            if not long_days.hold([row], by=by):
                posting.follow([posting.group_of(row)], by=by)
        else:
            service.reverse([row.id], by=by)
            if which == Which.REST:
                taken = [(other.started_at, other.ended_at) for other in others]
                parts = rules.free_parts((row.started_at, row.ended_at), taken)
                if not parts:
                    raise errors.NothingServed
                service.write([_instead(row, max(parts, key=rules.minutes))], by=by)
        _tell(row)


def _meeting(row: ServiceRecord) -> list[ServiceSpan]:
    stmt = sa.select(ServiceSpan).where(
        ServiceSpan.member_id == row.member_id,
        ServiceSpan.record_id != row.id,
        ServiceSpan.state != SpanState.CLASH,
        ServiceSpan.started_at < row.ended_at,
        ServiceSpan.ended_at > row.started_at,
    )
    return list(db.session.scalars(stmt.order_by(ServiceSpan.started_at)))


def _access(record_id: int, state: SpanState) -> tuple[ServiceRecord, ServiceSpan]:
    row = db.session.get(ServiceRecord, record_id)
    if row is None:
        raise NotFound(what="这件待办")
    service.lock([row.member_id])
    span = db.session.get(ServiceSpan, record_id, populate_existing=True)
    if span is None or span.state != state:
        raise errors.AlreadyTakenBack
    return row, span


def _instead(row: ServiceRecord, span: rules.Span, *, passed: int = 0) -> Stretch:
    """Return what is written in the place of a record that was reversed.

    Time that lies outside what was verified is attested: the accounts never mix.
    """
    inside = row.started_at <= span[0] and span[1] <= row.ended_at
    return Stretch(
        member_id=row.member_id,
        unit_id=row.unit_id,
        served=span,
        window=(row.window_start, row.window_end),
        source=Source(row.source),
        source_id=row.source_id,
        activity_id=row.activity_id,
        title_id=row.title_id,
        verified_by=row.verified_by,
        kind=Kind(row.kind) if inside else Kind.ATTESTED,
        replaces_id=row.id,
        revision=row.revision + 1,
        passed=passed,
    )


def propose(record_id: int, span: rules.Span | None, reason: str, *, by: Actor) -> ServiceAmend:
    """Ask that a record be put right, as the member himself or as whoever keeps his branch's hours.

    :param span: the true time, inside the activity's window; None: nothing of it was served
    :raises NotFound, Forbidden: not the actor's to see, or not to ask for
    :raises NothingServed, LongerThanActivity, NothingChanged, WordsNeeded: see errors
    :raises AlreadyTakenBack: it does not count, or somebody asked before
    """
    with transaction() as session:
        row = access(record_id, P.CORRECT, by=by)
        if session.get(ServiceSpan, row.id) is None:
            raise errors.AlreadyTakenBack
        if not reason.strip():
            raise errors.WordsNeeded
        if span is not None:
            if span == (row.started_at, row.ended_at):
                raise errors.NothingChanged
            if not rules.minutes(span) or rules.cut(span, (row.window_start, row.window_end)) != span:
                raise errors.NothingServed
        made = ServiceAmend(
            record_id=row.id,
            member_id=row.member_id,
            started_at=span and span[0],
            ended_at=span and span[1],
            reason=reason.strip()[:200],
            state=AmendState.PROPOSED,
            proposed_by=asked_by(by),
            door=by.door,
        )
        try:
            with session.begin_nested():
                session.add(made)
                session.flush()  # its id; one proposal a record is open
        except sa.exc.IntegrityError as err:
            raise errors.AlreadyAsked from err
        apart = {one for one in (by.member_id, row.verified_by) if one is not None}
        unit_id = long_days.unit_for(row, not_by=apart)
        asks.ask(AMEND, made.id, unit_id=unit_id, concerns=row.member_id, not_by=apart)
        audit.record(by=by, action="hours.amend", subject="service", subject_id=row.id)
        return made


def decide_amend(amend_id: int, *, approve: bool, reason: str = "", by: Actor) -> ServiceAmend:
    """Put a record right, by a linked reversal and a new record, or leave it as it is with a word.

    :raises NotFound, NotByYou, Answered: see ``asks.access``
    :raises WordsNeeded: refused without a word
    :raises AlreadyTakenBack: the record went meanwhile
    """
    if not approve and not reason.strip():
        raise errors.WordsNeeded
    with transaction() as session:
        made = session.get(ServiceAmend, amend_id)
        if made is None:
            raise NotFound(what="这件更正")
        service.lock([made.member_id])
        asked = asks.access(AMEND, made.id, by=by)
        session.refresh(made)
        move = "approve" if approve else "refuse"
        made.state = advance(AMEND_MOVES, AmendState(made.state), move, what="这件更正", words=AMEND_WORDS)
        asks.decide(asked, str(made.state), by=by, reason=reason)
        audit.record(by=by, action=f"amend.{move}", subject="service", subject_id=made.record_id)
        row = session.get_one(ServiceRecord, made.record_id)
        if approve:
            service.reverse([row.id], by=by)
            if made.started_at is not None and made.ended_at is not None:
                service.write([_instead(row, (made.started_at, made.ended_at))], by=by)
        session.flush()  # the state, before the caller reads
        notices.queue_many(
            kind="hours_corrected", rows=[(f"amend:{made.id}", row.member_id, {"service": row.id})]
        )
        return made


def access(record_id: int, permission: P, *, by: Actor) -> ServiceRecord:
    """Return the record if the actor may do ``permission`` to it.

    :raises NotFound: no such record, or one that he may not see
    :raises Forbidden: he may see it, but may not do this
    """
    row = db.session.get(ServiceRecord, record_id)
    if row is None or row.reverses_id is not None:
        raise NotFound(what="这条服务记录")
    path = unit(row.branch_id).path if row.branch_id is not None else ""
    claim = Claim(row.member_id, path)
    if not permits(by, permission, claim):
        if permits(by, P.SEE, claim):
            raise Forbidden(action=words_for(permission))
        raise NotFound(what="这条服务记录")
    return row


def _tell(row: ServiceRecord) -> None:
    notices.queue_many(
        kind="hours_corrected", rows=[(f"service:{row.id}:settled", row.member_id, {"service": row.id})]
    )
