"""申报: a model post of one person or of several, asked for part by part; digits suffice but for names and deeds.

As with activities nothing is kept but the line that grows. Who works there is
named by name inside one's own branch; another branch's people are not there.
"""

from __future__ import annotations

from dataclasses import replace

from bot import conversations
from bot import replies_model_posts as words
from bot.handlers import handle
from bot.intents.model_posts import ApplyPost
from bot.talk.offers import BLANK, Choice, Offer
from jifen.core.actor import Actor
from jifen.core.errors import Invalid, NotFound
from jifen.decisions import asks
from jifen.members import queries as members
from jifen.model_posts import queries, service, settings
from jifen.model_posts.queries import Colleague
from jifen.model_posts.service import Application
from jifen.model_posts.settings import Kind
from jifen.org import queries as org

#: Colleagues of one list; letters of deeds, at least, and of a title, at most.
_SHOWN, _LEAST, _LONGEST = 60, 10, 40


@handle.register
def _(intent: ApplyPost, *, by: Actor) -> str:
    if by.branch_id is None or by.member_id is None:
        raise NotFound(what="您所在的支部")
    kinds = settings.load().kinds.values()
    kind = next((one for one in kinds if intent.kind in one.name), None)
    if kind is None:
        return words.APPLY_WHICH.format(kind=intent.kind, kinds="、".join(one.name for one in kinds))
    plan = replace(intent, kind=kind.name, title=intent.title[:_LONGEST])
    there = queries.colleagues(by.branch_id)
    lead = _found(plan.lead, there) if plan.lead else None
    if isinstance(lead, str):
        return lead.strip()
    own = next((one for one in there if one.member_id == by.member_id), None)
    lead = lead or own
    if lead is None:
        raise NotFound(what="您所在的支部")
    people: list[Colleague] = []
    for name in plan.people or ():
        found = _found(name, there)
        if isinstance(found, str):
            kept = tuple(_named(one, there) for one in people)
            return _ask_people(replace(plan, people=kept or None), lead, there, found, by=by)
        if found not in people and found != lead:
            people.append(found)
    asked = _asked(plan, kind, lead, people, there, by=by)
    if asked is not None:
        return asked
    if plan.check:
        return _shown(plan, kind, lead, people)
    return _handed_in(plan, kind, lead, people, by=by)


def _found(name: str, there: list[Colleague]) -> Colleague | str:
    """Return who of the branch is meant by a name or number, or what to say."""
    found = [one for one in there if name in (one.name, one.number)]
    if len(found) == 1:
        return found[0]
    return (words.APPLY_TWO if found else words.APPLY_NO_SUCH).format(name=name)


def _named(one: Colleague, there: list[Colleague]) -> str:
    """Return how a line names somebody: by his number where another bears the name."""
    return one.name if [other.name for other in there].count(one.name) == 1 else one.number


def _line(plan: ApplyPost, ask: str = "", *, check: bool = True) -> str:
    """Return the line that says an application; the deeds come last.

    :param ask: the part that comes next, or that is asked for again
    """
    said = (("名称", plan.title), ("负责人", plan.lead), ("成员", " ".join(plan.people or ())))
    parts = [f"申报 {plan.kind}", *(f"{name} {value}" for name, value in said if value)]
    parts += ["没有别人"] if plan.people == () else []
    parts += [f"人数 {plan.staff}"] if plan.staff is not None else []
    parts += [f"党员 {plan.staff_members}"] if plan.staff_members is not None else []
    if plan.leader is not None:
        parts.append("有党员负责人" if plan.leader else "没有党员负责人")
    parts += ["核对"] if check else []
    return " ".join([*parts, *([ask] if ask else []), *([f"事迹 {plan.deeds}"] if plan.deeds else [])])


def _so_far(plan: ApplyPost) -> str:
    what = f"“{plan.title}”" if plan.title else ""
    return words.APPLY_SO_FAR.format(kind=plan.kind, what=what)


