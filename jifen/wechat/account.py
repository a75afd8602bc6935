"""The installation's own account: one client for all who call."""

from __future__ import annotations

from flask import current_app

from jifen.core import house
from jifen.wechat.circuit_store import DatabaseCircuits
from jifen.wechat.client import WeChatClient
from jifen.wechat.token_store import JSAPI_TICKET, DatabaseTokenStore

#: The platform's API, and where it asks people who open a page.
_API, _OPEN = "https://api.weixin.qq.com", "https://open.weixin.qq.com"


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
    """Return where a page sends its reader to be named; a stand-in for the platform does both."""
    base = house.settings().wechat_api_base
    return _OPEN if base == _API else base
