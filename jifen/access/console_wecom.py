"""WeCom (企业微信) at the desk: somebody signed in opens this page inside WeCom, and is known there from then on."""

from __future__ import annotations

import hmac
import secrets

from flask import Response, make_response, redirect, request

from jifen.access import wecom
from jifen.access.policy import P
from jifen.core import house
from jifen.core.errors import Invalid
from jifen.web import doors, pages
from jifen.web.doors import asks, current_actor
from jifen.wechat import account
from jifen.wechat.client import ApiError, Unreachable

blp = pages.section("wecom_account", __name__)
_STATE = "jifen_wecom"
_AGAIN = "企业微信没有说出您是谁。请在企业微信里打开工作台，再点一次“绑定企业微信”。"


@blp.get("/wecom")
@asks(P.OWN_ACCOUNT)
def ask() -> Response:
    """Send the reader to WeCom, which sends him back by name."""
    current_actor()
    s = house.settings()
    if not s.wecom:
        raise Invalid(reason="本单位没有配置企业微信，请联系系统管理员。")
    state = secrets.token_hex(16)
    answer = make_response(redirect(account.wecom_way(f"{s.public_url}{doors.DESK}/wecom/back", state), 303))
    pages.set_cookie(answer, _STATE, state, seconds=300)
    return answer


@blp.get("/wecom/back")
@asks(P.OWN_ACCOUNT)
def back() -> Response:
    """Take the name that WeCom gives, once: the state stands in this browser alone."""
    by, given, kept = current_actor(), request.args.get("state", ""), request.cookies.get(_STATE, "")
    if not kept or not hmac.compare_digest(given.encode(), kept.encode()):
        raise Invalid(reason=_AGAIN)
    try:
        user = account.wecom().visitor(request.args.get("code", ""))
    except (ApiError, Unreachable):
        user = None
    if user is None:
        raise Invalid(reason=_AGAIN)
    wecom.bind(user, by=by)
    answer = make_response(redirect(f"{doors.DESK}/account", 303))
    pages.say(answer, "已绑定企业微信，通知会发到那里。")
    answer.delete_cookie(_STATE, path=doors.DESK)
    return answer


@blp.post("/wecom/end")
@asks(P.OWN_ACCOUNT)
def end() -> Response:
    """End it."""
    by = current_actor()
    wecom.unbind(by.member_id or 0, by=by)
    return pages.done("已解除企业微信绑定。", "desk.account")