def _asked(
    plan: ApplyPost,
    kind: Kind,
    lead: Colleague,
    people: list[Colleague],
    there: list[Colleague],
    *,
    by: Actor,
) -> Offer | None:
    """Return the question for the first part that is missing or to be changed; None where there is none."""
    so_far, plain = _so_far(plan), replace(plan, ask="")
    if not plan.title:
        called = words.APPLY_CALLED.format(
            unit=org.name_of(by.branch_id or 0), kind=kind.name.removeprefix("党员")
        )
        choices = [Choice(called, _line(replace(plain, title=called)))]
        return Offer(
            words.APPLY_TITLE.format(so_far=so_far),
            choices,
            free=_line(plain, f"名称 {BLANK}"),
            fills="words",
        )
    if not kind.individual:
        if plan.people is None or plan.ask == "成员":
            return _ask_people(plain, lead, there, "", by=by)
        asked = kind.conditions
        if asked.members_percent is not None and (plan.staff is None or plan.ask == "人数"):
            line = _line(replace(plain, staff=None, staff_members=None), f"人数 {BLANK}")
            return Offer(words.APPLY_STAFF.format(so_far=so_far), [], free=line, fills="number")
        if asked.members_percent is not None and plan.staff_members is None:
            line = _line(plain, f"党员 {BLANK}")
            return Offer(words.APPLY_STAFF_MEMBERS.format(so_far=so_far), [], free=line, fills="number")
        if asked.leader_member and plan.leader is None:
            choices = [
                Choice(words.APPLY_LEADER_YES, _line(replace(plain, leader=True))),
                Choice(words.APPLY_LEADER_NO, _line(replace(plain, leader=False))),
            ]
            return Offer(words.APPLY_LEADER.format(so_far=so_far), choices)
    if len(plan.deeds) < _LEAST or plan.ask == "事迹":
        why = words.APPLY_SHORT if plan.deeds and plan.ask != "事迹" else ""
        later = words.APPLY_DEEDS_LATER.format(count=len(people) + 1)
        bare = replace(plain, deeds="")
        return Offer(
            why + words.APPLY_DEEDS.format(so_far=so_far),
            [Choice(later, _line(replace(bare, deeds=later)))],
            free=_line(bare, "事迹"),
            fills="words",
        )
    return None


def _ask_people(plan: ApplyPost, lead: Colleague, there: list[Colleague], why: str, *, by: Actor) -> Offer:
    """Ask who works there too; a list is shown to whoever sees the branch's people anyway."""
    kept = plan.people or ()
    seen = {one.member_id for one in members.visible_people(by=by, unit_path=by.branch_path, limit=_SHOWN)}
    free = [
        one
        for one in there
        if one.member_id in seen and one != lead and not {one.name, one.number} & set(kept)
    ]
    says = [_named(one, there) for one in free]
    done = Choice(words.APPLY_ENOUGH if kept else words.APPLY_NOBODY_ELSE, _line(replace(plan, people=kept)))
    choices = [done]
    if kept:
        choices.append(Choice(words.APPLY_NONE_AFTER_ALL, _line(replace(plan, people=None), "改成员")))
    choices += [
        Choice(
            one.name if said == one.name else f"{one.name}（{one.number}）",
            _line(replace(plan, people=(*kept, said)), "改成员"),
        )
        for one, said in zip(free, says, strict=True)
    ]
    text = words.APPLY_PEOPLE if free else words.APPLY_NAMES
    so_far = _so_far(plan) + (words.APPLY_CHOSEN.format(people="、".join(kept)) if kept else "")
    return Offer(
        why + text.format(so_far=so_far, lead=lead.name),
        choices,
        free=_line(replace(plan, people=None), " ".join(["成员", *kept, BLANK])),
        fills="words",
    )


def _shown(plan: ApplyPost, kind: Kind, lead: Colleague, people: list[Colleague]) -> Offer:
    """Return the whole application, to be handed in by a digit or changed first."""
    more = words.APPLY_MORE_PEOPLE.format(people="、".join(one.name for one in people)) if people else ""
    if plan.staff is not None:
        more += words.APPLY_MORE_STAFF.format(staff=plan.staff, members=plan.staff_members)
    if plan.leader is not None:
        has = words.APPLY_LEADER_YES if plan.leader else words.APPLY_LEADER_NO
        more += words.APPLY_MORE_LEADER.format(has=has)
    text = words.APPLY_CHECK.format(
        kind=kind.name, title=plan.title, lead=lead.name, more=more, deeds=plan.deeds
    )
    return Offer(text, [Choice(words.APPLY_DO, _line(plan, check=False)), *_changes(plan, kind)])


def _changes(plan: ApplyPost, kind: Kind) -> list[Choice]:
    parts = [] if kind.individual else ["成员"]
    parts += ["人数"] if kind.conditions.members_percent is not None else []
    leads = not kind.individual and kind.conditions.leader_member
    return [
        *(Choice(words.APPLY_AGAIN.format(part=part), _line(plan, f"改{part}")) for part in [*parts, "事迹"]),
        *([Choice(words.APPLY_LEADER_AGAIN, _line(replace(plan, leader=None)))] if leads else []),
    ]


def _handed_in(plan: ApplyPost, kind: Kind, lead: Colleague, people: list[Colleague], *, by: Actor) -> str:
    wish = Application(
        kind=kind.code,
        unit_id=by.branch_id or 0,
        title=plan.title,
        deeds=plan.deeds,
        lead_id=lead.member_id,
        people=[one.member_id for one in people],
        staff=plan.staff,
        staff_members=plan.staff_members,
        leader_member=bool(plan.leader),
    )
    try:
        with conversations.trying():
            row = service.apply(wish, by=by)
    except Invalid as refusal:
        return Offer(refusal.message, [] if kind.individual else _changes(plan, kind))
    asked = asks.open_ask(service.SUBJECT, row.id)
    unit = org.unit(asked.unit_id).name if asked else ""
    return words.APPLIED.format(number=row.id, title=row.title, kind=kind.name, unit=unit)
