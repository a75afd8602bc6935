"""Pages of the quarterly sample: looks for others, answers of one's own, and what the Work Committee sees."""

from __future__ import annotations

from flask import Response, request

from jifen.core.actor import permits
from jifen.decisions import todo
from jifen.decisions.policy import seats
from jifen.points.sampling import entries, populations, queries, schemas, service
from jifen.points.sampling.policy import P
from jifen.web import pages
from jifen.web.doors import asks, current_actor

blp = pages.section("sampling", __name__)


@blp.get("/looks")
@asks(P.LOOK)
def looks() -> Response:
    """Show what waits for a second look, and what waits for an answer."""
    by = current_actor()
    return pages.page(
        "sampling/looks.html",
        looks=queries.waiting(by=by),
        replies=queries.waiting(service.REPLY, by=by),
    )


@blp.post("/looks/<id:look_id>")
@asks(P.LOOK)
def look(look_id: int) -> Response:
    """Take a second look."""
    service.look(look_id, **pages.form(schemas.SampleLookIn), by=current_actor())
    return pages.done("已记下。积分和时长没有改动。", "sampling.looks")


@blp.post("/looks/<id:look_id>/answer")
@asks(P.LOOK)
def answer(look_id: int) -> Response:
    """Answer a look that differs."""
    service.answer(look_id, **pages.form(schemas.SampleAnswerIn), by=current_actor())
    return pages.done("已答复。", "sampling.looks")


@blp.get("/samples")
@asks(P.SEE)
def samples() -> Response:
    """Show what the looks of a quarter say."""
    by = current_actor()
    drawn = queries.quarters(by=by)
    chosen = request.args.get("quarter", "")
    found = queries.overview(chosen if chosen in drawn else None, by=by)
    # Drawing a whole city again costs some seconds: only where it is asked for.
    again = queries.again(found.quarter, by=by) if found and "again" in request.args else None
    return pages.page("sampling/samples.html", found=found, quarters=drawn, again=again)


todo.provide(service.LOOK, "抽查：请复看其他单位的记录", "sampling.looks")
todo.provide(service.REPLY, "抽查：有不同意见，请答复", "sampling.looks")
pages.entry("抽查", "sampling.looks", order=60, may=lambda by: bool(seats(by)))
pages.entry("抽查结果", "sampling.samples", order=61, may=lambda by: permits(by, P.SEE))
populations.enter(entries.LINES)
