"""The installation's own account: one client for all who call."""

from __future__ import annotations

from flask import current_app

from jifen.core import house
from jifen.wechat import inside
from jifen.wechat.circuit_store import DatabaseCircuits
from jifen.wechat.client import WeChatClient
from jifen.wechat.token_store import JSAPI_TICKET, WECOM_TICKET, WECOM_TOKEN, DatabaseTokenStore
from jifen.wechat.wecom import WeComClient

#: Where the platform asks people who open a page.
_OPEN = "https://open.weixin.qq.com"
#: Where somebody with an account at the desk binds his WeCom.
WECOM_BIND = "/console/wecom"
#: WeChat's own script; there is no other place for it, and only pages inside WeChat ask for it.
_SCRIPT = "https://res.wx.qq.com/open/js/jweixin-1.6.0.js"
#: The one that WeCom names for itself (developer.work.weixin.qq.com/document/path/90514).
_WECOM_SCRIPT = "https://res.wx.qq.com/open/js/jweixin-1.2.0.js"


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


def wecom() -> WeComClient:
    """Return the house's client of WeCom, made once per application.

    :raises ValueError: the organisation has none; ask ``Settings.wecom`` first
    """
    known = current_app.extensions.get("jifen_wecom_client")
    if known is None:
        s = house.settings()
        if not s.wecom:
            raise ValueError("no WeCom in this installation")
        known = WeComClient(
            corp_id=s.wecom_corp_id,
            secret=s.wecom_secret,
            agent_id=s.wecom_agent_id,
            store=DatabaseTokenStore(WECOM_TOKEN),
            tickets=DatabaseTokenStore(WECOM_TICKET),
            circuits=DatabaseCircuits("wecom"),
            base_url=s.wecom_api_base,
        )
        current_app.extensions["jifen_wecom_client"] = known
    return known


def wecom_way(back: str, state: str) -> str:
    """Return where a page sends its reader to be named by WeCom.

    :param back: our address that gets ``code`` and ``state``
    """
    s = house.settings()
    where = {"app_id": s.wecom_corp_id, "agent_id": s.wecom_agent_id}
    return inside.authorize_url(base=_open_base(), back=back, state=state, **where)


def way(back: str, state: str) -> str:
    """Return where a page sends its reader to be named by WeChat; as ``wecom_way``."""
    app_id = house.settings().wechat_app_id
    return inside.authorize_url(base=_open_base(), app_id=app_id, back=back, state=state)


def script_url(user_agent: str) -> str:
    """Return where a page's script finds what WeChat lets it do (JS-SDK); the stand-in has one of its own.

    :param user_agent: of the browser: WeCom's takes another script
    """
    s = house.settings()
    if s.simulator:
        return f"{s.public_url}/simulator/static/jweixin.js"
    return _WECOM_SCRIPT if inside.is_inside_wecom(user_agent) else _SCRIPT


def _open_base() -> str:
    """Return where people are named; the stand-in does so on our own address."""
    s = house.settings()
    return f"{s.public_url}/simulator" if s.simulator else _OPEN
