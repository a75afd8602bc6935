"""Absences: told before anything counts, explained within three working days, decided by a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from jifen.audit import service as audit
from jifen.core import clock, workdays
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import db, table_of, transaction
from jifen.core.errors import Forbidden, NotFound
from jifen.core.period import Period
from jifen.core.states import advance
from jifen.decisions import asks
from jifen.decisions.errors import NobodyDecides
from jifen.decisions.models import Ask
from jifen.notices import service as notices
from jifen.org.models import Unit
from jifen.org.queries import unit
from jifen.points import ledger
from jifen.points.attendance import errors
from jifen.points.attendance.models import Absence, Attendee, Gathering
from jifen.points.attendance.policy import P
from jifen.points.attendance.states import (
    ABSENCE_MOVES,
    ABSENCE_WORDS,
    OPEN,
    AbsenceState,
    LeaveReason,
    Outcome,
)
from jifen.points.models import Corroboration, LedgerEntry
from jifen.points.policy import Claim
from jifen.rulebook.engine import occasion
from jifen.rulebook.queries import InForce, book

#: Working days in which the person may explain himself before anything is decided against him.
DAYS = 3
SUBJECT = "absence"


@dataclass(frozen=True, slots=True)
class Missing:
    """Somebody who was not there from beginning to end, and where that counts."""

    attendee: Attendee
    rules: InForce
    item_code: str


def lock_branches(branch_ids: Iterable[int]) -> None:
    """Let one act at a time decide about attendance in these branches."""
    stmt = sa.select(Unit.id).where(Unit.id.in_(sorted(set(branch_ids)))).order_by(Unit.id)
    db.session.execute(stmt.with_for_update(key_share=True))


def open_many(gathering: Gathering, missing: Sequence[Missing], *, by: Actor) -> None:
    """Open the matters of a confirmed meeting: leave counts as excused at once, the others are told first."""
    if not missing:
        return
    today = clock.today()
    rows = {one.attendee.id: _row(gathering, one, today) for one in missing}
    # A matter that fell with a correction and arises again is the same matter in another round.
    stmt = sa.select(Absence).where(Absence.attendee_id.in_(list(rows))).order_by(Absence.id)
    found = list(db.session.scalars(stmt.with_for_update()))
    for absence in found:
        _reopen(absence, rows.pop(absence.attendee_id))
    if rows:
        found += db.session.scalars(sa.insert(Absence).returning(Absence), list(rows.values())).all()
    excused = [one for one in found if one.state == AbsenceState.EXCUSED]
    _post(excused, excused=True, by=by)
    told = [one for one in found if one.state == AbsenceState.TOLD]
    notices.queue_many(
        kind="absence_told",
        rows=[(f"absence:{a.id}:told:{a.round}", a.member_id, {"absence": a.id}) for a in told],
    )
    audit.record_many(by=by, action="absence.open", subject=SUBJECT, rows=[(a.id, a.state) for a in found])


def _reopen(absence: Absence, row: dict[str, Any]) -> None:
    absence.kind, absence.state, absence.explain_by = row["kind"], row["state"], row["explain_by"]
    absence.item_code, absence.round = row["item_code"], absence.round + 1
    absence.explanation = absence.explained_at = absence.entered_by = None


def _row(gathering: Gathering, one: Missing, today: dt.date) -> dict[str, Any]:
    item = one.rules.book.items[one.item_code]
    # Two meetings of a day are two occurrences, unless they bear one key.
    key = gathering.activity or f"{gathering.item_code}@{gathering.occurred_on}"
    on_leave = one.attendee.outcome == Outcome.ON_LEAVE
    return {
        "attendee_id": one.attendee.id,
        "member_id": one.attendee.member_id,
        "branch_id": gathering.branch_id,
        "rulebook_id": one.rules.rulebook_id,
        "item_code": one.item_code,
        "occurred_on": gathering.occurred_on,
        "occasion": occasion(item, gathering.occurred_on, activity=key),
        "kind": one.attendee.outcome,
        "state": AbsenceState.EXCUSED if on_leave else AbsenceState.TOLD,
        "explain_by": workdays.add(today, DAYS),
    }


def access(absence_id: int, permission: P, *, by: Actor) -> Absence:
    """Return the absence, locked, if ``by`` may do ``permission`` to it.

    :raises NotFound: no such absence, or one that ``by`` may not even see
    :raises Forbidden: he may see it, but may not do this
    """
    found = db.session.get(Absence, absence_id)
    if found is None:
        raise NotFound(what="这件缺席事项")
    path = unit(found.branch_id).path
    claim = Claim(found.member_id, path)
    if not permits(by, permission, claim):
        if permits(by, P.SEE_ABSENCE, claim):
            raise Forbidden(action=words_for(permission))
        raise NotFound(what="这件缺席事项")
    return _locked(absence_id)


def _locked(absence_id: int) -> Absence:
    stmt = sa.select(Absence).where(Absence.id == absence_id).with_for_update()
    return db.session.scalars(stmt.execution_options(populate_existing=True)).one()


def explain(absence_id: int, words: str, *, by: Actor) -> Absence:
    """Say why one was not there; by mouth it is an officer of the branch who writes it down.

    Possible until somebody decided; a decider is asked at once.

    :raises NotFound, Forbidden: see ``access``
    :raises WordsNeeded: nothing was said
    :raises NotNow: it was decided
    """
    said = words.strip()[:200]
    if not said:
        raise errors.WordsNeeded(what="说明情况")
    with transaction():
        absence = access(absence_id, P.EXPLAIN, by=by)
        absence.state = _moved(absence, "explain")
        absence.explanation, absence.explained_at = said, clock.now()
        absence.entered_by = None if by.member_id == absence.member_id else by.member_id
        if asks.open_ask(SUBJECT, absence.id) is None:
            _ask(absence)
        audit.record(by=by, action="absence.explain", subject=SUBJECT, subject_id=absence.id)
        db.session.flush()  # the words, before the caller reads
        return absence


def ask_due(*, by: Actor, after: int = 0, limit: int = 200) -> tuple[int, int | None]:
    """Ask the deciders about absences whose working days are over and that nobody asked about yet.

    Where nobody is entitled it is tried again another day.

    :param after: the last id looked at
    :return: how many were asked about, and where to go on; None at the end
    """
    with transaction() as session:
        asked = sa.exists().where(
            Ask.subject == SUBJECT, Ask.subject_id == Absence.id, Ask.answered_at.is_(None)
        )
        stmt = (
            sa.select(Absence)
            .where(
                Absence.id > after,
                Absence.state == AbsenceState.TOLD,
                Absence.explain_by < clock.today(),
                ~asked,
            )
            .order_by(Absence.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        done = 0
        found = session.scalars(stmt).all()
        for absence in found:
            try:
                _ask(absence)
            except NobodyDecides:
                continue
            done += 1
            audit.record(by=by, action="absence.ask", subject=SUBJECT, subject_id=absence.id)
        return done, found[-1].id if len(found) == limit else None


def _ask(absence: Absence) -> None:
    unit_id = asks.unit_for(unit(absence.branch_id).path, absence.member_id)
    asks.ask(SUBJECT, absence.id, unit_id=unit_id, concerns=absence.member_id)


def decide(
    absence_id: int, outcome: str, *, reason: str = "", leave: str | None = None, by: Actor
) -> Absence:
    """Answer an absence: ``deduct`` it, ``accept`` the explanation, or ``excuse`` it as leave.

    Nothing is ever deducted by itself, nor before the person's working days are over.

    :param reason: words to the person; needed where he explained himself and it is deducted all the same
    :param leave: code of the leave's reason, for ``excuse``
    :raises NotFound, NotByYou, Answered: see ``asks.access``
    :raises TooEarly, WordsNeeded, ReasonNeeded: see errors
    """
    with transaction():
        _serialised(absence_id)
        asked = asks.access(SUBJECT, absence_id, by=by)
        absence = _locked(absence_id)
        if outcome == "deduct":
            if clock.today() <= absence.explain_by:
                raise errors.TooEarly(day=absence.explain_by)
            if absence.explanation and not reason.strip():
                raise errors.WordsNeeded(what="本人已经说明情况，确认缺席")
        if outcome == "excuse" and leave not in set(LeaveReason):
            raise errors.ReasonNeeded
        before, absence.state = absence.state, _moved(absence, outcome)
        asks.decide(asked, str(absence.state), by=by, reason=reason, step=absence.round)
        if outcome == "deduct":
            _post([absence], excused=False, by=by)
        if outcome == "excuse":
            _as_leave(absence, str(leave))
            _post([absence], excused=True, by=by)
        _tell(absence, f"absence_{absence.state}")
        audit.record(by=by, action=f"absence.{outcome}", subject=SUBJECT, subject_id=absence.id, codes=before)
        return absence


def excuse(absences: Sequence[Absence], leave: str, *, by: Actor) -> None:
    """Take absences for granted leave: what was deducted is reversed and stands as excused.

    Questions first, then absences: the order in which a decision locks.
    """
    for absence in sorted(absences, key=lambda a: a.id):
        asks.open_ask(SUBJECT, absence.id, lock=True)
        absence = _locked(absence.id)
        if (absence.state, "excuse") not in ABSENCE_MOVES:
            continue
        before, absence.state = absence.state, _moved(absence, "excuse")
        asks.answered(SUBJECT, absence.id)
        _take_back(absence, by)
        _as_leave(absence, leave)
        _post([absence], excused=True, by=by)
        _tell(absence, "absence_excused")
        audit.record(by=by, action="absence.excuse", subject=SUBJECT, subject_id=absence.id, codes=before)


def drop(absence: Absence, *, by: Actor) -> None:
    """Let a matter fall, because the meeting's entry was wrong: what counted is reversed."""
    if absence.state == AbsenceState.DROPPED:
        return
    asks.open_ask(SUBJECT, absence.id, lock=True)
    absence = _locked(absence.id)
    before, absence.state = absence.state, _moved(absence, "drop")
    asks.answered(SUBJECT, absence.id)
    _take_back(absence, by)
    audit.record(by=by, action="absence.drop", subject=SUBJECT, subject_id=absence.id, codes=before)
    db.session.flush()


