"""The burden register at the desk: counts, opinions, and the documents that a basis is chosen from."""

from __future__ import annotations

from flask import Response

from jifen.core import clock
from jifen.core.actor import permits
from jifen.cycle import queries, schemas, service
from jifen.cycle.policy import P
from jifen.org import bases, schemas_bases
from jifen.org.policy import P as ORG
from jifen.web import pages
from jifen.web.doors import asks, current_actor

blp = pages.section("burden", __name__)
pages.entry("减负", "burden.register", order=80, may=lambda by: permits(by, P.SEE))


@blp.get("/burden")
@asks(P.SEE)
def register() -> Response:
    """Show what was asked this month, and the opinions."""
    by = current_actor()
    return pages.page(
        "cycle/burden.html",
        mine=queries.asked_of_me(by=by),
        units=queries.asked_of_units(by=by),
        opinions=queries.opinions(by=by),
        hears=permits(by, P.HEAR),
    )


@blp.post("/burden/opinions")
@asks(P.SPEAK)
def speak() -> Response:
    """Take an opinion."""
    service.speak(**pages.form(schemas.OpinionIn), by=current_actor())
    return pages.done("意见已送到工委办公室。", "burden.register")


@blp.post("/burden/opinions/<id:opinion_id>/answer")
@asks(P.HEAR)
def answer(opinion_id: int) -> Response:
    """Answer an opinion."""
    service.answer(opinion_id, pages.form(schemas.OpinionAnswerIn)["words"], by=current_actor())
    return pages.done("已答复。", "burden.register")


@blp.get("/bases")
@asks(ORG.SEE)
def documents() -> Response:
    """List the documents, and offer to register one."""
    by = current_actor()
    homes = [h.unit_id for h in by.holdings]
    rows = bases.listed(by=by, limit=200)
    return pages.page("cycle/bases.html", rows=rows, homes=homes, day=clock.today())


@blp.post("/bases")
@asks(ORG.REGISTER_BASIS)
def enter() -> Response:
    """Register a document."""
    bases.register(**pages.form(schemas_bases.BasisIn), by=current_actor())
    return pages.done("已登记。", "burden.documents")


@blp.post("/bases/<id:basis_id>/end")
@asks(ORG.REGISTER_BASIS)
def end(basis_id: int) -> Response:
    """Say from when a document no longer holds."""
    bases.end(basis_id, until=pages.form(schemas_bases.BasisEndIn)["until"], by=current_actor())
    return pages.done("已登记失效日期。", "burden.documents")
