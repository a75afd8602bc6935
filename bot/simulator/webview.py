"""WeChat's own browser: a page opened from a phone knows whose it is, by the sign-in that it asks for.

Source: developers.weixin.qq.com/doc/service/guide/h5/auth. Which phone it is
stands in a cookie of this machine, as no browser of ours is WeChat.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import Blueprint, Flask, abort, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from bot.simulator.doors import COOKIE, bp, person_of, world

#: Beside the page, where the platform has it.
outside = Blueprint("webview", __name__)

_STATE = re.compile(r"[A-Za-z0-9]{0,128}", re.ASCII)
_SCOPES = {"snsapi_base", "snsapi_userinfo", "snsapi_privateinfo"}


def init_app(app: Flask) -> None:
    """Open the sign-in on ``app``, at the platform's address; the page has it too."""
    app.register_blueprint(outside)


@bp.get("/p/<key>/open", endpoint="opened")
def opened(key: str) -> AnyResponse:
    """Open an address on the phone of one person."""
    person = person_of(key)
    url = request.args.get("url", "")
    if urlsplit(url).scheme not in ("http", "https"):
        abort(404)
    answer = redirect(url, 303)
    answer.set_cookie(COOKIE, person.key, samesite="Lax", httponly=True)
    return answer


@outside.get("/connect/oauth2/authorize")
@bp.get("/connect/oauth2/authorize", endpoint="authorize")
def authorize() -> AnyResponse | str | tuple[str, int]:
    """Send the reader of a page back with a code that tells who he is."""
    asked = request.args
    in_wecom = asked.get("appid") == world().wecom.corp.corp_id
    if not in_wecom and asked.get("appid") != world().shared.app_id:
        return _refused("10013", "AppID 错误")
    back, scope, state = asked.get("redirect_uri", ""), asked.get("scope", ""), asked.get("state", "")
    parts = urlsplit(back)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return _refused("10003", "redirect_uri 参数错误")
    hosts = world().page_hosts
    if hosts is not None and parts.hostname not in hosts:
        return _refused("10003", "redirect_uri 域名与后台配置不一致")
    if asked.get("response_type") != "code" or scope not in _SCOPES:
        return _refused("10005", "scope 参数错误或没有 scope 权限")
    if not _STATE.fullmatch(state):
        return _refused("10012", "state 参数错误")
    person = world().people.by_key(request.cookies.get(COOKIE, ""))
    if person is None:
        return render_template("simulator/outside.html")
    with world().lock:
        if in_wecom:
            code = world().wecom.sign_in.code(person.key, scope)
        else:
            snapshot = world().phone(person.openid).snapshot and scope != "snsapi_base"
            code = world().sign_in.code(person.openid, scope, snapshot=snapshot)
    query = [*parse_qsl(parts.query, keep_blank_values=True), ("code", code), ("state", state)]
    return redirect(urlunsplit(parts._replace(query=urlencode(query))), 302)


def _refused(number: str, words: str) -> tuple[str, int]:
    return render_template("simulator/outside.html", number=number, words=words), 200
