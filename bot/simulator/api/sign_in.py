"""Sign-in of pages: a code for a person's token, and who that is."""

from __future__ import annotations

from typing import Any

from flask import request

from bot.simulator.api.calls import OK, call, check_account, world
from bot.simulator.refusals import Refused


@call("/sns/oauth2/access_token", "ANY", key="none")
def exchange() -> dict[str, Any]:
    """A code for a token and an openid, once."""
    check_account(request.args.get("appid"), request.args.get("secret"))
    if request.args.get("grant_type") != "authorization_code":
        raise Refused(40002)
    return world().sign_in.exchange(request.args.get("code", ""))


@call("/sns/oauth2/refresh_token", "ANY", key="none")
def refresh() -> dict[str, Any]:
    """A new token for an old one."""
    if request.args.get("appid") != world().shared.app_id:
        raise Refused(40013)
    if request.args.get("grant_type") != "refresh_token":
        raise Refused(40002)
    return world().sign_in.refresh(request.args.get("refresh_token", ""))


@call("/sns/auth", "ANY", key="none")
def check() -> dict[str, Any]:
    """Whether a person's token is still good."""
    world().sign_in.check(request.args.get("access_token", ""), request.args.get("openid", ""))
    return OK


@call("/sns/userinfo", "ANY", key="none")
def who() -> dict[str, Any]:
    """What a person let the page know."""
    openid = request.args.get("openid", "")
    grant = world().sign_in.check(request.args.get("access_token", ""), openid)
    if grant.scope != "snsapi_userinfo":
        raise Refused(48001)
    return {
        "openid": openid,
        "nickname": "微信用户",
        "sex": 0,
        "province": "",
        "city": "",
        "country": "",
        "headimgurl": "https://thirdwx.qlogo.cn/mmopen/vi_32/132",
        "privilege": [],
    }
