"""What people decide: ties, the branch committee, the members' meeting, the recorder's own grade."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from jifen.core import clock
from jifen.core.actor import Actor
from jifen.core.db import db, table_of, transaction
from jifen.core.errors import Invalid, NotFound
from jifen.core.states import advance
from jifen.decisions import asks
from jifen.decisions.errors import NotByYou
from jifen.members import queries as members
from jifen.org import queries as org
from jifen.points.appraisal import errors, lists, rules, service
from jifen.points.appraisal.models import (
    Appraisal,
    AppraisalBallot,
    AppraisalChange,
    AppraisalLine,
    AppraisalStep,
)
from jifen.points.appraisal.policy import P
from jifen.points.appraisal.states import MOVES, WORDS, AppraisalState
from jifen.rulebook import queries as rulebooks


@dataclass(frozen=True, slots=True)
class Change:
    """Another grade than the one proposed, and why."""

    member_id: int
    grade: str
    #: Plain words without secrets or health details.
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """How many votes each choice got for somebody; nobody's vote is kept."""

    member_id: int
    counts: Mapping[str, int]


def decide_tie(appraisal_id: int, grade: str, chosen: Sequence[int], *, minute: str, by: Actor) -> Appraisal:
    """Record whom the branch committee chose among equals at the edge of a quota.

    :param minute: number of the committee's minute
    :raises NoTie: no tie of that grade waits
    :raises BadTie: somebody else, or more than there are seats
    :raises NotByYou: the actor is one of the equals, or stands for one of them
    """
    with transaction():
        found = service.access(appraisal_id, P.DECIDE, by=by, lock=True)
        question, _ = service.asked(found, "tie", by=by)
        tie = service.waiting_tie(found)
        if tie is None or tie.grade != grade:
            raise errors.NoTie(grade=grade)
        rules.check_choice(tie, chosen)
        if _apart(by, question.unit_id) & set(tie.members):
            raise NotByYou
        service.record_step(
            found,
            "tie",
            question,
            by=by,
            minute=_minute(minute),
            grade=grade,
            tied=list(tie.members),
            chosen=sorted(chosen),
        )
        service.settle(found)
        service.ask_next(found)
        return found


def record_committee(
    appraisal_id: int, *, minute: str, held_on: dt.date, changes: Sequence[Change] = (), by: Actor
) -> Appraisal:
    """Record the branch committee's opinion on the list (支委会).

    :raises TieOpen: equals at the edge of a quota wait for a decision
    :raises OwnGrade: a change of the actor's own grade
    """
    with transaction():
        found = service.access(appraisal_id, P.DECIDE, by=by, lock=True)
        question, state = service.asked(found, "committee", by=by)
        _check_day(held_on, found.as_of)
        found.state = state
        row = service.record_step(
            found, "committee", question, by=by, minute=_minute(minute), held_on=held_on
        )
        _change(found, row, changes, by=by)
        service.ask_next(found)
        return found


def record_meeting(
    appraisal_id: int,
    *,
    minute: str,
    held_on: dt.date,
    expected: int,
    present: int,
    changes: Sequence[Change] = (),
    ballots: Sequence[Ballot] = (),
    by: Actor,
) -> Appraisal:
    """Record what the members' meeting decided (党员大会); votes inform it and do not replace it.

    Whoever recorded a step has his own grade confirmed by the next higher organisation.

    :param expected: members with a vote who should have been there; probationary members have none
    :raises NoQuorum, WrongCount: not more than half of them, or numbers that cannot be
    :raises OwnGrade: a change of the actor's own grade
    """
    with transaction():
        found = service.access(appraisal_id, P.DECIDE, by=by, lock=True)
        question, state = service.asked(found, "meeting", by=by)
        before = next(s for s in service.steps(found) if s.step == "committee")
        _check_day(held_on, before.held_on or found.as_of)
        least, most = lists.voters(found.branch_id, held_on)
        rules.check_meeting(expected, present, least=least, most=most)
        found.state = state
        row = service.record_step(
            found,
            "meeting",
            question,
            by=by,
            minute=_minute(minute),
            held_on=held_on,
            expected=expected,
            present=present,
        )
        listed = _change(found, row, changes, by=by)
        _count(found, row, listed, ballots, present)
        _ask_above(found, listed)
        service.ask_next(found)
        return found


def _minute(text: str) -> str:
    if not text.strip():
        raise Invalid(reason="请写明会议记录编号。")
    return text.strip()[:80]


def _check_day(held_on: dt.date, least: dt.date) -> None:
    if not least <= held_on <= clock.today():
        raise errors.WrongDay(least=least, most=clock.today())


def _apart(by: Actor, unit_id: int) -> set[int]:
    """Return whose own matters the actor keeps out of: his own, and of those he stands for there."""
    whose = {by.member_id, *(h.deputy_for for h in by.holdings if h.unit_id == unit_id)}
    return {one for one in whose if one is not None}


