"""/wecom: WeCom (企业微信) proves our address, and what its members type is acknowledged and not read.

The application only sends; whoever writes to it gets no answer and loses nothing.
"""

from __future__ import annotations

import re

from flask import Blueprint, Flask, Response, current_app, request

from jifen.core.settings import Settings
from jifen.web.doors import open_door
from jifen.wechat.errors import Forged
from jifen.wechat.wecom import Callback

bp = Blueprint("wecom", __name__)
TEXT = "text/plain; charset=utf-8"
#: Bytes; what is longer is no message.
MOST = 64 * 1024
_ENCRYPT = re.compile(rb"<Encrypt>\s*(?:<!\[CDATA\[)?([A-Za-z0-9+/=]{1,90000})(?:\]\]>)?\s*</Encrypt>")


def init_app(app: Flask, settings: Settings) -> None:
    """Open the door where a callback of WeCom is set up."""
    if not settings.wecom or not settings.wecom_token:
        return
    app.extensions["jifen_wecom"] = Callback(
        settings.wecom_corp_id, settings.wecom_token, settings.wecom_aes_key
    )
    app.register_blueprint(bp)


@bp.get("/wecom")
@open_door
def verify() -> Response:
    """Show WeCom that this address is ours."""
    try:
        return Response(_callback().verify(request.args), content_type=TEXT)
    except Forged:
        return Response("forbidden", 403, content_type=TEXT)


@bp.post("/wecom")
@open_door
def receive() -> Response:
    """Acknowledge a delivery that is WeCom's."""
    found = _ENCRYPT.search(request.get_data(cache=False)[:MOST])
    try:
        _callback().prove(request.args, found[1].decode() if found else "")
    except Forged:
        return Response("forbidden", 403, content_type=TEXT)
    return Response("", content_type=TEXT)


def _callback() -> Callback:
    return current_app.extensions["jifen_wecom"]
