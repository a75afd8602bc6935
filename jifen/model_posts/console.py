"""Pages of model posts: the register, applying, one of them, what waits, the plate to print, honours."""

from __future__ import annotations

import re
from typing import Any

from flask import request
from markupsafe import Markup

from jifen.core import clock
from jifen.core.actor import Actor
from jifen.core.errors import NotFound
from jifen.decisions import todo
from jifen.members import queries as members
from jifen.model_posts import (
    consents,
    honours,
    queries,
    queries_honours,
    reviewing,
    schemas,
    service,
    settings,
    wall,
)
from jifen.model_posts.honours import Award
from jifen.model_posts.policy import PREPARES, P
from jifen.model_posts.service import Application
from jifen.org import queries as org
from jifen.web import pages
from jifen.web.doors import asks, current_actor

blp = pages.section("model_posts", __name__)
todo.provide(service.SUBJECT, "示范岗申报待审核", "model_posts.waiting")
todo.provide(reviewing.SUBJECT, "示范岗待复核", "model_posts.waiting")
todo.provide(honours.SUBJECT, "荣誉待确认", "model_posts.honour_list")


@blp.get("/model-posts")
@asks(P.OWN)
def listing():
    by = current_actor()
    rows = queries.register(by=by, after=request.args.get("after", 0, int), limit=31)
    return pages.page(
        "model_posts/list.html",
        rows=rows[:30],
        next=rows[29].id if len(rows) > 30 else None,
        applies=by.branch_id is not None or by.holds(*PREPARES),
    )


def _branches(by: Actor) -> list[tuple[int, str]]:
    """Return the branches in which the actor may apply: those that he prepares for, or his own."""
    there = [u for u in org.visible(by=by, limit=500) if u.kind == "branch"]
    return [(u.id, u.name) for u in there if u.id == by.branch_id or by.holds(*PREPARES, over=u.path)]


@blp.get("/model-posts/new")
@asks(P.APPLY)
def new():
    by = current_actor()
    branches = _branches(by)
    chosen = request.args.get("unit", 0, int)
    if chosen not in {unit for unit, _ in branches}:
        chosen = next((u for u, _ in branches if u == by.branch_id), branches[0][0] if branches else 0)
    return pages.page(
        "model_posts/new.html",
        branches=branches,
        chosen=chosen,
        openings=queries.openings_of(chosen) if chosen else [],
        prepares=by.holds(*PREPARES),
    )


@blp.post("/model-posts/new/<int:unit_id>")
@asks(P.APPLY)
def apply(unit_id: int):
    by = current_actor()
    made = service.apply(application(pages.form(schemas.ModelPostForm), unit_id), by=by)
    return pages.done("已提交，由支部审核。", "model_posts.one", post_id=made.id)


def application(values: dict[str, Any], unit_id: int) -> Application:
    """Return what a form applies with; people stand in it by their numbers."""
    lead, people = values.pop("lead"), re.split(r"[\s,，、;；]+", values.pop("people"))
    return Application(
        **values,
        unit_id=unit_id,
        lead_id=members.member_by_number(lead).id if lead else None,
        people=[members.member_by_number(one).id for one in people if one],
    )


@blp.get("/model-posts/waiting")
@asks(P.DECIDE)
def waiting():
    return pages.page("model_posts/waiting.html", rows=queries.waiting(by=current_actor()))


@blp.get("/model-posts/<int:post_id>")
@asks(P.OWN)
def one(post_id: int):
    return pages.page(
        "model_posts/one.html",
        found=queries.opened(post_id, by=current_actor()),
        consent=settings.load().consent,
        outcomes=OUTCOMES,
    )


#: What a decision is called where one reads what was said.
OUTCOMES = {
    "approved": "通过",
    "refused": "退回",
    "keep": "复核：保留",
    "renew": "复核：续期",
    "warn": "复核：提醒",
    "rectify": "复核：要求整改",
    "withdraw": "摘牌",
}


@blp.post("/model-posts/<int:post_id>/decide")
@asks(P.DECIDE)
def decide(post_id: int):
    values = pages.form(schemas.ModelPostAnswerIn)
    service.decide(post_id, **values, by=current_actor())
    return pages.done(
        "已通过。" if values["approve"] else "已退回，申报人会收到通知。", "model_posts.waiting"
    )


