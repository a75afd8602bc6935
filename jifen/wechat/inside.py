"""Pages opened inside WeChat: who reads them (OAuth2), and signatures for their scripts (JS-SDK)."""

from __future__ import annotations

import hashlib
from urllib.parse import urlencode, urlsplit

#: What WeChat's own browser says of itself.
_MARK = "MicroMessenger"
#: What WeCom's (企业微信) says beside that.
_WECOM = "wxwork"


def is_inside(user_agent: str) -> bool:
    """Return whether a browser says that it is WeChat's: a hint for a page, never a proof."""
    return _MARK in user_agent


def is_inside_wecom(user_agent: str) -> bool:
    """Return whether a browser says that it is WeCom's; as ``is_inside``."""
    return _WECOM in user_agent


def authorize_url(*, base: str, app_id: str, back: str, state: str, agent_id: str = "") -> str:
    """Return where a reader is sent to be named; he sees nothing of it (snsapi_base).

    Only the openid is asked for: with more WeChat would show previews (快照页) whose openid is nobody's.

    :param back: our address that gets ``code`` and ``state``
    :param state: at most 32 letters and digits
    :param agent_id: of the application, where WeCom is asked; ``app_id`` is the organisation's then
    """
    asked = {
        "appid": app_id,
        "redirect_uri": back,
        "response_type": "code",
        "scope": "snsapi_base",
        "state": state,
        **({"agentid": agent_id} if agent_id else {}),
    }
    # WeChat wants this order, and the fragment.
    return f"{base}/connect/oauth2/authorize?{urlencode(asked)}#wechat_redirect"


def page_signature(*, ticket: str, nonce: str, timestamp: int, url: str) -> str:
    """Return the JS-SDK signature of a page; its address counts up to ``#``."""
    page = url.partition("#")[0]
    text = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={page}"
    return hashlib.sha1(text.encode()).hexdigest()  # noqa: S324 (WeChat's choice)


def is_ours(url: str, *, public_url: str) -> bool:
    """Return whether an address is a page of ours for the phone: scheme, host, port and path."""
    theirs, ours = urlsplit(url), urlsplit(public_url)
    if (theirs.scheme, theirs.netloc.lower()) != (ours.scheme, ours.netloc.lower()):
        return False
    if "\\" in url or any(ord(c) <= 32 for c in url):
        return False
    inside = theirs.path.removeprefix(ours.path) if theirs.path.startswith(ours.path) else ""
    return (inside == "/m" or inside.startswith("/m/")) and ".." not in inside.split("/")
