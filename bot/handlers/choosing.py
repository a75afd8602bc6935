"""A list whose digits say what one would else have typed: shown, turned over, chosen from, left."""

from __future__ import annotations

from dataclasses import replace

from bot import conversations, replies, replies_deciding, replies_reporting, router
from bot.conversations import CHOICE, Talk
from bot.handlers import handle
from bot.intents import Back, Cancel, Help, NotText, Said, Unknown
from bot.intents.deciding import Approve, Queue, Return
from bot.talk import controls, reading
from bot.talk.offers import PAGE, Asked, Choice, Offer
from jifen.core import clock
from jifen.core.actor import Actor
from jifen.core.errors import DomainError

#: Decisions after which the list goes on with what still waits.
_DECISIONS = (Approve, Return)
#: Steps back that are kept: the longest line that is filled has no more.
_BACK = 12
#: Digits of a number that fills a line.
_NUMBER = 5
#: Letters of an answer in one's own words, at least and at most.
_WORDS, _LONGEST = 2, 200
#: Letters that one part of a line takes: the deeds of a model post.
_FILLS = 1000


def offered(answer: str, said: Said, seen: Talk, *, trail: tuple[str, ...] = (), by: Actor) -> str:
    """Return an answer; one with choices is kept, so that a digit chooses. What was done ends the list before it."""
    if not isinstance(answer, Offer) or not (answer.choices or answer.fills or answer.awaits):
        if seen.kind == CHOICE and said.otherwise.effect:
            conversations.end(seen, at=said.at, by=by)
        return answer
    asked = Asked(
        answer.head,
        answer.foot,
        answer.choices,
        trail=(answer.done,) if answer.done else (*trail[-_BACK:], said.text),
        free=answer.free,
        fills=answer.fills,
        awaits=answer.awaits,
    )
    return _shown(asked, said, seen, by=by)


def _shown(asked: Asked, said: Said, seen: Talk, *, by: Actor) -> str:
    conversations.go_on(seen, CHOICE, asked.stored(), at=said.at, by=by)
    return asked.words()


def chosen(said: Said, seen: Talk, *, by: Actor) -> str | None:
    """Return the answer to a digit or a word that steers the list; None where something else was said."""
    asked = Asked.restored(seen.data)
    text = reading.plain(said.text).rstrip("。.!、号 ")
    control = controls.read(said.text)
    if isinstance(control, Cancel) and "撤" not in text:  # 撤回 is about a report, never about a list
        conversations.end(seen, at=said.at, by=by)
        return replies.CHOICE_LEFT
    if isinstance(control, Help):
        return _helped(asked, said, seen, by=by)
    if isinstance(control, Back):
        return _back(asked, said, seen, by=by)
    digits = text.isascii() and text.isdecimal()
    counted = digits and asked.fills == "number" and len(text) <= _NUMBER and int(text) > 0
    told = bool(asked.fills) and isinstance(said.otherwise, Unknown) and len(text) >= _WORDS and not digits
    if not (counted or told or (digits and len(text) <= 2)):
        return None
    if seen.said_at is not None and said.at < seen.said_at:
        return replies.CHOICE_LATE.format(question=asked.words())
    if counted or told:
        words = text if counted else " ".join(said.text.split())[:_FILLS]
        return _says(asked.filled(words), said, seen, trail=asked.trail, by=by)
    number = int(text)
    if number == 0:
        return _back(asked, said, seen, by=by)
    if number == PAGE + 1 and asked.more:
        pages = -(-len(asked.choices) // PAGE)
        return _shown(replace(asked, page=(asked.page + 1) % pages), said, seen, by=by)
    if not 1 <= number <= len(asked.shown):
        return replies_reporting.DRAFT_AGAIN.format(said=text, question=asked.words())
    choice = asked.shown[number - 1]
    if choice.asks:
        return _sure(choice.label, choice.says, asked, said, seen, by=by)
    return _says(choice.says, said, seen, trail=asked.trail, by=by)


def in_own_words(said: Said, seen: Talk, *, by: Actor) -> str | None:
    """Return the answer to words that are none of the choices but a reason; shown before it has an effect.

    None where the list takes no such words, or where they came late.
    """
    asked = Asked.restored(seen.data)
    words = " ".join(said.text.split())[:_LONGEST]
    late = seen.said_at is not None and said.at < seen.said_at
    if not asked.free or late or len(words) < _WORDS or isinstance(said.otherwise, NotText):
        return None
    says = f"{asked.free} {words}"
    return _sure(says, says, asked, said, seen, by=by)


def _sure(what: str, says: str, asked: Asked, said: Said, seen: Talk, *, by: Actor) -> str:
    sure = Offer(replies.CHOICE_SURE.format(what=what), [Choice(replies.CHOICE_YES, says)])
    return offered(sure, replace(said, text=""), seen, trail=asked.trail, by=by)


def _helped(asked: Asked, said: Said, seen: Talk, *, by: Actor) -> str:
    """Return the help, from which 0 leads back to the list; where something waits to be confirmed, that again."""
    if not asked.trail[-1]:
        return f"{replies.CHOICE_HELP}\n{asked.words()}"
    trail = tuple(one for one in asked.trail if not isinstance(controls.read(one), Help))
    return offered(handle(Help(), by=by), said, seen, trail=trail, by=by)


def _back(asked: Asked, said: Said, seen: Talk, *, by: Actor) -> str:
    *before, _ = asked.trail
    if asked.page:
        return _shown(replace(asked, page=asked.page - 1), said, seen, by=by)
    if not before:
        conversations.end(seen, at=said.at, by=by)
        return replies.CHOICE_LEFT
    return _says(before[-1], said, seen, trail=tuple(before[:-1]), by=by)


def _says(says: str, said: Said, seen: Talk, *, trail: tuple[str, ...], by: Actor) -> str:
    """Do what the words say, as if they had been typed."""
    from bot.handlers import talking

    intent = router.meaning(says, today=clock.today(), at=said.at)
    if isinstance(intent, Said):
        return talking.begins(intent, seen, trail=trail, by=by)
    try:
        with conversations.trying():
            answer = handle(intent, by=by)
    except DomainError as refusal:
        if not isinstance(intent, _DECISIONS):
            raise
        answer = refusal.message
    if isinstance(intent, _DECISIONS):
        return _goes_on(answer, said, seen, by=by)
    conversations.end(seen, at=said.at, by=by)
    return answer


def _goes_on(answer: str, said: Said, seen: Talk, *, by: Actor) -> str:
    """Return what became of one, with what waits still: to look is offered, never to decide unseen."""
    rest = handle(Queue(), by=by)
    if not isinstance(rest, Offer):
        conversations.end(seen, at=said.at, by=by)
        return f"{answer}\n{rest}"
    then = Offer(f"{answer}\n\n{rest.head}", rest.choices)
    return offered(then, replace(said, text=replies_deciding.QUEUE_WORD), seen, by=by)
