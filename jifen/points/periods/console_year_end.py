"""The end of a year at the desk: look, confirm once, ask about exemptions again."""

from __future__ import annotations

from flask import Response, request

from jifen.core import clock
from jifen.core.actor import Role
from jifen.core.errors import NotFound
from jifen.decisions import todo
from jifen.members.policy import P as MEMBERS
from jifen.points.periods import queries_year_end, schemas_year_end, service_year_end
from jifen.points.policy import P
from jifen.web import pages
from jifen.web.doors import asks, current_actor

blp = pages.section("turning", __name__)
OFFICES = (Role.PARTY_OFFICE, Role.ORGAN_COMMITTEE, Role.WC_OFFICE, Role.WC_LEADER)
OPEN = {
    "closing": "还在结算的支部周期",
    "publicised": "还在公示的名单",
    "objections": "还没有答复的异议",
    "reports": "还没有处理的上报",
}
STAGES = {"closing": "正在核定上年总分", "opening": "正在建立新年度期初", "done": "已经完成"}
REASONS = {
    "age": "年满七十周岁",
    "meeting": "党员大会讨论、上级批准",
    "long_absent": "长期外出",
    "seconded": "借调、挂职",
    "village": "驻村",
}


def _year() -> int:
    """Return the year that ends: the running one in its last quarter, else the one before."""
    today = clock.today()
    given = request.args.get("year", "")
    if given.isdecimal() and len(given) == 4:
        return int(given)
    return today.year if today.month >= 10 else today.year - 1


@blp.get("/year-end")
@asks(P.YEAR_END)
def year_end() -> Response:
    """The preview, and how far a confirmed one is."""
    by = current_actor()
    unit_id = next((h.unit_id for h in by.holdings if h.role in OFFICES), None)
    if unit_id is None:
        raise NotFound(what="您负责的组织")
    given = request.args.get("unit", "")
    shown = queries_year_end.preview(int(given) if given.isdecimal() else unit_id, _year(), by=by)
    return pages.page("periods/year_end.html", one=shown, open=OPEN, stages=STAGES, reasons=REASONS)


@blp.post("/year-end/<int:unit_id>/<int:year>")
@asks(P.YEAR_END)
def confirm(unit_id: int, year: int) -> Response:
    """Turn the year, once."""
    found = service_year_end.confirm(unit_id, year, by=current_actor())
    said = "这一年度已经办理完成，不用再办。" if found.stage == "done" else "已确认，正在办理，可以离开本页。"
    return pages.done(said, "turning.year_end", unit=unit_id, year=year)


@blp.get("/exemptions/again")
@asks(MEMBERS.EXEMPT)
def exemptions() -> Response:
    """Exemptions that ended and are asked about again."""
    rows = service_year_end.waiting(by=current_actor())
    return pages.page("periods/exemptions_again.html", rows=rows, reasons=REASONS)


@blp.post("/exemptions/<int:exemption_id>/renew")
@asks(MEMBERS.EXEMPT)
def renew(exemption_id: int) -> Response:
    """Keep somebody exempt by a new minute."""
    values = pages.form(schemas_year_end.RenewForm)
    service_year_end.renew(exemption_id, **values, by=current_actor())
    return pages.done("已登记新的决定。", "turning.exemptions")


@blp.post("/exemptions/<int:exemption_id>/let-end")
@asks(MEMBERS.EXEMPT)
def let_end(exemption_id: int) -> Response:
    """Let somebody be scored again."""
    service_year_end.let_end(exemption_id, by=current_actor())
    return pages.done("已登记：到期后恢复参加积分。", "turning.exemptions")


pages.entry("年度结转", "turning.year_end", order=70, may=lambda by: by.holds(*OFFICES))
todo.provide(service_year_end.EXEMPTION, "到期的不参加积分决定", "turning.exemptions")
