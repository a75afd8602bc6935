"""The publicised list of grades, the final ones, and what they ask the branch to do."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from jifen.audit import service as audit
from jifen.core import clock
from jifen.core.actor import Actor, system
from jifen.core.db import db, transaction
from jifen.core.errors import Invalid
from jifen.core.states import NotNow, advance
from jifen.decisions import asks, publicity
from jifen.decisions.models_publicity import Publication
from jifen.notices import service as notices
from jifen.org import queries as org
from jifen.points.appraisal import errors, lists, rules, service
from jifen.points.appraisal.models import Appraisal, AppraisalTask
from jifen.points.appraisal.policy import P
from jifen.points.appraisal.states import MOVES, WORDS, AppraisalState
from jifen.rulebook import queries as rulebooks

#: Kind of the publicised list.
KIND = "appraisal"
#: Working days where the rulebook says nothing of lists.
DAYS = 5
#: What a branch may have done about a task, by its kind; no words about the person.
DONE = {
    "probation": {
        "confirmed": "支部大会讨论，按期转正",
        "extended": "支部大会讨论，延长预备期",
        "cancelled": "支部大会讨论，取消预备党员资格",
        "later": "预备期未满，到期再讨论",
    },
    "talk": {"talked": "已谈话", "helped": "已谈话并商定改进措施"},
}
TASK_WORDS = {"probation": "讨论预备党员转正事宜", "talk": "谈话"}


def publicise(appraisal_id: int, *, by: Actor) -> Publication:
    """Show the names and grades in the branch for the working days of publicity.

    :raises NotConfirmed: grades of recorders wait for the next higher organisation
    :raises NotNow: not decided by the members' meeting yet, or shown already
    """
    with transaction():
        found = service.access(appraisal_id, P.DECIDE, by=by, lock=True)
        question, state = service.asked(found, "publicise", by=by)
        listed = service.lines(found)
        waiting = sum(1 for line in listed if line.confirm and line.confirmed_by is None)
        if waiting:
            raise errors.NotConfirmed(people=waiting)
        found.state = state
        service.record_step(found, "publicise", question, by=by)
        waits = service.ask_next(found)
        shown = {line.member_id: str(line.grade) for line in listed if line.grade is not None}
        order = lists.by_name(shown)
        said = rulebooks.book(found.rulebook_id).publicity
        drawn = publicity.draw(
            KIND,
            found.branch_id,
            str(found.year),
            frame={
                "sections": [
                    {
                        "key": KIND,
                        "title": f"{found.year}年度民主评议党员等次",
                        "columns": [["grade", "等次"]],
                    }
                ]
            },
            lines=[(m, {"section": KIND, "grade": shown[m]}) for m in order],
            working_days=said.working_days if said else DAYS,
            by=by,
        )
        out = publicity.publicise(drawn.id, by=by)
        assert out.until is not None, "it was just publicised"
        # Nothing can be done before the days are over: until then nobody is late.
        waits.asked_at = clock.at(out.until)
        return out


def finish(appraisal_id: int, *, by: Actor) -> Appraisal:
    """Make the publicised grades final; the list is frozen with them.

    :raises StillOpen: its days are not over, or an objection is open
    :raises NotNow: it is not publicised
    """
    with transaction():
        found = service.access(appraisal_id, P.DECIDE, by=by, lock=True)
        question, _ = service.asked(found, "finish", by=by)
        shown = publicity.shown(KIND, found.branch_id, str(found.year))
        assert shown is not None, "a publicised appraisal has a list"
        asks.decide(question, "final", by=by)
        publicity.freeze(shown.id, by=by)
        return found


def _of(publication: Publication) -> Appraisal:
    stmt = sa.select(Appraisal).where(
        Appraisal.branch_id == publication.unit_id, Appraisal.year == int(publication.period)
    )
    return db.session.execute(stmt.with_for_update().execution_options(populate_existing=True)).scalar_one()


def _shown(publication: Publication) -> None:
    """Tell everybody on the list; refuse a list that the steps do not stand behind."""
    found = _of(publication)
    if found.state != AppraisalState.PUBLICISED:
        raise NotNow(what="这份名单", state=WORDS[found.state], move=WORDS["publicise"])
    _tell(found, "appraisal_shown", f"r{publication.revision}")


def _frozen(publication: Publication) -> None:
    """Make the grades of a frozen list final and open the tasks that follow from them."""
    found = _of(publication)
    state = advance(MOVES, AppraisalState(found.state), "finish", what="这份名单", words=WORDS)
    branch, book = org.unit(found.branch_id), rulebooks.book(found.rulebook_id)
    for line in service.lines(found):
        lies_in = rules.probation_lines(line.category, line.total, book) if line.scored else ()
        asked = [(one.code, "probation") for one in lies_in[:1]]
        if line.grade in rules.TALKED:
            asked.append((str(line.grade), "talk"))
        for because, kind in asked:
            task = AppraisalTask(
                line_id=line.id, member_id=line.member_id, branch_id=branch.id, kind=kind, because=because
            )
            db.session.add(task)
            db.session.flush()  # task.id
            asks.ask(
                service.TASK,
                task.id,
                unit_id=asks.unit_for(branch.path, line.member_id),
                concerns=line.member_id,
            )
    _tell(found, "appraisal_final", "final")
    asks.answered(service.STEP, found.id)
    found.state, found.final_at = state, clock.now()
    db.session.flush()  # the state: from here on the database refuses changes
    audit.record(
        by=system("appraisal"),
        action="appraisal.final",
        subject=service.STEP,
        subject_id=found.id,
        codes=state,
    )


def _hold(publication: Publication) -> None:
    _of(publication)


publicity.enter(publicity.Kind(KIND, "民主评议党员公示", hold=_hold, publicised=_shown, frozen=_frozen))


def _tell(appraisal: Appraisal, kind: str, key: str) -> None:
    notices.queue_many(
        kind=kind,
        rows=[
            (f"appraisal:{appraisal.id}:{key}:{line.member_id}", line.member_id, {"appraisal": appraisal.id})
            for line in service.lines(appraisal)
            if line.grade is not None
        ],
    )


def close_task(task_id: int, *, done: str, minute: str, done_on: dt.date, by: Actor) -> AppraisalTask:
    """Record what the branch did: a code, the minute's number and the day.

    :raises NotFound, NotByYou, Answered: not asked of the actor, about himself, or closed before
    """
    with transaction():
        question = asks.access(service.TASK, task_id, by=by)
        task = db.session.get(AppraisalTask, task_id, with_for_update=True, populate_existing=True)
        assert task is not None, "a question names its task"
        if done not in DONE[task.kind]:
            raise Invalid(reason=f"请从以下结果中选择：{'、'.join(DONE[task.kind].values())}。")
        if not minute.strip():
            raise Invalid(reason="请写明会议记录或谈话记录编号。")
        made = clock.civil_day(task.created_at)
        if not made <= done_on <= clock.today():
            raise errors.WrongDay(least=made, most=clock.today())
        asks.decide(question, done, by=by)
        task.done, task.minute, task.done_on = done, minute.strip()[:80], done_on
        task.done_by, task.done_at = by.member_id, clock.now()
        audit.record(
            by=by,
            action="appraisal.task",
            subject=service.TASK,
            subject_id=task.id,
            codes=f"{task.kind} {done}",
        )
        db.session.flush()  # the task, before the caller reads it
        return task
