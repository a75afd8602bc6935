"""Pages of attendance: a meeting in a few clicks, what waits, one's own absences and leave."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import request

from jifen.core import clock
from jifen.core.actor import Actor
from jifen.core.errors import NotFound
from jifen.decisions import todo
from jifen.decisions.policy import seats
from jifen.members import queries as members
from jifen.org import queries as org
from jifen.points.attendance import absences, corrections, gatherings, leaves, queries, queries_asked, schemas
from jifen.points.attendance.gatherings import Mark, Sheet
from jifen.points.attendance.policy import PREPARES, P
from jifen.points.attendance.states import (
    ABSENCE_WORDS,
    GATHERING_WORDS,
    LEAVE_WORDS,
    OUTCOME_WORDS,
    REASON_WORDS,
)
from jifen.web import pages
from jifen.web.doors import asks, current_actor

blp = pages.section("attendance", __name__)

LEAVE_CHOICES = [(f"on_leave:{code}", f"请假（{words}）") for code, words in REASON_WORDS.items()]
#: How somebody may have ended, as one choice.
ENDS = [
    ("attended", "到会"),
    ("absent", "缺席"),
    *LEAVE_CHOICES,
    ("late", "迟到"),
    ("left_early", "早退"),
]
WORDS: dict[str, Any] = {
    "ends": ENDS,
    "outcomes": OUTCOME_WORDS,
    "reasons": REASON_WORDS,
    "states": GATHERING_WORDS,
    "absence_words": ABSENCE_WORDS,
    "leave_words": LEAVE_WORDS,
}


@blp.get("/attendance")
@asks(P.SEE_ABSENCE)
def meetings():
    by = current_actor()
    rows = queries.gatherings(by=by, after=request.args.get("after", 0, int), limit=31)
    return pages.page(
        "attendance/meetings.html",
        rows=rows[:30],
        next=rows[29].id if len(rows) > 30 else None,
        prepares=by.holds(*PREPARES),
        **WORDS,
    )


@blp.get("/attendance/waiting")
@asks(P.DECIDE_ABSENCE)
def waiting():
    by = current_actor()
    return pages.page(
        "attendance/waiting.html",
        ends_waiting=queries_asked.waiting_ends(by=by),
        absences=queries_asked.waiting_absences(by=by),
        leaves=queries_asked.waiting_leaves(by=by),
        corrections=queries_asked.waiting_corrections(by=by),
        today=clock.today(),
        **WORDS,
    )


@blp.get("/attendance/mine")
@asks(P.SEE_ABSENCE)
def mine():
    by = current_actor()
    return pages.page(
        "attendance/mine.html",
        absences=queries_asked.own_absences(by=by),
        leaves=queries_asked.own_leaves(by=by),
        prepares=by.holds(*PREPARES),
        **WORDS,
    )


@blp.get("/attendance/new")
@asks(P.PREPARE)
def new():
    by = current_actor()
    day = _day(request.args.get("day", "")) or clock.today()
    branch = queries.access_branch(request.args.get("branch_id", 0, int) or _own(by), P.PREPARE, by=by)
    return pages.page(
        "attendance/new.html",
        branch=branch,
        day=day,
        items=[(i.code, i.name) for i in queries.meeting_items(branch, day)],
        people=queries.expected(branch, day),
        decides=bool(seats(by)),
        **WORDS,
    )


@blp.post("/attendance/new")
@asks(P.PREPARE)
def record():
    values = pages.form(schemas.SheetForm)
    state = {m: _mark(end) for m, end in values.pop("state").items() if m.isdecimal()}
    sheet = Sheet(
        branch_id=values["branch_id"],
        item=values["item"],
        day=values["day"],
        activity=values["activity"],
        marks={int(m): mark for m, mark in state.items() if mark.outcome != "attended"},
        audience=[int(m) for m in state],
    )
    done = gatherings.record(sheet, confirm=values["confirm"], by=current_actor())
    words = "已确认，到会的当即计分，缺席的已告知本人。" if values["confirm"] else "已登记，等负责人确认。"
    return pages.done(words, "attendance.meeting", gathering_id=done.id)


@blp.get("/attendance/<int:gathering_id>")
@asks(P.SEE)
def meeting(gathering_id: int):
    by = current_actor()
    found = queries.meeting(gathering_id, by=by)
    return pages.page(
        "attendance/meeting.html",
        met=found.met,
        people=found.people,
        decides=bool(seats(by)),
        prepares=by.holds(*PREPARES),
        **WORDS,
    )


@blp.post("/attendance/<int:gathering_id>/confirm")
@asks(P.CONFIRM)
def confirm(gathering_id: int):
    pages.form(schemas.NoneForm)
    gatherings.confirm(gathering_id, by=current_actor())
    return pages.done("已确认。", "attendance.meeting", gathering_id=gathering_id)


@blp.post("/attendance/<int:gathering_id>/drop")
@asks(P.PREPARE)
def drop(gathering_id: int):
    pages.form(schemas.NoneForm)
    gatherings.drop(gathering_id, by=current_actor())
    return pages.done("已作废，可以重新登记。", "attendance.meetings")


@blp.post("/attendance/<int:gathering_id>/correct")
@asks(P.PREPARE)
def correct(gathering_id: int):
    values = pages.form(schemas.CorrectionForm)
    mark = _mark(values["end"]) if values["end"] else Mark("")
    done = corrections.correct(
        gathering_id, [values["member_id"]], mark.outcome or None, reason=mark.reason, by=current_actor()
    )
    return _corrected(gathering_id, done.state)


@blp.post("/attendance/<int:gathering_id>/revoke")
@asks(P.PREPARE)
def revoke(gathering_id: int):
    pages.form(schemas.NoneForm)
    return _corrected(gathering_id, corrections.correct(gathering_id, None, None, by=current_actor()).state)


@blp.post("/attendance/ends/<int:attendee_id>/confirm")
@asks(P.CONFIRM)
def confirm_end(attendee_id: int):
    pages.form(schemas.NoneForm)
    gatherings.confirm_one(attendee_id, by=current_actor())
    return pages.done("已确认。", "attendance.waiting")


@blp.post("/attendance/absences/<int:absence_id>/decide")
@asks(P.DECIDE_ABSENCE)
def decide_absence(absence_id: int):
    values = pages.form(schemas.AbsenceForm)
    outcome, _, leave = values["outcome"].partition(":")
    absences.decide(absence_id, outcome, reason=values["reason"], leave=leave or None, by=current_actor())
    return pages.done("已处理，本人会收到通知。", "attendance.waiting")


@blp.post("/attendance/absences/<int:absence_id>/explain")
@asks(P.EXPLAIN)
def explain(absence_id: int):
    absences.explain(absence_id, pages.form(schemas.ExplainIn)["words"], by=current_actor())
    return pages.done("说明已记下，由支部负责人处理。")


@blp.post("/attendance/leaves")
@asks(P.REQUEST)
def request_leave():
    values = pages.form(schemas.LeaveForm)
    by, number = current_actor(), values.pop("number")
    whom = None
    if number:
        found = members.visible_people(by=by, number=number, limit=1)
        if not found:
            raise NotFound(what=f"编号为“{number}”的党员")
        whom = found[0].member_id
    leaves.request(**values, member_id=whom, by=by)
    return pages.done("已登记，等负责人批准。", "attendance.mine")


@blp.post("/attendance/leaves/<int:leave_id>/decide")
@asks(P.DECIDE_LEAVE)
def decide_leave(leave_id: int):
    values = pages.form(schemas.YesOrNoIn)
    leaves.decide(leave_id, grant=values["approve"], reason=values["reason"], by=current_actor())
    return pages.done("已处理，本人会收到通知。", "attendance.waiting")


@blp.post("/attendance/leaves/<int:leave_id>/withdraw")
@asks(P.WITHDRAW)
def withdraw_leave(leave_id: int):
    pages.form(schemas.NoneForm)
    leaves.withdraw(leave_id, by=current_actor())
    return pages.done("请假已取消。", "attendance.mine")


@blp.post("/attendance/corrections/<int:correction_id>/decide")
@asks(P.CONFIRM)
def decide_correction(correction_id: int):
    corrections.decide(correction_id, **pages.form(schemas.YesOrNoIn), by=current_actor())
    return pages.done("已处理。", "attendance.waiting")


def _corrected(gathering_id: int, state: str):
    words = "已更正。" if state == "done" else "已提出，由另一位负责人处理。"
    return pages.done(words, "attendance.meeting", gathering_id=gathering_id)


def _mark(end: str) -> Mark:
    outcome, _, reason = end.partition(":")
    return Mark(outcome, reason or None)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _own(by: Actor) -> int:
    """Return the branch for which the actor most likely enters: that of his post, else his own."""
    units = [h.unit_id for h in by.holdings if h.role in PREPARES]
    if by.branch_id is not None and (by.branch_id in units or not units):
        return by.branch_id
    below = [
        u.id for h in by.holdings if h.role in PREPARES for u in org.subtree(h.path) if u.kind == "branch"
    ]
    return below[0] if below else 0


def _sees(by: Actor) -> bool:
    return by.member_id is not None and (by.branch_id is not None or by.holds(*PREPARES))


todo.provide("gathering", "会议考勤待确认", "attendance.meetings")
todo.provide("attendee", "会议确认人本人的到会情况", "attendance.waiting")
todo.provide("absence", "缺席待处理", "attendance.waiting")
todo.provide("leave", "请假待批", "attendance.waiting")
todo.provide("correction", "考勤、名单待更正", "attendance.waiting")
pages.entry("考勤", "attendance.meetings", order=20, may=_sees)
