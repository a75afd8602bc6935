"""What tests of pages ask for: the small city, and its people at the desk."""

from __future__ import annotations

from collections.abc import Callable

import flask
import pytest

from jifen.access import service_sessions as sessions
from jifen.access.models_accounts import Account
from jifen.core.db import db as db_
from jifen.core.db import transaction
from jifen.web.doors import COOKIE
from tests import city
from tests.console.walker import Walker


@pytest.fixture
def town(db: object) -> city.City:
    return city.build()


@pytest.fixture
def at_desk(app: flask.Flask, town: city.City) -> Callable[[str], Walker]:
    """``at_desk("secretary")``: that person, signed in by a session of his own."""

    def chosen(who: str) -> Walker:
        return signed_in(app, town.people[who])

    return chosen


def signed_in(app: flask.Flask, member_id: int) -> Walker:
    """Return somebody at the desk with a session of his own."""
    if db_.session.get(Account, member_id) is None:
        # Some posts ask for a phone: nobody signs in with this one.
        with transaction() as session:
            session.add(Account(member_id=member_id, password="none", totp_sealed="none"))
    walker = Walker(app)
    walker.client.set_cookie(COOKIE, sessions.begin(member_id), path="/console")
    return walker
