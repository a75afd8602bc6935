"""活动、报名、签到: what one may join, joining it, being there."""

from __future__ import annotations

from bot import replies_activities as replies
from bot.handlers import handle
from bot.intents.activities import Activities, CheckIn, RunActivity, SignUp
from bot.talk.offers import Choice, Offer
from jifen.activities import account_codes, checking_in, closing, queries, queries_checking, signing_up
from jifen.activities.policy import P
from jifen.activities.states import PURPOSE_WORDS, SIGN_UP_WORDS, Purpose, SignUpState
from jifen.core import clock, days
from jifen.core.actor import Actor
from jifen.points.attendance.states import OUTCOME_WORDS

#: Activities of one answer, and names of one line.
SHOWN, NAMES = 6, 40
#: What an organiser says, by what he asks for.
_SAYS = {"came": "谁来了", "in": "签到码", "out": "签退码", "stop": "截止报名", "close": "办结"}


def _state(act: queries.Listed) -> str:
    if act.outcome or act.in_at:
        been = replies.BEEN if act.out_at else replies.HERE
        return replies.MINE.format(state=OUTCOME_WORDS[act.outcome] if act.outcome else been)
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


@handle.register
def _(intent: Activities, *, by: Actor) -> str:
    if intent.mine:
        return _mine(queries.mine(by=by))
    found = queries.coming(by=by, limit=SHOWN)
    return "\n".join([*map(_line, found), replies.FOOT]) if found else replies.NONE


def _mine(found: list[queries.Listed]) -> str:
    """Return one's own activities: what is to come first, the next at the top, then what was, the last at the top."""
    now = clock.now()
    coming = sorted((act for act in found if act.ends_at > now), key=lambda act: act.starts_at)
    past = sorted((act for act in found if act.ends_at <= now), key=lambda act: act.starts_at, reverse=True)
    if not found:
        return replies.MINE_NONE
    leaves = any(act.mine in (SignUpState.JOINED, SignUpState.WAITING) for act in coming)
    foot = replies.MINE_FOOT if leaves else replies.MINE_PAST
    return "\n".join([*map(_line, [*coming, *past][:SHOWN]), foot])


@handle.register
def _(intent: SignUp, *, by: Actor) -> str:
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
def _(intent: CheckIn, *, by: Actor) -> str:
    word = PURPOSE_WORDS[intent.purpose]
    if intent.scan:
        scanned = account_codes.read(intent.scan) or intent.scan
        done = checking_in.by_scan(scanned, seen_at=intent.at, by=by)
    elif intent.digits:
        done = checking_in.by_digits(intent.digits, intent.purpose, said_at=intent.at, by=by)
    else:
        return replies.CHECK_HOW.format(word=word)
    values = {"title": done.title, "at": days.spoken(done.at)}
    if done.again:
        return replies.CHECKED_BEFORE.format(word=PURPOSE_WORDS[done.purpose], **values)
    if done.purpose == Purpose.OUT:
        return replies.CHECKED_OUT.format(**values)
    return replies.CHECKED_IN.format(**values) + (replies.THEN_OUT if done.to_check_out else "")


@handle.register
def _(intent: RunActivity, *, by: Actor) -> str:
    number = intent.number
    if number is None:
        on = queries.on_now(by=by)
        if on is None:
            return replies.RUN_WHICH.format(word=_SAYS[intent.what])
        number = on.id
    act = queries.shown(number, P.RUN, by=by)
    match intent.what:
        case "in" | "out":
            return _said_aloud(act, intent.what)
        case "stop":
            signing_up.stop(act.id, by=by)
            return replies.STOPPED.format(title=act.title, joined=act.joined)
        case "close":
            return _asked_to_close(act)
        case "closed":
            return _closed(closing.close(act.id, {}, by=by), act)
        case _:
            return _who_came(act)


def _said_aloud(act: queries.Detail, purpose: str) -> str:
    code = queries_checking.code(act, purpose)
    word = PURPOSE_WORDS[purpose]
    if purpose == Purpose.OUT and not act.of.check_out:
        return replies.NO_CHECK_OUT.format(title=act.title)
    return replies.CODE.format(title=act.title, word=word, digits=code.digits)


def _sorted(act: queries.Detail) -> dict[str, list[str]]:
    """Return the names of whom the organiser waits for, by how they stand."""
    found: dict[str, list[str]] = {
        replies.CAME: [],
        replies.NOT_YET: [],
        replies.ON_LEAVE: [],
        replies.QUEUE: [],
    }
    for p in queries_checking.people(act):
        if p.in_at is not None:
            found[replies.CAME].append(p.name)
        elif p.leave is not None:
            found[replies.ON_LEAVE].append(p.name)
        elif p.sign_up == SignUpState.WAITING:
            found[replies.QUEUE].append(p.name)
        elif not p.exempt:
            found[replies.NOT_YET].append(p.name)
    return found


def _who_came(act: queries.Detail) -> str:
    stands = _sorted(act)
    present, absent = len(stands[replies.CAME]), len(stands[replies.NOT_YET])
    head = replies.CAME_HEAD.format(title=act.title, number=act.id, present=present, absent=absent)
    lines = [
        replies.CAME_LINE.format(
            how=how, names="、".join(names[:NAMES]) + ("…" if len(names) > NAMES else "")
        )
        for how, names in stands.items()
        if names
    ]
    choices = [Choice(replies.DO_CODE.format(word=PURPOSE_WORDS[Purpose.IN]), f"{_SAYS['in']} {act.id}")]
    if act.of.check_out:
        choices.append(
            Choice(replies.DO_CODE.format(word=PURPOSE_WORDS[Purpose.OUT]), f"{_SAYS['out']} {act.id}")
        )
    if act.starts_at <= clock.now():
        choices.append(Choice(replies.DO_CLOSE.format(number=act.id), f"{_SAYS['close']} {act.id}"))
    return Offer("\n".join([head, *lines]), choices, replies.CAME_FOOT)


def _asked_to_close(act: queries.Detail) -> str:
    stands = _sorted(act)
    text = replies.CLOSE_ASK.format(
        title=act.title,
        came=len(stands[replies.CAME]),
        absent=len(stands[replies.NOT_YET]),
        after=replies.AFTER_ABSENCE if act.of.expects else replies.AFTER_NOTHING,
    )
    says = f"{_SAYS['close']} {act.id} 确认"
    return Offer(
        text, [Choice(replies.DO_CLOSE.format(number=act.id), says)], replies.CLOSE_SAY.format(says=says)
    )


def _closed(done: closing.Closed, act: queries.Detail) -> str:
    lines = [replies.CLOSED.format(title=act.title)]
    if done.credited:
        lines.append(replies.CLOSED_CREDITED.format(count=len(done.credited)))
    if done.open:
        lines.append(replies.CLOSED_OPEN.format(count=len(done.open)))
    return "\n".join(lines)