def _change(
    appraisal: Appraisal, row: AppraisalStep, changes: Sequence[Change], *, by: Actor
) -> dict[int, AppraisalLine]:
    """Write the changes of a step, check the list after them, and return it by member."""
    book = rulebooks.book(appraisal.rulebook_id)
    listed = {line.member_id: line for line in service.settle(appraisal)}
    names = members.names({c.member_id for c in changes}) if changes else {}
    people = {e.member_id: e for e in service.entrants(list(listed.values()), names)}
    decided = service.decided_ties(service.steps(appraisal))
    grading = rules.propose(people.values(), book, decided)
    tie = rules.open_tie(grading, decided)
    if tie is not None:
        raise rules.TieOpen(grade=tie.grade, seats=tie.seats, people=len(tie.members))
    own = _apart(by, row.unit_id)
    written = []
    for one in changes:
        if one.member_id not in listed:
            raise errors.NotListed
        if one.member_id in own:
            raise errors.OwnGrade
        if not one.reason.strip():
            raise Invalid(reason=f"请写明{people[one.member_id].name}同志等次改动的理由。")
        rules.check_grade(people[one.member_id], one.grade, book)
        line = listed[one.member_id]
        if line.grade == one.grade:
            continue
        written.append(
            {
                "step_id": row.id,
                "member_id": one.member_id,
                "before": line.grade,
                "after": one.grade,
                "reason": one.reason.strip()[:200],
            }
        )
        line.grade = one.grade
    if len({w["member_id"] for w in written}) < len(written):
        raise Invalid(reason="同一位同志的等次写了两次，请核对后再提交。")
    rules.check_room([line.grade for line in listed.values()], grading)
    if any(line.grade is None and line.reason is None for line in listed.values()):
        raise errors.NoGradeLeft
    if written:
        db.session.execute(sa.insert(table_of(AppraisalChange)), written)
    db.session.flush()  # the grades
    return listed


def _count(
    appraisal: Appraisal,
    row: AppraisalStep,
    listed: Mapping[int, AppraisalLine],
    ballots: Sequence[Ballot],
    present: int,
) -> None:
    book = rulebooks.book(appraisal.rulebook_id)
    if len({b.member_id for b in ballots}) < len(ballots):
        raise Invalid(reason="同一位同志的票数写了两次，请核对后再提交。")
    counted = []
    for one in ballots:
        if one.member_id not in listed:
            raise errors.NotListed
        rules.check_ballot(one.counts, present, book)
        counted += [
            {"step_id": row.id, "member_id": one.member_id, "choice": choice, "votes": votes}
            for choice, votes in one.counts.items()
        ]
    if counted:
        db.session.execute(sa.insert(table_of(AppraisalBallot)), counted)


def _ask_above(appraisal: Appraisal, listed: Mapping[int, AppraisalLine]) -> None:
    """Ask the next higher organisation about the grades of those who recorded the steps."""
    recorded: set[int] = set()
    for row in service.steps(appraisal):
        if row.step in ("tie", "committee", "meeting"):
            recorded |= {one for one in (row.recorded_by, row.on_behalf_of) if one is not None}
    path = org.unit(appraisal.branch_id).path
    above = path[: path.rstrip("/").rfind("/") + 1]
    for member_id in sorted(recorded & {m for m, line in listed.items() if line.grade is not None}):
        line = listed[member_id]
        line.confirm, line.confirmed_by = True, None
        asks.ask(
            service.OWN,
            line.id,
            unit_id=asks.unit_for(above, member_id),
            concerns=member_id,
        )
    db.session.flush()  # who waits, before the caller reads the list


def confirm_own(line_id: int, *, agree: bool, reason: str = "", by: Actor) -> Appraisal:
    """Confirm, for the next higher organisation, the grade of somebody who recorded the steps.

    Who does not agree gives the list back to the branch with a reason; he does not set another grade.

    :raises NotFound, NotByYou, Answered: not asked of the actor, his own, or answered before
    """
    with transaction():
        line = db.session.get(AppraisalLine, line_id)
        if line is None:
            raise NotFound(what="这件待办")
        found = db.session.get(Appraisal, line.appraisal_id, with_for_update=True, populate_existing=True)
        assert found is not None, "a line belongs to an appraisal"
        question = asks.access(service.OWN, line_id, by=by)
        advance(MOVES, AppraisalState(found.state), "confirm", what="这份名单", words=WORDS)
        taken = len(service.steps(found, live=False))
        if agree:
            asks.decide(question, "approved", by=by, step=taken)
            line.confirmed_by = by.member_id
        else:
            asks.decide(question, "returned", by=by, reason=reason, step=taken)
            asks.answered(service.STEP, found.id)
            service.step_back(found, reason, by=by)
            service.ask_next(found)
        db.session.flush()  # the line, before the caller reads it
        return found
