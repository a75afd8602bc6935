"""/simulator/ on the product's own address: hands requests on to the stand-in beside it.

Only where the simulator is switched on, and never in production: behind it
anybody plays anybody. Knows the stand-in by its address alone.
"""

from __future__ import annotations

import dataclasses
import ipaddress
import json
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

import requests
from flask import Blueprint, Flask, Response, abort, current_app, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from jifen.core.settings import Settings
from jifen.web.doors import PHONE, PHONE_COOKIE, open_door

bp = Blueprint("simulator_door", __name__)

#: What the stand-in may need of a request, and the reader's browser of its answer.
_THERE = (
    "Accept",
    "Content-Type",
    "Sec-Fetch-Site",
    "X-Requested-With",
    "If-None-Match",
    "If-Modified-Since",
)
_BACK = (
    "Content-Type",
    "Content-Security-Policy",
    "Cache-Control",
    "ETag",
    "Last-Modified",
    "Location",
    "Referrer-Policy",
    "Set-Cookie",
    "X-Content-Type-Options",
)
#: The stand-in's own cookie: from which phone a page was opened. It gets none of the product's.
_PHONE = "simulator_phone"
#: Tells the stand-in which codes lie before a telephone's lens.
_LENS = "X-Before-The-Lens"
_CLOSED = "微信模拟器没有在运行。请在项目目录里用 make run 启动全部服务，然后刷新本页。"


def init_app(app: Flask, settings: Settings, *, before_the_lens: Callable[[], Sequence[Any]] = list) -> None:
    """Open the door where the settings ask for the simulator and it is on this machine.

    :param before_the_lens: returns the codes that are there to be scanned, as dataclasses
    """
    if not settings.simulator or settings.production:
        return
    base = settings.wechat_api_base
    if not _is_loopback(base):
        return  # the real platform, or somebody's stand-in: not ours to show
    app.extensions["jifen_simulator"] = base, before_the_lens
    app.register_blueprint(bp)


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@bp.get("/")
@open_door
def front() -> AnyResponse:
    """Lead who typed the bare address to what there is to see."""
    return redirect("/simulator/")


@bp.route("/simulator/", defaults={"rest": ""}, methods=["GET", "POST"])
@bp.route("/simulator/<path:rest>", methods=["GET", "POST"])
@open_door
def hand_on(rest: str) -> Response:
    """Ask the stand-in the same and give back what it says."""
    if ".." in rest.split("/"):
        abort(404)  # beside the page lies the API, which is not shown here
    base, before_the_lens = current_app.extensions["jifen_simulator"]
    headers = {name: request.headers[name] for name in _THERE if name in request.headers}
    if _looks(rest):
        headers[_LENS] = json.dumps([dataclasses.asdict(one) for one in before_the_lens()])
    try:
        with requests.Session() as http:
            http.trust_env = False
            answer = http.request(
                request.method,
                f"{base}/simulator/{quote(rest)}",
                params=request.args.to_dict(flat=False),
                data=request.get_data() if request.method == "POST" else None,
                headers=headers,
                cookies={_PHONE: request.cookies[_PHONE]} if _PHONE in request.cookies else None,
                timeout=(1, 10),
                allow_redirects=False,
            )
    except requests.RequestException:
        return Response(_CLOSED, 503, content_type="text/plain; charset=utf-8")
    told = {name: answer.headers[name] for name in _BACK if name in answer.headers}
    handed = Response(answer.content, answer.status_code, told)
    if answer.cookies.get(_PHONE) not in (None, request.cookies.get(_PHONE)):
        # Another telephone: it holds nothing of what was signed in to on the one before.
        handed.delete_cookie(PHONE_COOKIE, path=PHONE)
    return handed


def _looks(rest: str) -> bool:
    """Return whether what is asked for shows what lies before the lens: a chat's page, or its open scanner."""
    if request.method != "GET":
        return False
    return rest == "js/lens" or (rest.startswith("p/") and (rest.count("/") == 1 or "lens" in request.args))
