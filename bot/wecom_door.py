"""/wecom: WeCom (企业微信) proves our address, and its members talk to us as they do in WeChat.

The same conversation: who began to report on one of them goes on, on the
other. Only whoever bound himself at the desk is known here.
"""

from __future__ import annotations

import re
from dataclasses import replace

import structlog
from flask import Blueprint, Flask, Response, current_app, request

from bot import callback, replies, router
from bot.callback import TEXT, Chat
from bot.handlers import handle
from bot.intents import Intent, Silence
from bot.intents.people import Bind, BindHow
from jifen.access import queries as access
from jifen.access import wecom
from jifen.access.queries import Bound
from jifen.core import clock, house
from jifen.core.settings import Settings
from jifen.web.doors import open_door
from jifen.wechat import account
from jifen.wechat.envelope import ACK, TextReply, seal
from jifen.wechat.errors import BadCallback, Forged
from jifen.wechat.inbound import Inbound
from jifen.wechat.wecom import Callback

log = structlog.get_logger()
bp = Blueprint("wecom", __name__)
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
    """Take one delivery and answer it within five seconds; a repeat gets the same answer."""
    found = _ENCRYPT.search(request.get_data(cache=False)[:MOST])
    try:
        message = _callback().read(request.args, found[1].decode() if found else "")
    except Forged:
        return Response("forbidden", 403, content_type=TEXT)
    except BadCallback as err:
        log.warning("wecom.unreadable", why=str(err))
        return Response("", content_type=TEXT)
    text = callback.answer(message, WECOM)
    now, nonce = int(clock.now().timestamp()), request.args["nonce"]
    sealed = seal(TextReply(text), message, config=_callback(), nonce=nonce, timestamp=now)
    # Unlike WeChat, WeCom takes an empty body for "received, nothing to say".
    return Response("" if sealed == ACK else sealed, content_type="application/xml; charset=utf-8")


def _callback() -> Callback:
    return current_app.extensions["jifen_wecom"]


def _intent(message: Inbound) -> Intent:
    """Return what a delivery wants; of events only taps and scans, for following is another matter there."""
    match message.kind, message.event:
        case "event", "click":
            message = replace(message, event="CLICK")
        case "event", event if event != "scancode_waitmsg":
            return Silence(event if event in router.PASSED_OVER else "other_event")
    return router.intent_of(message, today=clock.today())


def _who(message: Inbound) -> Bound | None:
    return access.bound_in_wecom(wecom.digest_of(message.openid))


def _say(intent: Intent, message: Inbound) -> str:
    bound = _who(message)
    if bound is None:
        return replies.WECOM_HOW_TO_BIND.format(url=f"{house.settings().public_url}{account.WECOM_BIND}")
    if isinstance(intent, Bind):
        return handle(BindHow(), by=bound.who)
    return callback.told(intent, bound)


WECOM = Chat(_intent, _who, _say)
