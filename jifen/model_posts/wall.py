"""The public wall and plates: open to everybody, small, named by consent only, one question by a tap.

Pages are revalidated at every look (``no-cache`` and an ETag over what they
show), so that a consent taken back is gone from every copy at once. No cookie
is set and no script runs.
"""

from __future__ import annotations

import datetime as dt

import itsdangerous
import segno
from flask import Response, make_response, redirect, request, url_for

from jifen.core import clock, house
from jifen.model_posts import answers, consents, queries_public, settings
from jifen.model_posts.errors import StalePage
from jifen.web import limits, public
from jifen.web.addresses import client_address

blp = public.section("wall", __name__)
#: Answers a minute from one address: a hall sits behind one.
_ANSWERS = limits.Window(30)
#: How long a page of yesterday may lie open before its answer is tapped.
_LIFE = dt.timedelta(hours=12)


@blp.get("/wall")
def wall() -> Response:
    """The plates that hang."""
    after, kind = request.args.get("after", "")[:16], request.args.get("kind", "")[:12]
    rows = queries_public.wall(after=after, kind=kind, limit=queries_public.MANY + 1)
    shown = rows[: queries_public.MANY]
    kinds = [(k.code, k.name) for k in settings.load().kinds.values()]
    more = shown[-1].plate if len(rows) > len(shown) else None
    return public.revalidated(
        public.page("model_posts/wall.html", plates=shown, next=more, kinds=kinds, chosen=kind)
    )


@blp.get("/plates/<public_id>")
def plate(public_id: str) -> Response:
    """One plate, with the citizens' question."""
    found = queries_public.plate(public_id)
    question = settings.load().question
    # Changes with the day alone, so that an unchanged page stays the same copy.
    ticket = _signer().dumps([public_id, str(clock.today())])
    thanks = request.args.get("said") == "1"
    return public.revalidated(
        public.page("model_posts/plate.html", plate=found, question=question, ticket=ticket, thanks=thanks)
    )


@blp.post("/plates/<public_id>/answers")
def answer(public_id: str) -> Response:
    """One citizen's tap."""
    _ANSWERS.count(client_address(request))
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
    return redirect(url_for("wall.plate", public_id=public_id, said="1"), 303)  # type: ignore[return-value]


@blp.get("/plates/<public_id>/photos/<int:photo_id>")
def photo(public_id: str, photo_id: int) -> Response:
    """A photo whose person agreed that everybody sees it."""
    name = queries_public.photo(public_id, photo_id, thumb="thumb" in request.args)
    return public.revalidated(make_response(consents.picture(name), {"Content-Type": "image/jpeg"}))


def address_of(public_id: str) -> str:
    """Return the address that a plate's QR code bears."""
    return f"{house.settings().public_url.rstrip('/')}/plates/{public_id}"


def qr_of(public_id: str) -> str:
    """Return the plate's QR code as SVG; holds no text of people."""
    return segno.make(address_of(public_id), error="q").svg_inline(omitsize=True, border=2)


def _signer() -> itsdangerous.URLSafeSerializer:
    return itsdangerous.URLSafeSerializer(house.settings().secret_key, "plate")