@blp.post("/model-posts/<int:post_id>/review")
@asks(P.DECIDE)
def review(post_id: int):
    values = pages.form(schemas.ModelPostReviewIn)
    reviewing.review(post_id, values["outcome"], reason=values["reason"], by=current_actor())
    return pages.done("复核结论已登记，本岗党员会收到通知。", "model_posts.waiting")


@blp.post("/model-posts/<int:post_id>/withdraw")
@asks(P.REMOVE)
def withdraw(post_id: int):
    reason = pages.form(schemas.ModelPostReasonIn)["reason"]
    reviewing.withdraw(post_id, reason=reason, by=current_actor())
    return pages.done("已摘牌，公示墙和牌子的网页已同时撤下。", "model_posts.one", post_id=post_id)


@blp.post("/model-posts/<int:post_id>/cancel")
@asks(P.CANCEL)
def cancel(post_id: int):
    pages.form(schemas.ModelPostEmptyIn)
    service.cancel(post_id, by=current_actor())
    return pages.done("已撤回。", "model_posts.one", post_id=post_id)


@blp.post("/model-posts/<int:post_id>/consents")
@asks(P.CONSENT)
def consent(post_id: int):
    values = pages.form(schemas.ModelPostConsentIn)
    words = consented(post_id, values, by=current_actor())
    return pages.done(words, "model_posts.one", post_id=post_id)


def consented(post_id: int, values: dict[str, Any], *, by: Actor) -> str:
    """Do what one said about his name or photo; return the sentence that tells it."""
    if values["agree"]:
        consents.agree(post_id, values["what"], by=by)
        return "已记下您的同意，可以随时撤回。"
    consents.take_back(post_id, values["what"], by=by)
    return "已撤回，网页上已经改过来了。"


@blp.get("/model-posts/<int:post_id>/plate")
@asks(P.OWN)
def plate(post_id: int):
    about = queries.listed(post_id, by=current_actor())
    if not about.hangs or about.public_id is None:
        raise NotFound(what="这块牌子")
    return pages.page(
        "model_posts/print.html",
        about=about,
        unit_name=org.name_in_full(about.unit_id),
        question=settings.load().question,
        address=wall.address_of(about.public_id),
        picture=Markup(wall.qr_of(about.public_id)),  # noqa: S704 - drawn by us, holds no text of people
    )


@blp.get("/honours")
@asks(P.OWN)
def honour_list():
    by = current_actor()
    number = request.args.get("number", "")[:20]
    whose = members.member_by_number(number).id if number else by.member_id or 0
    return pages.page(
        "model_posts/honours.html",
        rows=queries_honours.of(whose, by=by),
        waiting=queries_honours.waiting(by=by),
        number=number,
        name=members.names({whose}).get(whose, ""),
        levels=queries_honours.levels(whose),
        enters=by.holds(*PREPARES) and whose != by.member_id,
        looks=by.holds(*PREPARES),
        day=clock.today(),
    )


@blp.post("/honours")
@asks(P.ENTER_HONOUR)
def enter_honour():
    values = pages.form(schemas.HonourForm)
    number = values.pop("number")
    award = Award(**values, member_id=members.member_by_number(number).id)
    honours.enter(award, by=current_actor())
    return pages.done("已登记，由另一位负责人确认后计分。", "model_posts.honour_list", number=number)


@blp.post("/honours/<int:honour_id>/decide")
@asks(P.DECIDE_HONOUR)
def decide_honour(honour_id: int):
    values = pages.form(schemas.ModelPostAnswerIn)
    honours.decide(honour_id, **values, by=current_actor())
    return pages.done("已确认。" if values["approve"] else "已退回。", "model_posts.honour_list")


@blp.post("/honours/<int:honour_id>/revoke")
@asks(P.REVOKE_HONOUR)
def revoke_honour(honour_id: int):
    reason = pages.form(schemas.ModelPostReasonIn)["reason"]
    honours.revoke(honour_id, reason=reason, by=current_actor())
    return pages.done("已撤销，相应的记分已冲正。", "model_posts.honour_list")


def _sees(by: Actor) -> bool:
    return by.branch_id is not None or by.holds(*PREPARES)


pages.entry("示范岗", "model_posts.listing", order=24, may=_sees)
