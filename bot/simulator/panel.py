"""The panel: what goes wrong, and the clock. For a person as a page, for a program as JSON."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask import jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bot.simulator.doors import bp, world
from bot.simulator.faults import CALLS, FINISH, PUSHES, BadFault
from bot.simulator.rules.quotas import SHANGHAI


@dataclass(frozen=True, slots=True)
class Preset:
    """A fault that one tap adds."""

    label: str
    where: str
    what: str
    times: str = "1"
    code: int = 0
    seconds: float = 0
    copies: int = 2


PRESETS = (
    Preset("令牌失效一次", "message/*", "errcode", code=40001),
    Preset("令牌一直失效", "message/*", "errcode", "", code=40001),
    Preset("系统繁忙三次", "message/*", "errcode", "3", code=-1),
    Preset("当日额度用完", "message/*", "errcode", "", code=45009),
    Preset("每分钟太快", "message/*", "errcode", code=45011),
    Preset("没有订阅", "message/*", "errcode", code=43101),
    Preset("字段不合格式", "message/*", "errcode", code=47003),
    Preset("慢 3 秒", "*", "delay", seconds=3),
    Preset("一直不应答", "*", "hang"),
    Preset("网关 502", "*", "http", code=502),
    Preset("返回网页", "*", "html"),
    Preset("半截 JSON", "*", "truncated"),
    Preset("应答到一半断线", "*", "reset"),
    Preset("发出去了，应答丢了", "message/*", "lost"),
    Preset("照片下载失败", "media/get", "http", "2", code=502),
    Preset("模板消息没送达", "finish", "finish"),
    Preset("产品的应答丢了", "push", "lost"),
    Preset("同一条送两次", "push", "duplicate"),
    Preset("同一条三份同时到", "push", "concurrent", copies=3),
    Preset("前后两条颠倒", "push", "reorder"),
    Preset("微信时钟快 20 分钟", "push", "skew", seconds=1200),
    Preset("停推一分钟", "push", "markfail"),
)
#: Paths to choose from; others can be typed.
PATHS = {
    "*": "所有接口",
    "message/*": "发消息",
    "message/template/send": "模板消息",
    "message/subscribe/bizsend": "订阅通知",
    "message/custom/send": "客服消息",
    "stable_token": "取令牌",
    "media/get": "下载照片",
    "media/upload": "上传素材",
    "qrcode/create": "二维码",
    "menu/*": "菜单",
    "/sns/*": "网页授权",
    "push": "推送给产品",
    "finish": "模板消息的结果",
}
#: Seconds that one tap moves the clock by.
STEPS = {"1 分钟": 60, "1 小时": 3600, "1 天": 86400, "3 天": 3 * 86400}


@bp.get("/lab")
def lab() -> str:
    """The panel as a page of its own."""
    return render_template("simulator/lab.html", **panel())


@bp.post("/lab/<name>")
def turn(name: str) -> AnyResponse:
    """Do one thing of the panel; a script gets the panel as it then is."""
    sentence = _turned(name)
    if request.headers.get("X-Requested-With") == "fetch":
        return jsonify(html=render_template("simulator/_panel.html", said=sentence, **panel()))
    return redirect(url_for("page.lab"), 303)


@bp.get("/admin/state")
def state() -> AnyResponse:
    """The faults, the clock and the people's windows, for a program."""
    return jsonify(_state())


@bp.post("/admin/faults")
def add_faults() -> AnyResponse | tuple[AnyResponse, int]:
    """Add a fault, or a list of them; ``[]`` takes all away."""
    asked = request.get_json(silent=True)
    if asked == []:
        world().script.clear()
        return jsonify(_state())
    try:
        for one in asked if isinstance(asked, list) else [asked]:
            if not isinstance(one, dict):
                raise BadFault("要一个 JSON 对象，至少有 where 和 what。")
            world().script.read(one)
    except BadFault as err:
        return jsonify(message=str(err)), 400
    return jsonify(_state())


@bp.post("/admin/clock")
def move_clock() -> AnyResponse | tuple[AnyResponse, int]:
    """Move the clock: ``{"advance": seconds}`` or ``{"set": seconds since the epoch}``."""
    asked = request.get_json(silent=True)
    asked = asked if isinstance(asked, dict) else {}
    try:
        if "set" in asked:
            world().clock.set(float(asked["set"]))
        else:
            world().clock.advance(float(asked["advance"]))
    except (KeyError, TypeError, ValueError):
        return jsonify(message="要 advance（秒）或 set（自 1970 年起的秒数）。"), 400
    return jsonify(_state())


def panel() -> dict[str, Any]:
    """Return what the panel shows."""
    return {
        "presets": PRESETS,
        "paths": PATHS,
        "calls": CALLS,
        "pushes": PUSHES,
        "finish": FINISH,
        "faults": [one for one in world().script.listed() if not one.spent or one.struck],
        "now": _spoken(world().clock()),
        "ahead": _span(world().clock.ahead),
        "steps": STEPS,
    }


def _turned(name: str) -> str:
    """Do it, and say what was done."""
    form = request.form
    match name:
        case "fault":
            try:
                return f"已加上：{world().script.read(form).told()}。"
            except BadFault as err:
                return str(err)
        case "remove":
            world().script.remove(form.get("number", 0, type=int))
            return "已去掉。"
        case "clear":
            world().script.clear()
            return "一切恢复正常。"
        case "clock":
            seconds = form.get("advance", 0.0, type=float)
            world().clock.advance(min(max(seconds, 0.0), 400 * 86400))
            return "微信的时钟已拨快。"
        case "now":
            world().clock.advance(-world().clock.ahead)
            return "微信的时钟已拨回现在。"
        case "tokens":
            with world().lock:
                world().tokens.end_all()
                world().wecom.end_token()
            return "所有令牌已失效，产品要重新取。"
        case "check":
            return (
                "产品的回调地址是通的。" if world().connected() else "产品的回调地址不通，或不认我们的签名。"
            )
    return ""


def _state() -> dict[str, Any]:
    return {
        "now": world().clock(),
        "faults": [one.shown() for one in world().script.listed()],
        "used": world().quotas.used(),
    }


def _spoken(at: float) -> str:
    moment = dt.datetime.fromtimestamp(at, SHANGHAI)
    return f"{moment.year}年{moment.month}月{moment.day}日 {moment:%H:%M:%S}"


def _span(seconds: float) -> str:
    minutes = round(seconds / 60)
    if abs(minutes) < 1:
        return ""
    days, hours = divmod(abs(minutes) // 60, 24)
    parts = [f"{days} 天" if days else "", f"{hours} 小时" if hours else "", f"{abs(minutes) % 60} 分钟"]
    return ("快" if minutes > 0 else "慢") + " ".join(
        part for part in parts if part and not part.startswith("0 ")
    )
