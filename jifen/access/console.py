"""Signing in at the desk, and one's own account."""

from __future__ import annotations

from flask import Response, redirect, request
from markupsafe import Markup

from jifen.access import factors, queries_accounts, schemas_accounts, service_accounts, wecom
from jifen.access import rules_accounts as bounds
from jifen.access import service_sessions as sessions
from jifen.access.policy import P
from jifen.access.queries_accounts import Seated
from jifen.core import house
from jifen.core.errors import Invalid
from jifen.web import doors, forms, pages
from jifen.web.doors import COOKIE, asks, current_actor, open_door

blp = pages.section("desk", __name__)
#: Names the browser that signed in before; see ``service_accounts``.
MACHINE = "jifen_machine"


@blp.get("/sign-in")
@open_door
def sign_in() -> Response:
    """Ask for number, password and code."""
    return pages.page("access/sign_in.html", next=forms.inside(request.args.get("next", "")) or "")


@blp.post("/sign-in")
@open_door
def let_in() -> Response:
    """Let somebody in, and on to where he wanted to go."""
    values = pages.form(schemas_accounts.SignInIn)
    target = forms.inside(values.pop("next")) or f"{doors.DESK}/"
    with doors.guessing(service_accounts.BadSignIn):
        made = service_accounts.sign_in(
            **values,
            machine=_machine(),
            cookie=request.cookies.get(COOKIE, ""),
            known=request.cookies.get(MACHINE, ""),
        )
    return _seat(made, target if made.machine else f"{doors.DESK}/factor")


@blp.get("/start")
@open_door
def start() -> Response:
    """Ask for the printed code and a password."""
    return pages.page("access/start.html", shortest=bounds.SHORTEST)


@blp.post("/start")
@open_door
def begin() -> Response:
    """Take the password that the holder of a printed code chooses."""
    values = pages.form(schemas_accounts.StartIn)
    _same(values["password"], values.pop("again"))
    with doors.guessing(service_accounts.BadStart):
        made = service_accounts.start(**values, machine=_machine())
    return _seat(made, f"{doors.DESK}/factor")


@blp.get("/factor")
@open_door
def factor() -> Response:
    """Show the seed for a phone, and offer a card to those who may use one."""
    seated = _seated()
    seed, me = factors.new_seed(), seated.actor.member_id or 0
    return pages.page(
        "access/factor.html",
        qr=Markup(factors.qr_of(seed, seated.number)),  # noqa: S704 - our own picture
        seed=seed,
        sealed=factors.seal(seed, member_id=me, purpose="totp_shown"),
        proved=seated.proved,
        card=not any(h.role in bounds.NEEDS_TOTP for h in seated.actor.holdings),
    )


@blp.post("/factor/phone")
@open_door
def phone() -> Response:
    """Take the phone that scanned the seed."""
    seated, values = _seated(), pages.form(schemas_accounts.PhoneIn)
    service_accounts.choose_phone(
        values["seed"],
        values["code"],
        password=values["old"] if seated.proved else None,
        session_id=seated.session_id,
        by=seated.actor,
    )
    return pages.done("登录验证已设置好。以后登录时输入手机上的6位验证码。", "console.front")


@blp.post("/factor/card")
@open_door
def card() -> Response:
    """Show a fresh card for printing, this once."""
    seated, values = _seated(), pages.form(schemas_accounts.CardIn)
    codes = service_accounts.choose_card(
        password=values["old"] if seated.proved else None, session_id=seated.session_id, by=seated.actor
    )
    return pages.page("access/card.html", codes=codes, name=seated.name, number=seated.number)


@blp.get("/account")
@asks(P.OWN_ACCOUNT)
def account() -> Response:
    """One's own account: where one is signed in, password, second factor."""
    return pages.page(
        "access/account.html",
        own=queries_accounts.own(by=current_actor()),
        here=_seated().session_id,
        shortest=bounds.SHORTEST,
        has_wecom=house.settings().wecom,
        in_wecom=wecom.is_bound(by=current_actor()),
    )


@blp.post("/account/password")
@asks(P.OWN_ACCOUNT)
def password() -> Response:
    """Take another password."""
    values, seated = pages.form(schemas_accounts.PasswordIn), _seated()
    _same(values["password"], values["again"])
    service_accounts.change_password(
        values["old"],
        values["password"],
        session_id=seated.session_id,
        number=seated.number,
        by=current_actor(),
    )
    return pages.done("密码已更改，其他地方的登录都已退出。", "desk.account")


@blp.post("/account/sessions/<id:session_id>/end")
@asks(P.OWN_ACCOUNT)
def end_session(session_id: int) -> Response:
    """End one of one's own sessions."""
    sessions.end(session_id, by=current_actor())
    return pages.done("已退出那一处登录。", "desk.account")


@blp.post("/account/sessions/end")
@asks(P.OWN_ACCOUNT)
def end_others() -> Response:
    """End all of one's sessions but this."""
    sessions.end_others(_seated().session_id, by=current_actor())
    return pages.done("其他地方的登录都已退出。", "desk.account")


@blp.post("/sign-out")
@asks(P.OWN_ACCOUNT)
def sign_out() -> Response:
    """End this session."""
    sessions.end_by_cookie(request.cookies.get(COOKIE, ""))
    answer = redirect(pages.SIGN_IN, 303)
    answer.delete_cookie(COOKIE, path=doors.DESK)
    return answer  # type: ignore[return-value]


def _seated() -> Seated:
    """Return who came, whether or not he has shown a second factor."""
    return queries_accounts.seated(request.cookies.get(COOKIE, ""))


def _seat(made: service_accounts.SignedIn, target: str) -> Response:
    answer: Response = redirect(target, 303)  # type: ignore[assignment]
    pages.set_cookie(answer, COOKIE, made.session)
    if made.machine:
        pages.set_cookie(answer, MACHINE, made.machine, seconds=int(bounds.MACHINE_KNOWN.total_seconds()))
    return answer


def _same(password: str, again: str) -> None:
    if password != again:
        raise Invalid(reason="两次输入的新密码不一样，请重新输入。")


def _machine() -> str:
    """Return what the browser says it is, in a few words."""
    said = request.headers.get("User-Agent", "")
    systems = (
        ("Windows", "Windows"),
        ("Android", "安卓"),
        ("iPhone", "iPhone"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    )
    browsers = (("Edg/", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
    where = next((words for mark, words in systems if mark in said), "电脑")
    what = next((words for mark, words in browsers if mark in said), "浏览器")
    return f"{where}上的{what}"
