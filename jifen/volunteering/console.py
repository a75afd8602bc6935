"""Pages of hours: one's own account, a branch's, rosters written down afterwards, what waits."""

from __future__ import annotations

from typing import Any

from flask import request

from jifen.core import clock
from jifen.core.actor import Actor
from jifen.decisions import todo
from jifen.decisions.policy import seats
from jifen.members import queries as members
from jifen.members.policy import WORKS_WITH_PEOPLE
from jifen.org import queries as org
from jifen.points.sampling import populations
from jifen.volunteering import deciding, late, long_days, queries_desk, rules, sampled, schemas, service
from jifen.volunteering.deciding import Which
from jifen.volunteering.late import Late
from jifen.volunteering.policy import PREPARES, P
from jifen.volunteering.states import KIND_WORDS, LATE_WORDS, SOURCE_WORDS, SPAN_WORDS
from jifen.volunteering.wall import own_time, times
from jifen.web import pages
from jifen.web.doors import asks, current_actor

blp = pages.section("hours", __name__)
WORDS: dict[str, Any] = {
    "kinds": KIND_WORDS,
    "sources": SOURCE_WORDS,
    "states": SPAN_WORDS,
    "late_states": LATE_WORDS,
    "long": rules.formatted,
    "span": late.said,
}


@blp.get("/hours")
@asks(P.OWN)
def mine():
    """One's own hours; who has none of his own is led to his branch's."""
    by = current_actor()
    rows = queries_desk.records(by.member_id, by=by, after=_after(), limit=31) if by.member_id else []
    return pages.page(
        "hours/mine.html",
        account=queries_desk.account(by.member_id, by=by) if by.member_id else None,
        rows=rows[:30],
        next=rows[29].id if len(rows) > 30 else None,
        looks=by.holds(*WORKS_WITH_PEOPLE),
        prepares=by.holds(*PREPARES),
        decides=bool(seats(by)),
        **WORDS,
    )


@blp.post("/hours/records/<int:record_id>/corrections")
@asks(P.CORRECT)
def amend(record_id: int):
    values, by = pages.form(schemas.AmendForm), current_actor()
    row = deciding.access(record_id, P.CORRECT, by=by)
    deciding.propose(
        row.id, times(row.occurred_on, values["since"], values["until"]), values["reason"], by=by
    )
    return pages.done("已提出，由支部负责人核对后告诉您结果。")


@blp.get("/hours/unit")
@asks(P.LIST)
def of_unit():
    by = current_actor()
    there = queries_desk.units(by, P.LIST)
    chosen = _chosen(there)
    year = request.args.get("year", 0, int)
    rows = queries_desk.of_unit(chosen, year=year or None, by=by, after=_after(), limit=101) if chosen else []
    return pages.page(
        "hours/unit.html",
        units=there,
        chosen=chosen,
        year=year,
        this_year=clock.today().year,
        rows=rows[:100],
        next=rows[99].member_id if len(rows) > 100 else None,
        **WORDS,
    )


@blp.get("/hours/member/<int:member_id>")
@asks(P.SEE)
def member(member_id: int):
    by = current_actor()
    rows = queries_desk.records(member_id, by=by, after=_after(), limit=31)
    return pages.page(
        "hours/member.html",
        name=members.names({member_id})[member_id],
        member_id=member_id,
        account=queries_desk.account(member_id, by=by),
        rows=rows[:30],
        next=rows[29].id if len(rows) > 30 else None,
        prepares=by.holds(*PREPARES),
        **WORDS,
    )


@blp.get("/hours/late")
@asks(P.ENTER)
def late_entries():
    by = current_actor()
    there = queries_desk.units(by, P.ENTER)
    chosen = _chosen(there)
    people = members.people(org.unit(chosen).path, clock.today(), limit=200) if chosen else []
    return pages.page(
        "hours/late.html",
        units=there,
        chosen=chosen,
        people=people,
        own=queries_desk.own_late(by=by),
        **WORDS,
    )


