"""社区需求, 我要报到, 认领, 确认认领: 双报到 in the chat, for members and for whoever keeps the branch's hours."""

from __future__ import annotations

from bot import replies_communities as replies
from bot.handlers import handle, people
from bot.intents.communities import Communities, CommunityWord, RegisterThere, TakeOn
from bot.talk.offers import Choice, Offer
from jifen.core import clock, days
from jifen.core.actor import Actor
from jifen.members import queries as members
from jifen.volunteering import community, queries_community, registering
from jifen.volunteering.policy import PREPARES
from jifen.volunteering.states import CLAIM_WORDS
from jifen.volunteering.wall import own_time

#: Asks for whom.
ASK = "谁"
#: People of one list.
PEOPLE = 60
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
    if intent.community_id is None:
        return _where(intent, by=by)
    if intent.whom == ASK:
        return _who(f"报到社区 {intent.community_id}", by=by)
    if intent.whom:
        found = people.named(intent.whom, by=by)
        if isinstance(found, str):
            return found
        if found.member_id != by.member_id:
            registering.register(intent.community_id, member_id=found.member_id, by=by)
            return replies.REGISTERED_FOR.format(name=found.name)
    registering.register(intent.community_id, by=by)
    mine = _mine(by)
    return replies.REGISTERED_NOW.format(place=mine.community if mine else "")


def _where(intent: RegisterThere, *, by: Actor) -> str:
    there = queries_community.communities()
    if not there:
        return replies.NO_COMMUNITIES
    after = f" 替{ASK}" if intent.whom else ""
    choices = [Choice(f"{c.street}{c.name}", f"报到社区 {c.id}{after}") for c in there]
    if by.holds(*PREPARES) and not intent.whom:
        choices.append(Choice(replies.FOR_ANOTHER, f"报到社区 替{ASK}"))
    return Offer(replies.WHICH_OTHER if intent.whom else replies.WHICH, choices)


def _who(line: str, *, by: Actor) -> str:
    """Ask for whom it is entered: the people whom the actor sees, himself first."""
    found = members.visible_people(by=by, limit=PEOPLE)
    others = [one for one in found if one.member_id != by.member_id]
    names = [one.name for one in found]
    choices = [Choice(replies.MYSELF, line)] if by.branch_id is not None else []
    choices += [
        Choice(one.name, f"{line} {one.name}")
        if names.count(one.name) == 1
        else Choice(f"{one.name}（{one.number}）", f"{line} {one.number}")
        for one in others
    ]
    return Offer(replies.FOR_WHOM, choices, free=line, fills="words")


@handle.register
def _(intent: TakeOn, *, by: Actor) -> str:
    if intent.number is None:
        return _which(intent, by=by)
    if intent.back:
        community.withdraw(intent.number, by=by)
        return replies.GAVE_BACK
    if intent.whom == ASK:
        return _who(f"认领 {intent.number}", by=by)
    if intent.whom:
        found = people.named(intent.whom, by=by)
        if isinstance(found, str):
            return found
        if found.member_id != by.member_id:
            row = community.claim(intent.number, member_id=found.member_id, by=by)
            return replies.TOOK_ON_FOR.format(number=intent.number, name=found.name, claim=row.id)
    row = community.claim(intent.number, by=by)
    return replies.TOOK_ON.format(number=intent.number, claim=row.id)


def _which(intent: TakeOn, *, by: Actor) -> str:
    """Offer what may be taken on, or given back; a keeper is asked for whom."""
    if intent.back:
        return replies.HOW_NUMBER.format(example=replies.EXAMPLES["back"])
    free = [one for one in queries_community.needs(limit=50) if one.taken < one.wanted]
    if not free:
        return replies.NO_NEEDS
    after = f" 替{ASK}" if by.holds(*PREPARES) else ""
    choices = [Choice(_need(one).removeprefix("· "), f"认领 {one.id}{after}") for one in free]
    return Offer(replies.WHICH_NEED, choices)


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
