"""The suite's own promises: a migrated database, rolled back after each test, and no network."""

import os
import socket

import pytest
import sqlalchemy as sa

from jifen.core.db import db as the_db
from jifen.core.db import transaction


@pytest.mark.parametrize("turn", ["first", "second"])
def test_what_a_test_commits_is_gone_in_the_next(db, turn):
    with transaction() as session:
        session.execute(sa.text("CREATE TABLE left_behind (id int)"))
        session.execute(sa.text("INSERT INTO left_behind VALUES (1)"))
    assert the_db.session.scalar(sa.text("SELECT count(*) FROM left_behind")) == 1


def test_the_database_is_at_the_head(db):
    assert db.session.scalar(sa.text("SELECT version_num FROM alembic_version"))


def test_a_fresh_database_keeps_what_is_committed(fresh_app):
    with fresh_app.app_context():
        with transaction() as session:
            session.execute(sa.text("CREATE TABLE kept (id int)"))
        the_db.session.remove()
        assert the_db.session.scalar(sa.text("SELECT count(*) FROM kept")) == 0


def test_no_given_setting_reaches_the_suite():
    assert not [name for name in os.environ if name.startswith("JIFEN_")]


@pytest.mark.parametrize("host", ["192.0.2.1", "example.org", "2001:db8::1"])
def test_nothing_leaves_the_machine(host):
    with pytest.raises(AssertionError, match="network"):
        socket.create_connection((host, 80), timeout=1)
