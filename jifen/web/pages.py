"""Pages of the desk (``/console``) and of the phone (``/m``): shells, navigation, forms, refusals.

A room writes views and templates; what every page shares is here. Pages work
without a script and ask no other server for anything.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode

import itsdangerous
import jinja2
from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)

from jifen.core import clock, days, house
from jifen.core.actor import Actor
from jifen.core.settings import ROOT
from jifen.web import doors, forms
from jifen.web.doors import ANYBODY, asks, current_actor, open_door
from jifen.web.forms import form, query
from jifen.web.secrecy import FREE_TEXT, NO_SECRETS

SIGN_IN = "/console/sign-in"
#: Where the phone's pages ask WeChat who reads them.
ENTER = "/m/enter"
#: What the browser lets a page do.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
_SAID = "jifen_said"
_STATIC = Path(__file__).parent / "static"
#: Name of the pages' blueprint and stylesheet, and the page of a refusal, by where they begin.
_DESK, _PHONE = ("console", "error.html"), ("phone", "phone_error.html")
#: Where a refusal leads instead of a page of its own, by where one is and its code.
_LEADS: dict[tuple[str, str], str] = {
    (doors.DESK, "unauthorized"): SIGN_IN,
    (doors.PHONE, "unauthorized"): ENTER,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the navigation."""

    words: str
    endpoint: str
    order: int
    may: Callable[[Actor], bool]
    #: Which pages it is a line of.
    at: str = doors.DESK


class Waiting(Protocol):
    """A line of the first page: what waits for the reader, how many, and where."""

    @property
    def words(self) -> str: ...
    @property
    def count(self) -> int: ...
    @property
    def endpoint(self) -> str: ...


_entries: dict[str, Entry] = {}
_front: list[Callable[[Actor], Sequence[Waiting]]] = []


class _Section(Blueprint):
    """A room's pages; a form posted twice to one of them is done once."""

    def add_url_rule(
        self, rule: str, endpoint: str | None = None, view_func: Any = None, *args: Any, **options: Any
    ) -> None:
        wrapped = forms.once(view_func) if view_func is not None else None
        super().add_url_rule(rule, endpoint or view_func.__name__, wrapped, *args, **options)


def section(name: str, module: str, *, at: str = doors.DESK) -> Blueprint:
    """Return a room's part of the desk, to be listed in ``jifen/console.py``, or of the phone: ``jifen/phone.py``.

    :param name: unique among pages and API rooms; ``name.view`` is a view's endpoint
    """
    return _Section(name, module, url_prefix=at)


def entry(
    words: str,
    endpoint: str,
    *,
    order: int,
    may: Callable[[Actor], bool] = lambda _by: True,
    at: str = doors.DESK,
) -> None:
    """Enter a line in the navigation, shown to those whom ``may`` lets pass; it asks no database."""
    _entries[endpoint] = Entry(words, endpoint, order, may, at)


def front(waiting: Callable[[Actor], Sequence[Waiting]]) -> None:
    """Say what the first page lists as waiting for its reader (待办)."""
    _front[:] = [waiting]


def page(template: str, *, status: int = 200, **values: Any) -> Response:
    """Return a page made of ``template``."""
    return make_response(render_template(template, **values), status)


def done(words: str, endpoint: str | None = None, **values: Any) -> Response:
    """Send the reader on after a form was done; the next page tells him ``words``.

    :param endpoint: where to; the page that the form stood on when None
    """
    back = forms.inside(request.form.get(forms.FROM, "")) or f"{doors.root()}/"
    answer = make_response(redirect(url_for(endpoint, **values) if endpoint else back, 303))
    say(answer, words)
    return answer


def say(answer: Response, words: str) -> None:
    """Let the next page tell ``words``."""
    signed = itsdangerous.URLSafeSerializer(house.settings().secret_key, "said").dumps(words)
    set_cookie(answer, _SAID, signed, seconds=300)


def set_cookie(answer: Response, name: str, value: str, *, seconds: int | None = None) -> None:
    """Set a cookie of these pages: no script reads it, no other site sends it, only TLS carries it in production."""
    answer.set_cookie(
        name,
        value,
        max_age=seconds,
        path=doors.root(),
        httponly=True,
        samesite="Lax",
        secure=house.settings().public_url.startswith("https:"),
    )


def leads(code: str, path: str, *, at: str = doors.DESK) -> None:
    """Send who is refused with ``code`` to ``path`` instead of showing him the refusal."""
    _LEADS[at, code] = path


def init_app(app: Flask) -> None:
    """Open the desk: shell, static file, refusals as pages."""
    web = Path(__file__).parent / "templates"
    rooms = sorted({*(ROOT / "jifen").glob("*/templates"), *(ROOT / "jifen").glob("*/*/templates")} - {web})
    app.jinja_loader = jinja2.FileSystemLoader([web, *rooms])
    app.jinja_env.undefined = jinja2.StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        csrf_token=forms.csrf_token,
        fresh_once=forms.fresh_once,
        here=forms.here,
        begin_form=forms.begin,
        end_form=forms.end,
        typed=forms.typed,
        ticked=forms.ticked,
        wrong=forms.wrong,
        today=clock.today,
        no_secrets=NO_SECRETS,
        free_text=FREE_TEXT,
        shell=_shell,
        script_mark=lambda: _file("wechat.js")[1],
    )
    app.jinja_env.filters.update(
        day=_day, instant=_instant, spoken=days.spoken, in_full=days.in_full, figure=_figure
    )
    app.extensions["jifen_pages"] = _refusal
    app.before_request(_guard)
    app.after_request(_seal)
    bp = Blueprint("console", __name__, url_prefix=doors.DESK)
    bp.add_url_rule("/", "front", _first_page)
    bp.add_url_rule("/static/console.css", "css", _stylesheet)
    bp.add_url_rule("/static/place.js", "place", _script)
    app.register_blueprint(bp)
    phone = Blueprint("phone", __name__, url_prefix=doors.PHONE)
    phone.add_url_rule("/static/phone.css", "css", _stylesheet)
    phone.add_url_rule("/static/place.js", "place", _script)
    phone.add_url_rule("/static/wechat.js", "script", _wechat_script)
    app.register_blueprint(phone)


