"""Faults on the line between the product and the API: below Flask, where a socket can be cut."""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import socket
import struct
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, NoReturn

from werkzeug.wrappers import Request, Response

from bot.simulator.faults import Fault, Script
from bot.simulator.refusals import WORDS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: Where the API is; the page and the panel work whatever is broken.
_API = ("/cgi-bin/", "/sns/", "/wxaapi/")
#: Seconds of a hang for which nothing else was said.
_HANG = 60.0
_PAGE = "<html><head><title>502 Bad Gateway</title></head><body><center><h1>{}</h1></center></body></html>"
_calls = itertools.count(1)


def rid() -> str:
    """Return the id of one call, as every refusal carries one."""
    return f"rid: 68000000-00000000-{next(_calls):09d}"


def refusal(code: int, words: str) -> Response:
    """Return a no as the platform says it: 200, text/plain, and an id of the call."""
    body = json.dumps({"errcode": code, "errmsg": f"{words} {rid()}"})
    return Response(body, 200, content_type="text/plain")


class Faulty:
    """The application, reached over a line on which the script's faults strike."""

    def __init__(self, app: WSGIApplication, script: Script) -> None:
        self._app, self._script = app, script

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        fault = self._script.strike(path) if path.startswith(_API) else None
        if fault is None:
            return self._app(environ, start)
        if fault.what == "delay":
            self._script.wait(fault.seconds)
            return self._app(environ, start)
        # What was sent is read in any case: an unread body would cut the line by itself.
        body = Request(environ).get_data()
        return self._struck(fault, environ, body)(environ, start)

    def _struck(self, fault: Fault, environ: WSGIEnvironment, body: bytes) -> Response:
        match fault.what:
            case "errcode":
                words = WORDS.get(fault.code, "system error")
                return refusal(
                    fault.code, f"{words} data.thing1.value invalid" if fault.code == 47003 else words
                )
            case "html":
                return Response(_PAGE.format("OK"), 200, content_type="text/html")
            case "http":
                words = HTTPStatus(fault.code).phrase if fault.code in set(HTTPStatus) else "Error"
                return Response(_PAGE.format(f"{fault.code} {words}"), fault.code, content_type="text/html")
            case "hang":
                self._script.wait(fault.seconds or _HANG)
                _cut(environ)
        # Here what was asked is done; only the answer does not arrive whole.
        answer = Response.from_app(self._app, environ | {"wsgi.input": io.BytesIO(body)}, buffered=True)
        half = answer.data[: len(answer.data) // 2]
        if fault.what == "reset":
            _cut(environ, _head(answer) + half)
        if fault.what == "lost":
            _cut(environ)
        return Response(half, 200, content_type=answer.content_type)


def _head(answer: Response) -> bytes:
    lines = [f"HTTP/1.1 {answer.status}", *(f"{name}: {value}" for name, value in answer.headers), "", ""]
    return "\r\n".join(lines).encode("latin-1")


def _cut(environ: WSGIEnvironment, sent: bytes = b"") -> NoReturn:
    """Cut the line, after ``sent``.

    :raises ConnectionResetError: always; the server then leaves this connection
    """
    line = environ.get("werkzeug.socket")
    if line is not None:
        if sent:
            line.sendall(sent)
        # Closed with nothing lingering, the other side gets a reset, not an end.
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
    raise ConnectionResetError("cut by the script")
