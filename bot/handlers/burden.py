"""减负意见: what is too much, straight to the Work Committee's office."""

from __future__ import annotations

from bot import replies_own as replies
from bot.handlers import handle
from bot.intents.own import Burden
from jifen.core.actor import Actor
from jifen.cycle import service


@handle.register
def _(intent: Burden, *, by: Actor) -> str:
    service.speak(intent.words, anonymous=intent.anonymous, by=by)
    return replies.BURDEN_NAMELESS if intent.anonymous else replies.BURDEN_HEARD
