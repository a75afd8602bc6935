"""Who comes in: every address is closed unless declared open.

A view says what it is about with ``@asks(permission)``: a bearer token whose
scopes do not cover that permission is refused before the view runs, and a view
that says nothing is closed to everybody. What the person may do to *this*
thing is the service's question.

Programs bring a bearer token; at the desk (``/console``) a cookie names the
session of somebody who signed in; pages for the phone (``/m``) have a cookie
of their own, for whom WeChat named. None opens another's door.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

import structlog
from flask import Flask, current_app, g, request

from jifen.core.actor import Actor, permissions, words_for
from jifen.core.errors import DomainError, Forbidden, Unauthorized
from jifen.web import limits
from jifen.web.addresses import client_address

View = TypeVar("View", bound=Callable[..., Any])
#: Turns the text of a bearer token into who brings it; raises Unauthorized.
Identify = Callable[[str], Actor]
#: What a view asks for when any known caller will do.
ANYBODY = "anybody"
#: Where the desk begins, and the cookie that names a session there.
DESK, COOKIE = "/console", "jifen_session"
#: Where pages for the phone begin, and the cookie that says whom WeChat named.
PHONE, PHONE_COOKIE = "/m", "jifen_phone"


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody with a session: who acts, what he is called, and the session he came with (0 on the phone)."""

    actor: Actor
    name: str
    number: str
    session_id: int


#: Turns the text of the cookie into who came with it; raises Unauthorized.
Recognise = Callable[[str], Visit]


def init_app(app: Flask) -> None:
    """Close every door of ``app``."""
    app.extensions["jifen_doors"] = {
        "identify": None,
        "recognise": {},
        "requests": limits.Window(limits.REQUESTS),
        "bad_tokens": limits.Window(limits.BAD_TOKENS),
        "bad_sign_ins": limits.Window(limits.BAD_SIGN_INS),
        "bad_numbers": limits.Window(limits.BAD_NUMBERS),
    }
    app.before_request(_admit)


def identify_by(app: Flask, identify: Identify) -> None:
    """Say how bearer tokens are known; the room that keeps them stands further right."""
    app.extensions["jifen_doors"]["identify"] = identify


def recognise_by(app: Flask, recognise: Recognise, *, at: str = DESK) -> None:
    """Say how sessions at the desk, or on the phone, are known."""
    app.extensions["jifen_doors"]["recognise"][at] = recognise


def open_door(view: View) -> View:
    """Declare a view open to the nameless."""
    view.is_open = True  # type: ignore[attr-defined]
    return view


def asks(permission: StrEnum | str) -> Callable[[View], View]:
    """Declare which permission a view is about; ``ANYBODY`` where any known caller will do."""

    def declare(view: View) -> View:
        view.asks = permission  # type: ignore[attr-defined]
        doc = deepcopy(getattr(view, "_apidoc", {}))
        doc["asks"] = permission
        view._apidoc = doc  # type: ignore[attr-defined]
        return view

    return declare


def current_actor() -> Actor:
    """Return who acts in this request.

    :raises Unauthorized: nobody is named
    """
    actor = g.get("actor")
    if actor is None:
        raise Unauthorized
    return actor


def _admit() -> None:
    g.actor, g.visit, g.credential = None, None, ""
    if request.url_rule is None:
        return  # an unknown address or method: Flask answers 404 or 405 next
    view = _view()
    if getattr(view, "is_open", False):
        return
    g.actor = _recognised() if has_pages() else identify()
    may_enter(view)


def may_enter(view: Any) -> None:
    """Refuse who has come in but may not open ``view``.

    :raises Forbidden: the view says nothing, or the token does not cover what it is about
    """
    asked = getattr(view, "asks", None)
    if asked is None:
        raise Forbidden(action="使用这个地址")
    if asked != ANYBODY and not covers(g.actor, asked):
        raise Forbidden(action=words_for(asked))


def at_desk() -> bool:
    """Return whether this request is for the desk."""
    return _below(DESK)


def on_phone() -> bool:
    """Return whether this request is for a page of the phone."""
    return _below(PHONE)


def has_pages() -> bool:
    """Return whether this request is answered by pages, with sessions and forms."""
    return at_desk() or on_phone()


def root() -> str:
    """Return where the pages begin to which this request belongs; their cookies go no further."""
    return PHONE if on_phone() else DESK


def session_cookie() -> str:
    """Return the name of the cookie that says who reads these pages."""
    return PHONE_COOKIE if on_phone() else COOKIE


def _below(start: str) -> bool:
    return request.path == start or request.path.startswith(f"{start}/")


def _recognised() -> Actor:
    doors = current_app.extensions["jifen_doors"]
    token = request.cookies.get(session_cookie(), "")
    if not token:
        doors["requests"].count(client_address(request))
        raise Unauthorized
    g.credential = hashlib.sha256(token.encode()).hexdigest()
    doors["requests"].count(g.credential)
    g.visit = doors["recognise"][root()](token)
    structlog.contextvars.bind_contextvars(actor=g.visit.actor.member_id or 0)
    return g.visit.actor


def covers(by: Actor, permission: StrEnum) -> bool:
    """Return whether the scopes of the token, if one narrows the actor, hold ``permission``'s."""
    return by.scopes is None or permissions()[permission] in by.scopes


def identify() -> Actor:
    """Return who brings the bearer token of this request.

    :raises Unauthorized: no token, or one that is unknown, revoked or expired
    :raises TooMany: the token, or the address, asks too often
    """
    doors = current_app.extensions["jifen_doors"]
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    address = client_address(request)
    if kind.lower() != "bearer" or not token.strip():
        doors["requests"].count(address)
        raise Unauthorized
    doors["bad_tokens"].check(address)
    try:
        actor = doors["identify"](token.strip())
    except Unauthorized:
        doors["bad_tokens"].count(address)
        raise
    g.credential = hashlib.sha256(token.strip().encode()).hexdigest()
    doors["requests"].count(g.credential)
    structlog.contextvars.bind_contextvars(actor=actor.member_id or 0)
    return actor


def count_request() -> None:
    """Count this request of a stranger against his address.

    :raises TooMany: it asks too often
    """
    current_app.extensions["jifen_doors"]["requests"].count(client_address(request))


@contextmanager
def guessing(*wrong: type[DomainError], what: str = "bad_sign_ins") -> Iterator[None]:
    """Count each of ``wrong`` against the address that asks; one that guessed too often is not heard.

    :param what: which guesses: sign-ins, or public numbers (``bad_numbers``)
    :raises TooMany: it guessed too often in this minute
    """
    window, address = current_app.extensions["jifen_doors"][what], client_address(request)
    window.check(address)
    try:
        yield
    except wrong:
        window.count(address)
        raise


def _view() -> Any:
    """Return the function that will answer: of a class, the method's."""
    view = current_app.view_functions[request.endpoint or ""]
    cls = getattr(view, "view_class", None)
    if cls is None:
        return view
    method = request.method.lower()
    return getattr(cls, method, None) or getattr(cls, "get" if method == "head" else method, None)
