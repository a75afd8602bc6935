"""Pages for strangers: open to everybody, counted by address, and never older than now.

What is shown may be withdrawn at any time, so that no page of these is stored
on its way, or asked about anew at every look; none sets a cookie, needs a script
or asks another server.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request

from jifen.core.errors import DomainError
from jifen.web import doors

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)


def section(name: str, module: str, *, at: str = "") -> Blueprint:
    """Return a room's pages for strangers below ``at``, to be listed in ``jifen/public.py``."""
    return _Section(name, module, url_prefix=at or None)


class _Section(Blueprint):
    """Every view of it is an open door whose refusals are pages."""

    def add_url_rule(
        self, rule: str, endpoint: str | None = None, view_func: Any = None, *args: Any, **options: Any
    ) -> None:
        wrapped = _for_strangers(view_func) if view_func is not None else None
        super().add_url_rule(rule, endpoint or view_func.__name__, wrapped, *args, **options)


def _for_strangers(view: Callable[..., Response]) -> Callable[..., Response]:
    @wraps(view)
    def wrapper(**values: Any) -> Response:
        try:
            doors.count_request()
            answer = view(**values)
        except DomainError as refusal:
            answer = page("public_refused.html", status=refusal.http_status, refusal=refusal.message)
            if refusal.http_status == 429:
                answer.headers["Retry-After"] = "60"
        answer.headers["Content-Security-Policy"] = POLICY
        answer.headers.setdefault("Cache-Control", "no-store")
        answer.headers["Referrer-Policy"] = "no-referrer"
        return answer

    return doors.open_door(wrapper)


def revalidated(answer: Response) -> Response:
    """Let copies be kept and asked about at every look: what is taken back is gone from each at once."""
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["Vary"] = "Accept-Encoding"
    answer.set_etag(hashlib.sha256(answer.get_data()).hexdigest()[:32])
    return answer.make_conditional(request)  # type: ignore[return-value]


def page(template: str, *, status: int = 200, **values: Any) -> Response:
    """Return a page made of ``template``."""
    return make_response(render_template(template, **values), status)
