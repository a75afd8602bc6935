"""Model posts and honours in the chat: look, decide, review, take back, and one's own name on the wall."""

from __future__ import annotations

from bot import replies_deciding, replies_reporting
from bot import replies_model_posts as words
from bot.handlers import handle, shown_posts
from bot.intents.model_posts import DecidePost, LookPost
from bot.talk.offers import Choice, Offer
from jifen.core import days
from jifen.core.actor import Actor
from jifen.decisions import asks
from jifen.model_posts import (
    honours,
    queries,
    queries_honours,
    reviewing,
    service,
)
from jifen.model_posts.states import WORDS, HonourState, PostState
from jifen.org import queries as org

#: How a reason is asked for, by what is done.
_SAY = {"refuse": "退回", "warn": "提醒", "rectify": "整改", "withdraw": "摘牌", "back": "撤销"}
_NEED_WORDS = frozenset({"refuse", "warn", "rectify", "withdraw"})


def waiting(*, by: Actor) -> list[Choice]:
    """Return the posts and honours that the actor may answer, as lines of the queue."""
    found = []
    for one in queries.waiting(by=by):
        about, what = one.about, words.ASKED[one.what]
        line = words.QUEUE_POST.format(
            number=about.id, title=about.title, kind=about.kind_name, lead=about.lead_name, what=what
        )
        found.append(Choice(replies_deciding.QUEUE_LOOK.format(line=line), f"看 岗{about.id}"))
    for honour in queries_honours.waiting(by=by):
        line = words.QUEUE_HONOUR.format(
            number=honour.number, name=honour.member_name, level=honour.level, title=honour.title
        )
        found.append(Choice(replies_deciding.QUEUE_LOOK.format(line=line), f"看 誉{honour.number}"))
    return found


@handle.register
def _(intent: LookPost, *, by: Actor) -> str:
    if intent.what == "honour":
        return _looked_at_honour(intent.number, by=by)
    one = queries.opened(intent.number, by=by)
    about = one.about
    lines = [
        words.LOOK_POST.format(
            number=about.id,
            title=about.title,
            kind=about.kind_name,
            unit=about.unit_name,
            lead=about.lead_name,
            state=about.state_words,
        ),
        words.LOOK_DEEDS.format(deeds=one.deeds[:200]),
    ]
    lines += [words.LOOK_FOUND.format(found=found) for found in one.found] if one.asked else []
    if one.answers.total:
        counts = " ".join(f"{said}{n}" for said, n, _ in one.answers.counts)
        lines.append(words.LOOK_ANSWERS.format(answers=counts))
    lines += [words.LOOK_SAID.format(unit=d.unit_name, reason=d.reason) for d in one.said if d.reason]
    lines += shown_posts.lines(one)
    return Offer("\n".join(lines), _choices(one))


def _choices(one: queries.Opened) -> list[Choice]:
    number = one.about.id
    back = Choice(words.NEXT, replies_deciding.QUEUE_WORD)
    if one.asked == "application":
        return [
            Choice(words.APPROVE, f"通过 岗{number}"),
            Choice(words.REFUSE, f"退回 岗{number}"),
            back,
        ]
    if one.asked == "review":
        return [
            *(
                Choice(
                    words.NEEDS_WORDS.format(outcome=said) if code in _NEED_WORDS else said,
                    f"{_SAY.get(code, said)} 岗{number}",
                    code not in _NEED_WORDS,
                )
                for code, said in one.outcomes
            ),
            back,
        ]
    return shown_posts.choices(one) + (
        [Choice(replies_reporting.TAKE_BACK_OWN.format(line=f"岗{number}"), f"撤回 岗{number}", True)]
        if one.may_cancel
        else []
    )


def _looked_at_honour(number: int, *, by: Actor) -> str:
    one = queries_honours.one(queries_honours.id_of(number), by=by)
    text = words.LOOK_HONOUR.format(
        number=one.number,
        name=one.member_name,
        title=one.title,
        level=one.level,
        collective=words.COLLECTIVE if one.collective else "",
        day=days.spoken(one.awarded_on),
        evidence=one.evidence,
        prepared=one.prepared_by,
        state=one.state_words,
    )
    if not any(waits.id == one.id for waits in queries_honours.waiting(by=by)):
        return text
    return Offer(
        text,
        [
            Choice(words.APPROVE, f"通过 誉{one.number}"),
            Choice(words.REFUSE, f"退回 誉{one.number}"),
            Choice(words.NEXT, replies_deciding.QUEUE_WORD),
        ],
    )


