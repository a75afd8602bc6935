"""The demo city of every test here: loaded once, and what a test does in it is rolled back."""

from __future__ import annotations

from collections.abc import Iterator

import flask
import pytest

from jifen.core.settings import Settings
from tests.conftest import own_database, product_on, rolled_back


@pytest.fixture(scope="session")
def demo_app(cluster: str, demo_template: str, settings: Settings) -> Iterator[flask.Flask]:
    """The whole product on a database with a demo city."""
    with own_database(cluster, demo_template) as url, product_on(url, settings) as made:
        yield made


@pytest.fixture
def city(demo_app: flask.Flask) -> Iterator[object]:
    """The session in a demo city of 600 people."""
    with rolled_back(demo_app) as db:
        yield db
