"""What all calls share: the token, the day's quota, the lock, and the form of a no."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request
from werkzeug.wrappers import Response as AnyResponse

from bot.simulator.faulty import refusal
from bot.simulator.refusals import Refused
from bot.simulator.world import World

bp = Blueprint("api", __name__)
View = Callable[[], Any]
OK = {"errcode": 0, "errmsg": "ok"}


def call(path: str, method: str, *, key: str = "account", locked: bool = True) -> Callable[[View], View]:
    """Register a call.

    :param path: below ``/cgi-bin/`` unless it begins with a slash
    :param method: another one is refused as the platform refuses it; ``ANY`` takes both
    :param key: whose token it needs: ``account``, ``wecom``, ``either`` where both platforms have the path, or ``none``
    :param locked: whether it runs alone; one that waits for the product must not
    """
    full = path if path.startswith("/") else f"/cgi-bin/{path}"

    def registered(view: View) -> View:
        @functools.wraps(view)
        def guarded() -> Any:
            with world().lock:
                if method != "ANY" and request.method != method:
                    raise Refused(43001 if method == "GET" else 43002)
                token = request.args.get("access_token", "")
                if key == "wecom" or (key == "either" and of_wecom()):
                    world().wecom.check(token)
                elif key != "none":
                    world().tokens.check(token)
                world().quotas.count(full)
                if locked:
                    return _answer(view())
            return _answer(view())

        bp.add_url_rule(
            full, f"{view.__module__.rpartition('.')[2]}_{view.__name__}", guarded, methods=["GET", "POST"]
        )
        return view

    return registered


def of_wecom() -> bool:
    """Tell whether a call that both platforms have is made to WeCom: its token says so."""
    return world().wecom.issued(request.args.get("access_token", ""))


def _answer(said: Any) -> Response:
    return jsonify(said) if isinstance(said, dict) else said


@bp.errorhandler(Refused)
def refused(err: Refused) -> AnyResponse:
    """Say no."""
    return refusal(err.code, str(err))


@bp.route("/cgi-bin/<path:_path>", methods=["GET", "POST"])
@bp.route("/sns/<path:_path>", methods=["GET", "POST"])
@bp.route("/wxaapi/<path:_path>", methods=["GET", "POST"])
def nowhere(_path: str) -> Response:
    """Refuse a path that the API does not have."""
    raise Refused(40066, "invalid url")


def world() -> World:
    return current_app.extensions["world"]


def body() -> dict[str, Any]:
    """Return what was sent.

    :raises Refused: 47001, not a JSON object in UTF-8
    """
    try:
        sent = json.loads(request.get_data().decode())
    except ValueError:
        sent = None
    if not isinstance(sent, dict):
        raise Refused(47001)
    return sent


def part(sent: dict[str, Any], name: str) -> dict[str, Any]:
    found = sent.get(name)
    return found if isinstance(found, dict) else {}


def openid(sent: dict[str, Any], name: str = "touser") -> str:
    found = sent.get(name)
    return found if isinstance(found, str) else ""


def known_openid(found: Any) -> str:
    """Return an openid of this account.

    :raises Refused: 40003
    """
    if not isinstance(found, str) or not world().known(found):
        raise Refused(40003)
    return found


def check_account(app_id: Any, secret: Any) -> None:
    """Let the account's owner through.

    :raises Refused: 40013, 40125
    """
    if app_id != world().shared.app_id:
        raise Refused(40013)
    if secret != world().shared.secret:
        raise Refused(40125)