@handle.register
def _(intent: DecidePost, *, by: Actor) -> str:
    if intent.what == "honour":
        return _honour(intent, by=by)
    match intent.act:
        case "approve" | "refuse":
            return _decided(intent, by=by)
        case "back":
            row = service.cancel(intent.number, by=by)
            return words.CANCELLED.format(number=row.id, title=row.title)
        case "name" | "no_name" | "photo" | "no_photo":
            return shown_posts.own(intent, by=by)
        case _:
            return _reviewed(intent, by=by)


def _decided(intent: DecidePost, *, by: Actor) -> str:
    approve = intent.act == "approve"
    if not approve and not intent.reason:
        asks.access(
            service.SUBJECT, intent.number, by=by
        )  # not his, or decided: said before a reason is asked for
        return _why(intent, words.REASONS_REFUSE, by=by)
    row = service.decide(intent.number, approve=approve, reason=intent.reason, by=by)
    about = {"number": row.id, "title": row.title}
    if not approve:
        return words.REFUSED.format(**about, reason=intent.reason)
    if row.state == PostState.PUBLICISED:
        return words.PUBLICISED.format(**about, days=service.kind_of(row.kind).publicity_days)
    asked = asks.open_ask(service.SUBJECT, row.id)
    return words.ONWARD.format(**about, unit=org.unit(asked.unit_id).name if asked else "")


def _reviewed(intent: DecidePost, *, by: Actor) -> str:
    outcome = intent.act
    # A plate may be taken down at any time, whether a review is asked for or not.
    asked = asks.open_ask(reviewing.SUBJECT, intent.number) is not None
    if outcome != "withdraw" or asked:
        asks.access(reviewing.SUBJECT, intent.number, by=by)
    if outcome in _NEED_WORDS and not intent.reason:
        return _why(intent, words.REASONS_REVIEW, by=by)
    if outcome == "withdraw" and not asked:
        row = reviewing.withdraw(intent.number, reason=intent.reason, by=by)
    else:
        row = reviewing.review(intent.number, outcome, reason=intent.reason, by=by)
    about = {"number": row.id, "title": row.title}
    if outcome == "withdraw":
        return words.TAKEN_DOWN.format(**about, reason=intent.reason)
    return words.REVIEWED.format(**about, outcome=WORDS[outcome], state=WORDS[row.state])


def _why(intent: DecidePost, reasons: tuple[str, ...], *, by: Actor) -> str:
    about = queries.listed(intent.number, by=by)
    word = _SAY[intent.act]
    head = words.WHY.format(outcome=word, number=about.id, title=about.title)
    choices = [Choice(reason, f"{word} 岗{about.id} {reason}") for reason in reasons]
    return Offer(head, choices, words.WHY_FOOT.format(word=word, what="岗", number=about.id))


def _honour(intent: DecidePost, *, by: Actor) -> str:
    if intent.act not in ("approve", "refuse", "back"):
        return words.NOT_OF_HONOUR.format(number=intent.number)
    honour_id = queries_honours.id_of(intent.number)
    if intent.act != "approve" and not intent.reason:
        if intent.act == "refuse":
            asks.access(honours.SUBJECT, honour_id, by=by)
        one = queries_honours.one(honour_id, by=by)
        word = _SAY[intent.act]
        return Offer(
            words.WHY_HONOUR.format(outcome=word, number=one.number, name=one.member_name, title=one.title),
            [Choice(reason, f"{word} 誉{one.number} {reason}") for reason in words.REASONS_HONOUR],
            words.WHY_FOOT.format(word=word, what="誉", number=one.number),
        )
    if intent.act == "back":
        honours.revoke(honour_id, reason=intent.reason, by=by)
        sentence = words.REVOKED
    else:
        row = honours.decide(honour_id, approve=intent.act == "approve", reason=intent.reason, by=by)
        sentence = {
            HonourState.CONFIRMED: words.CONFIRMED,
            HonourState.PROPOSED: words.HONOUR_ONWARD,
            HonourState.REFUSED: words.HONOUR_REFUSED,
        }[HonourState(row.state)]
    one = queries_honours.one(honour_id, by=by)
    return sentence.format(
        number=one.number, name=one.member_name, title=one.title, level=one.level, reason=intent.reason
    )
