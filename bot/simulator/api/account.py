"""The account itself: quotas, addresses, and whether the callback can be reached."""

from __future__ import annotations

import re
from typing import Any

from bot.simulator.api.calls import OK, body, call, world
from bot.simulator.refusals import Refused

_RID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{8}-[0-9]{1,12}")


@call("openapi/quota/get", "POST")
def quota() -> dict[str, Any]:
    """How much of a path is left today."""
    path = body().get("cgi_path")
    left = world().quotas.left(path if isinstance(path, str) else "")
    return {**OK, "quota": left, "rate_limit": {"call_count": 0, "refresh_second": 0}}


@call("openapi/quota/clear", "POST")
def clear_one() -> dict[str, Any]:
    """Set the counters back."""
    world().quotas.clear()
    return OK


@call("clear_quota", "POST")
def clear() -> dict[str, Any]:
    """Set every counter back, ten times a month."""
    if body().get("appid") != world().shared.app_id:
        raise Refused(40013)
    world().quotas.clear()
    return OK


@call("openapi/rid/get", "POST")
def look_up() -> dict[str, Any]:
    """What the platform remembers of one call; here nothing is kept."""
    if not _RID.fullmatch(str(body().get("rid") or "")):
        raise Refused(76001, "rid not found")
    return {
        **OK,
        "request": {"invoke_time": int(world().clock()), "cost_in_ms": 1, "request_url": "", "client_ip": ""},
    }


@call("getcallbackip", "GET")
def pushers() -> dict[str, Any]:
    """From where the platform pushes."""
    return {"ip_list": ["127.0.0.1"]}


@call("get_api_domain_ip", "GET")
def addresses() -> dict[str, Any]:
    """Where the platform's API is."""
    return {"ip_list": ["127.0.0.1"]}


@call("callback/check", "POST", locked=False)
def check() -> dict[str, Any]:
    """Whether the product's callback can be reached."""
    sent = body()
    action = sent.get("action")
    if action not in ("dns", "ping", "all"):
        raise Refused(40097, "invalid args action")
    answer: dict[str, Any] = {}
    if action in ("dns", "all"):
        answer["dns"] = [{"ip": "127.0.0.1", "real_operator": "DEFAULT"}]
    if action in ("ping", "all"):
        lost = "0%" if world().connected() else "100%"
        answer["ping"] = [
            {"ip": "127.0.0.1", "from_operator": "DEFAULT", "package_loss": lost, "time": "1.000ms"}
        ]
    return answer
