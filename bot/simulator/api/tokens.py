"""Access tokens and tickets."""

from __future__ import annotations

from typing import Any

from flask import request

from bot.simulator.api.calls import OK, body, call, check_account, world
from bot.simulator.refusals import Refused


@call("token", "GET", key="none")
def token() -> dict[str, Any]:
    """The classic token: each fetch ends the one before."""
    if request.args.get("grant_type") != "client_credential":
        raise Refused(40002)
    check_account(request.args.get("appid"), request.args.get("secret"))
    value, life = world().tokens.classic()
    return {"access_token": value, "expires_in": life}


@call("stable_token", "POST", key="none")
def stable_token() -> dict[str, Any]:
    """The stable token: the same one until shortly before its end."""
    sent = body()
    if sent.get("grant_type") != "client_credential":
        raise Refused(40002)
    check_account(sent.get("appid"), sent.get("secret"))
    value, life = world().tokens.stable(force=sent.get("force_refresh") is True)
    return {"access_token": value, "expires_in": life}


@call("ticket/getticket", "GET")
def ticket() -> dict[str, Any]:
    """The ticket with which a page signs for the JS-SDK."""
    kind = request.args.get("type", "")
    if kind not in ("jsapi", "wx_card"):
        raise Refused(40097, "invalid args type")
    value, life = world().tokens.ticket(kind)
    return {**OK, "ticket": value, "expires_in": life}
