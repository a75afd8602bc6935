"""``flask doctor`` names what is wrong and what to do."""

from __future__ import annotations

import datetime as dt
import json
import shutil

import psycopg
import pytest
import time_machine
from click.testing import CliRunner

from jifen import doctor
from jifen.core import clock
from jifen.core.postgres import conninfo
from jifen.doctor import State


@pytest.fixture
def environ(fresh_db, tmp_path):
    """The environment of an installation with a migrated database and nobody working."""
    return {"JIFEN_DATABASE_URL": conninfo(fresh_db), "JIFEN_DATA_DIR": str(tmp_path)}


def states(environ) -> dict[str, State]:
    return {one.subject: one.state for one in doctor.examine(environ)}


def words(environ, subject: str) -> str:
    return " ".join(one.words for one in doctor.examine(environ) if one.subject == subject)


def test_a_fit_installation(environ, fresh_db):
    with psycopg.connect(conninfo(fresh_db)) as connection:
        connection.execute("INSERT INTO heartbeat (name, seen_at) VALUES ('clock', %s)", (clock.now(),))
        connection.execute("INSERT INTO procrastinate.procrastinate_workers DEFAULT VALUES")

    found = states(environ)

    assert set(found) == {"配置", "磁盘", "节假日", "数据库", "表结构", "时间", "时钟", "后台任务"}
    assert {subject for subject, state in found.items() if state is not State.GOOD} <= {"磁盘", "节假日"}


def test_nobody_works(environ):
    assert "flask clock" in words(environ, "时钟")
    assert "flask worker" in words(environ, "后台任务")


def test_a_clock_that_fell_silent(environ, fresh_db):
    with psycopg.connect(conninfo(fresh_db)) as connection:
        long_ago = clock.now() - dt.timedelta(hours=2)
        connection.execute("INSERT INTO heartbeat (name, seen_at) VALUES ('clock', %s)", (long_ago,))

    assert states(environ)["时钟"] is State.WARN
    assert "没有动静" in words(environ, "时钟")


def test_tables_behind_the_program(environ, fresh_db):
    with psycopg.connect(conninfo(fresh_db)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")

    assert states(environ)["表结构"] is State.BAD
    assert "flask db upgrade" in words(environ, "表结构")


@pytest.mark.parametrize(
    ("seconds", "state"),
    [
        pytest.param(0, State.GOOD, id="together"),
        pytest.param(10, State.WARN, id="ten seconds apart"),
        pytest.param(-3600, State.BAD, id="an hour apart"),
    ],
)
def test_clocks_apart(environ, seconds, state):
    with time_machine.travel(clock.now() + dt.timedelta(seconds=seconds), tick=True):
        assert states(environ)["时间"] is state


@pytest.mark.parametrize(
    ("free", "state"),
    [
        pytest.param(10**12, State.GOOD, id="plenty"),
        pytest.param(10**9, State.WARN, id="low"),
        pytest.param(10**8, State.BAD, id="almost none"),
    ],
)
def test_room_on_the_disk(tmp_path, monkeypatch, free, state):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**13, 10**13 - free, free))

    assert doctor.disk(tmp_path / "not" / "yet").state is state


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(dt.date(2026, 6, 1), [State.GOOD, State.GOOD], id="next year is not announced yet"),
        pytest.param(dt.date(2026, 12, 15), [State.GOOD, State.WARN], id="next year should be known"),
        pytest.param(dt.date(2031, 3, 1), [State.WARN, State.GOOD], id="this year is unknown"),
    ],
)
def test_holidays(day, expected):
    with time_machine.travel(clock.at(day, 12)):
        assert [one.state for one in doctor.holidays()] == expected


def test_bad_settings_are_all_it_says(tmp_path):
    result = CliRunner().invoke(
        doctor.command, env={"JIFEN_ENV": "production", "JIFEN_DATA_DIR": str(tmp_path)}
    )

    assert result.exit_code == 1
    assert "✗ 配置：缺少 JIFEN_SECRET_KEY" in result.output
    assert "数据库" not in result.output


def test_an_unreachable_database(tmp_path):
    environ = {"JIFEN_DATABASE_URL": "postgresql://u:hidden@127.0.0.1:1/x", "JIFEN_DATA_DIR": str(tmp_path)}
    result = CliRunner().invoke(doctor.command, ["--format", "json"], env=environ)

    assert result.exit_code == 1
    found = {one["subject"]: one for one in json.loads(result.output)}
    assert found["数据库"]["state"] == "bad"
    assert "hidden" not in result.output
