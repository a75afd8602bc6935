"""Links for one person and ten minutes: who follows one from his own chat needs no account.

Later a link opens only for that person himself, named by WeChat as on all pages
of the phone: an old chat is no dead end, and a link passed on no open door.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from urllib.parse import urlencode

import itsdangerous
from flask import Response, make_response, redirect, render_template, request

from jifen.access import queries, visitors
from jifen.core import clock, house
from jifen.core.actor import Actor, Door
from jifen.core.errors import DomainError, Forbidden, Unauthorized
from jifen.web import forms
from jifen.web.doors import PHONE_COOKIE, open_door
from jifen.web.pages import ENTER

MINUTES = 10
#: What is sent again where nothing better is known.
_WORD = "刚才的话"
CONSENT = "/m/consent"


class Page(StrEnum):
    """What a link opens; a ticket for one opens no other."""

    DATA = "my-data"
    REST = "more"
    REPORT = "report"


_PATHS = {Page.DATA: "/m/data", Page.REST: "/m/more", Page.REPORT: "/m/look"}


class Lapsed(Unauthorized):
    """The link is older than ten minutes, or none of ours."""

    code = "link_lapsed"
    template = "这个链接已过期，或者不是给您的。请在微信里重新发送{word}。"


def _signer(page: Page) -> itsdangerous.URLSafeSerializer:
    return itsdangerous.URLSafeSerializer(house.settings().secret_key, page)


def link(page: Page, about: str = "", *, by: Actor) -> str:
    """Return the address that shows a page to the actor, and to nobody else.

    :param about: what it shows, if there is a choice
    :raises Forbidden: an office system, which is nobody
    """
    if by.member_id is None:
        raise Forbidden(action="打开本人的页面")
    until = clock.now() + dt.timedelta(minutes=MINUTES)
    ticket = _signer(page).dumps([by.member_id, int(until.timestamp()), about])
    return f"{house.settings().public_url}{_PATHS[page]}?ticket={ticket}"


def bearer(page: Page, ticket: str, *, word: str = _WORD) -> tuple[Actor, str]:
    """Return who was given the ticket, and what about; his consent to WeChat must hold still.

    :param word: what he is told to send again
    :raises Lapsed: it is none, or too old, or he is bound no more
    """
    member_id, until, about = _read(page, ticket, word=word)
    by = queries.actor_of(member_id, Door.PHONE) if until > clock.now().timestamp() else None
    if by is None or queries.openid_of(member_id) is None:
        raise Lapsed(word=word)
    return by, about


def _read(page: Page, ticket: str, *, word: str) -> tuple[int, int, str]:
    """Return for whom a ticket was made, until when, and what about; whether it still holds is not looked at."""
    try:
        member_id, until, about = _signer(page).loads(ticket)
    except (itsdangerous.BadData, TypeError, ValueError) as err:
        raise Lapsed(word=word) from err
    return member_id, until, about


def _opened(page: Page, ticket: str, cookie: str) -> tuple[Actor, str]:
    """Return who opens a link, and what about: its bearer for ten minutes, later its own person.

    :raises Lapsed: none of ours, or another one's
    :raises Unauthorized, NotBound, AgreeFirst: see ``visitors.come_in``
    """
    member_id, until, about = _read(page, ticket, word=_WORD)
    if until > clock.now().timestamp():
        return bearer(page, ticket)
    by = visitors.come_in(cookie).actor
    if by.member_id != member_id:
        raise Lapsed(word=_WORD)
    return by, about


def for_bearer(page: Page) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Open a view to whoever brings a good ticket, or once had it; a refusal is a page with its sentence."""

    def deco(view: Callable[..., Response]) -> Callable[..., Response]:
        @wraps(view)
        def wrapper(**values: int) -> Response:
            try:
                by, about = _opened(
                    page, request.args.get("ticket", ""), request.cookies.get(PHONE_COOKIE, "")
                )
                answer = view(by, about, **values)
            except DomainError as refusal:
                if isinstance(refusal, Unauthorized) and not isinstance(refusal, Lapsed):
                    way = CONSENT if isinstance(refusal, visitors.AgreeFirst) else ENTER
                    return redirect(f"{way}?{urlencode({'next': forms.here()})}", 303)  # type: ignore[return-value]
                answer = make_response(
                    render_template("ticket.html", refusal=refusal.message), refusal.http_status
                )
            answer.headers["Cache-Control"] = "no-store"
            answer.headers["Referrer-Policy"] = "no-referrer"
            return answer

        return open_door(wrapper)

    return deco
