"""The page on which a stranger verifies a certificate (``/v/``): by the QR code, or by its number.

Whatever number is guessed, wrong by its form or unknown, gets the same answer
after the same time, and few of them a minute.
"""

from __future__ import annotations

import time

from flask import Response, redirect, request, url_for

from jifen.volunteering import rules as hours
from jifen.volunteering.certificates import errors, queries
from jifen.web import doors, public

blp = public.section("verify", __name__, at="/v")
#: Seconds that an answer to a wrong number takes at least.
SLOW = 0.4
#: Longest text that is looked at.
_MOST = 40


@blp.get("/")
def start() -> Response:
    """Ask for the number on the paper; typed into the form, it leads to its own page."""
    typed = request.args.get("number", "").strip()[:_MOST]
    if typed:
        return redirect(url_for("verify.certificate", number=typed.replace("/", " ")), 303)  # type: ignore[return-value]
    return public.page("certificates/verify.html", refusal="")


@blp.get("/<string:number>")
def certificate(number: str) -> Response:
    """Say whether a certificate is valid."""
    began = time.perf_counter()
    try:
        with doors.guessing(errors.UnknownNumber, what="bad_numbers"):
            found = queries.public(number[:_MOST])
    except errors.UnknownNumber as refusal:
        time.sleep(max(0.0, SLOW - (time.perf_counter() - began)))
        return public.page("certificates/verify.html", status=404, refusal=refusal.message)
    return public.page("certificates/verified.html", found=found, long=hours.formatted)
