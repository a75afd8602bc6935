"""Ways in by WeChat, at the desk of the branch: who is bound, slips on a sheet, a QR code on the screen."""

from __future__ import annotations

import datetime as dt
import io

import segno
from flask import Response, request
from markupsafe import Markup

from jifen.access import queries_bindings, rules, schemas_accounts, screens, service, wecom
from jifen.access.policy import P
from jifen.core import clock, house
from jifen.core.actor import Actor, Holding, Role
from jifen.core.errors import Invalid, NotFound
from jifen.members import queries as members
from jifen.org import queries as org
from jifen.web import pages
from jifen.web.doors import asks, current_actor

blp = pages.section("bindings", __name__)
_SERVES = (Role.BRANCH_SECRETARY, Role.DEPUTY_SECRETARY, Role.POINTS_RECORDER)
_ENDS = (Role.BRANCH_SECRETARY, Role.DEPUTY_SECRETARY)


def _branches(by: Actor) -> list[Holding]:
    return list({h.unit_id: h for h in by.holdings if h.role in _SERVES}.values())


@blp.get("/bindings")
@asks(P.SEE_BINDINGS)
def bindings() -> Response:
    """Everybody of the reader's branch, and how he comes in; two branches are chosen from."""
    by = current_actor()
    mine = _branches(by)
    chosen = request.args.get("branch", "")
    branch = next((h for h in mine if str(h.unit_id) == chosen), mine[0] if mine else None)
    if branch is None:
        raise NotFound(what="您负责的支部")
    names = org.names({h.unit_id for h in mine})
    return pages.page(
        "access/bindings.html",
        branch_name=names[branch.unit_id],
        others=[(h.unit_id, names[h.unit_id]) for h in mine if h.unit_id != branch.unit_id],
        lines=queries_bindings.branch_bindings(branch.unit_id, by=by),
        ends=by.holds(*_ENDS, over=branch.path),
        has_wecom=house.settings().wecom,
        me=by.member_id,
        days=rules.VALID_DAYS,
    )


@blp.post("/bindings/sheet")
@asks(P.ISSUE_CODE)
def sheet() -> Response:
    """Slips of those who were ticked, on sheets of A4 to be cut."""
    chosen = pages.form(schemas_accounts.SheetIn)["member_id"]
    if not chosen:
        raise Invalid(reason="还没有勾选人员，请先勾选要打印纸条的同志。")
    codes = service.issue_codes(chosen, by=current_actor())
    names = members.names(set(chosen))
    return pages.page(
        "access/slips.html",
        slips=[(names[one], code) for one, code in codes],
        days=rules.VALID_DAYS,
        until=clock.today() + dt.timedelta(days=rules.VALID_DAYS),
    )


@blp.post("/people/<id:member_id>/screen")
@asks(P.ISSUE_CODE)
def show(member_id: int) -> Response:
    """Begin a QR code for somebody who stands before the screen."""
    code_id = screens.show(member_id, by=current_actor())
    return pages.done("二维码马上就好，请让本人准备好微信“扫一扫”。", "bindings.screen", code_id=code_id)


@blp.get("/bindings/screens/<id:code_id>")
@asks(P.ISSUE_CODE)
def screen(code_id: int) -> Response:
    """The QR code, and what has become of it; the page looks again by itself."""
    shown = screens.screen(code_id, by=current_actor())
    return pages.page(
        "access/screen.html",
        shown=shown,
        qr=Markup(_drawn(shown.url)) if shown.url else "",  # noqa: S704 - our own picture
        minutes=rules.SCREEN_MINUTES,
        back=bool(_branches(current_actor())),
    )


@blp.post("/people/<id:member_id>/binding/end")
@asks(P.REVOKE)
def end(member_id: int) -> Response:
    """End somebody's binding; he is told."""
    service.unbind(member_id, by=current_actor())
    return pages.done("绑定已解除，系统会告诉本人。需要时可以重新打印纸条或打开二维码。")


@blp.post("/people/<id:member_id>/wecom/end")
@asks(P.REVOKE)
def end_wecom(member_id: int) -> Response:
    """End somebody's binding in WeCom; he is told."""
    wecom.unbind(member_id, by=current_actor())
    return pages.done("企业微信绑定已解除，系统会告诉本人。本人仍可在工作台“我的账号”里重新绑定。")


def _drawn(url: str) -> str:
    out = io.BytesIO()
    segno.make(url, error="m").save(
        out, kind="svg", xmldecl=False, svgns=True, omitsize=True, title="绑定二维码"
    )
    return out.getvalue().decode()


pages.entry("微信绑定", "bindings.bindings", order=65, may=lambda by: by.holds(*_SERVES))
