"""Callers of the API as tests name them: one of the small city's people with a token."""

from __future__ import annotations

import contextlib
import unittest.mock
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from flask import Flask
from werkzeug.test import TestResponse

from jifen.access import service as access
from jifen.access.schemas import all_scopes
from jifen.core.actor import Door
from tests.city import City


@dataclass
class Caller:
    """Somebody with a bearer token."""

    app: Flask
    token: str

    def get(self, path: str, **query: Any) -> TestResponse:
        return self.call("GET", path, query_string=query)

    def post(self, path: str, body: Any = None, *, key: str | None = None) -> TestResponse:
        headers = {"Idempotency-Key": key} if key else {}
        return self.call("POST", path, json=body, headers=headers)

    def put(self, path: str, body: Any) -> TestResponse:
        return self.call("PUT", path, json=body)

    def delete(self, path: str) -> TestResponse:
        return self.call("DELETE", path)

    def call(self, method: str, path: str, **kwargs: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}"} | kwargs.pop("headers", {})
        return self.app.test_client().open(f"/api/v1{path}", method=method, headers=headers, **kwargs)


def caller(app: Flask, city: City, who: str, *scopes: str) -> Caller:
    """Return ``who`` of the city with a token for ``scopes``, all if none is named."""
    chosen = frozenset(scopes or all_scopes())
    _, token = access.issue_token(by=city.actor(who, Door.CONSOLE), scopes=chosen)
    return Caller(app, token)


@contextlib.contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the SQL that runs inside the block, whoever sends it to the driver; savepoints left out."""
    seen: list[str] = []
    execute = psycopg.Cursor.execute

    def noted(cursor, query, *rest, **more):
        if "SAVEPOINT" not in str(query):
            seen.append(str(query))
        return execute(cursor, query, *rest, **more)

    with unittest.mock.patch.object(psycopg.Cursor, "execute", noted):
        yield seen
