"""Links for one person and ten minutes: who follows one from his own chat needs no account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from enum import StrEnum
from functools import wraps

import itsdangerous
from flask import Response, make_response, render_template, request

from jifen.access import queries
from jifen.core import clock, house
from jifen.core.actor import Actor, Door
from jifen.core.errors import DomainError, Forbidden, Unauthorized
from jifen.web.doors import open_door

MINUTES = 10


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


def bearer(page: Page, ticket: str, *, word: str = "刚才的话") -> tuple[Actor, str]:
    """Return who was given the ticket, and what about; his consent to WeChat must hold still.

    :param word: what he is told to send again
    :raises Lapsed: it is none, or too old, or he is bound no more
    """
    try:
        member_id, until, about = _signer(page).loads(ticket)
    except (itsdangerous.BadData, TypeError, ValueError) as err:
        raise Lapsed(word=word) from err
    by = queries.actor_of(member_id, Door.PHONE) if until > clock.now().timestamp() else None
    if by is None or queries.openid_of(member_id) is None:
        raise Lapsed(word=word)
    return by, about


def for_bearer(page: Page) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Open a view to whoever brings a good ticket for the page; a refusal is a page with its sentence."""

    def deco(view: Callable[..., Response]) -> Callable[..., Response]:
        @wraps(view)
        def wrapper(**values: int) -> Response:
            try:
                by, about = bearer(page, request.args.get("ticket", ""))
                answer = view(by, about, **values)
            except DomainError as refusal:
                answer = make_response(
                    render_template("ticket.html", refusal=refusal.message), refusal.http_status
                )
            answer.headers["Cache-Control"] = "no-store"
            answer.headers["Referrer-Policy"] = "no-referrer"
            return answer

        return open_door(wrapper)

    return deco
