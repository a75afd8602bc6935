"""Putting an entry right (更正): at once by who confirmed it within a day, afterwards by another decider.

Only the people named are touched. What counted for them is reversed by linked
entries, and how they really ended takes effect anew.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from jifen.audit import service as audit
from jifen.core import clock
from jifen.core.actor import Actor
from jifen.core.db import db, transaction
from jifen.core.errors import NotFound
from jifen.core.states import advance
from jifen.decisions import asks
from jifen.decisions.models import Ask
from jifen.notices import service as notices
from jifen.org.queries import unit
from jifen.points import roster_undo
from jifen.points.attendance import absences, errors, gatherings
from jifen.points.attendance.gatherings import Mark
from jifen.points.attendance.models import Absence, Attendee, Gathering, RosterCorrection
from jifen.points.attendance.policy import P
from jifen.points.attendance.states import (
    CORRECTION_MOVES,
    CORRECTION_WORDS,
    GATHERING_MOVES,
    GATHERING_WORDS,
    CorrectionState,
    GatheringState,
    Outcome,
)
from jifen.points.deciding import REVOCABLE
from jifen.points.models import RosterEntry

SUBJECT = "correction"


def correct(
    gathering_id: int,
    member_ids: Collection[int] | None,
    outcome: str | None,
    *,
    reason: str | None = None,
    by: Actor,
) -> RosterCorrection:
    """Put right how these people ended at a confirmed meeting; without ``outcome`` they are taken off its list.

    At once where the actor confirmed the meeting within the last day and it is
    nobody's own matter; else another decider is asked.

    :param member_ids: None: everybody, the whole meeting is taken back
    :param reason: code of the leave, where the outcome is leave
    :raises NotFound, Forbidden: not his to see, or not to correct
    :raises NotNow: the meeting is not confirmed
    :raises NothingToUndo, ReasonNeeded: see errors
    """
    with transaction() as session:
        gathering, branch = gatherings.access(gathering_id, P.PREPARE, by=by)
        whole = member_ids is None
        if gathering.state != GatheringState.CONFIRMED:
            _moved_gathering(gathering)
        if outcome is not None:
            gatherings.check(Mark(outcome, reason))
        elif reason is not None:
            raise errors.ReasonNeeded
        people = _people(gathering, member_ids)
        ids = sorted(a.member_id for a in people)
        assert by.member_id is not None, "a post is held by a member"
        row = RosterCorrection(
            gathering_id=gathering.id,
            member_ids=ids,
            outcome=outcome,
            reason=reason,
            proposed_by=by.member_id,
        )
        session.add(row)
        session.flush()  # its id
        at_once = (
            gathering.confirmed_by == by.member_id
            and gathering.confirmed_at is not None
            and clock.now() - gathering.confirmed_at <= REVOCABLE
            and (whole or not gatherings.apart_from(by, branch) & set(ids))
        )
        if at_once:
            _apply(gathering, people, row, whole=whole, by=by)
            row.state = CorrectionState.DONE
        else:
            _ask(row, branch.path, {by.member_id, gathering.confirmed_by or 0, *ids}, ids)
        audit.record(
            by=by, action="gathering.correct", subject="gathering", subject_id=gathering.id, codes=row.state
        )
        session.flush()
        return row


def propose(roster_id: int, member_ids: Collection[int], *, by: Actor) -> RosterCorrection:
    """Ask another decider to take people off a list whose day of taking back is over.

    :raises NotFound: no such list, or none that the actor may see
    """
    with transaction() as session:
        row = roster_undo.access(roster_id, by=by)
        ids = sorted(set(member_ids))
        if not ids:
            raise errors.NothingToUndo
        assert by.member_id is not None, "a post is held by a member"
        made = RosterCorrection(roster_id=row.id, member_ids=ids, proposed_by=by.member_id)
        session.add(made)
        session.flush()  # its id
        _ask(made, unit(row.branch_id).path, {by.member_id, row.entered_by, *ids}, ids)
        audit.record(by=by, action="roster.correct", subject="roster", subject_id=row.id, codes=made.state)
        return made


def decide(correction_id: int, *, approve: bool, reason: str = "", by: Actor) -> RosterCorrection:
    """Agree to a proposed correction, which then takes effect, or refuse it with a word.

    :raises NotFound, NotByYou, Answered: see ``asks.access``
    :raises WordsNeeded: refused without a word
    """
    if not approve and not reason.strip():
        raise errors.WordsNeeded(what="不同意更正")
    with transaction():
        row = db.session.get(RosterCorrection, correction_id)
        if row is None:
            raise NotFound(what="这件更正")
        absences.lock_branches([_branch_of(row)])
        asked = asks.access(SUBJECT, row.id, by=by)
        db.session.refresh(row)
        row.state = advance(
            CORRECTION_MOVES,
            CorrectionState(row.state),
            "approve" if approve else "refuse",
            what="这件更正",
            words=CORRECTION_WORDS,
        )
        asks.decide(asked, str(row.state), by=by, reason=reason)
        if approve and row.gathering_id is not None:
            gathering = gatherings.locked(row.gathering_id)
            everybody = _people(gathering, None)
            people = [a for a in everybody if a.member_id in set(row.member_ids)]
            whole = row.outcome is None and len(people) == len(everybody)
            _apply(gathering, people, row, whole=whole, by=by)
        elif approve:
            entry = db.session.get(RosterEntry, row.roster_id)
            assert entry is not None, "a foreign key"
            roster_undo.take_back(entry, row.member_ids, by=by)
        audit.record(by=by, action=f"correction.{row.state}", subject=SUBJECT, subject_id=row.id)
        db.session.flush()  # the state, before the caller reads
        return row


def _branch_of(row: RosterCorrection) -> int:
    if row.gathering_id is not None:
        stmt = sa.select(Gathering.branch_id).where(Gathering.id == row.gathering_id)
    else:
        stmt = sa.select(RosterEntry.branch_id).where(RosterEntry.id == row.roster_id)
    return db.session.scalars(stmt).one()


def _ask(row: RosterCorrection, path: str, apart: set[int], ids: Sequence[int]) -> None:
    concerns = ids[0] if len(ids) == 1 else None
    unit_id = asks.unit_for(path, concerns, not_by=apart)
    asks.ask(SUBJECT, row.id, unit_id=unit_id, concerns=concerns, not_by=apart)


def _people(gathering: Gathering, member_ids: Collection[int] | None) -> list[Attendee]:
    found = [a for a in gatherings.attendees(gathering.id) if a.outcome != Outcome.STRUCK]
    if member_ids is not None:
        found = [a for a in found if a.member_id in set(member_ids)]
        if len(found) != len(set(member_ids)):
            raise errors.NothingToUndo
    if not found:
        raise errors.NothingToUndo
    return found


def _apply(
    gathering: Gathering, people: Sequence[Attendee], row: RosterCorrection, *, whole: bool, by: Actor
) -> None:
    """Undo what the entry did for these people, then let their true end take effect."""
    _undo(people, by)
    for one in people:
        one.outcome, one.reason = row.outcome or Outcome.STRUCK, row.reason
    if row.outcome is None:
        if whole:
            gathering.state = _moved_gathering(gathering)
    else:
        gatherings.settle(gathering, unit(gathering.branch_id), people, by=by)
    db.session.flush()
    notices.queue_many(
        kind="attendance_corrected",
        rows=[
            (f"correction:{row.id}:{a.member_id}", a.member_id, {"gathering": gathering.id}) for a in people
        ],
    )


def _undo(people: Sequence[Attendee], by: Actor) -> None:
    lists: dict[int, list[int]] = {}
    for one in people:
        if one.roster_id is not None:
            lists.setdefault(one.roster_id, []).append(one.member_id)
            one.roster_id = None
    ids = [one.id for one in people]
    waiting = sa.select(Ask.subject_id).where(
        Ask.subject == gatherings.ONE, Ask.subject_id.in_(ids), Ask.answered_at.is_(None)
    )
    for attendee_id in db.session.scalars(waiting).all():
        asks.answered(gatherings.ONE, attendee_id)
    for roster_id, ids in sorted(lists.items()):
        entry = db.session.get(RosterEntry, roster_id)
        assert entry is not None, "a foreign key"
        roster_undo.take_back(entry, ids, by=by, tell=False)
    stmt = sa.select(Absence).where(Absence.attendee_id.in_([a.id for a in people])).order_by(Absence.id)
    for absence in db.session.scalars(stmt).all():
        absences.drop(absence, by=by)


def _moved_gathering(gathering: Gathering) -> GatheringState:
    return advance(
        GATHERING_MOVES,
        GatheringState(gathering.state),
        "revoke",
        what="这次会议的登记",
        words=GATHERING_WORDS,
    )
