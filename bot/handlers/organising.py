"""What an organiser does with an activity in the chat, what his branch still owes, and one's class-hours."""

from __future__ import annotations

import datetime as dt
import re

from bot import replies_activities as replies
from bot.handlers import handle
from bot.intents.activities import BranchDue, ChangeActivity, ClassHours
from bot.talk.offers import Choice, Offer
from jifen.activities import (
    checking_in,
    closing,
    planning,
    queries,
    queries_checking,
    queries_due,
    signing_up,
)
from jifen.activities.closing import End
from jifen.activities.policy import P
from jifen.activities.states import Purpose
from jifen.core import clock
from jifen.core.actor import Actor
from jifen.members import queries as members
from jifen.org import queries as org
from jifen.points.attendance.states import Outcome
from jifen.points.items import plain

_SURE = "确认"
#: Activities of one list.
_SHOWN = 14
_TIME = re.compile(r"(?P<name>\S+)\s+(?P<h>\d{1,2})(?::|点)(?P<m>\d{2})?分?")


def span(day: dt.date, times: tuple[dt.time, dt.time]) -> tuple[dt.datetime, dt.datetime]:
    """Return the instants of a day's wall times; an end before the start is that of the next day."""
    start, end = times
    last = day if end > start else day + dt.timedelta(days=1)
    return clock.at(day, start.hour, start.minute), clock.at(last, end.hour, end.minute)


@handle.register
def _(intent: ChangeActivity, *, by: Actor) -> str:
    if intent.number is None:
        return which(*replies.CHANGE_WHICH[intent.what], by=by)
    act = queries.shown(intent.number, P.RUN, by=by)
    match intent.what:
        case "cancel":
            return _cancelled(intent, act, by=by)
        case "move":
            return _moved(intent, act, by=by)
        case "places":
            return _places(intent, act, by=by)
        case "minutes":
            if not intent.words:
                return replies.MINUTES_HOW.format(number=act.id)
            planning.write_minutes(act.id, intent.words, by=by)
            return replies.MINUTES_KEPT.format(title=act.title)
        case "confirm":
            return _confirmed(intent, act, by=by)
        case _:
            return _tapped(intent, act, by=by)


def which(question: str, says: str, *, by: Actor) -> Offer | str:
    """Return which of his activities to come, or under way, an organiser means.

    :param says: what one would have typed, with a gap for the number
    """
    now = clock.now()
    acts = [one for one in queries.run(by=by, only_open=True) if one.ends_at > now]
    if not acts:
        return replies.RUNS_NONE
    acts.sort(key=lambda one: (one.starts_at, one.id))
    choices = [
        Choice(replies.RUNS_LINE.format(title=one.title, time=one.time), says.format(number=one.id))
        for one in acts[:_SHOWN]
    ]
    return Offer(question, choices)


def _cancelled(intent: ChangeActivity, act: queries.Detail, *, by: Actor) -> str:
    says = f"取消活动 {act.id} {_SURE}"
    if intent.words != _SURE:
        text = replies.CANCEL_ASK.format(title=act.title, time=act.time)
        return Offer(text, [Choice(replies.CANCEL_YES, says)], replies.CANCEL_SAY.format(says=says))
    planning.cancel(act.id, by=by)
    return replies.CANCELLED.format(title=act.title)


def _moved(intent: ChangeActivity, act: queries.Detail, *, by: Actor) -> str:
    if intent.day is None or intent.times is None:
        return replies.MOVE_HOW.format(number=act.id)
    planning.move(act.id, *span(intent.day, intent.times), place=intent.words or None, by=by)
    moved = queries.shown(act.id, by=by)
    return replies.MOVED.format(title=moved.title, time=moved.time, place=moved.place)


