"""Pages of the queue: what waits, what may be confirmed together, one report with its history."""

from __future__ import annotations

from flask import Response, request

from jifen.core.actor import Actor
from jifen.decisions import todo
from jifen.decisions.policy import seats
from jifen.org import bases
from jifen.points import deciding, photos, queries_reports
from jifen.points.policy import LOOKS, P
from jifen.points.queue import batch, queries, schemas
from jifen.points.states import WORDS
from jifen.web import pages
from jifen.web.doors import asks, current_actor

blp = pages.section("queue", __name__)

OUTCOMES = {"approved": "确认", "returned": "退回", "revoked": "撤回确认", "looked": "初看"}


@blp.get("/queue")
@asks(P.SEE_REPORT)
def queue():
    by, chosen = current_actor(), request.args.get("item", "")
    waiting = queries.waiting(by=by) if seats(by) else queries.looked_over(by=by)
    items = sorted({(w.report.item_code, w.report.item_name) for w in waiting})
    shown = [w for w in waiting if chosen in ("", w.report.item_code)]
    return pages.page(
        "queue/queue.html",
        together=[w for w in shown if not w.apart],
        apart=[w for w in shown if w.apart],
        items=items,
        chosen=chosen,
        decides=bool(seats(by)),
        bases=bases.offered(by=by),
    )


@blp.post("/queue/confirm")
@asks(P.DECIDE)
def confirm():
    values = pages.form(schemas.TickedIn)
    done = batch.confirm(**values, by=current_actor())
    words = f"已确认{len(done.confirmed)}条。"
    if done.left:
        words += f"有{len(done.left)}条留下逐条看：" + "；".join(
            f"{one.report.number}号{one.why}" for one in done.left[:5]
        )
    return pages.done(words, "queue.queue")


@blp.get("/reports/<int:report_id>")
@asks(P.SEE_REPORT)
def report(report_id: int):
    by = current_actor()
    asked = queries_reports.waiting(by=by, ids=[report_id], limit=1)
    found = asked[0] if asked else queries_reports.report(report_id, by=by)
    [weighed] = queries.weighed([found])
    return pages.page(
        "queue/report.html",
        report=found,
        apart=weighed.apart,
        photos=photos.of(found.id, by=by) if photos.asks(found.rulebook_id, found.item_code) else [],
        asked=bool(asked),
        bases=bases.offered(by=by) if asked else [],
        outcomes=OUTCOMES,
        state=WORDS[found.state],
        looks=not asked and found.state == "pending" and by.holds(*LOOKS) and by.member_id != found.member_id,
    )


@blp.get("/photos/<int:photo_id>")
@asks(P.SEE_REPORT)
def photo(photo_id: int):
    picture = photos.picture(photo_id, thumb="thumb" in request.args, by=current_actor())
    return Response(picture, content_type="image/jpeg", headers={"Cache-Control": "no-store"})


@blp.post("/reports/<int:report_id>/confirm")
@asks(P.DECIDE)
def confirm_one(report_id: int):
    deciding.approve(report_id, basis_id=pages.form(schemas.BasisIn)["basis_id"], by=current_actor())
    return pages.done("已确认。", "queue.queue")


@blp.post("/reports/<int:report_id>/return")
@asks(P.DECIDE)
def give_back(report_id: int):
    deciding.return_(report_id, pages.form(schemas.ReturnFormIn)["reason"], by=current_actor())
    return pages.done("已退回，本人会收到通知。", "queue.queue")


@blp.post("/reports/<int:report_id>/revoke")
@asks(P.DECIDE)
def take_back(report_id: int):
    deciding.revoke(report_id, by=current_actor())
    return pages.done("确认已撤回。", "queue.queue")


@blp.post("/reports/<int:report_id>/look")
@asks(P.LOOK)
def look(report_id: int):
    batch.look(report_id, by=current_actor())
    return pages.done("已记下初看。", "queue.queue")


def _may(by: Actor) -> bool:
    return bool(seats(by)) or by.holds(*LOOKS)


todo.provide("report", "上报待审", "queue.queue", queries.counted)
pages.entry("待审", "queue.queue", order=10, may=_may)
