"""page_kb: what the member's first page on the phone costs over the wire, cold."""

from __future__ import annotations

import re
import socket
import threading

import sqlalchemy as sa
from werkzeug.serving import make_server

from bench import city
from bench.base import Figure, database, figure
from jifen.access import binding, visitors
from jifen.access import service as access
from jifen.core.db import db
from jifen.web.doors import PHONE_COOKIE

MEMBERS, EACH = 3000, 34
MEMBER, OPENID = 2, "openid-of-the-bench"


def _fill() -> None:
    city.fill(MEMBERS, entries=EACH, lists="month")
    name = db.session.scalar(sa.text("SELECT name FROM member WHERE id = :id"), {"id": MEMBER})
    binding.begin(OPENID, access.issue_code(MEMBER, by=city.BY), name or "")
    binding.agree(OPENID)


def page_kb() -> Figure:
    """Return the kilobytes of the page and of everything that it asks for, heads counted."""
    with database("pages", _fill) as (app, _):
        server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            page = _get(server.port, "/m/", f"{PHONE_COOKIE}={visitors.begin(OPENID)}")
            assert b" 200 " in page[:20], page[:80]
            asked = re.findall(rb'(?:src|<link rel="stylesheet" href)="([^"]+)"', page)
            parts = [_get(server.port, path.decode(), "") for path in asked]
        finally:
            server.shutdown()
    assert all(b" 200 " in part[:20] for part in parts)
    return figure(
        (len(page) + sum(map(len, parts))) / 1024,
        150,
        at_most=True,
        unit="KB",
        how=f"bytes of real HTTP answers, heads counted, uncompressed: /m/ of a member with {EACH} entries and the "
        f"{len(parts)} file that it asks for",
    )


def _get(port: int, path: str, cookie: str) -> bytes:
    """Return one whole answer as it comes over the wire."""
    with socket.create_connection(("127.0.0.1", port)) as wire:
        wire.sendall(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n".encode()
        )
        got = b""
        while piece := wire.recv(65536):
            got += piece
    return got
