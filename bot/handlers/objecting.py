"""Objections in the chat: what is open, one's own, taken back."""

from __future__ import annotations

import datetime as dt

from bot import replies_own as replies
from bot.handlers import handle
from bot.intents.own import MyObjections, Object, ObjectHow, WithdrawObjection
from bot.talk.offers import Choice, Offer
from jifen.core import clock, days, workdays
from jifen.core.actor import Actor
from jifen.core.period import Period
from jifen.decisions import objections, publicity, queries_objections
from jifen.decisions.states_objections import WORDS, ObjectionState
from jifen.points import objecting


def _left(last: dt.date) -> int:
    """Return how many working days are left, today among them if it is one."""
    days = (clock.today() + dt.timedelta(days=n) for n in range((last - clock.today()).days + 1))
    return sum(workdays.is_workday(day) for day in days)


@handle.register
def _(intent: ObjectHow, *, by: Actor) -> str:
    lines = [
        replies.OBJECT_LIST.format(what=one.words, day=days.spoken(one.last_day), left=_left(one.last_day))
        for one in objecting.open_lists(by=by)
    ]
    choices = [Choice(words, f"异议 {words}", True) for words in replies.OBJECT_CHOICES]
    head = "\n".join([*(dict.fromkeys(lines) or [replies.OBJECT_SCORE]), replies.OBJECT_WHAT])
    return Offer(head, choices, replies.OBJECT_HOW, free="异议")


@handle.register
def _(intent: Object, *, by: Actor) -> str:
    row, contested = objecting.by_chat(intent.words, number=intent.number, by=by)
    shown = queries_objections.objection(row.id, by=by)
    return replies.OBJECTED.format(
        number=row.id, what=contested.words, unit=shown.asked_unit, day=days.spoken(row.answer_by)
    )


@handle.register
def _(intent: MyObjections, *, by: Actor) -> str:
    lines, choices = [], []
    for one in queries_objections.visible(by=by, own=True, limit=5):
        waiting = one.state == ObjectionState.OPEN
        if waiting:
            choices.append(
                Choice(replies.WITHDRAW_OBJECTION.format(number=one.id), f"撤回异议 {one.id}", True)
            )
        more = f"，{one.asked_unit}在{days.spoken(one.answer_by)}前答复" if waiting else ""
        if one.reason:
            more = f"（{one.reason}）"
        lines.append(
            replies.MY_OBJECTIONS_LINE.format(
                number=one.id, what=_what(one), state=WORDS[one.state], more=more
            )
        )
    if not lines:
        return replies.MY_OBJECTIONS_EMPTY
    return Offer("\n".join(lines), choices)


def _what(one: queries_objections.Shown) -> str:
    if one.period is None or one.kind is None:
        return "本人积分"
    return f"{Period.parse(one.period).words}{publicity.kind_words(one.kind)}"


@handle.register
def _(intent: WithdrawObjection, *, by: Actor) -> str:
    if intent.number is None:
        return replies.WITHDRAW_OBJECTION_HOW
    objections.withdraw(intent.number, by=by)
    return replies.OBJECTION_WITHDRAWN.format(number=intent.number)
