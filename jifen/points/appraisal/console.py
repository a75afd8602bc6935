"""民主评议党员 at the desk: begin, committee, meeting, publicise, finish; what waits; how far branches are."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from jifen.core import days
from jifen.core.actor import DECIDERS, Actor
from jifen.decisions import todo
from jifen.members.policy import WORKS_WITH_PEOPLE
from jifen.members.roster.sheets import CATEGORY_LABELS
from jifen.points.appraisal import exports, publishing, queries, queries_asked, rules, schemas, service, steps
from jifen.points.appraisal.policy import P
from jifen.web import pages
from jifen.web.doors import asks, current_actor
from jifen.web.sheets import sheet

blp = pages.section("appraisal", __name__)
LIMIT = 50


@blp.get("/appraisals")
@asks(P.SEE)
def branches() -> Response:
    """How far the reader's branches are with a year, by organisation."""
    asked = schemas.AppraisalYearIn().load(request.args)
    by, years = current_actor(), queries_asked.years()
    year = asked["year"] or years[0]
    rows = queries.progress(year, by=by, after=asked["after"], limit=LIMIT + 1)
    return pages.page(
        "appraisal/branches.html",
        rows=rows[:LIMIT],
        next=rows[LIMIT - 1].branch_id if len(rows) > LIMIT else None,
        year=year,
        years=years,
        may_start=by.holds(*DECIDERS),
    )


@blp.post("/appraisals")
@asks(P.DECIDE)
def start() -> Response:
    """Begin a branch's year."""
    found = service.start(**pages.form(schemas.AppraisalStartIn), by=current_actor())
    return pages.done(
        "初步名单已按积分列出。名单只是参考，请支委会研究。", "appraisal.one", appraisal_id=found.id
    )


@blp.get("/appraisals/<int:appraisal_id>")
@asks(P.SEE)
def one(appraisal_id: int) -> Response:
    """A branch's list, each with his points and why, and the form of the next step."""
    found = queries.sheet(appraisal_id, by=current_actor())
    return pages.page(
        "appraisal/one.html",
        seen=found,
        names={row.member_id: row.name for row in found.rows},
        labels=CATEGORY_LABELS,
        reasons=rules.REASONS,
        choices=(*found.grades, rules.ABSTAINED),
    )


def _moved(words: str, appraisal_id: int) -> Response:
    return pages.done(words, "appraisal.one", appraisal_id=appraisal_id)


@blp.post("/appraisals/<int:appraisal_id>/refresh")
@asks(P.DECIDE)
def refresh(appraisal_id: int) -> Response:
    """Compute a draft anew."""
    pages.form(schemas.AppraisalNothing)
    service.refresh(appraisal_id, by=current_actor())
    return _moved("已按最新积分重新列出。", appraisal_id)


@blp.post("/appraisals/<int:appraisal_id>/tie")
@asks(P.DECIDE)
def tie(appraisal_id: int) -> Response:
    """Record the decision among equals."""
    steps.decide_tie(appraisal_id, **pages.form(schemas.AppraisalTieIn), by=current_actor())
    return _moved("并列的决定已登记。", appraisal_id)


def _changes(values: dict[str, Any]) -> list[steps.Change]:
    grades, reasons = values.pop("grade"), values.pop("reason")
    return [steps.Change(member, grade, reasons.get(member, "")) for member, grade in grades.items()]


@blp.post("/appraisals/<int:appraisal_id>/committee")
@asks(P.DECIDE)
def committee(appraisal_id: int) -> Response:
    """Record the branch committee."""
    values = pages.form(schemas.AppraisalStepForm)
    steps.record_committee(appraisal_id, changes=_changes(values), **values, by=current_actor())
    return _moved("支委会意见已登记。下一步召开党员大会。", appraisal_id)