@blp.post("/hours/late")
@asks(P.ENTER)
def propose():
    values = pages.form(schemas.LateForm)
    window = times(values["day"], values["since"], values["until"])
    own = {int(m): text for m, text in values["time"].items() if m.isdecimal()}
    people = {m: own_time(values["day"], own[m]) if m in own else None for m in values["member_ids"]}
    late.propose(
        Late(
            unit_id=values["unit_id"],
            title=values["title"],
            window=window or (clock.at(values["day"]), clock.at(values["day"])),
            people=people,
            reason=values["reason"],
        ),
        by=current_actor(),
    )
    return pages.done(f"已登记{len(people)}人，等另一位负责人审核后计入。", "hours.late_entries")


@blp.post("/hours/late/<int:late_id>/withdraw")
@asks(P.ENTER)
def withdraw(late_id: int):
    pages.form(schemas.NoneForm)
    late.withdraw(late_id, by=current_actor())
    return pages.done("已撤回，可以改好后重新登记。", "hours.late_entries")


@blp.get("/hours/waiting")
@asks(P.DECIDE)
def waiting():
    by = current_actor()
    return pages.page("hours/waiting.html", found=queries_desk.waiting(by=by), **WORDS)


@blp.post("/hours/late/<int:late_id>/decide")
@asks(P.DECIDE)
def decide_late(late_id: int):
    done = late.decide(late_id, **pages.form(schemas.HoursAnswerIn), by=current_actor())
    if done is None:
        return pages.done("已退回，登记人会收到通知。", "hours.waiting")
    parts = [f"{len(done.counted)}人已计入"]
    parts += [f"{len(done.waiting)}人当天超过8小时，已转上级审核"] * bool(done.waiting)
    parts += [f"{len(done.clashing)}人时间重叠，待核对"] * bool(done.clashing)
    return pages.done(f"已通过：{'，'.join(parts)}。", "hours.waiting")


@blp.post("/hours/records/<int:record_id>/long-day")
@asks(P.DECIDE)
def decide_long_day(record_id: int):
    deciding.decide_long_day(record_id, **pages.form(schemas.HoursAnswerIn), by=current_actor())
    return pages.done("已处理。", "hours.waiting")


@blp.post("/hours/records/<int:record_id>/clash")
@asks(P.DECIDE)
def decide_clash(record_id: int):
    which = Which(pages.form(schemas.ClashWhichIn)["which"])
    deciding.decide_clash(record_id, which, by=current_actor())
    return pages.done("已处理，另一条已冲正。", "hours.waiting")


@blp.post("/hours/corrections/<int:amend_id>/decide")
@asks(P.DECIDE)
def decide_amend(amend_id: int):
    deciding.decide_amend(amend_id, **pages.form(schemas.HoursAnswerIn), by=current_actor())
    return pages.done("已处理，本人会收到通知。", "hours.waiting")


def _after() -> int:
    return request.args.get("after", 0, int)


def _chosen(there: list[tuple[int, str]]) -> int | None:
    """Return the branch that is asked for, else the only one, else none."""
    asked = request.args.get("unit", 0, int)
    ids = [i for i, _ in there]
    return asked if asked in ids else ids[0] if len(ids) == 1 else None


def _sees(by: Actor) -> bool:
    return by.member_id is not None and (by.branch_id is not None or by.holds(*WORKS_WITH_PEOPLE))


todo.provide(late.SUBJECT, "志愿时长补录待审核", "hours.waiting")
todo.provide(long_days.SUBJECT, "一天超过8小时的服务", "hours.waiting")
todo.provide(service.CLASH, "服务时间重叠待核对", "hours.waiting")
todo.provide(deciding.AMEND, "服务记录待更正", "hours.waiting")
pages.entry("志愿时长", "hours.mine", order=22, may=_sees)
populations.enter(sampled.RECORDS)
