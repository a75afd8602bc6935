"""考勤, 说明, 请假: what the notices about meetings tell a member to send."""

from __future__ import annotations

import datetime as dt

from bot import replies_own as replies
from bot.handlers import handle
from bot.intents.own import Attendance, Explain, Leave
from bot.talk.draft import WEEKDAYS
from bot.talk.offers import Choice, Offer
from jifen.core import clock, days
from jifen.core.actor import Actor
from jifen.points.attendance import absences, leaves, queries_asked
from jifen.points.attendance.states import ABSENCE_WORDS, LEAVE_WORDS, REASON_WORDS, AbsenceState, LeaveReason
from jifen.rulebook.queries import book

SHOWN = 5
#: Reasons by what people say; what is nobody's business (an illness) is leave like any other.
_REASONS = (
    (LeaveReason.DUTY, ("公务", "出差", "公差", "开会", "工作", "值班", "下乡", "加班")),
    (LeaveReason.STUDY, ("培训", "学习", "进修", "党校", "考试")),
    (LeaveReason.VACATION, ("休假", "年假", "探亲", "产假", "婚假", "陪产")),
    (LeaveReason.PRIVATE, ("事假", "有事", "家里", "家事", "私事", "病", "看病", "住院", "不舒服", "丧")),
)


def _missed(one: queries_asked.Missed) -> str:
    item = book(one.meeting_rulebook_id).items[one.meeting_code]
    return f"{days.spoken(one.occurred_on)} {item.name}"


def _absence(one: queries_asked.Missed) -> str:
    asks = replies.ABSENCE_ASKS.format(number=one.id, until=days.spoken(one.explain_by))
    return replies.ABSENCE_LINE.format(
        number=one.id,
        what=_missed(one),
        state=ABSENCE_WORDS[one.state],
        more=asks if one.state == AbsenceState.TOLD else f"（{one.answer}）" if one.answer else "",
    )


def _leave(one: queries_asked.Asked) -> str:
    until = f"至{days.spoken(one.until)}" if one.until != one.since else ""
    return replies.LEAVE_LINE.format(
        days=f"{days.spoken(one.since)}{until}", reason=REASON_WORDS[one.reason], state=LEAVE_WORDS[one.state]
    )


@handle.register
def _(intent: Attendance, *, by: Actor) -> str:
    missed = [_absence(one) for one in queries_asked.own_absences(by=by, limit=SHOWN)]
    asked = [_leave(one) for one in queries_asked.own_leaves(by=by, limit=SHOWN)]
    return "\n".join([*(missed or [replies.ABSENCE_NONE]), *asked, replies.ATTENDANCE_FOOT])


@handle.register
def _(intent: Explain, *, by: Actor) -> str:
    told = (AbsenceState.TOLD, AbsenceState.EXPLAINED)
    waiting = [one for one in queries_asked.own_absences(by=by, limit=SHOWN) if one.state in told]
    if intent.number is not None:
        waiting = [one for one in waiting if one.id == intent.number]
    if not waiting:
        return replies.EXPLAIN_NOTHING
    if len(waiting) > 1 or not intent.words:
        choices = [Choice(_missed(one), f"说明 {one.id}") for one in waiting]
        if len(waiting) == 1:
            choices = [
                Choice(words, f"说明 {waiting[0].id} {words}", True) for words in replies.EXPLAIN_CHOICES
            ]
        foot = replies.EXPLAIN_HOW.format(number=waiting[0].id)
        free = f"说明 {waiting[0].id}" if len(waiting) == 1 else ""
        return Offer("\n".join(_absence(one) for one in waiting), choices, foot, free=free)
    absences.explain(waiting[0].id, intent.words, by=by)
    return replies.EXPLAINED.format(what=_missed(waiting[0]))


@handle.register
def _(intent: Leave, *, by: Actor) -> str:
    if intent.since is None:
        asked = [_leave(one) for one in queries_asked.own_leaves(by=by, limit=SHOWN)]
        week = [clock.today() + dt.timedelta(days=n) for n in range(7)]
        choices = [
            Choice(f"{days.spoken(day)}（周{WEEKDAYS[day.weekday()]}）", f"请假 {days.spoken(day)}")
            for day in week
        ]
        return Offer("\n".join([*asked, replies.LEAVE_DAY]), choices, replies.LEAVE_HOW)
    reason = next((code for code, words in _REASONS if any(w in intent.words for w in words)), None)
    if reason is None:
        until = f"至{days.spoken(intent.until)}" if intent.until and intent.until != intent.since else ""
        choices = [
            Choice(words, f"请假 {days.spoken(intent.since)}{until} {words}", True)
            for words in replies.LEAVE_CHOICES
        ]
        return Offer(replies.LEAVE_REASON.format(day=days.spoken(intent.since)), choices)
    leave = leaves.request(intent.since, intent.until, reason, by=by)
    last = leave.until - dt.timedelta(days=1)
    until = f"至{days.spoken(last)}" if last != leave.since else ""
    return replies.LEAVE_ASKED.format(days=f"{days.spoken(leave.since)}{until}", reason=REASON_WORDS[reason])
