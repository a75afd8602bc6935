"""发布活动: what is missing is asked for, what was understood is shown, and digits suffice.

Nothing is kept but the line that grows: each answer says it again with one part
more, as if it had been typed so. Who types the whole line is asked nothing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from bot import replies_activities as replies
from bot.handlers import fencing, handle
from bot.handlers.organising import span
from bot.intents.activities import PlanActivity
from bot.talk.asks import day_words
from bot.talk.offers import Choice, Offer
from jifen.activities import planning, queries, queries_planning
from jifen.activities.kinds import Kind, load
from jifen.activities.planning import Need
from jifen.activities.policy import organises_for
from jifen.activities.queries_planning import Audience
from jifen.core import clock
from jifen.core.actor import Actor
from jifen.core.errors import NotFound
from jifen.core.period import dated
from jifen.org import queries as org

#: Days and units of one list.
_DAYS, _UNITS = 28, 42
#: Letters of a name and of a place, as the page and the API take them.
LONGEST = 80


@handle.register
def _(intent: PlanActivity, *, by: Actor) -> str:
    unit_id = organises_for(by) or by.branch_id
    if unit_id is None:
        raise NotFound(what="您组织活动的支部")
    planning.organises(unit_id, by=by)
    kind = _kind(intent.kind)
    if kind is None:
        said = replies.PLAN_NO_KIND.format(said=intent.kind) if intent.kind else ""
        lately = queries_planning.kinds(unit_id, by=by)
        kinds = sorted(load().kinds.values(), key=lambda one: one.code not in lately)
        choices = [Choice(one.name, _line(PlanActivity(kind=one.name))) for one in kinds]
        return Offer(f"{said}{replies.PLAN_KIND}", choices, replies.PLAN_KIND_FOOT, free=_SAYS, fills="words")
    unit = queries_planning.audience(unit_id)
    plan = replace(intent, kind=kind.name)
    asked = _asked(plan, kind, unit, by)
    if asked is not None:
        return asked
    audience = _audience(plan, kind, unit, by)
    if isinstance(audience, Offer):
        return audience
    gates = _gates(plan)
    if gates is None:
        return _ask_gates(plan)
    need = _need(plan, kind, unit, audience, gates)
    return _shown(plan, kind, need, audience) if intent.check else _published(plan, kind, need, by=by)


def _kind(said: str) -> Kind | None:
    kinds = load().kinds.values()
    return next((one for one in kinds if said in (one.name, *one.words)), None)


_SAYS = "发布活动"


def _line(plan: PlanActivity, ask: str = "", *, check: bool = True) -> str:
    """Return the line that says a plan.

    :param ask: the part that comes next, or that is asked for again
    """
    parts = [_SAYS, plan.kind]
    if plan.day:
        parts.append(f"日期 {dated(plan.day)}")
    if plan.times:
        parts.append(f"时间 {plan.times[0]:%H:%M}-{plan.times[1]:%H:%M}")
    parts += [f"{name} {said}" for name, said in (("名称", plan.title), ("地点", plan.place)) if said]
    parts += [f"面向 {plan.audience}"] if plan.audience else []
    parts += [f"条件 {gate}" for gate in plan.gates]
    parts += [f"名额 {plan.capacity}"] if plan.capacity else []
    parts += [f"学时 {plan.class_hours}"] if plan.class_hours else []
    flags = (("每月", plan.monthly), ("现场范围", plan.fenced), ("核对", check))
    return " ".join([*parts, *(word for word, said in flags if said), *([ask] if ask else [])])


def _hours(times: tuple[dt.time, dt.time]) -> str:
    """Return from when to when; an end before the start is that of the next day, and is called so."""
    start, end = times
    return f"{start:%H:%M}-{'' if end > start else replies.PLAN_NEXT_DAY}{end:%H:%M}"


def _so_far(plan: PlanActivity) -> str:
    """Return what is understood, in a few words."""
    times = _hours(plan.times) if plan.times else ""
    title = plan.title if plan.title != plan.kind else ""
    parts = [plan.kind, title, day_words(plan.day) if plan.day else "", times, plan.place]
    unread = replies.PLAN_UNREAD.format(said=plan.unread[:30]) if plan.unread else ""
    return unread + replies.PLAN_SO_FAR.format(what="，".join(part for part in parts if part))


def _asked(plan: PlanActivity, kind: Kind, unit: Audience, by: Actor) -> Offer | None:
    """Return the question for the first part that is missing, or is to be changed; None where there is none."""
    if not plan.title or len(plan.title) > LONGEST:
        long = _too_long("名称", plan.title)
        plan = replace(plan, title="")
        used = [one for one in queries_planning.titles(unit.id, kind, by=by) if one != kind.name]
        same = Choice(replies.PLAN_SAME_NAME.format(title=kind.name), _line(replace(plan, title=kind.name)))
        choices = [same, *(Choice(one, _line(replace(plan, title=one))) for one in used)]
        return _question(replies.PLAN_TITLE, plan, "名称", choices, long)
    past = plan.check and plan.day is not None and plan.day < clock.today()
    if plan.day is None or plan.ask == "日期" or past:
        days = [clock.today() + dt.timedelta(days=n) for n in range(_DAYS)]
        near = dict(zip(days, replies.PLAN_NEAR, strict=False))
        choices = [
            Choice(f"{near.get(one, '')} {day_words(one)}".lstrip(), _line(replace(plan, day=one)))
            for one in days
        ]
        why = replies.PLAN_PAST.format(day=day_words(plan.day)) if past and plan.day else ""
        return _question(replies.PLAN_DAY, replace(plan, day=None), "日期", choices, why)
    over = plan.check and plan.times is not None and span(plan.day, plan.times)[1] <= clock.now()
    if plan.times is None or plan.ask == "时间" or over:
        why = replies.PLAN_OVER if over else ""
        plan = replace(plan, times=None)
        choices = [Choice(one, _line(plan, f"时间 {one}")) for one in replies.PLAN_TIMES]
        return _question(replies.PLAN_TIME, plan, "时间", choices, why)
    if not plan.place or len(plan.place) > LONGEST:
        long = _too_long("地点", plan.place)
        plan = replace(plan, place="")
        used = list(dict.fromkeys([*queries_planning.places(unit.id, by=by), *replies.PLAN_PLACES]))
        choices = [Choice(one, _line(replace(plan, place=one))) for one in used]
        return _question(replies.PLAN_PLACE, plan, "地点", choices, long)
    if kind.class_hours and (plan.ask == "学时" or not plan.class_hours):
        choices = [Choice(one, _line(replace(plan, class_hours=one))) for one in replies.PLAN_CLASS_HOURS]
        return _question(replies.PLAN_HOURS, plan, "学时", choices)
    if plan.ask == "名额":
        line = _line(replace(plan, capacity=None), "名额")
        return Offer(replies.PLAN_CAPACITY.format(so_far=_so_far(plan)), [], free=line, fills="number")
    return _ask_gates(plan) if plan.ask == "条件" else None


def _too_long(part: str, said: str) -> str:
    return replies.PLAN_LONG.format(part=part, most=LONGEST, count=len(said)) if said else ""


def _question(text: str, plan: PlanActivity, part: str, choices: list[Choice], said: str = "") -> Offer:
    return Offer(said + text.format(so_far=_so_far(plan)), choices, free=_line(plan, part), fills="words")


def _audience(plan: PlanActivity, kind: Kind, unit: Audience, by: Actor) -> Audience | Offer:
    """Return whose members are invited, or the question."""
    said = plan.audience
    if not said and plan.ask != "面向" and (unit.small or not kind.expects):
        return unit
    there = queries_planning.audiences(unit.id, kind, by=by)
    found = [one for one in there if said in (one.name, one.code)]
    found = found or [one for one in there if said and said in one.name]
    if len(found) == 1 and plan.ask != "面向":
        return found[0]
    bare = replace(plan, audience="", ask="")
    why = ""
    if said and plan.ask != "面向":
        why = (replies.PLAN_TWO_AUDIENCES if found else replies.PLAN_NO_AUDIENCE).format(said=said)
    names = [one.name for one in there]
    choices = []
    for one in (found or there)[:_UNITS]:
        twice = names.count(one.name) > 1
        of = replies.PLAN_OF.format(unit=org.name_of(one.parent_id)) if twice else ""
        says = _line(replace(bare, audience=one.code if twice else one.name))
        choices.append(Choice(of + _called(one), says))
    text = replies.PLAN_AUDIENCE_ONE if kind.expects else replies.PLAN_AUDIENCE
    return _question(text, bare, "面向", choices, why)


def _called(unit: Audience) -> str:
    return (replies.PLAN_OWN if unit.small else replies.PLAN_BELOW).format(unit=unit.name)


def _gates(plan: PlanActivity) -> tuple[str, ...] | None:
    """Return the codes of the conditions named; None where one is none."""
    codes = {one.name: one.code for one in load().gates.values()}
    return tuple(codes[one] for one in plan.gates) if set(plan.gates) <= codes.keys() else None


def _ask_gates(plan: PlanActivity) -> Offer:
    names = [one.name for one in load().gates.values()]
    kept = tuple(one for one in plan.gates if one in names)
    why = "".join(replies.PLAN_NO_GATE.format(said=one) for one in plan.gates if one not in names)
    choices = [
        Choice(
            replies.PLAN_GATE_OFF.format(gate=one),
            _line(replace(plan, gates=tuple(g for g in kept if g != one))),
        )
        if one in kept
        else Choice(replies.PLAN_GATE_ADD.format(gate=one), _line(replace(plan, gates=(*kept, one))))
        for one in names
    ]
    done = Choice(replies.PLAN_GATES_DONE, _line(replace(plan, gates=kept)))
    return Offer(why + replies.PLAN_GATES.format(so_far=_so_far(plan)), [*choices, done])


def _need(plan: PlanActivity, kind: Kind, unit: Audience, audience: Audience, gates: tuple[str, ...]) -> Need:
    assert plan.day is not None
    assert plan.times is not None
    starts_at, ends_at = span(plan.day, plan.times)
    return Need(
        unit_id=unit.id,
        kind=kind.code,
        title=plan.title,
        place=plan.place,
        starts_at=starts_at,
        ends_at=ends_at,
        audience_id=audience.id,
        capacity=plan.capacity,
        gates=gates,
        class_hours=Decimal(plan.class_hours) if plan.class_hours else None,
    )


def _shown(plan: PlanActivity, kind: Kind, need: Need, audience: Audience) -> Offer:
    """Return the whole plan, to be published by a digit or changed first."""
    assert plan.day is not None
    assert plan.times is not None
    more = replies.PLAN_MORE_GATES.format(gates="、".join(plan.gates)) if plan.gates else ""
    more += replies.PLAN_MORE_CAPACITY.format(capacity=plan.capacity) if plan.capacity else ""
    more += replies.PLAN_MORE_HOURS.format(hours=plan.class_hours) if plan.class_hours else ""
    more += replies.PLAN_MORE_MONTHLY if plan.monthly else ""
    text = replies.PLAN_CHECK.format(
        kind=kind.name,
        title=need.title,
        time=f"{day_words(plan.day)}{_hours(plan.times)}",
        place=need.place,
        unit=org.unit(need.unit_id).name,
        who=replies.PLAN_EXPECTED if kind.expects else replies.PLAN_INVITED,
        audience=_called(audience),
        more=more,
    )
    choices = [Choice(replies.PLAN_DO, _line(plan, check=False))]
    choices.append(Choice(replies.PLAN_CHANGE_AUDIENCE, _line(plan, "改面向")))
    if not kind.expects:
        choices.append(Choice(replies.PLAN_CHANGE_CAPACITY, _line(plan, "改名额")))
        choices.append(Choice(replies.PLAN_CHANGE_GATES, _line(plan, "改条件")))
    choices.append(Choice(replies.PLAN_DO_FENCED, _line(replace(plan, fenced=True), check=False)))
    if _repeats(plan, kind, audience.id == need.unit_id):
        choices.append(Choice(replies.PLAN_DO_MONTHLY, _line(replace(plan, monthly=True), check=False)))
    return Offer(text, choices)


def _repeats(plan: PlanActivity, kind: Kind, own: bool) -> bool:
    return own and not (kind.class_hours or plan.capacity or plan.gates or plan.monthly)


def _published(plan: PlanActivity, kind: Kind, need: Need, *, by: Actor) -> str:
    if plan.monthly:
        rule = planning.monthly(need)
        planning.repeat(need, rule, by=by)
        return replies.REPEATED.format(
            unit=org.unit(need.unit_id).name,
            title=need.title,
            kind=kind.name,
            nth=replies.NTH[rule.nth],
            weekday=replies.WEEKDAYS[rule.weekday],
            start=f"{need.starts_at.astimezone(clock.SHANGHAI):%H:%M}",
            place=need.place,
        ) + (replies.REPEATED_FENCE if plan.fenced else "")
    made = planning.plan(need, by=by)
    act = queries.shown(made.id, by=by)
    more = replies.PLANNED_CALLED if kind.expects else ""
    more += replies.PLANNED_FOR.format(audience=act.audience_name) if act.audience_id != act.unit_id else ""
    more += replies.PLANNED_GATES.format(gates="、".join(plan.gates)) if plan.gates and made.gates else ""
    more += replies.PLANNED_PLACES.format(capacity=act.capacity) if act.capacity is not None else ""
    said = replies.PLANNED.format(
        unit=act.unit_name,
        number=act.id,
        title=act.title,
        kind=kind.name,
        time=act.time,
        place=act.place,
        more=more,
    )
    return fencing.wanted(act, f"{said}\n") if plan.fenced else said
