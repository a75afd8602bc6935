"""The bot's mouth: intent -> service -> sentence. No models, no SQL."""

from __future__ import annotations

from functools import singledispatch

from bot import intents as i
from bot import replies
from jifen.access import service as access
from jifen.core.actor import DECIDERS, Actor


@singledispatch
def handle(intent: i.Intent, *, by: Actor) -> str:
    """Return the answer to a bound person."""
    return replies.HELP


def stranger(intent: i.Intent, *, openid: str, known: bool) -> str:
    """Return the answer to somebody who is not bound, or who binds himself."""
    if not isinstance(intent, i.Bind):
        return (
            f"{replies.WELCOME}\n{replies.HOW_TO_BIND}"
            if isinstance(intent, i.Welcome)
            else replies.HOW_TO_BIND
        )
    if known:
        return replies.ALREADY
    if not intent.code or not intent.name:
        return replies.HOW_TO_BIND
    member = access.bind(openid, intent.code, intent.name)
    return replies.BOUND.format(name=member.name)


@handle.register
def _(intent: i.Help, *, by: Actor) -> str:
    return replies.HELP + (replies.HELP_DECIDER if by.holds(*DECIDERS) else "")


@handle.register
def _(intent: i.Welcome, *, by: Actor) -> str:
    return f"{replies.WELCOME}\n{replies.HELP}"


@handle.register
def _(intent: i.NotText, *, by: Actor) -> str:
    return replies.NOT_TEXT


@handle.register
def _(intent: i.Unknown, *, by: Actor) -> str:
    return replies.UNKNOWN.format(text=intent.text) if intent.text else replies.HELP


from bot.handlers import deciding, mine, reporting  # noqa: E402, F401  (they register themselves)
