"""Pages of 双报到: one's own registration, what communities need, the community's word, a year's result."""

from __future__ import annotations

from flask import request

from jifen.access import service as access
from jifen.access.policy import P as AccessP
from jifen.core import clock
from jifen.core.actor import Actor, permits
from jifen.core.errors import NotFound
from jifen.decisions import todo
from jifen.members import queries as members
from jifen.volunteering import (
    community,
    counterpart,
    queries_community,
    queries_desk,
    registering,
    results,
    schemas_community,
)
from jifen.volunteering import schemas as hours_schemas
from jifen.volunteering.policy import PREPARES, P
from jifen.volunteering.states import CLAIM_WORDS, SAID_WORDS
from jifen.volunteering.wall import times
from jifen.web import pages
from jifen.web.doors import asks, current_actor
from jifen.web.sheets import sheet

blp = pages.section("community", __name__)
KINDS = {"need": "需求", "wish": "微心愿"}


@blp.get("/community")
@asks(P.OWN)
def home():
    by = current_actor()
    mine = queries_community.registered([by.member_id or 0]).get(by.member_id or 0)
    keeps = by.member_id is not None and by.holds(*PREPARES)
    taken = queries_community.of_branches(by=by)
    rows = queries_community.needs(after=request.args.get("after", 0, int), limit=31)
    return pages.page(
        "community/home.html",
        mine=mine,
        member=by.branch_id is not None,
        communities=queries_community.communities(),
        needs=rows[:30],
        next=rows[29].id if len(rows) > 30 else None,
        own=queries_community.own_claims(by=by),
        keeps=keeps,
        confirming=[one for one in taken if one.state == "claimed"],
        spoken=[one for one in taken if one.state == "confirmed"],
        unconfirmed=queries_community.unconfirmed(by=by),
        lets_in=permits(by, AccessP.ISSUE_SYSTEM_TOKEN),
        let_in=counterpart.let_in_now(by=by),
        units=queries_desk.units(by, P.EXPORT) if keeps else [],
        year=clock.today().year,
        kinds=KINDS,
        states=CLAIM_WORDS,
        said=SAID_WORDS,
    )


@blp.post("/community/registrations")
@asks(P.CORRECT)
def register():
    values, by = pages.form(schemas_community.RegisterForm), current_actor()
    member_id = whom(values["number"], by)
    registering.register(values["community_id"], member_id=member_id, skills=values["skills"], by=by)
    return pages.done("已报到。自己报到的，社区确认以后按积分办法记分。", "community.home")


@blp.post("/community/registrations/<int:registration_id>/confirm")
@asks(P.KEEP_COMMUNITIES)
def confirm_registration(registration_id: int):
    pages.form(hours_schemas.NoneForm)
    registering.confirm(registration_id, by=current_actor())
    return pages.done("已登记社区的确认。", "community.home")


@blp.post("/community/registrations/<int:registration_id>/withdraw")
@asks(P.CORRECT)
def withdraw_registration(registration_id: int):
    pages.form(hours_schemas.NoneForm)
    registering.withdraw(registration_id, by=current_actor())
    return pages.done("已撤回，记过的分同时冲正。", "community.home")


@blp.post("/community/claims/<int:claim_id>/retract")
@asks(P.KEEP_COMMUNITIES)
def retract(claim_id: int):
    pages.form(hours_schemas.NoneForm)
    community.retract(claim_id, by=current_actor())
    return pages.done("已撤回确认，时长和积分同时冲正。", "community.home")


@blp.post("/community/tokens")
@asks(AccessP.ISSUE_SYSTEM_TOKEN)
def let_in():
    values = pages.form(schemas_community.CommunityTokenForm)
    _, text = counterpart.let_in(values["community_id"], days=values["days"], by=current_actor())
    return pages.page("community/token.html", token=text, days=values["days"])


@blp.post("/community/tokens/<int:token_id>/revoke")
@asks(AccessP.ISSUE_SYSTEM_TOKEN)
def shut_out(token_id: int):
    pages.form(hours_schemas.NoneForm)
    access.revoke_token(token_id, by=current_actor())
    return pages.done("已作废，立即生效。", "community.home")


@blp.post("/community/communities")
@asks(P.KEEP_COMMUNITIES)
def found():
    values = pages.form(schemas_community.CommunityIn)
    community.found(values["street"], values["name"], by=current_actor())
    return pages.done("已登记社区。", "community.home")


@blp.post("/community/needs")
@asks(P.KEEP_COMMUNITIES)
def ask_for():
    values = pages.form(schemas_community.NeedIn)
    community.ask_for(values.pop("community_id"), values.pop("title"), **values, by=current_actor())
    return pages.done("已登记，党员可以认领了。", "community.home")


@blp.post("/community/needs/<int:need_id>/claims")
@asks(P.CORRECT)
def claim(need_id: int):
    by = current_actor()
    number = pages.form(schemas_community.ClaimForm)["number"]
    community.claim(need_id, member_id=whom(number, by), by=by)
    return pages.done("已认领。办完后请社区在单子上签个字，交给支部登记。", "community.home")


@blp.post("/community/claims/<int:claim_id>/withdraw")
@asks(P.CLAIM)
def withdraw(claim_id: int):
    pages.form(hours_schemas.NoneForm)
    community.withdraw(claim_id, by=current_actor())
    return pages.done("已退回，别人可以认领了。", "community.home")


@blp.post("/community/claims/<int:claim_id>/confirm")
@asks(P.KEEP_COMMUNITIES)
def confirm(claim_id: int):
    values = pages.form(schemas_community.ConfirmForm)
    span = times(values["day"] or clock.today(), values["since"], values["until"])
    community.confirm(
        claim_id,
        done=values["done"],
        said=values["said"],
        span=span if values["done"] else None,
        by=current_actor(),
    )
    return pages.done("已登记社区的确认。", "community.home")


@blp.get("/community/units/<int:unit_id>/result.xlsx")
@asks(P.EXPORT)
def result(unit_id: int):
    year = pages.query(hours_schemas.YearIn)["year"]
    return sheet(f"community-{year}.xlsx", results.sheet(unit_id, year, by=current_actor()))


@blp.get("/community/units/<int:unit_id>/result")
@asks(P.EXPORT)
def printed(unit_id: int):
    year = pages.query(hours_schemas.YearIn)["year"]
    found, mark = results.printed(unit_id, year, by=current_actor())
    return pages.page("community/result.html", found=found, mark=mark)


def whom(number: str, by: Actor) -> int | None:
    """Return the member of a number typed in; None for oneself."""
    if not number:
        return None
    found = members.visible_people(by=by, number=number, limit=1)
    if not found:
        raise NotFound(what=f"编号为“{number}”的党员")
    return found[0].member_id


def _sees(by: Actor) -> bool:
    return by.member_id is not None and (by.branch_id is not None or by.holds(*PREPARES))


pages.entry("社区报到", "community.home", order=23, may=_sees)
todo.provide("community", "社区报到待登记社区的确认", "community.home", queries_community.waiting)
