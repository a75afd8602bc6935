"""现场范围: an organiser sends the place of his activity; checking in then tells inside or not, and no place."""

from __future__ import annotations

from decimal import Decimal

from bot import replies_activities as replies
from bot.handlers import handle
from bot.handlers.organising import which
from bot.intents.activities import FenceActivity
from bot.talk.offers import Choice, Offer
from jifen.activities import fencing, queries
from jifen.activities.planning import Fence
from jifen.activities.policy import P
from jifen.core.actor import Actor

#: Metres that are offered beside the usual ones.
_METRES = (150, 300, 500, 1000)


@handle.register
def _(intent: FenceActivity, *, by: Actor) -> str:
    if intent.number is None:
        return which(replies.FENCE_WHICH, replies.FENCE_SAYS, by=by)
    fencing.may_fence(intent.number, by=by)
    act = queries.shown(intent.number, P.RUN, by=by)
    if intent.off:
        fencing.fence(act.id, None, by=by)
        return replies.FENCE_GONE.format(title=act.title)
    if intent.metres is None:
        return wanted(act)
    if act.fence_lat is None or act.fence_lon is None:
        return wanted(act)
    fencing.fence(act.id, Fence(act.fence_lat, act.fence_lon, intent.metres), by=by)
    return replies.FENCE_SET.format(title=act.title, metres=intent.metres)


def wanted(act: queries.Detail, said: str = "") -> Offer:
    """Return how the place of an activity is asked for.

    :param said: what became of it before
    """
    ask = replies.FENCE_SEND.format(title=act.title, time=act.time)
    has = act.fence_metres is not None
    choices = [Choice(replies.FENCE_OFF, replies.FENCE_OFF_SAYS.format(number=act.id))] if has else []
    says = replies.FENCE_SAYS.format(number=act.id)
    return Offer(f"{said}{ask}", choices, awaits=f"place {act.id}", done=says if said else "")


def placed(number: int, lat: Decimal, lon: Decimal, *, by: Actor) -> Offer:
    """Set the place of an activity; the circle may be changed by a digit."""
    act = queries.shown(number, P.RUN, by=by)
    there = fencing.on_map(lat, lon)
    fencing.fence(act.id, there, by=by)
    choices = [
        Choice(replies.FENCE_METRES.format(metres=one), f"{replies.FENCE_SAYS.format(number=act.id)} {one}")
        for one in _METRES
        if one != there.metres
    ]
    said = replies.FENCE_SET.format(title=act.title, metres=there.metres)
    return Offer(said, choices, done=replies.FENCE_SAYS.format(number=act.id))
