"""One's own data in the chat: who sees it, a link to all of it, what should be changed."""

from __future__ import annotations

from bot import replies
from bot.handlers import handle
from bot.intents.people import Ask, AskHow, MyData, MyRequests, WhoSeesMe, WithdrawRequest
from bot.talk.offers import Choice, Offer
from jifen.core import clock, days
from jifen.core.actor import Actor
from jifen.privacy import queries, rules, service, tickets, visibility
from jifen.privacy.service import Wish
from jifen.privacy.visibility import Seer

#: Exports told in a chat; all of them are in the API.
SHOWN = 5


def seen_by(seers: list[Seer]) -> str:
    """Return who sees somebody, a line a post; posts of one unit that see the same share one."""
    shared: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for one in seers:
        shared.setdefault((one.unit_name, one.sees), []).append(one.role)
    lines = []
    before: tuple[str, ...] = ()
    for (unit, sees), roles in shared.items():
        lines.append(replies.SEEN_LINE.format(unit=unit, roles="、".join(roles), sees=_than(before, sees)))
        before = sees
    return "\n".join([replies.SEEN_HEAD, *lines]) if lines else replies.SEEN_BY_NOBODY


def _than(before: tuple[str, ...], sees: tuple[str, ...]) -> str:
    """Return what somebody sees, by what differs from the line before where that is shorter."""
    whole = "、".join(sees)
    less, more = [one for one in before if one not in sees], [one for one in sees if one not in before]
    parts = [f"不含{'、'.join(less)}"] if less else []
    parts += [f"另有{'、'.join(more)}"] if more else []
    short = f"同上（{'；'.join(parts)}）" if parts else "同上"
    return short if before and len(short) < len(whole) else whole


@handle.register
def _(intent: WhoSeesMe, *, by: Actor) -> str:
    found = visibility.mine(by=by)
    taken = [
        replies.TAKEN_LINE.format(day=days.spoken(clock.civil_day(x.at)), who=x.who, what=x.what)
        for x in found.exports[:SHOWN]
    ]
    tail = [replies.TAKEN_HEAD, *taken] if taken else [replies.TAKEN_NONE]
    return "\n".join([seen_by(found.seers), *tail])


@handle.register
def _(intent: MyData, *, by: Actor) -> str:
    return replies.MY_DATA.format(url=tickets.link(by=by), minutes=tickets.MINUTES)


@handle.register
def _(intent: AskHow, *, by: Actor) -> str:
    return replies.ASK_HOW[intent.kind].format(known="、".join(rules.FIELDS.values()))


@handle.register
def _(intent: Ask, *, by: Actor) -> str:
    if intent.kind == rules.Kind.CORRECT:
        wish = Wish(kind=intent.kind, what=intent.what, value=intent.rest)
    else:
        wish = Wish(kind=intent.kind, what=intent.what, words=intent.rest)
    row = service.ask(wish, by=by)
    shown = queries.request(row.id, by=by)
    return replies.ASKED.format(
        number=row.id, what=_what(shown), unit=shown.asked_unit, day=days.spoken(shown.answer_by)
    )


@handle.register
def _(intent: MyRequests, *, by: Actor) -> str:
    lines, choices = [], []
    for one in queries.visible(by=by, own=True, limit=SHOWN):
        if one.mine_to_withdraw:
            choices.append(Choice(replies.WITHDRAW_REQUEST.format(number=one.id), f"撤回申请 {one.id}", True))
        more = f"，{one.asked_unit}在{days.spoken(one.answer_by)}前答复" if one.asked_unit else ""
        more = f"（{one.reason}）" if one.reason else more
        lines.append(
            replies.MY_REQUESTS_LINE.format(number=one.id, what=_what(one), state=one.state_words, more=more)
        )
    return Offer("\n".join(lines), choices) if lines else replies.MY_REQUESTS_EMPTY


@handle.register
def _(intent: WithdrawRequest, *, by: Actor) -> str:
    if intent.number is None:
        return replies.WITHDRAW_REQUEST_HOW
    service.withdraw(intent.number, by=by)
    return replies.REQUEST_WITHDRAWN.format(number=intent.number)


def _what(one: queries.Shown) -> str:
    return f"{one.called}“{one.value}”" if one.value else one.called