def to_excuse(member_id: int, since: dt.date, until: dt.date) -> list[Absence]:
    """Return the absences of ``[since, until)`` that leave would still change."""
    stmt = sa.select(Absence).where(
        Absence.member_id == member_id,
        Absence.occurred_on >= since,
        Absence.occurred_on < until,
        Absence.kind == Outcome.ABSENT,
        Absence.state.in_((*OPEN, AbsenceState.DEDUCTED)),
    )
    return list(db.session.scalars(stmt))


def _serialised(absence_id: int) -> None:
    branch = db.session.scalar(sa.select(Absence.branch_id).where(Absence.id == absence_id))
    if branch is None:
        raise NotFound(what="这件缺席事项")
    lock_branches([branch])


def _moved(absence: Absence, move: str) -> AbsenceState:
    state = AbsenceState(absence.state)
    return advance(ABSENCE_MOVES, state, move, what="这件缺席事项", words=ABSENCE_WORDS)


def _as_leave(absence: Absence, reason: str) -> None:
    attendee = db.session.get(Attendee, absence.attendee_id)
    assert attendee is not None, "a foreign key"
    attendee.outcome, attendee.reason = Outcome.ON_LEAVE, reason


def _post(absences: Sequence[Absence], *, excused: bool, by: Actor) -> None:
    """Post what was decided; a deed that counts already from another source is kept beside it."""
    if not absences:
        return
    deeds = {a.id: (a.member_id, a.item_code, a.occasion) for a in absences}
    bare = {a.id: (a.member_id, a.item_code, a.occurred_on.isoformat()) for a in absences}
    held = ledger.live_entries([*deeds.values(), *bare.values()], of_the_day=False)
    fresh = []
    for absence in absences:
        entry = held.get(deeds[absence.id]) or held.get(bare[absence.id])
        if entry is None:
            absence.postings += 1
            fresh.append(absence)
        else:
            db.session.add(
                Corroboration(entry_id=entry, source=SUBJECT, source_id=absence.id, noted_by=by.member_id)
            )
    ledger.post([_fact(a, excused) for a in fresh], by=by)


