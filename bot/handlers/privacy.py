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
from jifen.privacy.visibility import Kind, Seer

#: Exports told in a chat; all of them are in the API.
SHOWN = 5


def seen_by(seers: list[Seer]) -> str:
    """Return who sees somebody, what and why, in short groups; each thing in full stands on the page."""
    if not seers:
        return replies.SEEN_BY_NOBODY
    # Who sees the points sees most of it: said once for all of them, and what only some of them see apart.
    most = [one for one in seers if Kind.POINTS in one.kinds]
    little = [one for one in seers if one not in most]
    common = [kind for kind in Kind if most and all(kind in one.kinds for one in most)]
    only = [
        (kind, [one for one in most if kind in one.kinds])
        for kind in Kind
        if kind not in common and any(kind in one.kinds for one in most)
    ]
    groups = [
        [replies.SEEN_HEAD, *_by_unit(most)],
        [replies.SEEN_WHAT.format(what="，".join(common))] if common else [],
        [replies.SEEN_ONLY, *(f"· {kind}：{_roles(who)}" for kind, who in only)] if only else [],
        [replies.SEEN_LITTLE, *(_little(one) for one in little)] if little else [],
        [replies.SEEN_WHY],
    ]
    return "\n\n".join("\n".join(group) for group in groups if group)


def _by_unit(seers: list[Seer]) -> list[str]:
    units = dict.fromkeys(one.unit_name for one in seers)
    return [
        replies.SEEN_LINE.format(unit=unit, roles=_roles([one for one in seers if one.unit_name == unit]))
        for unit in units
    ]


def _roles(seers: list[Seer]) -> str:
    return "、".join(dict.fromkeys(one.role for one in seers))


def _little(one: Seer) -> str:
    return f"{replies.SEEN_LINE.format(unit=one.unit_name, roles=one.role)}，{'、'.join(one.kinds)}"


@handle.register
def _(intent: WhoSeesMe, *, by: Actor) -> str:
    found = visibility.mine(by=by)
    taken = [
        replies.TAKEN_LINE.format(day=days.spoken(clock.civil_day(x.at)), who=x.who, what=x.what)
        for x in found.exports[:SHOWN]
    ]
    tail = [replies.TAKEN_HEAD, *taken] if taken else [replies.TAKEN_NONE]
    return "\n\n".join([seen_by(found.seers), "\n".join(tail), replies.SEEN_FOOT])


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
