"""A POST that was done is not done again: the same ``Idempotency-Key`` gets the same answer.

The key's row is written first, in the transaction of what the request does: a
racing copy waits for it and finds the stored answer. A refusal or a failure
rolls the row back with everything else, so that a later try starts anew.
Answers are kept encrypted, for they may show a name or, once, a token.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

import sqlalchemy as sa
from flask import Response, g, make_response, request
from sqlalchemy.dialects.postgresql import insert

from jifen.core import clock, house
from jifen.core.db import db, transaction
from jifen.core.errors import Conflict, Invalid
from jifen.web.models import IdempotencyKey

HEADER = "Idempotency-Key"


class KeyReused(Invalid):
    """The key stands for another request."""

    code = "idempotency_key_reused"
    template = "这个 Idempotency-Key 已用于另一个请求，请换一个新的再提交。"


class StillRunning(Conflict):
    """The first copy has not finished."""

    code, template = "idempotency_in_progress", "同一个请求正在处理，请稍后再查。"


def once(view: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a view so that a POST with a key is done once."""

    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        given = request.headers.get(HEADER)
        if request.method != "POST" or given is None:
            return view(*args, **kwargs)
        if not 1 <= len(given) <= 200:
            raise Invalid(reason="Idempotency-Key 的长度应在1到200个字符之间，请换一个。")
        return do_once(given, lambda: make_response(view(*args, **kwargs)), _text, _replay)

    return wrapper


def do_once(
    word: str,
    work: Callable[[], Response],
    keep: Callable[[Response], str],
    again: Callable[[str, int], Response],
) -> Response:
    """Return the answer of ``work``, done unless the caller's ``word`` stands for the same request already.

    :param keep: turns the answer into the text that is remembered, ``again`` that text and its status back
    :raises KeyReused: the word stands for another request
    :raises StillRunning: the first copy has not finished
    """
    key = _digest(g.credential, word)
    asked = _digest(request.method, request.full_path, _body())
    with transaction() as session:
        row = {"key": key, "request": asked, "status": 0, "body": "", "at": clock.now()}
        stmt = insert(IdempotencyKey).values(row).on_conflict_do_nothing(index_elements=["key"])
        if session.scalar(stmt.returning(IdempotencyKey.key)) is None:
            return again(*_remembered(key, asked))
        answer = work()
        _remember(key, keep(answer), answer.status_code)
        return answer


def _digest(*parts: str | bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.hexdigest()


def _body() -> bytes:
    """Return what the request says; of a form its fields, for every try draws new borders between them."""
    if request.mimetype != "multipart/form-data":
        return request.get_data(cache=True)
    parts = [_digest(name, value) for name, value in sorted(request.form.items(multi=True))]
    for name, upload in request.files.items(multi=True):
        parts.append(_digest(name, upload.filename or "", upload.read()))
        upload.seek(0)
    return "".join(parts).encode()


def _remembered(key: str, asked: str) -> tuple[str, int]:
    row = db.session.execute(
        sa.select(IdempotencyKey.request, IdempotencyKey.status, IdempotencyKey.body).where(
            IdempotencyKey.key == key
        )
    ).first()
    if row is None or not row.status:
        raise StillRunning
    if row.request != asked:
        raise KeyReused
    return house.cipher().decrypt(row.body, purpose="idempotency"), row.status


def _remember(key: str, text: str, status: int) -> None:
    sealed = house.cipher().encrypt(text, purpose="idempotency")
    db.session.execute(
        sa.update(IdempotencyKey).where(IdempotencyKey.key == key).values(status=status, body=sealed)
    )


def _text(answer: Response) -> str:
    return answer.get_data(as_text=True)


def _replay(text: str, status: int) -> Response:
    answer = Response(text, status, mimetype="application/json")
    answer.headers["Idempotent-Replayed"] = "true"
    return answer
