"""减负意见: what is too much, straight to the Work Committee's office."""

from __future__ import annotations

from bot import intents as i
from bot import replies
from bot.handlers import handle
from jifen.core.actor import Actor
from jifen.cycle import service


@handle.register
def _(intent: i.Burden, *, by: Actor) -> str:
    service.speak(intent.words, anonymous=intent.anonymous, by=by)
    return replies.BURDEN_NAMELESS if intent.anonymous else replies.BURDEN_HEARD