def _fact(absence: Absence, excused: bool) -> ledger.Confirmed:
    rules = book(absence.rulebook_id)
    return ledger.Confirmed(
        member_id=absence.member_id,
        branch_id=absence.branch_id,
        rules=InForce(absence.rulebook_id, rules, Period.containing(absence.occurred_on, rules.cycle)),
        item_code=absence.item_code,
        occurred_on=absence.occurred_on,
        quantity=Decimal(1),
        occasion=absence.occasion,
        source=SUBJECT,
        source_id=absence.id,
        revision=absence.postings,
        excused=excused,
    )


def _take_back(absence: Absence, by: Actor) -> None:
    annulment = sa.orm.aliased(LedgerEntry)
    stmt = sa.select(LedgerEntry.id).where(
        LedgerEntry.source == SUBJECT,
        LedgerEntry.source_id == absence.id,
        LedgerEntry.member_id == absence.member_id,
        ~sa.exists().where(annulment.reverses_id == LedgerEntry.id),
    )
    entry = db.session.scalar(stmt)
    if entry is not None:
        ledger.reverse(entry, by=by)
    db.session.execute(
        sa.delete(table_of(Corroboration)).where(
            Corroboration.source == SUBJECT, Corroboration.source_id == absence.id
        )
    )


def _tell(absence: Absence, kind: str) -> None:
    key = f"absence:{absence.id}:{absence.state}:{absence.round}"
    notices.queue_many(kind=kind, rows=[(key, absence.member_id, {"absence": absence.id})])
    db.session.flush()  # the state, before the caller reads
