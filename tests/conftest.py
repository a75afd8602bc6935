"""What every test may ask for: a real PostgreSQL of the suite's own, the app, and no network.

Each xdist worker has a server of its own in a temporary folder: what another
worker leaves open must not hold back this one's snapshots. It is started by
the first test that needs it and stopped at the end.
"""

from __future__ import annotations

import contextlib
import ipaddress
import itertools
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import flask
import flask_migrate
import hypothesis
import psycopg
import pytest
from psycopg import sql

from bot import open_door
from bot.callback import config_of_house
from jifen import create_app
from jifen.access import binding, wecom
from jifen.access import service as access
from jifen.core.actor import Door, system
from jifen.core.db import db as _db
from jifen.core.postgres import Embedded, conninfo
from jifen.core.settings import Settings, load
from jifen.demo import service as demo
from jifen.web import limits
from tests import city
from tests.bot.phone import Phone
from tests.bot.wecom_phone import WeCom
from tests.city import City

_HOME = "_JIFEN_TESTS_HOME"
_TEMPLATE = "jifen_template"
_numbers = itertools.count(1)

# How long an example takes, and how long its making, says how busy the machine is: no law is broken by that.
hypothesis.settings.register_profile(
    "laws", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("laws")


def pytest_configure(config: pytest.Config) -> None:
    """Forget every given setting; in the controlling process, choose the folder for all servers."""
    for name in [name for name in os.environ if name.startswith("JIFEN_")]:
        del os.environ[name]
    if not hasattr(config, "workerinput"):
        home = tempfile.mkdtemp(prefix="jifen-tests-")
        os.chmod(home, 0o755)  # noqa: S103 - run by root, the server's own user must get there
        os.environ[_HOME] = home


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind, not even the server of a worker that crashed."""
    if not hasattr(config, "workerinput"):
        home = Path(os.environ.pop(_HOME))
        for folder in home.iterdir():
            _server(folder).stop()
        shutil.rmtree(home)


def _server(home: Path) -> Embedded:
    return Embedded(home, durable=False, system_dir=home / "system")


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """Let nothing leave this machine: other addresses and names are refused at once."""
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def refuse_strangers(family: int, host: object) -> None:
        if family == socket.AF_UNIX or host in (None, "", "localhost"):
            return
        with contextlib.suppress(ValueError):
            if ipaddress.ip_address(str(host)).is_loopback:
                return
        raise AssertionError(f"a test reached for the network: {host}")

    def checked_connect(self, address):
        refuse_strangers(self.family, address[0])
        return connect(self, address)

    def checked_connect_ex(self, address):
        refuse_strangers(self.family, address[0])
        return connect_ex(self, address)

    def checked_getaddrinfo(host, *args, **kwargs):
        refuse_strangers(0, host.decode() if isinstance(host, bytes) else host)
        return getaddrinfo(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", checked_connect)
        patch.setattr(socket.socket, "connect_ex", checked_connect_ex)
        patch.setattr(socket, "getaddrinfo", checked_getaddrinfo)
        yield


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of a development installation whose data folder is the test run's own."""
    return load({"JIFEN_DATA_DIR": str(tmp_path_factory.mktemp("var"))})


@pytest.fixture(scope="session")
def cluster(worker_id: str) -> Iterator[str]:
    """The URL of this worker's server's first database, for making others; nothing is kept in it."""
    server = _server(Path(os.environ[_HOME]) / worker_id)
    yield server.ensure()
    server.stop()


@pytest.fixture(scope="session")
def template(cluster: str, settings: Settings) -> str:
    """The name of a database at the migrations' head, made once."""
    with _admin(cluster) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_TEMPLATE)))
    migrate(_named(cluster, _TEMPLATE), settings)
    return _TEMPLATE


def migrate(url: str, settings: Settings) -> None:
    """Bring the database at ``url`` to the head by Alembic, as an installation does."""
    app = create_app(settings, database_url=url)
    with app.app_context():
        flask_migrate.upgrade()
        _db.engine.dispose()


@pytest.fixture(scope="session")
def demo_template(cluster: str, template: str, settings: Settings) -> Iterator[str]:
    """The name of a database with a demo city of 600 people, loaded once: loading takes seconds."""
    with own_database(cluster, template) as url:
        with product_on(url, settings) as app, app.app_context():
            demo.load(members=600, by=system("demo", Door.CLI))
            _db.session.remove()
        yield url.partition("@/")[2].partition("?")[0]