def _guard() -> None:
    g.pop("told", None)
    if doors.has_pages():
        forms.check_csrf()


def _seal(answer: Response) -> Response:
    if doors.has_pages():
        answer.headers.setdefault("Content-Security-Policy", POLICY)
        answer.headers.setdefault("Cache-Control", "no-store")
        if g.get("new_guest"):
            set_cookie(answer, forms.GUEST, g.new_guest)
        if g.pop("told", None):
            answer.delete_cookie(_SAID, path=doors.root())
    return answer


def _shell() -> dict[str, Any]:
    """Return what stands around every page: who reads it, where he may go, what he was told."""
    visit = g.get("visit")
    here = request.endpoint or ""
    shown = sorted(_entries.values(), key=lambda e: e.order) if visit else []
    open_to = [e for e in shown if e.at == doors.root() and e.may(visit.actor)] if visit else []
    # Two lines may lead into one section: the page itself is marked before its section's first line.
    at = next((e for e in open_to if e.endpoint == here), None) or next(
        (e for e in open_to if e.endpoint.split(".")[0] == here.split(".")[0]), None
    )
    return {
        "visit": visit,
        "entries": [(e.words, url_for(e.endpoint), e is at) for e in open_to],
        "said": _said(),
        "refused": g.get("refused"),
        "css": url_for(f"{_kind()[0]}.css", v=_file(f"{_kind()[0]}.css")[1]),
    }


def _said() -> str:
    signed = request.cookies.get(_SAID)
    if not signed:
        return ""
    g.told = True
    try:
        return itsdangerous.URLSafeSerializer(house.settings().secret_key, "said").loads(signed)
    except itsdangerous.BadSignature:
        return ""


def _refusal(code: str, message: str, status: int, errors: Any) -> tuple[Response, int]:
    """Return a refusal as a page: the sign-in, the page that the form stood on, or one of its own."""
    if target := _LEADS.get((doors.root(), code)):
        if request.method == "GET" and forms.inside(forms.here()):
            target = f"{target}?{urlencode({'next': forms.here()})}"
        answer = make_response(redirect(target, 303))
        if g.get("credential") and code == "unauthorized":
            answer.delete_cookie(doors.session_cookie(), path=doors.root())
        return answer, 303
    found = errors.get("errors", {}) if isinstance(errors, dict) else {}
    again = forms.shown_again(message, status, found) if code not in _ALONE else None
    if again is not None:
        return again, status
    g.refused = None
    kept = [(k, v) for k, v in request.form.items() if k not in forms.HIDDEN] if status in (409, 422) else []
    body = render_template(
        _kind()[1], message=message, status=status, kept=kept, number=g.get("request_id", "")
    )
    return make_response(body, status), status


#: After these nothing of the page is asked again: the form was not ours, or the house itself failed.
_ALONE = frozenset({"csrf", "internal", "unavailable", "too_large"})


@asks(ANYBODY)
def _first_page() -> Response:
    """What waits for the reader, and where he may go."""
    by = current_actor()
    waiting = [row for read in _front for row in read(by)]
    return page("front.html", waiting=waiting)


def place_script() -> str:
    """Return the address of the one script, for a page that goes through ``with_script``."""
    return url_for(f"{_kind()[0]}.place", v=_file("place.js")[1])


def with_script(answer: Response) -> Response:
    """Let a page run our own script: the one that asks the telephone where it is, and nothing else."""
    answer.headers["Content-Security-Policy"] = f"{POLICY}; script-src 'self'"
    return answer


@open_door
def _script() -> Response:
    return _kept_for_good(_file("place.js")[0], "text/javascript; charset=utf-8")


@open_door
def _wechat_script() -> Response:
    """What a page asks of WeChat; for ``jifen/wechat/scripted.py``."""
    return _kept_for_good(_file("wechat.js")[0], "text/javascript; charset=utf-8")


@open_door
def _stylesheet() -> Response:
    """The one stylesheet; its address changes with its content, so that it is fetched once."""
    return _kept_for_good(_file(f"{_kind()[0]}.css")[0], "text/css; charset=utf-8")


def _kept_for_good(content: bytes, kind: str) -> Response:
    answer = current_app.response_class(content, content_type=kind)
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


def _kind() -> tuple[str, str]:
    return _PHONE if doors.on_phone() else _DESK


@lru_cache(maxsize=4)
def _file(name: str) -> tuple[bytes, str]:
    content = (_STATIC / name).read_bytes()
    return content, hashlib.sha256(content).hexdigest()[:12]


def _day(value: Any) -> str:
    return "" if value is None else f"{value:%Y-%m-%d}"


def _instant(value: Any) -> str:
    return "" if value is None else f"{value.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"


def _figure(value: Any) -> str:
    """Return an exact number as people write it."""
    text = "" if value is None else f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


__all__ = [
    "SIGN_IN",
    "done",
    "entry",
    "form",
    "front",
    "leads",
    "page",
    "query",
    "say",
    "section",
    "set_cookie",
]
