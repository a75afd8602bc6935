"""示范岗: one's own, what is open, and what waits."""

from __future__ import annotations

from bot import replies_model_posts as replies
from bot.handlers import handle
from bot.intents.model_posts import ModelPosts, ShowPhoto
from bot.talk.offers import Choice, Offer
from jifen.core import days
from jifen.core.actor import DECIDERS, Actor
from jifen.model_posts import queries
from jifen.model_posts.states import LIVE

#: Posts of one answer.
SHOWN = 6


def _line(row: queries.Listed) -> str:
    more = ""
    if row.rectify_by:
        more = replies.RECTIFY.format(day=days.spoken(row.rectify_by))
    elif row.hangs:
        more = replies.UNTIL.format(plate=row.plate, until=days.spoken(row.until))
    return replies.LINE.format(
        number=row.id, title=row.title, kind=row.kind_name, state=row.state_words, more=more
    )


@handle.register
def _(intent: ModelPosts, *, by: Actor) -> str:
    mine = queries.mine(by=by, limit=SHOWN)
    lines = [replies.MINE if mine else replies.NONE]
    openings = queries.openings(by=by)
    free = [one for one in openings if one.left]
    if openings and not free:
        lines.append(replies.FULL)
    if by.holds(*DECIDERS) and (waiting := queries.waiting(by=by)):
        lines.append(replies.WAITING.format(count=len(waiting)))
    choices = [Choice(_line(one), f"看 岗{one.id}") for one in mine]
    choices += [
        Choice(replies.OPEN.format(kind=one.kind.name, left=one.left), f"申报 {one.kind.name}")
        for one in free
    ]
    return Offer("\n".join(lines), choices, replies.FOOT)


@handle.register
def _(intent: ShowPhoto, *, by: Actor) -> str:
    mine = [one for one in queries.mine(by=by, limit=SHOWN) if one.state in LIVE]
    if not mine:
        return replies.PHOTO_NONE
    return Offer(replies.PHOTO_WHICH, [Choice(_line(one), f"放照片 岗{one.id}") for one in mine])
