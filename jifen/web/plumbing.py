"""Request ids, error rendering, health and metrics."""

from __future__ import annotations

import random
import time
from typing import Any, TypeVar

import sqlalchemy as sa
import structlog
from flask import Flask, Response, current_app, g, jsonify, request
from flask.sessions import NullSession, SessionInterface
from psycopg import errors as pg
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as PlainResponse

from jifen.core.db import db
from jifen.core.errors import DomainError
from jifen.web import health
from jifen.web.doors import has_pages

log = structlog.get_logger()
AnyResponse = TypeVar("AnyResponse", bound=PlainResponse)

#: Sentences for what the framework itself refuses.
FRAMEWORK = {
    400: ("bad_request", "请求的格式不对，请检查后再试。"),
    401: ("unauthorized", "请先登录或出示有效的访问令牌。"),
    403: ("forbidden", "您没有这项权限，请联系所在党支部。"),
    404: ("not_found", "没有找到这个地址，请检查后再试。"),
    405: ("method_not_allowed", "这个地址不支持这种操作。"),
    413: ("too_large", "内容太大，请减小后再试。"),
    415: ("unsupported_media_type", "内容的类型不对，请使用 JSON。"),
    422: ("invalid", "填写的内容有误，请按提示改正后再试。"),
    429: ("too_many", "操作太频繁，请稍后再试。"),
    500: ("internal", "系统出了问题，已经记录。请稍后再试。"),
    503: ("unavailable", "系统暂时无法提供服务，请稍后再试。"),
}


#: What every answer says unless its view said otherwise.
_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
)


class NoSession(SessionInterface):
    """Flask's signed cookie is not used: nobody is asked for one, and none is made."""

    def open_session(self, app: Flask, request: Any) -> NullSession:
        """Return a session that refuses to hold anything."""
        return NullSession()

    def save_session(self, app: Flask, session: Any, response: Any) -> None:
        """Keep nothing."""


class House(Flask):
    """Flask without what this house does not use, which every request would pay for."""

    session_interface = NoSession()

    def ensure_sync(self, func: Any) -> Any:
        """Return ``func``: no view or hook of this house is a coroutine."""
        return func


def init_app(app: Flask) -> None:
    """Install the plumbing."""
    app.before_request(begin)
    app.after_request(_finish)
    app.register_error_handler(DomainError, _refused)
    app.register_error_handler(HTTPException, _framework)
    app.register_error_handler(sa.exc.OperationalError, _database_gone)
    app.register_error_handler(sa.exc.TimeoutError, _database_gone)
    app.register_error_handler(Exception, _unexpected)


def problem(code: str, message: str, status: int, errors: Any = None) -> tuple[Response, int]:
    """Return the one JSON shape of all errors; at the desk and on the phone, a page."""
    if has_pages():
        return current_app.extensions["jifen_pages"](code, message, status, errors)
    body = {"code": code, "message": message, "errors": errors or {}, "request_id": g.get("request_id", "")}
    return jsonify(body), status


def begin() -> None:
    """Name a request and look at the clock; inside an application context."""
    # It names a request and protects nothing: it need not cost what a secret does.
    g.request_id, g.came = f"{random.getrandbits(64):016x}", time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _finish(response: Response) -> Response:
    if request.path.startswith("/api/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return finish(response, request.method, request.url_rule.rule if request.url_rule else "unknown")


def finish(response: AnyResponse, method: str, route: str) -> AnyResponse:
    """Give an answer what every answer bears, count it, and write its line into the log."""
    headers = response.headers
    headers.add("X-Request-Id", g.get("request_id", ""))
    for name, value in _HEADERS:
        if name not in headers:
            headers.add(name, value)
    seconds = time.perf_counter() - g.get("came", time.perf_counter())
    health.count(method, route, response.status_code, seconds)
    log.info("request", method=method, route=route, status=response.status_code, ms=round(seconds * 1000, 1))
    return response


def _refused(err: DomainError) -> tuple[Response, int]:
    response, status = problem(err.code, err.message, err.http_status, jsonable(err.data))
    if status == 401 and not has_pages():
        response.headers["WWW-Authenticate"] = "Bearer"
    if status == 429:
        response.headers["Retry-After"] = "60"
    return response, status


def _framework(err: HTTPException) -> tuple[Response, int] | Response:
    status = err.code or 500
    if status < 400:  # a redirect is an answer, not an error
        return Response(err.get_response().get_data(), status, err.get_headers())
    code, message = FRAMEWORK.get(status, FRAMEWORK[400 if status < 500 else 500])
    found = (getattr(err, "data", None) or {}).get("messages", {}) if status == 422 else {}
    response, status = problem(code, message, status, jsonable(_by_field(found)))
    for name, value in err.get_headers():
        if name in ("Allow", "Retry-After", "WWW-Authenticate"):
            response.headers[name] = value
    return response, status


def _by_field(found: dict[str, Any]) -> dict[str, Any]:
    """Return what is wrong by field: whether it stood in the query or the body, the caller knows."""
    flat: dict[str, Any] = {}
    for errors in found.values():
        flat |= errors if isinstance(errors, dict) else {"_schema": errors}
    return flat


#: The database is there but somebody else holds the row: asking again helps.
_BUSY = (pg.LockNotAvailable, pg.DeadlockDetected, pg.SerializationFailure, pg.QueryCanceled)


def _database_gone(err: sa.exc.OperationalError | sa.exc.TimeoutError) -> tuple[Response, int]:
    db.session.remove()
    cause = getattr(err, "orig", err)
    log.error("database.busy" if isinstance(cause, _BUSY) else "database.gone", kind=type(cause).__name__)
    response, status = problem(*FRAMEWORK[503], 503)
    response.headers["Retry-After"] = "2"
    return response, status


def _unexpected(err: Exception) -> tuple[Response, int]:
    db.session.remove()
    log.error("unexpected", exc_info=err)
    return problem(*FRAMEWORK[500], 500)


def jsonable(value: Any) -> Any:
    """Return ``value`` as JSON can hold it: what is not a plain value becomes its text."""
    if isinstance(value, dict):
        return {str(k): jsonable(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(v) for v in value]
    return value if isinstance(value, str | int | bool | type(None)) else str(value)