@contextlib.contextmanager
def own_database(cluster: str, template: str | None) -> Iterator[str]:
    """Make a database, from ``template`` or empty, and drop it at the end; yields its URL."""
    name = f"t_{os.getpid()}_{next(_numbers)}"
    with _admin(cluster) as server:
        made = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template:
            made += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
        server.execute(made)
        try:
            yield _named(cluster, name)
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _admin(cluster: str) -> psycopg.Connection:
    return psycopg.connect(conninfo(_named(cluster, "postgres")), autocommit=True)


def _named(url: str, database: str) -> str:
    return url.replace("@/jifen?", f"@/{database}?")


@pytest.fixture(scope="session")
def pg_url(cluster: str, template: str) -> Iterator[str]:
    """The URL of this worker's migrated database; ``db`` rolls back whatever a test does in it."""
    with own_database(cluster, template) as url:
        yield url


@contextlib.contextmanager
def product_on(url: str, settings: Settings) -> Iterator[flask.Flask]:
    """Make the whole product on the database at ``url``, and let go of it at the end."""
    made = create_app(settings, database_url=url)
    open_door(made)
    made.testing = True
    try:
        yield made
    finally:
        with made.app_context():
            _db.engine.dispose()


@pytest.fixture(scope="session")
def app(settings: Settings, pg_url: str) -> Iterator[flask.Flask]:
    """The whole product on this worker's database."""
    with product_on(pg_url, settings) as made:
        yield made


@pytest.fixture
def db(app: flask.Flask) -> Iterator[object]:
    """The session inside one outer transaction that is rolled back; code under test may commit."""
    with rolled_back(app) as session_of_test:
        yield session_of_test


@contextlib.contextmanager
def rolled_back(app: flask.Flask) -> Iterator[object]:
    """Stand in ``app`` with the session inside one outer transaction, and undo it at the end.

    Nor does a test find the minute's tries used up by the ones before it.
    """
    doors = app.extensions["jifen_doors"]
    doors |= {name: limits.Window(one.most) for name, one in doors.items() if isinstance(one, limits.Window)}
    with app.app_context():
        engines = _db.engines
        engine, connection = engines[None], engines[None].connect()
        outer = connection.begin()
        _db.session.remove()
        engines[None] = connection
        _db.session.session_factory.kw["join_transaction_mode"] = "create_savepoint"
        try:
            yield _db
        finally:
            _db.session.remove()
            del _db.session.session_factory.kw["join_transaction_mode"]
            engines[None] = engine
            if outer.is_active:
                outer.rollback()
            connection.close()


@pytest.fixture
def client(app: flask.Flask, db: object) -> flask.testing.FlaskClient:
    """A browser without a name; what it does is rolled back with the test."""
    return app.test_client()


@pytest.fixture
def phone(town: City, client: flask.testing.FlaskClient) -> Callable[[str], Phone]:
    """Return how a person of the test's own town writes in WeChat; he is bound on first use."""

    def of(who: str) -> Phone:
        made = Phone(client, config_of_house(), who)
        city.bind(made.openid, access.issue_code(town.people[who], by=city.BY), city.NAMES[who])
        return made

    return of


@pytest.fixture
def in_wecom(town: City, client: flask.testing.FlaskClient) -> Callable[[str], WeCom]:
    """Return how a person of the test's own town writes in WeCom, bound there and agreed."""

    def of(who: str) -> WeCom:
        by = town.actor(who)
        wecom.bind(f"wecom-{who}", by=by)
        binding.show(by=by)
        binding.renew(by=by)
        return WeCom(client, f"wecom-{who}")

    return of


@pytest.fixture
def fresh_db(cluster: str, template: str) -> Iterator[str]:
    """The URL of a migrated database of the test's own, for races and real commits."""
    with own_database(cluster, template) as url:
        yield url


@pytest.fixture
def fresh_app(settings: Settings, fresh_db: str) -> Iterator[flask.Flask]:
    """The whole product on ``fresh_db``: commits are real, threads may race; push a context yourself."""
    with product_on(fresh_db, settings) as made:
        yield made