@blp.post("/appraisals/<int:appraisal_id>/meeting")
@asks(P.DECIDE)
def meeting(appraisal_id: int) -> Response:
    """Record the members' meeting."""
    values = pages.form(schemas.AppraisalMeetingForm)
    choices = (*queries.sheet(appraisal_id, by=current_actor()).grades, rules.ABSTAINED)
    ballots = _ballots(values.pop("votes"), choices)
    changes = _changes(values)
    steps.record_meeting(appraisal_id, changes=changes, ballots=ballots, **values, by=current_actor())
    return _moved("党员大会结果已登记。登记人本人的等次已交上级确认。", appraisal_id)


def _ballots(votes: dict[str, int], choices: tuple[str, ...]) -> list[steps.Ballot]:
    counted: dict[int, dict[str, int]] = {}
    for key, number in votes.items():
        member, _, place = key.partition(".")
        if member.isdecimal() and place.isdecimal() and int(place) < len(choices):
            counted.setdefault(int(member), {})[choices[int(place)]] = number
    return [steps.Ballot(member_id=m, counts=counts) for m, counts in counted.items()]


@blp.post("/appraisals/<int:appraisal_id>/publicise")
@asks(P.DECIDE)
def publicise(appraisal_id: int) -> Response:
    """Show the list in the branch."""
    pages.form(schemas.AppraisalNothing)
    shown = publishing.publicise(appraisal_id, by=current_actor())
    return _moved(f"已公示，从{days.spoken(shown.since)}起共{shown.working_days}个工作日。", appraisal_id)


@blp.post("/appraisals/<int:appraisal_id>/finish")
@asks(P.DECIDE)
def finish(appraisal_id: int) -> Response:
    """Make the grades final."""
    pages.form(schemas.AppraisalNothing)
    publishing.finish(appraisal_id, by=current_actor())
    return _moved("等次已定，后续事项已列入待办。", appraisal_id)


@blp.post("/appraisals/<int:appraisal_id>/back")
@asks(P.DECIDE)
def back(appraisal_id: int) -> Response:
    """Take the last step back."""
    service.back(appraisal_id, pages.form(schemas.AppraisalReasonIn)["reason"], by=current_actor())
    return _moved("已退回上一步，原来的记录仍可查看。", appraisal_id)


@blp.get("/appraisals/<int:appraisal_id>/summary.xlsx")
@asks(P.EXPORT)
def summary(appraisal_id: int) -> Response:
    """The yearly summary."""
    return sheet("appraisal.xlsx", exports.summary_sheet(appraisal_id, by=current_actor()))


@blp.get("/appraisals/waiting")
@asks(P.DECIDE)
def waiting() -> Response:
    """What waits for the reader: steps, recorders' own grades, tasks."""
    by = current_actor()
    return pages.page(
        "appraisal/waiting.html",
        steps=queries_asked.steps_waiting(by=by),
        confirmations=queries_asked.confirmations(by=by),
        tasks=queries_asked.tasks(by=by),
    )


@blp.post("/appraisals/confirmations/<int:line_id>")
@asks(P.DECIDE)
def confirm(line_id: int) -> Response:
    """Confirm a recorder's own grade, or give the list back."""
    values = pages.form(schemas.AppraisalConfirmIn)
    steps.confirm_own(line_id, **values, by=current_actor())
    return pages.done("已确认。" if values["agree"] else "已退回支部。", "appraisal.waiting")


@blp.post("/appraisals/tasks/<int:task_id>")
@asks(P.DECIDE)
def task(task_id: int) -> Response:
    """Record what was done."""
    publishing.close_task(task_id, **pages.form(schemas.AppraisalTaskIn), by=current_actor())
    return pages.done("已登记办理结果。", "appraisal.waiting")


def _sees(by: Actor) -> bool:
    return by.holds(*WORKS_WITH_PEOPLE)


pages.entry("民主评议", "appraisal.branches", order=45, may=_sees)
todo.provide(service.STEP, "民主评议，等您办理下一步", "appraisal.waiting")
todo.provide(service.OWN, "登记人本人的评议等次，等您确认", "appraisal.waiting")
todo.provide(service.TASK, "评议后续事项", "appraisal.waiting")
