"""The public wall and plates: open to everybody, small, named by consent only, one question by a tap.

Pages are revalidated at every look (``no-cache`` and an ETag over what they
show), so that a consent taken back is gone from every copy at once. No cookie
is set and no script runs.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

import itsdangerous
import segno
from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from jifen.core import clock, house
from jifen.core.errors import DomainError
from jifen.model_posts import answers, consents, queries_public, settings
from jifen.model_posts.errors import StalePage
from jifen.web import limits
from jifen.web.addresses import client_address
from jifen.web.doors import open_door

bp = Blueprint("wall", __name__)
#: Looks and answers a minute from one address: a hall sits behind one.
_LOOKS, _ANSWERS = limits.Window(240), limits.Window(30)
#: How long a page of yesterday may lie open before its answer is tapped.
_LIFE = dt.timedelta(hours=12)
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)


def _public(view: Callable[..., Response]) -> Callable[..., Response]:
    """Open a view to everybody, within the limit of its address; refusals are pages."""

    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Response:
        window = _ANSWERS if request.method == "POST" else _LOOKS
        try:
            window.count(client_address(request))
            answer = view(*args, **kwargs)
        except DomainError as err:
            answer = make_response(
                render_template("model_posts/public_refused.html", message=err.message), err.http_status
            )
            answer.headers["Cache-Control"] = "no-store"
        answer.headers["Content-Security-Policy"] = _POLICY
        answer.headers["Referrer-Policy"] = "no-referrer"
        return answer

    return open_door(wrapper)


def _fresh(answer: Response) -> Response:
    """Let copies be kept and asked about at every look."""
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["Vary"] = "Accept-Encoding"
    answer.set_etag(hashlib.sha256(answer.get_data()).hexdigest()[:32])
    return answer.make_conditional(request)  # type: ignore[return-value]


@bp.get("/wall")
@_public
def wall() -> Response:
    """The plates that hang."""
    after, kind = request.args.get("after", "")[:16], request.args.get("kind", "")[:12]
    rows = queries_public.wall(after=after, kind=kind, limit=queries_public.MANY + 1)
    shown = rows[: queries_public.MANY]
    kinds = [(k.code, k.name) for k in settings.load().kinds.values()]
    more = shown[-1].plate if len(rows) > len(shown) else None
    return _fresh(
        make_response(
            render_template("model_posts/wall.html", plates=shown, next=more, kinds=kinds, chosen=kind)
        )
    )


@bp.get("/plates/<public_id>")
@_public
def plate(public_id: str) -> Response:
    """One plate, with the citizens' question."""
    found = queries_public.plate(public_id)
    question = settings.load().question
    # Changes with the day alone, so that an unchanged page stays the same copy.
    ticket = _signer().dumps([public_id, str(clock.today())])
    thanks = request.args.get("said") == "1"
    return _fresh(
        make_response(
            render_template(
                "model_posts/plate.html", plate=found, question=question, ticket=ticket, thanks=thanks
            )
        )
    )


@bp.post("/plates/<public_id>/answers")
@_public
def answer(public_id: str) -> Response:
    """One citizen's tap."""
    try:
        about, day = _signer().loads(request.form.get("ticket", ""))
    except itsdangerous.BadData as err:
        raise StalePage from err
    # Around midnight yesterday's page is still good; a page of another house never is.
    known = {str(clock.today()), str(clock.civil_day(clock.now() - _LIFE))}
    if about != public_id or day not in known or request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise StalePage
    answers.give(
        public_id,
        request.form.get("answer", ""),
        address=client_address(request),
        browser=request.headers.get("User-Agent", "")[:300],
    )
    done = make_response(redirect(url_for("wall.plate", public_id=public_id, said="1"), 303))
    done.headers["Cache-Control"] = "no-store"
    return done


@bp.get("/plates/<public_id>/photos/<int:photo_id>")
@_public
def photo(public_id: str, photo_id: int) -> Response:
    """A photo whose person agreed that everybody sees it."""
    name = queries_public.photo(public_id, photo_id, thumb="thumb" in request.args)
    return _fresh(make_response(consents.picture(name), {"Content-Type": "image/jpeg"}))


def address_of(public_id: str) -> str:
    """Return the address that a plate's QR code bears."""
    return f"{house.settings().public_url.rstrip('/')}/plates/{public_id}"


def qr_of(public_id: str) -> str:
    """Return the plate's QR code as SVG; holds no text of people."""
    return segno.make(address_of(public_id), error="q").svg_inline(scale=8, border=2)


def _signer() -> itsdangerous.URLSafeSerializer:
    return itsdangerous.URLSafeSerializer(house.settings().secret_key, "plate")
