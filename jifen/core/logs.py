"""Structured logs with a request id and without names, tokens or openids."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

#: Keys whose values never reach a log line.
SECRET_KEYS = frozenset(
    {"name", "names", "openid", "token", "access_token", "secret", "password", "authorization", "cookie"}
    | {"code", "reply", "words", "text", "body", "content", "appid", "ticket", "jsapi_ticket", "echostr"}
)
_SECRET_IN_URL = re.compile(r"(?i)(access_token|secret|ticket|code|openid|appid|signature|token)=[^&\s\"']+")
#: What PostgreSQL adds to an error: the row or the key in question, values and all.
_DETAIL = re.compile(r"(?m)^(DETAIL|CONTEXT):.*$")
_OPENID = re.compile(r"\bo[A-Za-z0-9_-]{27}\b")


#: Characters of an openid: a shorter text without = or : holds nothing that could be masked.
_SHORT = 28


def clean(text: str) -> str:
    """Return ``text`` with secrets in URLs, openids and the database's quotations of rows masked."""
    if len(text) < _SHORT and "=" not in text and ":" not in text:
        return text
    return _DETAIL.sub(r"\1: ***", _OPENID.sub("o***", _SECRET_IN_URL.sub(r"\1=***", text)))


#: In the text of an exception whatever may be somebody's words or number: what failed may quote what it failed on.
_QUOTED = re.compile(r"[^\x00-\x7f]+|(?<!\d)\d{11,18}(?!\d)")


def _scrub(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if key in SECRET_KEYS:
            event[key] = "***"
        elif isinstance(value, str):
            event[key] = _QUOTED.sub("…", clean(value)) if key == "exception" else clean(value)
    return event


#: One encoder for all lines; what is no plain value becomes its representation.
_encode = json.JSONEncoder(ensure_ascii=False, default=repr).encode


def _line(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> str:
    return _encode(dict(event))


def configure() -> None:
    """Send every log line, ours and the libraries', through one cleaning JSON renderer.

    Ours go straight to the standard error stream: a request writes one each, and by
    way of the standard library's logging it cost four times as much (measured).
    """
    shared: list[Any] = [structlog.contextvars.merge_contextvars, structlog.processors.add_log_level]
    rendered: list[Any] = [
        structlog.processors.format_exc_info,
        _scrub,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _line,
    ]
    structlog.configure(
        processors=[*shared, *rendered],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=_StandardError,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendered],
        )
    )
    # What logging cannot write it would print as it is, arguments and all.
    logging.raiseExceptions = False
    root = logging.getLogger()
    root.handlers = [h for h in root.handlers if not getattr(h, "jifen", False)] + [handler]
    handler.jifen = True  # type: ignore[attr-defined]
    root.setLevel(logging.INFO)
    for noisy in ("apscheduler", "procrastinate", "alembic", "urllib3"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


class _StandardError:
    """Writes finished lines to the standard error stream of the moment, each in one piece."""

    def __init__(self, *_names: str) -> None:
        """Take the names that structlog hands over; lines do not bear them."""

    def write(self, line: str) -> None:
        sys.stderr.write(f"{line}\n")

    debug = info = warning = error = critical = exception = write
