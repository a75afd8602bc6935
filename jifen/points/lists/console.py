"""Pages of lists: paste who did one thing, and take a list back within a day."""

from __future__ import annotations

from flask import Response, request

from jifen.core import clock
from jifen.core.actor import Actor
from jifen.core.errors import Invalid
from jifen.decisions.policy import seats
from jifen.members import queries as members
from jifen.points import roster, roster_undo
from jifen.points.lists import queries, rules, schemas
from jifen.points.policy import P
from jifen.web import pages
from jifen.web.doors import asks, current_actor

blp = pages.section("lists", __name__)


@blp.get("/lists")
@asks(P.ENTER_ROSTER)
def lists() -> Response:
    """Offer to enter a list, and show the last ones."""
    by = current_actor()
    there = queries.branches(by=by)
    branch = queries.chosen(request.args.get("branch", 0, int), there)
    return pages.page(
        "lists/lists.html",
        branches=there,
        branch=branch,
        items=[(i.code, f"{i.name}（{i.unit}）") for i in queries.items(branch, clock.today())]
        if branch
        else [],
        people=_people(branch.path) if branch else [],
        rows=queries.lately(there, by=by),
    )


@blp.post("/lists")
@asks(P.ENTER_ROSTER)
def enter() -> Response:
    """Enter a list."""
    by, values = current_actor(), pages.form(schemas.ListForm)
    branch = queries.chosen(values["branch_id"], queries.branches(by=by))
    assert branch is not None, "the form names one"
    people = {p.member_id: (p.name, p.number) for p in _people(branch.path)}
    named = rules.who(rules.names_in(values.pop("names")), people)
    if named.unknown:
        raise Invalid(
            reason=f"支部里没有叫“{'”“'.join(named.unknown[:10])}”的人，没有登记。请核对姓名或改填编号。"
        )
    if named.twins:
        raise Invalid(reason=f"支部里有几位同名的“{'”“'.join(named.twins[:10])}”，没有登记。请改填编号。")
    listed = {*named.members, *values.pop("member_ids")}
    if not listed:
        raise Invalid(reason="请粘贴姓名，或在下面勾选。")
    done = roster.enter(values.pop("item"), values.pop("occurred_on"), listed, **values, by=by)
    words = f"已登记{len(done.posted)}人，当即计分。"
    if done.attached:
        words += f"另有{len(done.attached)}人这件事已经计过，不重复计分。"
    if done.own:
        words += "您本人没有登记，请其他负责人登记。"
    return pages.done(words, "lists.lists", branch=branch.id)


@blp.post("/lists/<id:roster_id>/revoke")
@asks(P.ENTER_ROSTER)
def revoke(roster_id: int) -> Response:
    """Take a list back."""
    pages.form(schemas.NoForm)
    gone = roster_undo.revoke(roster_id, None, by=current_actor())
    return pages.done(f"已撤回，{len(gone)}人的这一次不再计分。", "lists.lists")


def _people(path: str) -> list[members.Listed]:
    return members.people(path, clock.today(), limit=500)


def _may(by: Actor) -> bool:
    return bool(seats(by))


pages.entry("名单登记", "lists.lists", order=22, may=_may)
