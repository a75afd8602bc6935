"""A branch's appraisal: begun from the scores, computed anew, taken a step back."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from jifen.audit import service as audit
from jifen.core import clock
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import db, table_of, transaction
from jifen.core.errors import Forbidden, Invalid, NotFound
from jifen.core.states import advance
from jifen.decisions import asks
from jifen.decisions.models import Ask
from jifen.decisions.policy import seat
from jifen.org import queries as org
from jifen.org.models import Unit, UnitKind
from jifen.points.appraisal import errors, lists, rules
from jifen.points.appraisal.models import Appraisal, AppraisalChange, AppraisalLine, AppraisalStep
from jifen.points.appraisal.policy import P
from jifen.points.appraisal.states import MOVES, UNDONE, WORDS, AppraisalState
from jifen.points.policy import Scope
from jifen.rulebook import queries as rulebooks

#: What the steps, the grades of recorders and the tasks are called among what waits.
STEP, OWN, TASK = "appraisal", "appraisal_own", "appraisal_task"


def scope_of(unit: Unit) -> Scope:
    """Return a branch as permissions see it."""
    return Scope(unit.id, unit.path, unit.kind == UnitKind.BRANCH)


def access_branch(branch_id: int, permission: P, *, by: Actor) -> Unit:
    """Return the branch if ``by`` may do ``permission`` there.

    :raises NotFound: not his to see
    :raises OnlyBranches, Forbidden: no branch, or his to see only
    """
    unit = org.unit(branch_id)
    scope = scope_of(unit)
    if not permits(by, P.SEE, scope):
        raise NotFound(what="这个支部")
    if not scope.is_branch:
        raise errors.OnlyBranches
    if not permits(by, permission, scope):
        raise Forbidden(action=words_for(permission))
    return unit


def access(appraisal_id: int, permission: P = P.SEE, *, by: Actor, lock: bool = False) -> Appraisal:
    """Return an appraisal that ``by`` may do ``permission`` to.

    :raises NotFound: no such appraisal, or not his to see
    :raises Forbidden: his to see only
    """
    stmt = sa.select(Appraisal).where(Appraisal.id == appraisal_id)
    if lock:
        stmt = stmt.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalar(stmt)
    if found is None or not permits(by, P.SEE, scope_of(org.unit(found.branch_id))):
        raise NotFound(what="这份民主评议名单")
    if not permits(by, permission, scope_of(org.unit(found.branch_id))):
        raise Forbidden(action=words_for(permission))
    return found


def asked(appraisal: Appraisal, move: str, *, by: Actor) -> tuple[Ask, AppraisalState]:
    """Return the open question of the next step if ``by`` answers it, and where ``move`` leads.

    :raises NotNow: somebody was faster, or the step is not due
    :raises NotAsked, NotByYou: another organisation's, or not his
    """
    state = advance(MOVES, AppraisalState(appraisal.state), move, what="这份名单", words=WORDS)
    waiting = asks.open_ask(STEP, appraisal.id)
    if waiting is not None and seat(by, waiting.unit_id) is None:
        raise errors.NotAsked(unit=org.unit(waiting.unit_id).name)
    return asks.access(STEP, appraisal.id, by=by), state


def ask_next(appraisal: Appraisal) -> Ask:
    """Ask the nearest organisation with somebody entitled for the next step; equals do not decide their tie."""
    branch = org.unit(appraisal.branch_id)
    apart: tuple[int, ...] = ()
    if appraisal.state == AppraisalState.DRAFT:
        tie = waiting_tie(appraisal)
        apart = tie.members if tie else ()
    unit_id = asks.unit_for(branch.path, None, not_by=apart)
    return asks.ask(STEP, appraisal.id, unit_id=unit_id, concerns=None, not_by=apart)


def waiting_tie(appraisal: Appraisal) -> rules.Tie | None:
    """Return the tie that waits for a decision, None if there is none."""
    decided = decided_ties(steps(appraisal))
    book = rulebooks.book(appraisal.rulebook_id)
    return rules.open_tie(rules.propose(entrants(lines(appraisal)), book, decided), decided)


def record_step(
    appraisal: Appraisal, step: str, question: Ask, *, by: Actor, **values: object
) -> AppraisalStep:
    """Record that a step was taken and by whom, and answer its question; ``ask_next`` comes after."""
    assert by.member_id is not None, "only people hold a seat"
    post = seat(by, question.unit_id)
    row = AppraisalStep(
        appraisal_id=appraisal.id,
        step=step,
        recorded_by=by.member_id,
        on_behalf_of=post.deputy_for if post else None,
        unit_id=question.unit_id,
        door=by.door,
        **values,
    )
    db.session.add(row)
    db.session.flush()  # row.id
    asks.decide(question, step, by=by, step=row.id)
    minute = f" {row.minute}" if row.minute else ""
    audit.record(
        by=by,
        action=f"appraisal.{step}",
        subject=STEP,
        subject_id=appraisal.id,
        codes=f"{appraisal.state}{minute}",
    )
    return row


def start(branch_id: int, year: int, *, by: Actor) -> Appraisal:
    """Begin the year's appraisal of a branch: the list from the scores, a proposal and nothing else.

    :param year: this year or the one before
    :raises NotFound, Forbidden, OnlyBranches: not his, or no branch
    :raises WrongYear, NobodyListed, NotYearly, NoGrades: nothing to appraise by
    :raises AlreadyStarted: one a branch and year
    """
    with transaction() as session:
        branch, today = access_branch(branch_id, P.DECIDE, by=by), clock.today()
        if year not in (today.year, today.year - 1):
            raise errors.WrongYear(last=today.year - 1, this=today.year)
        day = min(today, rules.due_on(year))
        held = lists.rules_of(branch, day)
        stmt = (
            insert(Appraisal)
            .values(
                branch_id=branch.id,
                year=year,
                state=AppraisalState.DRAFT,
                rulebook_id=held.rulebook_id,
                as_of=day,
                started_by=by.member_id,
                started_at=clock.now(),
            )
            .on_conflict_do_nothing()
            .returning(Appraisal)
        )
        found = session.scalar(stmt)
        if found is None:
            raise errors.AlreadyStarted(branch=branch.name, year=year)
        _fill(found, branch)
        ask_next(found)
        audit.record(by=by, action="appraisal.start", subject=STEP, subject_id=found.id, codes=str(year))
        return found


def refresh(appraisal_id: int, *, by: Actor) -> Appraisal:
    """Compute a draft anew as of today (31 December at the latest); decided ties are asked again.

    :raises NotNow: the branch committee has dealt with it
    """
    with transaction():
        found = access(appraisal_id, P.DECIDE, by=by, lock=True)
        advance(MOVES, AppraisalState(found.state), "refresh", what="这份名单", words=WORDS)
        branch = org.unit(found.branch_id)
        found.as_of = min(clock.today(), rules.due_on(found.year))
        found.rulebook_id = lists.rules_of(branch, found.as_of).rulebook_id
        _undo(found, "tie", WORDS["refresh"], by=by)
        _fill(found, branch)
        asks.answered(STEP, found.id)
        ask_next(found)
        audit.record(
            by=by, action="appraisal.refresh", subject=STEP, subject_id=found.id, codes=str(found.as_of)
        )
        return found


def _fill(appraisal: Appraisal, branch: Unit) -> None:
    """Write the list of a draft, in place of the one before."""
    # Two branches that list the same person do it one after the other: he is in one of them.
    db.session.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('appraisal'))"))
    held = lists.rules_of(branch, appraisal.as_of)
    people = lists.entrants(branch, held, appraisal.as_of, apart=appraisal.id)
    grades = rules.propose(people, held.book).grades
    db.session.execute(sa.delete(AppraisalLine).where(AppraisalLine.appraisal_id == appraisal.id))
    db.session.execute(
        sa.insert(table_of(AppraisalLine)),
        [
            {
                "appraisal_id": appraisal.id,
                "member_id": p.member_id,
                "year": appraisal.year,
                "category": p.category,
                "reason": p.reason,
                "total": p.total,
                "by_score": p.grade,
                "vetoed": p.vetoed,
                "proposed": grades[p.subject],
                "grade": grades[p.subject],
                "confirm": False,
            }
            for p in people
        ],
    )
    db.session.expire_all()  # the lines that were read before


def lines(appraisal: Appraisal) -> list[AppraisalLine]:
    """Return the list, by member."""
    stmt = sa.select(AppraisalLine).where(AppraisalLine.appraisal_id == appraisal.id)
    return list(db.session.scalars(stmt.order_by(AppraisalLine.member_id)))


def entrants(found: Sequence[AppraisalLine], names: dict[int, str] | None = None) -> list[rules.Entrant]:
    """Return lines as the rules see them."""
    return [
        rules.Entrant(
            one.member_id,
            one.category,
            one.reason,
            one.total,
            one.by_score,
            one.vetoed,
            (names or {}).get(one.member_id, "这位"),
        )
        for one in found
    ]


def steps(appraisal: Appraisal, *, live: bool = True) -> list[AppraisalStep]:
    """Return the steps that were recorded, oldest first; undone ones only if asked for."""
    stmt = sa.select(AppraisalStep).where(AppraisalStep.appraisal_id == appraisal.id)
    if live:
        stmt = stmt.where(AppraisalStep.undone_at.is_(None))
    return list(db.session.scalars(stmt.order_by(AppraisalStep.id)))


def decided_ties(taken: Sequence[AppraisalStep]) -> dict[str, list[int]]:
    """Return, by grade, whom recorded decisions chose among equals."""
    return {s.grade: list(s.chosen or ()) for s in taken if s.step == "tie" and s.grade}


def settle(appraisal: Appraisal) -> list[AppraisalLine]:
    """Bring every grade to what the recorded steps say: proposal, ties, changes in their order."""
    taken, found = steps(appraisal), lines(appraisal)
    book = rulebooks.book(appraisal.rulebook_id)
    proposed = rules.propose(entrants(found), book, decided_ties(taken)).grades
    stmt = (
        sa.select(AppraisalChange)
        .where(AppraisalChange.step_id.in_([s.id for s in taken]))
        .order_by(AppraisalChange.step_id)
    )
    changed = {c.member_id: c.after for c in db.session.scalars(stmt)}
    for line in found:
        line.proposed = proposed[str(line.member_id)]
        line.grade = changed.get(line.member_id, line.proposed)
    db.session.flush()  # the grades, before the caller reads them by SQL
    return found


def back(appraisal_id: int, reason: str, *, by: Actor) -> Appraisal:
    """Take the last step back with a reason; what was recorded stays readable as undone.

    :raises Invalid: no reason
    :raises NotNow: nothing to take back, or the grades are final
    """
    with transaction():
        found = access(appraisal_id, P.DECIDE, by=by, lock=True)
        asked(found, "back", by=by)
        asks.answered(STEP, found.id)
        step_back(found, reason, by=by)
        ask_next(found)
        return found


def step_back(appraisal: Appraisal, reason: str, *, by: Actor) -> None:
    """Undo the last step of a locked appraisal; the caller has checked who asks for it."""
    if not reason.strip():
        raise Invalid(reason="请写明退回的原因。")
    state = AppraisalState(appraisal.state)
    appraisal.state = advance(MOVES, state, "back", what="这份名单", words=WORDS)
    _undo(appraisal, UNDONE[state], reason, by=by)
    for line in settle(appraisal):
        if state == AppraisalState.MEETING and line.confirm:
            asks.answered(OWN, line.id)
            line.confirm, line.confirmed_by = False, None
    audit.record(by=by, action="appraisal.back", subject=STEP, subject_id=appraisal.id, codes=appraisal.state)
    db.session.flush()  # the lines, before the state is read again


def _undo(appraisal: Appraisal, step: str, reason: str, *, by: Actor) -> None:
    for row in steps(appraisal):
        if row.step == step:
            row.undone_at, row.undone_by = clock.now(), by.member_id
            row.undone_reason = reason.strip()[:200]
    db.session.flush()  # frees the step's place for the next one
