"""The bot's mouth: intent -> service -> sentence. No models, no SQL."""

from __future__ import annotations

from collections.abc import Callable
from functools import singledispatch

from bot import replies
from bot.intents import Help, Intent, NotText, Person, Said, Thanks, Unknown
from bot.intents.people import Agree, Bind, BindByScan, Disagree, Left, Welcome, WhoSeesMe, Withdraw
from bot.talk.offers import Choice, Offer
from jifen.access import binding, following, privacy_text, screens
from jifen.access.queries import bound, shown_text
from jifen.access.service import openid_digest
from jifen.core.actor import DECIDERS, Actor
from jifen.privacy import visibility

#: Questions asked all day, answered from an openid's digest: who asks and what he asks for are one read.
#: None where the usual way must answer.
at_once: dict[type[Intent], Callable[[str], str | None]] = {}


@singledispatch
def handle(intent: Intent, *, by: Actor) -> str:
    """Return the answer to a bound person."""
    return replies.HELP


def stranger(intent: Intent, *, openid: str, known: bool) -> str:
    """Return the answer to somebody who is not bound, or who binds himself."""
    if isinstance(intent, Said):
        intent = intent.otherwise
    if isinstance(intent, Left):
        binding.forget(openid)
        return ""
    if isinstance(intent, BindByScan):
        return _by_scan(intent, openid=openid, known=known)
    if isinstance(intent, Agree):
        return replies.BOUND.format(name=binding.agree(openid).name)
    if isinstance(intent, Disagree):
        binding.decline(openid)
        return replies.DECLINED
    if not isinstance(intent, Bind):
        if (asked := binding.pending_member(openid)) is not None:
            return _while_asked(intent, asked)
        return (
            f"{replies.WELCOME}\n{replies.HOW_TO_BIND}"
            if isinstance(intent, Welcome)
            else replies.HOW_TO_BIND
        )
    if known:
        return replies.ALREADY
    if not intent.code or not intent.name:
        return replies.HOW_TO_BIND
    return shown_text(binding.begin(openid, intent.code, intent.name))


def _by_scan(intent: BindByScan, *, openid: str, known: bool) -> str:
    if known:
        came = bound(openid_digest(openid))
        if came is not None and intent.at is not None:
            following.note(came.who.member_id or 0, True, at=intent.at)
        return replies.ALREADY
    return shown_text(screens.begin(openid, intent.scene))


def _while_asked(intent: Intent, member_id: int) -> str:
    """Return the answer to somebody who was shown the privacy text and has not answered it."""
    if isinstance(intent, WhoSeesMe):
        return privacy.seen_by(visibility.seers(member_id))
    return (
        replies.PENDING_HELP
        if isinstance(intent, Help)
        else replies.AGREE_FIRST + shown_text(privacy_text.load())
    )


def not_yet_agreed(intent: Intent, *, by: Actor) -> str:
    """Return the answer to a bound person who has not answered the version in force."""
    if isinstance(intent, Said):
        intent = intent.otherwise
    match intent:
        case Left() | Welcome():
            handle(intent, by=by)
            return "" if isinstance(intent, Left) else _shown_anew(by)
        case Agree():
            return replies.RENEWED if binding.renew(by=by) else _shown_anew(by)
        case Disagree() | Withdraw():
            binding.withdraw(by=by)
            return replies.WITHDRAWN_CONSENT
        case WhoSeesMe() | Help():
            return handle(intent, by=by)
        case _:
            return _shown_anew(by)


def _shown_anew(by: Actor) -> str:
    return replies.TEXT_CHANGED + shown_text(binding.show(by=by))


@handle.register
def _(intent: Help, *, by: Actor) -> str:
    decides = by.holds(*DECIDERS)
    lines = (replies.HELP_DECIDER_CHOICES if decides else ()) + replies.HELP_CHOICES
    lines += replies.HELP_DECIDER_LAST if decides else ()
    foot = replies.HELP_DECIDER_FOOT if decides else replies.HELP_FOOT
    return Offer(replies.HELP_HEAD, [Choice(*line) for line in lines], foot)


@handle.register
def _(intent: Agree, *, by: Actor) -> str:
    return replies.ALREADY_AGREED


@handle.register
def _(intent: Disagree, *, by: Actor) -> str:
    return replies.DISAGREE_HOW


@handle.register
def _(intent: Withdraw, *, by: Actor) -> str:
    binding.withdraw(by=by)
    return replies.WITHDRAWN_CONSENT


@handle.register
def _(intent: Left, *, by: Actor) -> str:
    following.note(by.member_id or 0, False, at=intent.at)
    return ""


@handle.register
def _(intent: Welcome, *, by: Actor) -> str:
    following.note(by.member_id or 0, True, at=intent.at)
    return f"{replies.WELCOME}\n{replies.HELP}"


@handle.register
def _(intent: NotText, *, by: Actor) -> str:
    return Offer(replies.NOT_TEXT_OF.get(intent.kind, replies.NOT_TEXT), _first_steps())


@handle.register
def _(intent: Thanks, *, by: Actor) -> str:
    return replies.WELCOME_ANY_TIME


@handle.register
def _(intent: Person, *, by: Actor) -> str:
    return replies.NO_PERSON


@handle.register
def _(intent: Unknown, *, by: Actor) -> str:
    if not intent.text:
        return handle(Help(), by=by)
    if intent.text == "0":  # there is no list any more that it leaves
        return replies.CHOICE_LEFT
    return Offer(replies.UNKNOWN.format(text=intent.text), _first_steps())


def _first_steps() -> list[Choice]:
    return [Choice(*step) for step in replies.FIRST_STEPS]


from bot.handlers import (  # noqa: E402, F401  (they register themselves)
    activities,
    applying,
    asking,
    attending,
    awaiting,
    batch,
    burden,
    certifying,
    choosing,
    communities,
    deciding,
    deciding_posts,
    honouring,
    mine,
    model_posts,
    notified,
    objecting,
    organising,
    privacy,
    publishing,
    reporting,
    talking,
)
