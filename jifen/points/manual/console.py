"""Pages of facts by hand: prepare for others, confirm what others prepared."""

from __future__ import annotations

from flask import request

from jifen.core import clock
from jifen.core.actor import Actor
from jifen.decisions import todo
from jifen.members import queries as members
from jifen.org import bases
from jifen.org import queries as org
from jifen.points.manual import queries, schemas, service
from jifen.points.policy import PREPARES, P, Scope, writes_by_hand
from jifen.web import pages
from jifen.web.doors import asks, current_actor

blp = pages.section("manual", __name__)


@blp.get("/manual")
@asks(P.PREPARE)
def entries():
    by = current_actor()
    branch_id = request.args.get("branch", "")
    chosen = int(branch_id) if branch_id.isascii() and branch_id.isdigit() and len(branch_id) < 18 else None
    units = [u for u in org.visible(by=by, limit=500) if u.kind == "branch"]
    there = [u for u in units if writes_by_hand(by, Scope(u.id, u.path, True))]
    branch = next((u for u in there if u.id == chosen), there[0] if len(there) == 1 else None)
    people = members.people(branch.path, clock.today(), limit=200) if branch else []
    return pages.page(
        "manual/entries.html",
        waiting=queries.waiting(by=by),
        own=queries.own(by=by, limit=20),
        branches=there,
        bases=bases.offered(by=by),
        branch=branch,
        people=[p for p in people if p.member_id != by.member_id],
        states=queries.STATES,
    )


@blp.post("/manual")
@asks(P.PREPARE)
def prepare():
    values = pages.form(schemas.ManualIn)
    item, day, listed = values.pop("item"), values.pop("occurred_on"), values.pop("member_ids")
    rows = service.prepare(item, day, listed, **values, by=current_actor())
    return pages.done(f"已登记{len(rows)}人，等另一位负责人确认后计分。", "manual.entries")


@blp.post("/manual/reversals")
@asks(P.PREPARE)
def reverse():
    values = pages.form(schemas.ReversalIn)
    service.prepare_reversal(values.pop("entry_id"), **values, by=current_actor())
    return pages.done("已提出冲正，等另一位负责人确认后生效。", "manual.entries")


@blp.post("/manual/<int:entry_id>/confirm")
@asks(P.CONFIRM_MANUAL)
def confirm(entry_id: int):
    service.confirm(entry_id, by=current_actor())
    return pages.done("已确认。", "manual.entries")


@blp.post("/manual/<int:entry_id>/return")
@asks(P.CONFIRM_MANUAL)
def give_back(entry_id: int):
    service.return_(entry_id, pages.form(schemas.ManualReturnIn)["reason"], by=current_actor())
    return pages.done("已退回。", "manual.entries")


def _may(by: Actor) -> bool:
    return by.holds(*PREPARES)


todo.provide("manual", "手工登记待确认", "manual.entries")
pages.entry("手工登记", "manual.entries", order=25, may=_may)
