"""全部通过: what may be confirmed at once is counted and asked about first; the rest is named."""

from __future__ import annotations

import re

from bot import conversations
from bot import replies_deciding as replies
from bot.conversations import BATCH, Talk
from bot.handlers import deciding_posts, handle
from bot.intents import Intent, Said
from bot.intents.deciding import Return, Several
from bot.talk import reading
from jifen.core import days
from jifen.core.actor import DECIDERS, Actor
from jifen.core.errors import DomainError
from jifen.points import queries_reports, standings
from jifen.points.items import plain
from jifen.points.queries_reports import Filed
from jifen.points.queue import batch, queries
from jifen.rulebook.queries import book

#: Reports named in one bubble; the others are only counted.
SHOWN = 8
_YES = re.compile(r"^(?:1|是的?|确认|全部通过|通过|同意|好的?|对)[。! ]*$")
_NO = re.compile(r"^(?:0|取消|不|否|不确认|算了|不是)[。! ]*$")


def line(one: Filed, why: str = "") -> str:
    """Return a waiting report in one line."""
    item = book(one.rulebook_id).items[one.item_code]
    return replies.BATCH_LINE.format(
        number=one.number,
        name=one.member_name,
        day=days.spoken(one.occurred_on),
        item=item.name,
        quantity=plain(one.quantity),
        unit=item.unit,
        why=f"（{why}）" if why else "",
    )


def _lines(lines: list[str]) -> list[str]:
    more = len(lines) - SHOWN
    return [*lines[:SHOWN], *([replies.BATCH_MORE.format(count=more)] if more > 0 else [])]


def asked(said: Said, seen: Talk, *, by: Actor) -> str:
    """Count what may be confirmed at once, and ask."""
    waiting = queries.waiting(by=by)
    ready = [one.report for one in waiting if not one.apart]
    apart = [line(one.report, "；".join(one.apart)) for one in waiting if one.apart]
    if not waiting and not by.holds(*DECIDERS):
        return replies.NOT_DECIDER
    count = len(deciding_posts.waiting(by=by)) if by.holds(*DECIDERS) else 0
    others = [replies.BATCH_OTHERS.format(count=count)] if count else []
    if not waiting:
        return "\n".join([replies.QUEUE_EMPTY, *others])
    if not ready:
        return "\n".join([replies.BATCH_NONE, *_lines(apart), replies.QUEUE_FOOT, *others])
    conversations.go_on(seen, BATCH, {"ids": [one.id for one in ready]}, at=said.at, by=by)
    head = [replies.BATCH_HEAD.format(count=len(ready)), *_lines([line(one) for one in ready])]
    left = [replies.BATCH_APART.format(count=len(apart)), *_lines(apart)] if apart else []
    return "\n".join([*head, *left, *others, replies.BATCH_ASK.format(count=len(ready))])


def all_of_them(said: Said, seen: Talk, *, by: Actor) -> str:
    """Take the answer to the count: 1 confirms those that were shown, anything else confirms nothing."""
    text = reading.plain(said.text)
    if seen.said_at is not None and said.at < seen.said_at:
        return replies.BATCH_LATE
    conversations.end(seen, at=said.at, by=by)
    if not _YES.match(text):
        if _NO.match(text):
            return replies.BATCH_NOT
        return f"{replies.BATCH_NOT}\n{handle(said, by=by)}"
    done = batch.confirm(ids=seen.data["ids"], by=by)
    head = [replies.BATCH_DONE.format(count=len(done.confirmed))]
    head += _lines([_confirmed(one) for one in queries_reports.filed(done.confirmed[:SHOWN])])
    if len(done.confirmed) > SHOWN:
        head.append(replies.BATCH_MORE.format(count=len(done.confirmed) - SHOWN))
    left = [line(one.report, one.why) for one in done.left]
    return "\n".join([*head, *([replies.BATCH_LEFT, *_lines(left)] if left else [])])


def _confirmed(one: Filed) -> str:
    total = standings.total_of(one.member_id, one.rulebook_id, one.occurred_on)
    return replies.BATCH_TOTAL.format(line=line(one), total=plain(total))


@handle.register
def _(intent: Several, *, by: Actor) -> str:
    return "\n".join(_each(one, by=by) for one in intent.parts)


def _each(one: Intent, *, by: Actor) -> str:
    """Return what became of one line; a refused one stops none of the others."""
    if isinstance(one, Return) and not one.reason:
        return replies.RETURN_HOW
    try:
        with conversations.trying():
            return handle(one, by=by)
    except DomainError as refusal:
        return refusal.message
