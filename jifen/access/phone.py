"""Who reads a page on the phone: named by WeChat, kept in a signed cookie, asked for consent.

The way in leads over WeChat and back (OAuth2, ``snsapi_base``: the openid,
nothing else). Its state is random, belongs to the browser that set out, and
counts once. A browser that comes back and is still unknown is not sent round
again and again: it is told what to do. WeCom's browser is sent over WeCom
the same way, where the organisation has it.
"""

from __future__ import annotations

import secrets

import structlog
from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request

from jifen.access import binding, privacy_text, queries, visitors
from jifen.access.visitors import Namer
from jifen.core import clock, house
from jifen.core.errors import Invalid
from jifen.web import doors, forms, pages
from jifen.web.doors import ANYBODY, asks, open_door
from jifen.wechat import account, inside
from jifen.wechat.client import ApiError, Unreachable

log = structlog.get_logger()
blp = pages.section("phone_door", __name__, at=doors.PHONE)
#: The code of the way back is wrong, used or too old, or WeChat wants to be asked anew.
_ANEW = (40029, 40163, 42003, 42007)


@blp.get("/enter")
@open_door
def enter() -> Response:
    """Send the reader to be named, or take him back."""
    if "state" in request.args:
        return _back(request.args["state"], request.args.get("code", ""))
    target = forms.inside(request.args.get("next", "")) or f"{doors.PHONE}/"
    if not _in_wechat():
        return _told("outside", 403, url=f"{house.settings().public_url}{target}", way=_simulated(target))
    return _set_out(target, visitors.tries(request.cookies.get(visitors.WAY, "")), _namer())


def _in_wechat() -> bool:
    if inside.is_inside(request.headers.get("User-Agent", "")):
        return True
    # In the simulator any browser is a phone; it is told apart by where the reader came from.
    return bool(_simulated("")) and (
        "/simulator/" in request.headers.get("Referer", "") or "sim" in request.args
    )


def _namer() -> Namer:
    """Return who is asked whose phone it is: WeCom in its own browser, where the organisation has it."""
    s = house.settings()
    in_wecom = inside.is_inside_wecom(request.headers.get("User-Agent", "")) or (
        s.simulator and request.args.get("sim") == Namer.WECOM
    )
    return Namer.WECOM if s.wecom and in_wecom else Namer.WECHAT


def _simulated(target: str) -> str:
    """Return the way in through the simulator; empty where there is none."""
    return f"{pages.ENTER}?sim=1&next={target}" if house.settings().simulator else ""


def _set_out(target: str, tries: int, namer: Namer) -> Response:
    if tries >= visitors.MOST_TRIES:
        return _told("lost", 403)
    state, back = secrets.token_hex(16), f"{house.settings().public_url}{pages.ENTER}"
    way_to = account.wecom_way if namer is Namer.WECOM else account.way
    answer: Response = redirect(way_to(back, state), 302)  # type: ignore[assignment]
    _keep_way(answer, visitors.way(state, target, tries + 1, namer))
    return answer


def _back(state: str, code: str) -> Response:
    """Take the reader back whom WeChat, or WeCom, names."""
    way = visitors.read_way(request.cookies.get(visitors.WAY, ""))
    if way is None and visitors.is_live(request.cookies.get(doors.PHONE_COOKIE, "")):
        return redirect(f"{doors.PHONE}/", 303)  # type: ignore[return-value]  # gone back to, or reloaded
    if way is None or not secrets.compare_digest(way.state.encode(), state.encode()) or not code:
        # Another browser's state, a second use, or no cookies: never sent round by itself.
        return _told("lost", 403)
    if not visitors.use_state(state):
        return _told("lost", 403)
    try:
        session, why = (_from_wecom if way.namer is Namer.WECOM else _from_wechat)(code)
    except ApiError as err:
        log.warning("phone.refused", errcode=err.code, rid=err.rid)
        return _set_out(way.target, way.tries, way.namer) if err.code in _ANEW else _away(way.namer)
    except Unreachable as err:
        log.warning("phone.unreachable", why=str(err))
        return _away(way.namer)
    if not session:
        return _told(why, 403, bind=account.WECOM_BIND)
    answer: Response = redirect(way.target, 303)  # type: ignore[assignment]
    pages.set_cookie(answer, doors.PHONE_COOKIE, session, seconds=int(visitors.LASTS.total_seconds()))
    _keep_way(answer, visitors.way("", way.target, way.tries, way.namer))
    return answer


