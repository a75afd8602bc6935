"""A log line about a failure names no person."""

from __future__ import annotations

import traceback

import pytest
import sqlalchemy as sa

from jifen.core import logs

WHO = {"n": "DY7", "name": "陈国强"}


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("INSERT INTO member (number, name) VALUES (:n, :name)", id="a row that is refused"),
        pytest.param(
            "SELECT nothing FROM nowhere WHERE a = :n AND b = :name", id="a statement that is refused"
        ),
    ],
)
def test_a_failed_statement_is_logged_without_what_it_was_about(db, statement):
    with pytest.raises(sa.exc.DBAPIError) as caught:
        db.session.execute(sa.text(statement), WHO)
    said = logs.clean("".join(traceback.format_exception(caught.value)))
    assert WHO["name"] not in said
    assert "hidden due to hide_parameters" in said
