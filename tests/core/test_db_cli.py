"""``flask db dump`` and ``flask db restore`` move everything, or nothing."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import flask
import psycopg
import pytest

from jifen.core.postgres import Embedded, conninfo
from jifen.core.postgres.embedded import own
from jifen.core.postgres.programs import programs_for
from jifen.core.settings import Settings
from tests.conftest import own_database, product_on


@pytest.fixture(scope="module")
def city_url(cluster: str, demo_template: str) -> Iterator[str]:
    """The URL of a database with a demo city, into which nothing is ever written."""
    with own_database(cluster, demo_template) as url:
        yield url


@pytest.fixture(scope="module")
def app_with_rows(city_url: str, settings: Settings) -> Iterator[flask.Flask]:
    """The product with a demo city."""
    with product_on(city_url, settings) as made:
        yield made


def run(app: flask.Flask, *args: object):
    return app.test_cli_runner().invoke(args=["db", *map(str, args)])


def counts(url: str) -> dict[str, int]:
    with psycopg.connect(conninfo(url)) as connection:
        names = connection.execute(
            "SELECT schemaname || '.' || tablename FROM pg_tables"
            " WHERE schemaname IN ('public', 'procrastinate') ORDER BY 1"
        ).fetchall()
        return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for (name,) in names}


@pytest.fixture
def older(tmp_path: Path) -> Iterator[str]:
    """An empty database on a second server, of an older version than the house's own."""
    home = Path(os.environ["_JIFEN_TESTS_HOME"]) / tmp_path.name
    server = Embedded(home, durable=False, system_dir=home / "system")
    place = server.place()
    home.mkdir()
    own(place.folder, place.user)
    old = programs_for(place.user, version=16, shelf=home / "system")
    assert (
        old.run("initdb", "-D", str(place.data), "-U", "jifen", "-A", "trust", "-N", "-E", "UTF8").code == 0
    )
    try:
        yield server.ensure()
    finally:
        server.stop()


def test_a_dump_moves_everything_to_an_older_server(app_with_rows, city_url, older, tmp_path):
    file = tmp_path / "jifen.dump"

    dumped = run(app_with_rows, "dump", file)
    restored = run(app_with_rows, "restore", file, "--url", conninfo(older))

    assert dumped.exit_code == 0, dumped.output
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert restored.exit_code == 0, restored.output
    assert counts(older) == counts(city_url)
    assert counts(older)["public.member"] == 600


def test_a_target_that_holds_something_is_left_alone(app_with_rows, city_url, tmp_path):
    file = tmp_path / "jifen.dump"
    run(app_with_rows, "dump", file)
    before = counts(city_url)

    refused = run(app_with_rows, "restore", file)

    assert refused.exit_code == 1
    assert "请新建一个空的数据库" in refused.output
    assert counts(city_url) == before


def test_half_a_dump_restores_nothing(app_with_rows, cluster, tmp_path):
    file = tmp_path / "jifen.dump"
    run(app_with_rows, "dump", file)
    with file.open("r+b") as whole:
        whole.truncate(file.stat().st_size * 9 // 10)

    with own_database(cluster, None) as url:
        refused = run(app_with_rows, "restore", file, "--url", url)

        assert refused.exit_code == 1
        assert "保持原样" in refused.output
        assert counts(url) == {}


def test_what_is_no_dump_is_said(app_with_rows, cluster, tmp_path):
    file = tmp_path / "jifen.dump"
    file.write_text("not a dump")

    with own_database(cluster, None) as url:
        refused = run(app_with_rows, "restore", file, "--url", url)

    assert refused.exit_code == 1
    assert "不是 flask db dump 导出的文件" in refused.output


def test_a_file_is_never_overwritten(app_with_rows, tmp_path):
    file = tmp_path / "jifen.dump"
    file.write_text("kept")

    refused = run(app_with_rows, "dump", file)

    assert refused.exit_code == 1
    assert file.read_text() == "kept"
    assert [one.name for one in tmp_path.iterdir()] == ["jifen.dump"]


@pytest.mark.parametrize(
    ("url", "word"),
    [
        pytest.param("postgresql://u:hidden@127.0.0.1:1/jifen", "连接不上", id="nobody answers"),
        pytest.param("no address at all", "数据库地址不对", id="no address"),
    ],
)
def test_a_target_out_of_reach_is_said_without_its_password(app_with_rows, tmp_path, url, word):
    file = tmp_path / "jifen.dump"
    run(app_with_rows, "dump", file)

    refused = run(app_with_rows, "restore", file, "--url", url)

    assert refused.exit_code == 1
    assert word in refused.output
    assert "hidden" not in refused.output
