"""Pages of activities: what one may join, planning, the organiser's screen and list, closing."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import segno
from flask import request
from markupsafe import Markup

from jifen.activities import (
    account_codes,
    checking_in,
    closing,
    fencing,
    planning,
    queries,
    queries_checking,
    queries_due,
    schemas,
    signing_up,
)
from jifen.activities.closing import End
from jifen.activities.fencing import NEAR
from jifen.activities.kinds import load
from jifen.activities.planning import Fence, Need
from jifen.activities.policy import ORGANISES, P, organises_for
from jifen.activities.states import (
    ACTIVITY_WORDS,
    PURPOSE_WORDS,
    SIGN_UP_WORDS,
    WAY_WORDS,
    Purpose,
    SignUpState,
)
from jifen.core import clock
from jifen.core.actor import Actor
from jifen.members import queries as members
from jifen.org import queries as org
from jifen.points.attendance.states import OUTCOME_WORDS, REASON_WORDS
from jifen.web import pages
from jifen.web.doors import asks, current_actor

blp = pages.section("activities", __name__)

#: Blank: as the taps say.
ENDS = [
    ("", "按签到情况"),
    ("attended", "到会"),
    ("late", "迟到"),
    ("left_early", "早退"),
    ("absent", "缺席"),
    *((f"on_leave:{code}", f"请假（{words}）") for code, words in REASON_WORDS.items()),
]
#: Where nobody was expected, who stayed away is neither absent nor on leave.
ENDS_OF_SERVICE = [
    ("", "按签到情况"),
    ("attended", "参加了"),
    ("left_early", "提前离开"),
    ("absent", "没有来"),
]
WORDS: dict[str, Any] = {
    "states": ACTIVITY_WORDS,
    "sign_ups": SIGN_UP_WORDS,
    "ways": WAY_WORDS,
    "outcomes": OUTCOME_WORDS,
    "purposes": PURPOSE_WORDS,
}


@blp.get("/activities")
@asks(P.SEE)
def listing():
    by = current_actor()
    return pages.page(
        "activities/list.html",
        coming=queries.coming(by=by, limit=30),
        run=queries.run(by=by, limit=15),
        organises=_organises(by),
        due=queries_due.still_due(by.branch_id, clock.today(), by=by) if by.branch_id else [],
        hours=queries_due.own_class_hours(clock.today().year, by=by) if by.branch_id else None,
        **WORDS,
    )


@blp.get("/activities/new")
@asks(P.PLAN)
def new():
    by = current_actor()
    units = [u for u in org.visible(by=by, limit=500) if by.holds(*ORGANISES, over=u.path)]
    answer = pages.page(
        "activities/new.html",
        units=[(u.id, u.name) for u in units],
        own=organises_for(by),
        wider=[(u.id, u.name) for u in org.visible(by=by, limit=500) if u.kind != "cell"],
        kinds=[(k.code, k.name) for k in load().kinds.values()],
        gates=[(g.code, g.name) for g in load().gates.values()],
        day=clock.today(),
        script=pages.place_script(),
        near=NEAR,
    )
    return pages.with_script(answer)


@blp.post("/activities/new")
@asks(P.PLAN)
def plan():
    values = pages.form(schemas.NeedForm)
    day, again, gate = values.pop("day"), values.pop("repeat"), values.pop("gate")
    start, end = values.pop("start"), values.pop("end")
    starts_at, ends_at = _span(day, start, end)
    until = values.pop("join_until")
    values["join_until"] = clock.at(until.date(), until.hour, until.minute) if until else None
    values["fence"] = _fence(values)
    need = Need(**values, starts_at=starts_at, ends_at=ends_at, gates=(gate,) if gate else ())
    by = current_actor()
    if again:
        planning.repeat(need, planning.monthly(need), by=by)
        return pages.done("系列活动已发布，近期的各次已列出。", "activities.listing")
    made = planning.plan(need, by=by)
    return pages.done("已发布。", "activities.one", activity_id=made.id)


@blp.get("/activities/<int:activity_id>")
@asks(P.SEE)
def one(activity_id: int):
    by = current_actor()
    found = queries.shown(activity_id, by=by)
    runs = by.holds(*ORGANISES, over=found.unit_path)
    fences = runs and found.state == "published" and found.ends_at > clock.now()
    answer = pages.page(
        "activities/one.html",
        act=found,
        runs=runs,
        people=queries_checking.people(found) if runs else [],
        minutes=found.minutes,
        now=clock.now(),
        start=_wall_words(found.starts_at),
        end=_wall_words(found.ends_at),
        ends=ENDS if found.of.expects else ENDS_OF_SERVICE,
        invited=by.branch_id is not None,
        script=pages.place_script() if fences else "",
        near=NEAR,
        **WORDS,
    )
    return pages.with_script(answer) if fences else answer


@blp.get("/activities/<int:activity_id>/screen")
@asks(P.RUN)
def screen(activity_id: int):
    purpose = Purpose.OUT if request.args.get("purpose") == "out" else Purpose.IN
    found = queries.shown(activity_id, P.RUN, by=current_actor())
    shown = queries_checking.code(found, purpose)
    in_chat = request.args.get("by") == "chat"
    content = account_codes.shown(found, purpose) if in_chat else shown.qr
    drawn = io.BytesIO()
    segno.make(content or shown.qr, error="m").save(
        drawn, kind="svg", xmldecl=False, svgns=True, omitsize=True, title=PURPOSE_WORDS[purpose]
    )
    return pages.page(
        "activities/screen.html",
        act=found,
        shown=shown,
        in_chat=in_chat,
        waits=content is None,
        picture=Markup(drawn.getvalue().decode()),  # noqa: S704 - drawn by us, holds no text of people
        **WORDS,
    )


@blp.post("/activities/<int:activity_id>/stop")
@asks(P.RUN)
def stop(activity_id: int):
    pages.form(schemas.EmptyForm)
    signing_up.stop(activity_id, by=current_actor())
    return pages.done("报名已截止，已报名的和候补的不受影响。", "activities.one", activity_id=activity_id)


@blp.post("/activities/<int:activity_id>/sign-up")
@asks(P.JOIN)
def sign_up(activity_id: int):
    pages.form(schemas.EmptyForm)
    done = signing_up.join(activity_id, by=current_actor())
    words = (
        "报名成功。"
        if done.state == SignUpState.JOINED
        else f"名额已满，您在候补第{done.queue}位，有空位时会通知您。"
    )
    return pages.done(words, "activities.one", activity_id=activity_id)


@blp.post("/activities/<int:activity_id>/withdraw")
@asks(P.JOIN)
def withdraw(activity_id: int):
    pages.form(schemas.EmptyForm)
    signing_up.leave(activity_id, by=current_actor())
    return pages.done("已取消报名。", "activities.one", activity_id=activity_id)


@blp.post("/activities/<int:activity_id>/move")
@asks(P.RUN)
def move(activity_id: int):
    values = pages.form(schemas.MoveForm)
    span = _span(values["day"], values["start"], values["end"])
    planning.move(activity_id, *span, place=values["place"], by=current_actor())
    return pages.done("已改期，报名的和应到的同志会收到通知。", "activities.one", activity_id=activity_id)


@blp.post("/activities/<int:activity_id>/cancel")
@asks(P.RUN)
def cancel(activity_id: int):
    pages.form(schemas.EmptyForm)
    planning.cancel(activity_id, by=current_actor())
    return pages.done("已取消，报名的和应到的同志会收到通知。", "activities.one", activity_id=activity_id)


@blp.post("/activities/<int:activity_id>/capacity")
@asks(P.RUN)
def capacity(activity_id: int):
    signing_up.widen(activity_id, pages.form(schemas.CapacityForm)["capacity"], by=current_actor())
    return pages.done("名额已调整。", "activities.one", activity_id=activity_id)


@blp.post("/activities/<int:activity_id>/fence")
@asks(P.RUN)
def fence(activity_id: int):
    there = _fence(pages.form(schemas.FenceForm))
    fencing.fence(activity_id, there, by=current_actor())
    words = "现场范围已保存。" if there else "不设现场范围了，照常签到。"
    return pages.done(words, "activities.one", activity_id=activity_id)


def _fence(values: dict[str, Any]) -> Fence | None:
    """Take what a form says of the place out of its values."""
    lat, lon, metres = (values.pop(f"fence_{name}") for name in ("lat", "lon", "metres"))
    return Fence(lat, lon, metres or NEAR) if lat is not None and lon is not None else None


@blp.post("/activities/<int:activity_id>/tap")
@asks(P.RUN)
def tap(activity_id: int):
    values, by = pages.form(schemas.TapForm), current_actor()
    found = queries.shown(activity_id, P.RUN, by=by)
    at = values["at"] and found.wall(values["at"])
    who = {*values["who"], *(members.member_by_number(n).id for n in values["numbers"].split())}
    done = checking_in.by_organiser(activity_id, who, values["purpose"], at=at, by=by)
    fresh = sum(not d.again for d in done)
    words = f"{PURPOSE_WORDS[values['purpose']]}登记了{fresh}人。" if done else "请先勾选人员。"
    return pages.done(words, "activities.one", activity_id=activity_id)


@blp.post("/activities/<int:activity_id>/close")
@asks(P.RUN)
def close(activity_id: int):
    state = pages.form(schemas.CloseForm)["state"]
    ends = {int(m): _end(text) for m, text in state.items() if m.isdecimal() and text}
    done = closing.close(activity_id, ends, by=current_actor())
    words = f"已办结。还有{len(done.open)}人要确认，见名单。" if done.open else "已办结。"
    return pages.done(words, "activities.one", activity_id=activity_id)


@blp.post("/activities/<int:activity_id>/confirm")
@asks(P.RUN)
def confirm(activity_id: int):
    values = pages.form(schemas.EndForm)
    by = current_actor()
    found = queries.shown(activity_id, by=by)
    out_at = values["out"] and found.wall(values["out"])
    closing.confirm_one(activity_id, values["member_id"], End(values["end"], out_at=out_at), by=by)
    return pages.done("已确认。", "activities.one", activity_id=activity_id)


@blp.post("/activities/<int:activity_id>/minutes")
@asks(P.RUN)
def minutes(activity_id: int):
    planning.write_minutes(activity_id, pages.form(schemas.ActivityMinutesIn)["words"], by=current_actor())
    return pages.done("记录已保存。", "activities.one", activity_id=activity_id)


def _end(text: str) -> End:
    outcome, _, reason = text.partition(":")
    return End(outcome, reason or None)


def _span(day: dt.date, start: dt.time, end: dt.time) -> tuple[dt.datetime, dt.datetime]:
    """Return the instants of a day's wall times; an end before the start is that of the next day."""
    last = day if end > start else day + dt.timedelta(days=1)
    return clock.at(day, start.hour, start.minute), clock.at(last, end.hour, end.minute)


def _wall_words(at: dt.datetime) -> str:
    return f"{at.astimezone(clock.SHANGHAI):%H:%M}"


def _organises(by: Actor) -> bool:
    return by.member_id is not None and by.holds(*ORGANISES)


def _sees(by: Actor) -> bool:
    return by.member_id is not None and (by.branch_id is not None or _organises(by))


pages.entry("活动", "activities.listing", order=15, may=_sees)
