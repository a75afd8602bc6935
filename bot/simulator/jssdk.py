"""What WeChat does for a script on a page (JS-SDK): proves its signature, asks its reader which notices may come.

Source: developers.weixin.qq.com/doc/service/guide/h5/jssdk; WeCom's:
developer.work.weixin.qq.com/document/path/90514. The script itself is
``static/jweixin.js``; whose phone the page is on stands in the webview's cookie.
"""

from __future__ import annotations

import hashlib
import hmac

from flask import jsonify, request
from werkzeug.wrappers import Response as AnyResponse

from bot.simulator.doors import bp, reader, world

#: Notices that one button may ask for.
_AT_ONCE = 5


@bp.post("/js/config")
def config() -> AnyResponse:
    """Say whether a page was signed with the account's ticket, or in WeCom with the application's."""
    reader()
    said = request.form
    in_wecom = said.get("beta") == "1"
    if said.get("appId") != (world().wecom.corp.corp_id if in_wecom else world().shared.app_id):
        return jsonify(ok=False, errMsg="config:invalid appid")
    with world().lock:
        ticket, _ = world().wecom.ticket() if in_wecom else world().tokens.ticket("jsapi")
    signed = {
        "jsapi_ticket": ticket,
        "noncestr": said.get("nonceStr", ""),
        "timestamp": said.get("timestamp", ""),
        "url": said.get("url", "").split("#")[0],
    }
    text = "&".join(f"{name}={signed[name]}" for name in sorted(signed))
    right = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
    ok = hmac.compare_digest(right.encode(), said.get("signature", "").encode())
    with world().lock:
        titles = {one.id: one.title for one in world().templates.listed(notice=True)}
    return jsonify(
        ok=ok, errMsg="config:ok" if ok else "config:invalid signature", titles=titles if ok else {}
    )


@bp.post("/js/agree")
def agree() -> AnyResponse:
    """Take what the reader answered to the notices of one button."""
    person = reader()
    asked, allowed = request.form.getlist("template"), set(request.form.getlist("yes"))
    with world().lock:
        known = [one for one in map(world().templates.get, asked) if one is not None and one.notice]
    if not known or len(known) != len(asked) or len(asked) > _AT_ONCE:
        return jsonify(ok=False, errMsg="subscribe:fail template")
    if len({one.long_term for one in known}) > 1:
        return jsonify(ok=False, errMsg="subscribe:fail mixed templates")
    world().agree(person.openid, [(one, one in allowed) for one in asked])
    return jsonify(ok=True, errMsg="subscribe:ok")
