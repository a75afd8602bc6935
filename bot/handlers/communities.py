"""社区需求, 我要报到, 认领, 确认认领: 双报到 in the chat, for members and for whoever keeps the branch's hours."""

from __future__ import annotations

from bot import replies_communities as replies
from bot.handlers import handle
from bot.intents.communities import Communities, CommunityWord, RegisterThere, TakeOn
from bot.talk.offers import Choice, Offer
from jifen.core import clock, days
from jifen.core.actor import Actor
from jifen.volunteering import community, queries_community, registering
from jifen.volunteering.states import CLAIM_WORDS
from jifen.volunteering.wall import own_time

#: Needs, claims and matters of one answer.
SHOWN = 6


def _mine(by: Actor) -> queries_community.Registered | None:
    return queries_community.registered([by.member_id or 0]).get(by.member_id or 0)


@handle.register
def _(intent: Communities, *, by: Actor) -> str:
    lines = []
    if by.branch_id is not None:
        mine = _mine(by)
        state = replies.CONFIRMED if mine and mine.confirmed else replies.UNCONFIRMED
        lines.append(
            replies.MINE.format(day=days.spoken(mine.since), place=mine.community, state=state)
            if mine
            else replies.NOT_YET
        )
    free = [one for one in queries_community.needs(limit=50) if one.taken < one.wanted]
    lines.append(replies.NEEDS if free else replies.NO_NEEDS)
    lines += [_need(one) for one in free[:SHOWN]]
    own = [one for one in queries_community.own_claims(by=by) if one.state == "claimed"]
    if own:
        lines.append(replies.OWN)
        lines += [
            replies.TAKEN.format(number=one.id, title=one.title, state=CLAIM_WORDS[one.state])
            for one in own[:SHOWN]
        ]
    lines.append(replies.FOOT)
    return "\n".join([*lines, *_waiting(by)])


def _need(one: queries_community.Need) -> str:
    return replies.NEED.format(
        number=one.id,
        kind=replies.WISH if one.kind == "wish" else "",
        title=one.title,
        place=one.community,
        taken=one.taken,
        wanted=one.wanted,
        day=days.spoken(one.due_on),
    )


def _waiting(by: Actor) -> list[str]:
    """Return what waits for whoever keeps a branch's hours; nothing for everybody else."""
    found = [
        replies.REGISTERED.format(
            number=one.id, name=one.member_name, place=one.community, day=days.spoken(one.since)
        )
        for one in queries_community.unconfirmed(by=by)
    ]
    found += [
        replies.CLAIMED.format(number=one.id, name=one.member_name, title=one.title)
        for one in queries_community.of_branches(by=by)
        if one.state == "claimed"
    ]
    if not found:
        return []
    more = [replies.MORE.format(count=len(found) - SHOWN)] if len(found) > SHOWN else []
    return [replies.WAITING, *found[:SHOWN], *more, replies.KEEPER_FOOT]


@handle.register
def _(intent: RegisterThere, *, by: Actor) -> str:
    if intent.withdrawn:
        mine = _mine(by)
        if mine is None:
            return replies.NOT_REGISTERED
        registering.withdraw(mine.id, by=by)
        return replies.UNREGISTERED
    there = queries_community.communities()
    if intent.community_id is None:
        if not there:
            return replies.NO_COMMUNITIES
        return Offer(replies.WHICH, [Choice(f"{c.street}{c.name}", f"报到社区 {c.id}") for c in there])
    registering.register(intent.community_id, by=by)
    mine = _mine(by)
    return replies.REGISTERED_NOW.format(place=mine.community if mine else "")


@handle.register
def _(intent: TakeOn, *, by: Actor) -> str:
    if intent.number is None:
        return replies.HOW_NUMBER.format(example=replies.EXAMPLES["back" if intent.back else "take"])
    if intent.back:
        community.withdraw(intent.number, by=by)
        return replies.GAVE_BACK
    row = community.claim(intent.number, by=by)
    return replies.TOOK_ON.format(number=intent.number, claim=row.id)


@handle.register
def _(intent: CommunityWord, *, by: Actor) -> str:
    if intent.number is None:
        return replies.HOW_NUMBER.format(example=replies.EXAMPLES[intent.what if intent.done else "undone"])
    if intent.what == "registration":
        registering.confirm(intent.number, by=by)
        return replies.WORD_ENTERED
    span = own_time(intent.day or clock.today(), intent.time) if intent.time and intent.done else None
    community.confirm(intent.number, done=intent.done, said=intent.said, span=span, by=by)
    return replies.WORD_ENTERED if intent.done else replies.WORD_UNDONE
