"""Structured logs with a request id and without names, tokens or openids."""

from __future__ import annotations

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


def clean(text: str) -> str:
    """Return ``text`` with secrets in URLs, openids and the database's quotations of rows masked."""
    return _DETAIL.sub(r"\1: ***", _OPENID.sub("o***", _SECRET_IN_URL.sub(r"\1=***", text)))


def _scrub(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if key in SECRET_KEYS:
            event[key] = "***"
        elif isinstance(value, str):
            event[key] = clean(value)
    return event


def configure() -> None:
    """Send every log line, ours and the libraries', through one cleaning JSON renderer."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _scrub,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [h for h in root.handlers if not getattr(h, "jifen", False)] + [handler]
    handler.jifen = True  # type: ignore[attr-defined]
    root.setLevel(logging.INFO)
    for noisy in ("apscheduler", "procrastinate", "alembic", "urllib3"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