def _places(intent: ChangeActivity, act: queries.Detail, *, by: Actor) -> str:
    wanted = intent.words.strip("人个 ")
    if wanted != replies.UNLIMITED and not re.fullmatch(r"[1-9]\d{0,4}", wanted):
        return replies.PLACES_HOW.format(number=act.id)
    signing_up.widen(act.id, None if wanted == replies.UNLIMITED else int(wanted), by=by)
    now = queries.shown(act.id, by=by)
    return replies.PLACES.format(
        title=now.title, capacity=now.capacity or replies.UNLIMITED, joined=now.joined, waiting=now.waiting
    )


def _named(act: queries.Detail, word: str) -> queries_checking.Person | int | str:
    """Return whom a word means: somebody of the list, the id of a number, or what to say."""
    found = [one for one in queries_checking.people(act) if word in (one.name, one.number)]
    if len(found) == 1:
        return found[0]
    if found:
        numbers = "、".join(one.number for one in found)
        return replies.TWO_NAMESAKES.format(title=act.title, name=word, numbers=numbers)
    if word.isdecimal():
        return members.member_by_number(word).id
    return replies.NOT_LISTED.format(title=act.title, name=word, number=act.id)


def _tapped(intent: ChangeActivity, act: queries.Detail, *, by: Actor) -> str:
    purpose = Purpose.IN if intent.what == "tap_in" else Purpose.OUT
    word = "登记签到" if purpose == Purpose.IN else "登记签退"
    if not intent.words:
        return replies.TAP_HOW.format(word=word, number=act.id)
    whom = []
    for one in intent.words.split():
        found = _named(act, one)
        if isinstance(found, str):
            return found
        whom.append(found if isinstance(found, int) else found.member_id)
    done = checking_in.by_organiser(act.id, whom, purpose, by=by)
    if all(one.again for one in done):
        return replies.TAPPED_BEFORE.format(title=act.title)
    names = "、".join(intent.words.split())
    return replies.TAPPED.format(
        title=act.title, word=word, count=sum(not one.again for one in done), names=names
    )


def _confirmed(intent: ChangeActivity, act: queries.Detail, *, by: Actor) -> str:
    m = _TIME.fullmatch(intent.words)
    if m is None or int(m["h"]) > 23 or int(m["m"] or 0) > 59:
        return replies.CONFIRM_HOW.format(number=act.id)
    found = _named(act, m["name"])
    if isinstance(found, str):
        return found
    whom = found if isinstance(found, int) else found.member_id
    out_at = act.wall(dt.time(int(m["h"]), int(m["m"] or 0)))
    closing.confirm_one(act.id, whom, End(Outcome.ATTENDED, out_at=out_at), by=by)
    time = f"{out_at.astimezone(clock.SHANGHAI):%H:%M}"
    return replies.CONFIRMED.format(title=act.title, name=m["name"], time=time)


@handle.register
def _(intent: BranchDue, *, by: Actor) -> str:
    branch = by.branch_id
    if branch is None:
        return replies.NO_BRANCH
    name = org.unit(branch).name
    owed = [one for one in queries_due.still_due(branch, clock.today(), by=by) if one.missing]
    if not owed:
        return replies.DUE_NONE.format(branch=name)
    lines = [
        replies.DUE_LINE.format(
            kind=one.kind.name,
            period=one.period_words,
            least=one.least,
            held=one.held,
            planned=replies.DUE_PLANNED.format(planned=one.planned) if one.planned else "",
            missing=one.missing,
        )
        for one in owed
    ]
    return "\n".join([replies.DUE_HEAD.format(branch=name), *lines])


@handle.register
def _(intent: ClassHours, *, by: Actor) -> str:
    if by.branch_id is None:
        return replies.NO_BRANCH
    own = queries_due.own_class_hours(clock.today().year, by=by)
    missing = own.expected - own.done
    more = replies.CLASS_MORE.format(missing=plain(missing)) if missing > 0 else replies.CLASS_ENOUGH
    return replies.CLASS_HOURS.format(
        year=own.year, done=plain(own.done), expected=plain(own.expected), more=more, basis=own.basis
    )
