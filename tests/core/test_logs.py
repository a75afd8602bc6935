"""A log line about a failure names no person."""

from __future__ import annotations

import json
import logging
import traceback

import pytest
import sqlalchemy as sa
import structlog
from hypothesis import given
from hypothesis import strategies as st

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


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda said, **more: structlog.get_logger().warning(said, **more), id="ours"),
        pytest.param(lambda said, **_: logging.getLogger("library").warning(said), id="a library's"),
    ],
)
def test_every_line_is_clean_json(capsys, write):
    logs.configure()
    openid = "oTest0000000000000000000001A"
    write(f"{openid} https://a/b?secret=hush&x=1", token="hush", who=openid, at="为什么", name="陈国强")
    line = json.loads(capsys.readouterr().err.splitlines()[-1])
    assert line["level"] == "warning"
    assert line["event"] == "o*** https://a/b?secret=***&x=1"
    assert not {openid, "hush", "陈国强"} & set(line.values())


@given(st.text(max_size=60))
def test_a_short_text_is_masked_as_a_long_one_is(text):
    assert logs.clean(text + " " * 40) == logs.clean(text) + " " * 40
