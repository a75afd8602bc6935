"""What API tests ask for: the small city, and its people with tokens."""

from __future__ import annotations

from collections.abc import Callable

import flask
import pytest

from tests import city
from tests.api import doors


@pytest.fixture
def town(db: object) -> city.City:
    return city.build()


@pytest.fixture
def as_(app: flask.Flask, town: city.City) -> Callable[..., doors.Caller]:
    """``as_("secretary")``: that person with every scope; ``as_("member", "points:read")``: with one."""

    def chosen(who: str, *scopes: str) -> doors.Caller:
        return doors.caller(app, town, who, *scopes)

    return chosen
