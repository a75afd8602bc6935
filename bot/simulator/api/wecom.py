"""WeCom (企业微信): a token, a message to members, the application itself, who opened a page."""

from __future__ import annotations

from typing import Any

from flask import request

from bot.simulator.api.calls import OK, body, call, world
from bot.simulator.refusals import Refused


@call("gettoken", "GET", key="none")
def token() -> dict[str, Any]:
    """The application's token."""
    value, life = world().wecom.token(request.args.get("corpid"), request.args.get("corpsecret"))
    return {**OK, "access_token": value, "expires_in": life}


@call("message/send", "POST", key="wecom")
def send() -> dict[str, Any]:
    """A message of the application to members."""
    sent = body()
    users, words, url = world().wecom.message(sent)
    msg_id = world().chance.word(22)
    if world().wecom.repeated(sent):
        return {**OK, "msgid": msg_id}
    unknown = world().receive_wecom(users, words, url)
    if len(unknown) == len(users):
        raise Refused(81013)
    return {**OK, "invaliduser": "|".join(unknown), "msgid": msg_id}


@call("get_jsapi_ticket", "GET", key="wecom")
def ticket() -> dict[str, Any]:
    """The ticket with which a page signs for the JS-SDK."""
    value, life = world().wecom.ticket()
    return {**OK, "ticket": value, "expires_in": life}


@call("agent/get", "GET", key="wecom")
def application() -> dict[str, Any]:
    """The application itself."""
    if request.args.get("agentid") != world().wecom.corp.agent_id:
        raise Refused(40056, "invalid agentid")
    hosts = sorted(world().page_hosts or ())
    return {**OK, "name": "机关党员积分", "close": 0, "redirect_domain": hosts[0] if hosts else ""}


@call("auth/getuserinfo", "GET", key="wecom")
def who() -> dict[str, Any]:
    """Who opened a page, once per code."""
    held = world().wecom.sign_in.redeem(request.args.get("code", ""))
    return {**OK, "userid": held.openid}


@call("user/getuserinfo", "GET", key="wecom")
def who_before() -> dict[str, Any]:
    """The same under its older address."""
    return who()
