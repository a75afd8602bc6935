"""The installation's own account: one client for all who call."""

from __future__ import annotations

from flask import current_app

from jifen.core import house
from jifen.wechat.circuit_store import DatabaseCircuits
from jifen.wechat.client import WeChatClient
from jifen.wechat.token_store import JSAPI_TICKET, DatabaseTokenStore

#: Where the platform asks people who open a page.
_OPEN = "https://open.weixin.qq.com"


def client() -> WeChatClient:
    """Return the house's client, made once per application."""
    known = current_app.extensions.get("jifen_wechat_client")
    if known is None:
        s = house.settings()
        known = WeChatClient(
            app_id=s.wechat_app_id,
            secret=s.wechat_secret,
            store=DatabaseTokenStore(),
            tickets=DatabaseTokenStore(JSAPI_TICKET),
            circuits=DatabaseCircuits(),
            base_url=s.wechat_api_base,
        )
        current_app.extensions["jifen_wechat_client"] = known
    return known


def open_base() -> str:
    """Return where a page sends its reader to be named; the stand-in for WeChat does so on our own address."""
    s = house.settings()
    return f"{s.public_url}/simulator" if s.simulator else _OPEN