def _from_wechat(code: str) -> tuple[str, str]:
    """Return the session of whom WeChat names; without one, what stands in the way."""
    visitor = visitors.named(code)
    return ("", "snapshot") if visitor.snapshot else (visitors.begin(visitor.openid), "")


def _from_wecom(code: str) -> tuple[str, str]:
    """Return the session of whom WeCom names; without one, what stands in the way."""
    user = visitors.named_in_wecom(code)
    if user is None:
        return "", "outsider"
    return (visitors.begin_in_wecom(user), "") if visitors.knows_in_wecom(user) else ("", "stranger")


def _keep_way(answer: Response, value: str) -> None:
    pages.set_cookie(answer, visitors.WAY, value, seconds=int(visitors.WAY_LASTS.total_seconds()))


def _away(namer: Namer) -> Response:
    return _told("away", 503, who="企业微信" if namer is Namer.WECOM else "微信")


def _told(why: str, status: int, **values: str) -> Response:
    """Say on a page of its own what stands in the way, and what to do."""
    answer = make_response(render_template("access/phone_told.html", why=why, **values), status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blp.get("/consent")
@open_door
def consent() -> Response:
    """Show the text that is to be answered before anything else."""
    by = visitors.reader(request.cookies.get(doors.PHONE_COOKIE, "")).who
    text = binding.show(by=by)
    return pages.page(
        "access/phone_consent.html", text=text, parts=text.whole(committee=queries.committee_name())
    )


@blp.post("/consent")
@open_door
def answer() -> Response:
    """Take the yes or the no."""
    by = visitors.reader(request.cookies.get(doors.PHONE_COOKIE, "")).who
    if request.form.get("answer") == "yes":
        if not binding.renew(by=by):
            return pages.done("说明刚刚又有更新，请再看一次。", "phone_door.consent")
        return pages.done("已记下您的同意。", "phone_home.home")
    if request.form.get("answer") != "no":
        raise Invalid(reason="请选择同意或不同意。")
    binding.withdraw(by=by)
    gone = _told("withdrawn", 200)
    gone.delete_cookie(doors.PHONE_COOKIE, path=doors.PHONE)
    return gone


@blp.get("/js-sdk")
@asks(ANYBODY)
def signature() -> Response:
    """Return what a script of our own page shows WeChat, or WeCom; addresses of others are not signed."""
    url = request.args.get("url", "")
    if not inside.is_ours(url, public_url=house.settings().public_url):
        raise Invalid(reason="只能为本系统的手机页面签名，请核对网址。")
    nonce, at = secrets.token_hex(8), int(clock.now().timestamp())
    try:
        app_id, ticket, in_wecom = visitors.ticket(request.cookies.get(doors.PHONE_COOKIE, ""))
    except (ApiError, Unreachable) as err:
        log.warning("phone.no_ticket", why=str(err))
        return make_response(jsonify(message="微信暂时没有回答，请稍后再试。"), 503)
    signed = inside.page_signature(ticket=ticket, nonce=nonce, timestamp=at, url=url)
    return jsonify(appId=app_id, timestamp=at, nonceStr=nonce, signature=signed, wecom=in_wecom)


bp = Blueprint("privacy_text", __name__, url_prefix="/m")


@bp.get("/privacy")
@open_door
def whole() -> str:
    """Show the text in force to anybody, before and after he agrees."""
    text = privacy_text.load()
    return render_template(
        "access/privacy.html", text=text, parts=text.whole(committee=queries.committee_name())
    )
