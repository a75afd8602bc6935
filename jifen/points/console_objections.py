"""Objections at the desk: what waits for an answer, papers entered, answers with their corrections."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from jifen.core import days
from jifen.decisions import objections, queries_objections, todo
from jifen.decisions.policy_objections import P
from jifen.decisions.states_objections import OUTCOMES, WORDS, ObjectionState
from jifen.members.policy import WORKS_WITH_PEOPLE
from jifen.points import answering, objecting, queries_statement, schemas_objections
from jifen.points.answering import Fresh
from jifen.points.exports import SOURCES
from jifen.points.objecting import Wish
from jifen.web import pages
from jifen.web.doors import asks, current_actor

blp = pages.section("objecting", __name__)
LIMIT = 30
#: Lines of the person that the reviewer is shown to choose from.
LINES = 30
HOW = {
    "own": "本人提出",
    "paper": "书面",
    "mouth": "口头",
    "wechat": "微信",
    "console": "网页",
    "api": "接口",
    "phone": "手机页面",
}


@blp.get("/objections")
@asks(P.SEE)
def objections_list() -> Response:
    """Objections of the reader's part of the tree; those that wait for him are marked."""
    asked = schemas_objections.FilterIn().load(request.args)
    rows = queries_objections.visible(
        by=current_actor(), state=asked["state"] or None, after=asked["after"], limit=LIMIT + 1
    )
    return pages.page(
        "points/objections.html",
        rows=rows[:LIMIT],
        next=rows[LIMIT - 1].id if len(rows) > LIMIT else None,
        state=asked["state"],
        words=WORDS,
        how=HOW,
    )


@blp.get("/objections/new")
@asks(P.RAISE)
def new() -> Response:
    """The form for one's own objection, or for a paper that somebody brought."""
    return pages.page("points/objection_new.html", lists=objecting.lists_shown(by=current_actor()))


@blp.post("/objections")
@asks(P.RAISE)
def enter() -> Response:
    """Enter an objection."""
    values = pages.form(schemas_objections.EnterForm)
    if values["how"] == "own":
        values["how"] = values["received_on"] = values["objector_number"] = None
    row = objecting.raise_(Wish(**values), by=current_actor())
    said = f"已登记，编号{row.id}。{days.spoken(row.answer_by)}前答复，由没有经手这件事的同志复核。"
    return pages.done(said, "objecting.one", objection_id=row.id)


@blp.get("/objections/<int:objection_id>")
@asks(P.SEE)
def one(objection_id: int) -> Response:
    """One objection; for whoever answers it, with the person's entries."""
    by = current_actor()
    row = queries_objections.objection(objection_id, by=by)
    lines = []
    if row.mine_to_answer:
        found = queries_statement.statement(row.member_id, by=by, limit=LINES)
        standing = (line for line in found if line.reverses_id is None and line.reversed_by_id is None)
        lines = sorted(standing, key=lambda line: (line.occurred_on, line.id), reverse=True)
    return pages.page(
        "points/objection.html",
        row=row,
        lines=lines,
        words=WORDS,
        how=HOW,
        sources=SOURCES,
        outcomes=[(str(o), WORDS[o]) for o in OUTCOMES],
        open=row.state == ObjectionState.OPEN,
    )


@blp.post("/objections/<int:objection_id>/answer")
@asks(P.ANSWER)
def answer(objection_id: int) -> Response:
    """Answer with reasons, and correct what was wrong."""
    values = pages.form(schemas_objections.AnswerForm)
    fresh = {name: values.pop(name) for name in ("item", "occurred_on", "quantity", "level")}
    answering.answer(
        objection_id,
        ObjectionState(values["outcome"]),
        values["reason"],
        reason_other=values["reason_other"],
        reverse=values["reverse"],
        add=_fresh(fresh),
        by=current_actor(),
    )
    return pages.done(
        "已答复，本人会收到通知。作了更正的，更正后的名单已拟好，等待公示。", "objecting.objections_list"
    )


def _fresh(values: dict[str, Any]) -> list[Fresh]:
    return [Fresh(**values)] if values["item"] and values["occurred_on"] else []


@blp.post("/objections/<int:objection_id>/withdraw")
@asks(P.WITHDRAW)
def withdraw(objection_id: int) -> Response:
    """Take one's objection back."""
    objections.withdraw(objection_id, by=current_actor())
    return pages.done("异议已撤回。", "objecting.one", objection_id=objection_id)


pages.entry(
    "异议",
    "objecting.objections_list",
    order=45,
    may=lambda by: by.branch_id is not None or by.holds(*WORKS_WITH_PEOPLE),
)
todo.provide(objections.SUBJECT, "待答复的异议", "objecting.objections_list")
