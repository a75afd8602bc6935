"""The API calls of the platform. Errors are HTTP 200 with an errcode, as WeChat's are."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify, request

from bot.simulator.world import Refused, World

bp = Blueprint("api", __name__, url_prefix="/cgi-bin")
_calls = itertools.count(1)

_TEMPLATE_ID = re.compile(r"[\w-]{8,64}", re.ASCII)
_FIELD = re.compile(r"([a-z_]+?)(\d*)", re.ASCII)
_CONTROL = re.compile("[\x00-\x1f\x7f]")
_DAY = r"\d{4}(?:年\d{1,2}月\d{1,2}日|[-/.]\d{1,2}[-/.]\d{1,2})"
_HOUR = r"\d{1,2}:\d{2}(?::\d{2})?"
_MOMENT = rf"(?:{_DAY}(?: {_HOUR})?|{_HOUR})"
#: Form of the value and the label to show, by type of a template's field.
_FIELDS: dict[str, tuple[str, re.Pattern[str]]] = {
    "thing": ("事项", re.compile(r".{1,20}")),
    "phrase": ("状态", re.compile(r"[一-鿿]{1,5}")),
    "character_string": ("编号", re.compile(r"[\x21-\x7e]{1,32}")),
    "number": ("数量", re.compile(r"-?\d{1,32}(\.\d+)?", re.ASCII)),
    "letter": ("代码", re.compile(r"[A-Za-z]{1,32}")),
    "symbol": ("符号", re.compile(r"[^\w\s]{1,5}")),
    "time": ("时间", re.compile(rf"{_MOMENT}(?: ?~ ?{_MOMENT})?", re.ASCII)),
    "date": ("日期", re.compile(rf"{_DAY}(?: {_HOUR})?(?: ?~ ?{_DAY})?", re.ASCII)),
    "amount": ("数额", re.compile(r"[¥￥$]?\d{1,10}(\.\d+)?元?", re.ASCII)),
    "phone_number": ("电话", re.compile(r"[\d+ -]{1,17}", re.ASCII)),
    "car_number": ("车牌", re.compile(r".{1,8}")),
    "name": ("姓名", re.compile(r"[一-鿿·]{1,10}|[A-Za-z ·]{1,20}")),
    "const": ("类型", re.compile(r".{1,20}")),
}


def init_app(app: Flask) -> None:
    """Open the API on ``app``."""
    app.register_blueprint(bp)


@bp.errorhandler(Refused)
def refused(err: Refused) -> Response:
    """Say no as the platform does: 200, text/plain, and an id of the call."""
    rid = f"68000000-00000000-{next(_calls):09d}"
    body = json.dumps({"errcode": err.code, "errmsg": f"{err} rid: {rid}"})
    return Response(body, 200, content_type="text/plain")


@bp.get("/token")
def token() -> Response:
    """The classic token: each fetch ends the one before."""
    if request.args.get("grant_type") != "client_credential":
        raise Refused(40002, "invalid grant_type")
    _check_account(request.args.get("appid"), request.args.get("secret"))
    value, life = _world().classic_token()
    return jsonify(access_token=value, expires_in=life)


@bp.post("/stable_token")
def stable_token() -> Response:
    """The stable token: the same one until shortly before its end."""
    body = _json()
    if body.get("grant_type") != "client_credential":
        raise Refused(40002, "invalid grant_type")
    _check_account(body.get("appid"), body.get("secret"))
    value, life = _world().stable_token(force=body.get("force_refresh") is True)
    return jsonify(access_token=value, expires_in=life)


@bp.post("/message/custom/send")
def custom_send() -> Response:
    """A customer message (客服消息) of text."""
    _world().check_token(request.args.get("access_token", ""))
    body = _json()
    content = _part(body, "text").get("content")
    if body.get("msgtype") != "text" or not isinstance(content, str):
        raise Refused(40008, "invalid message type")
    if not content or len(content.encode()) > 2048:
        raise Refused(45002, "content size out of limit")
    _world().receive_text(_openid(body), content)
    return jsonify(errcode=0, errmsg="ok")


@bp.post("/message/template/send")
def template_send() -> Response:
    """A template message (模板消息); its fields are checked by the type in their names."""
    _world().check_token(request.args.get("access_token", ""))
    body = _json()
    template_id, client_msg_id = body.get("template_id"), body.get("client_msg_id")
    if not isinstance(template_id, str) or not _TEMPLATE_ID.fullmatch(template_id):
        raise Refused(40037, "invalid template_id")
    if client_msg_id is not None and not (isinstance(client_msg_id, str) and 0 < len(client_msg_id) <= 64):
        raise Refused(47003, "argument invalid! client_msg_id invalid")
    data = _part(body, "data")
    msg_id = _world().receive_template(
        _openid(body),
        _checked(data),
        client_msg_id=client_msg_id,
        same=(template_id, json.dumps(data, sort_keys=True)),
    )
    return jsonify(errcode=0, errmsg="ok", msgid=msg_id)


def _checked(data: dict[str, Any]) -> list[tuple[str, str]]:
    """Return label and value of each field.

    :raises Refused: 47003 naming the field whose value is not of its type
    """
    lines: list[tuple[str, str]] = []
    for name, holder in data.items():
        kind = _FIELD.fullmatch(name)
        if kind is None or kind[1] not in _FIELDS:
            continue  # first, remark and colours are ignored since 2023-05-04
        value = holder.get("value") if isinstance(holder, dict) else None
        label, form = _FIELDS[kind[1]]
        if not value:
            raise Refused(47003, f"argument invalid! data.{name}.value is empty")
        if not isinstance(value, str) or _CONTROL.search(value) or not form.fullmatch(value):
            raise Refused(47003, f"argument invalid! data.{name}.value invalid")
        if any(label == before for before, _ in lines):
            label = "说明"  # a real template names each field apart; ours know only the type
        lines.append((label, value))
    if not lines:
        raise Refused(47003, "argument invalid! data is empty")
    return lines


def _check_account(app_id: Any, secret: Any) -> None:
    if app_id != _world().shared.app_id:
        raise Refused(40013, "invalid appid")
    if secret != _world().shared.secret:
        raise Refused(40125, "invalid appsecret")


def _json() -> dict[str, Any]:
    try:
        body = json.loads(request.get_data())
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Refused(47001, "data format error")
    return body


def _part(body: dict[str, Any], name: str) -> dict[str, Any]:
    part = body.get(name)
    return part if isinstance(part, dict) else {}


def _openid(body: dict[str, Any]) -> str:
    openid = body.get("touser")
    return openid if isinstance(openid, str) else ""


def _world() -> World:
    return current_app.extensions["world"]
