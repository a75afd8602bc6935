"""Pages of periods and publicised lists."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from jifen.core import days
from jifen.core.actor import DECIDERS
from jifen.decisions import publicity, queries_publicity, todo
from jifen.decisions.policy_publicity import P
from jifen.members.policy import WORKS_WITH_PEOPLE
from jifen.points.periods import exports, queries, rounds, schemas, service
from jifen.rulebook import queries as rulebooks
from jifen.web import pages
from jifen.web.doors import asks, current_actor
from jifen.web.schemas import page
from jifen.web.sheets import sheet

blp = pages.section("periods", __name__)
pages.entry("结算公示", "periods.periods", order=40, may=lambda by: by.holds(*WORKS_WITH_PEOPLE))
todo.provide("publication", "待公示的名单", "periods.periods", queries_publicity.unshown)
#: Branches on one page.
SHOWN = 50


@blp.get("/periods")
@asks(P.SEE)
def periods() -> Response:
    """Where the branches stand."""
    by = current_actor()
    asked = schemas.PeriodIn().load(request.args.to_dict())
    known = queries.periods(by=by)
    chosen = service.parse(asked["period"]) if asked["period"] else None
    key = chosen.key if chosen else known[0] if known else None
    rows = queries.stands(key, by=by, after=asked["after"], limit=SHOWN + 1) if key else []
    return pages.page(
        "periods/periods.html",
        known=[service.parse(one) for one in known],
        chosen=service.parse(key) if key else None,
        found=page(rows, SHOWN, lambda r: r.unit_id),
        progress=queries.progress(key, by=by) if key else None,
        office=queries.office(by),
        deciding={h.unit_id for h in by.holdings if h.role in DECIDERS},
    )


@blp.post("/periods/close")
@asks(P.SEE)
def close() -> Response:
    """Draw the lists of a period."""
    asked = pages.form(schemas.CloseIn)
    done = rounds.start(asked["unit_id"], service.parse(asked["period"]), by=current_actor())
    words = "名单已生成，请核对后公示。" if done else "已开始办理，各支部的名单会陆续生成，刷新本页可看进度。"
    return pages.done(words, "periods.periods", period=asked["period"])


@blp.get("/publications/<int:publication_id>")
@asks(P.SEE)
def publication(publication_id: int) -> Response:
    """One list."""
    return pages.page(
        "periods/publication.html", found=queries_publicity.opened(publication_id, by=current_actor())
    )


@blp.get("/publications/<int:publication_id>/notice")
@asks(P.SEE)
def notice(publication_id: int) -> Response:
    """The list as an A4 notice for the wall."""
    found = queries_publicity.opened(publication_id, by=current_actor())
    return pages.page("periods/notice.html", found=found, answer_days=_answer_days(found.frame))


def _answer_days(frame: dict[str, Any]) -> int | None:
    """Return within how many working days the schemes of a list promise an answer; None if they do not."""
    ids = [int(s["key"]) for s in frame["sections"] if s["key"].isdigit()]
    appeals = [rulebooks.book(one).appeal for one in ids]
    return max((a.answer_working_days for a in appeals if a), default=None)


@blp.post("/publications/<int:publication_id>/publicise")
@asks(P.PUBLICISE)
def publicise(publication_id: int) -> Response:
    """Show a draft from today on."""
    found = publicity.publicise(publication_id, by=current_actor())
    last = publicity.last_day(found.since, found.working_days) if found.since else None
    return pages.done(f"已公示，到{days.spoken(last)}为止。", "periods.publication", publication_id=found.id)


@blp.get("/publications/<int:publication_id>/list.xlsx")
@asks(P.SEE)
def export(publication_id: int) -> Response:
    """The list on a sheet."""
    return sheet("list.xlsx", exports.list_sheet(publication_id, by=current_actor()))
