"""活动、报名、签到: what one may join, joining it, being there."""

from __future__ import annotations

import datetime as dt

from bot import intents as i
from bot import replies_activities as replies
from bot.handlers import handle
from jifen.activities import checking_in, queries, signing_up
from jifen.activities.states import PURPOSE_WORDS, SIGN_UP_WORDS, Purpose, SignUpState
from jifen.core import clock
from jifen.core.actor import Actor
from jifen.points.attendance.states import OUTCOME_WORDS

#: Activities of one answer.
SHOWN = 6


def _state(act: queries.Listed) -> str:
    if act.outcome or act.in_at:
        return replies.MINE.format(state=OUTCOME_WORDS[act.outcome] if act.outcome else "已签到")
    if act.mine in (SignUpState.JOINED, SignUpState.WAITING):
        return replies.MINE.format(state=SIGN_UP_WORDS[act.mine])
    if act.of.expects:
        return replies.EXPECTED
    if act.places_left is None:
        return ""
    return replies.LEFT.format(left=act.places_left) if act.places_left else replies.WAITING_LIST


def _line(act: queries.Listed) -> str:
    return replies.LINE.format(
        number=act.id, title=act.title, time=act.time, place=act.place, state=_state(act)
    )


def _clock(at: dt.datetime) -> str:
    local = at.astimezone(clock.SHANGHAI)
    return f"{local.month}月{local.day}日{local:%H:%M}"


@handle.register
def _(intent: i.Activities, *, by: Actor) -> str:
    if intent.mine:
        mine = queries.mine(by=by, limit=SHOWN)
        return "\n".join([*map(_line, mine), replies.MINE_FOOT]) if mine else replies.MINE_NONE
    found = queries.coming(by=by, limit=SHOWN)
    return "\n".join([*map(_line, found), replies.FOOT]) if found else replies.NONE


@handle.register
def _(intent: i.SignUp, *, by: Actor) -> str:
    if intent.number is None:
        return replies.SIGN_OFF_HOW if intent.leave else replies.SIGN_UP_HOW
    if intent.leave:
        return replies.LEFT_IT.format(title=signing_up.leave(intent.number, by=by).title)
    done = signing_up.join(intent.number, by=by)
    if done.state == SignUpState.WAITING:
        return replies.QUEUED.format(title=done.title, queue=done.queue, number=done.activity_id)
    act = queries.shown(done.activity_id, by=by)
    return replies.JOINED.format(title=act.title, time=act.time, place=act.place, number=act.id)


@handle.register
def _(intent: i.CheckIn, *, by: Actor) -> str:
    word = PURPOSE_WORDS[intent.purpose]
    if intent.scan:
        done = checking_in.by_scan(intent.scan, seen_at=intent.at, by=by)
    elif intent.digits:
        done = checking_in.by_digits(intent.digits, intent.purpose, said_at=intent.at, by=by)
    else:
        return replies.CHECK_HOW.format(word=word)
    values = {"title": done.title, "at": _clock(done.at)}
    if done.again:
        return replies.CHECKED_BEFORE.format(word=PURPOSE_WORDS[done.purpose], **values)
    if done.purpose == Purpose.OUT:
        return replies.CHECKED_OUT.format(**values)
    return replies.CHECKED_IN.format(**values) + (replies.THEN_OUT if done.to_check_out else "")
