"""Forms of the desk and of the phone: proved to be ours, done once, and not lost when refused.

Every form carries three hidden values: a token bound to the session (CSRF),
a word of its own by which a second copy is known, and the page it stood on,
which is shown again when what was typed is refused.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

import marshmallow as ma
from flask import Response, current_app, g, make_response, request
from marshmallow import fields

from jifen.core import house
from jifen.core.errors import DomainError, Invalid
from jifen.web import doors, idempotency

CSRF, ONCE, FROM = "_csrf", "_once", "_from"
HIDDEN = frozenset({CSRF, ONCE, FROM})
#: Binds the forms of somebody who has not signed in yet.
GUEST = "jifen_guest"


class NotOurForm(DomainError):
    """The token is missing or belongs to another session: nothing was done."""

    code, http_status = "csrf", 403
    template = "这个页面已经过期，没有保存任何内容。请返回上一页，刷新后再提交。"


class FormErrors(Invalid):
    """What was typed does not fit; ``errors`` says what is wrong with which field."""

    template = "填写的内容有误，请按提示改正后再提交。"

    @property
    def by_field(self) -> dict[str, list[str]]:
        return self.data["errors"]


def csrf_token() -> str:
    """Return what a form of this session must carry."""
    holder = g.get("credential") or _guest()
    key = house.settings().secret_key.encode()
    return hmac.new(key, f"csrf\0{holder}".encode(), hashlib.sha256).hexdigest()


def _guest() -> str:
    if "guest" not in g:
        g.guest = request.cookies.get(GUEST, "")
        if not g.guest:
            g.guest = g.new_guest = secrets.token_urlsafe(16)
    return g.guest


def check_csrf() -> None:
    """Refuse a form that no page of ours made for this session.

    :raises NotOurForm: the token is missing or wrong
    """
    if request.method in ("GET", "HEAD", "OPTIONS") or request.url_rule is None:
        return
    if not hmac.compare_digest(request.form.get(CSRF, "").encode(), csrf_token().encode()):
        raise NotOurForm


def once(view: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a view so that a form posted twice has one effect, and the second gets the same answer."""

    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        word = request.form.get(ONCE, "")
        if request.method != "POST" or not word or not g.credential:
            return view(*args, **kwargs)
        return idempotency.do_once(word, lambda: make_response(view(*args, **kwargs)), _kept, _again)

    return wrapper


_HEADERS = ("Location", "Content-Type", "Content-Disposition", "Set-Cookie")


def _kept(answer: Response) -> str:
    headers = [(name, value) for name, value in answer.headers if name in _HEADERS]
    return json.dumps([headers, answer.get_data().decode("latin-1")])


def _again(text: str, status: int) -> Response:
    headers, body = json.loads(text)
    return Response(body.encode("latin-1"), status, headers)


def form(schema: type[ma.Schema]) -> dict[str, Any]:
    """Return what was typed, checked by ``schema``; an unknown field is refused, a blank one is missing.

    A list is read from all fields of its name; a ``fields.Dict`` called ``state``
    from ``state.17=absent``, ``state.18=present`` …

    :raises FormErrors: something does not fit; the page is shown again with what was typed
    """
    return _load(schema, [*request.form.lists(), *request.files.lists()])


def query(schema: type[ma.Schema]) -> dict[str, Any]:
    """Return what stands in the address after ``?``, checked by ``schema`` as a form is.

    :raises FormErrors: something does not fit
    """
    return _load(schema, list(request.args.lists()))


def _load(schema: type[ma.Schema], sent: list[tuple[str, list[Any]]]) -> dict[str, Any]:
    made = schema()
    try:
        return made.load(_typed(made, sent))
    except ma.ValidationError as err:
        raise FormErrors(errors=_flat(err.normalized_messages())) from err


def _typed(schema: ma.Schema, sent: list[tuple[str, list[Any]]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, given in sent:
        if name in HIDDEN:
            continue
        filled = [one for one in given if not (isinstance(one, str) and not one.strip())]
        head, dot, key = name.partition(".")
        if dot and isinstance(schema.fields.get(head), fields.Dict):
            if filled:
                values.setdefault(head, {})[key] = filled[-1]
        elif isinstance(schema.fields.get(name), fields.List):
            values[name] = filled
        elif filled or name not in schema.fields:
            values[name] = filled[-1] if filled else ""
    # A file field that was left empty still arrives, nameless.
    return {name: value for name, value in values.items() if getattr(value, "filename", "x") != ""}


def _flat(messages: Any) -> dict[str, list[str]]:
    return {str(name): _leaves(found) for name, found in messages.items()}


def _leaves(found: Any) -> list[str]:
    if isinstance(found, dict):
        return [one for part in found.values() for one in _leaves(part)]
    if isinstance(found, list):
        return [one for part in found for one in _leaves(part)]
    return [str(found)]


def inside(path: str) -> str | None:
    """Return ``path`` if it is an address of the same pages, else None: nobody is sent elsewhere by a link."""
    parts = urlsplit(path)
    if parts.scheme or parts.netloc or "\\" in path or any(ord(c) < 32 for c in path):
        return None
    start = doors.root()
    if parts.path != start and not parts.path.startswith(f"{start}/"):
        return None
    return path


def shown_again(message: str, status: int, errors: dict[str, list[str]]) -> Response | None:
    """Return the page that the refused form stood on, with the refusal and what was typed.

    None when there is no such page, or the reader may not open it.
    """
    came = inside(request.form.get(FROM, ""))
    if came is None or request.method != "POST":
        return None
    g.refused = {
        "message": message,
        "errors": errors,
        "action": request.path,
        "typed": request.form.copy(),
    }
    environ = dict(request.environ)
    parts = urlsplit(came)
    environ |= {"REQUEST_METHOD": "GET", "PATH_INFO": parts.path, "QUERY_STRING": parts.query}
    environ |= {"CONTENT_LENGTH": "0", "CONTENT_TYPE": ""}
    with current_app.request_context(environ):
        if request.url_rule is None:
            return None
        try:
            view = current_app.view_functions[request.endpoint or ""]
            if not getattr(view, "is_open", False):
                doors.current_actor()
                doors.may_enter(view)
            answer = make_response(view(**(request.view_args or {})))
        except DomainError:
            return None
    if answer.status_code != 200 or answer.mimetype != "text/html":
        return None
    answer.status_code = status
    return answer


def refused() -> dict[str, Any]:
    """Return what the form that is being filled was refused for; empty when it was not."""
    found: dict[str, Any] = g.get("refused") or {}
    return found if found and found["action"] == g.get("form_action", found["action"]) else {}


def begin(action: str) -> str:
    """Note which form the fields that follow belong to."""
    g.form_action = urlsplit(action).path
    return ""


def end() -> str:
    """Note that the form is over."""
    g.pop("form_action", None)
    return ""


def typed(name: str, default: Any = "") -> Any:
    """Return what a refused form said for ``name``, else ``default``."""
    found = refused()
    return found["typed"].get(name, "") if found else ("" if default is None else default)


def ticked(name: str, value: Any, default: bool = False) -> bool:
    """Return whether a box or a choice was ticked in a refused form, else ``default``."""
    found = refused()
    return str(value) in found["typed"].getlist(name) if found else default


def wrong(name: str) -> list[str]:
    """Return what is wrong with a field of a refused form."""
    found = refused()
    return found["errors"].get(name, []) if found else []


def fresh_once() -> str:
    """Return a word that stands for one filling-in of one form."""
    return secrets.token_urlsafe(12)


def here() -> str:
    """Return the address of the page being shown."""
    return request.full_path.rstrip("?")
