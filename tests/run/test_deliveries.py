"""Deliveries through real processes that die under them: one effect and one answer each, and nothing lost."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest

from bench import bots, city, pushes, storm
from bot import open_door
from bot.callback import config_of_house
from jifen import create_app
from jifen.core.db import db
from jifen.core.postgres import Embedded
from jifen.core.settings import load
from jifen.supervise import web_server

MEMBERS = 160


@pytest.fixture
def house() -> Iterator[Path]:
    """The folder of an installation with a server of its own, which may be restarted."""
    folder = Path(tempfile.mkdtemp(prefix="jifen-deliveries-"))
    folder.chmod(0o755)
    yield folder
    _server(folder).stop()
    shutil.rmtree(folder)


def _server(folder: Path) -> Embedded:
    return Embedded(folder, system_dir=folder / "system")


def test_one_effect_and_one_answer_whatever_dies(house):
    url = _server(house).ensure()
    settings = load({"JIFEN_DATA_DIR": str(house), "JIFEN_SIMULATOR": "0"})
    app = create_app(settings, database_url=url)
    open_door(app)
    with app.app_context():
        flask_migrate.upgrade()
        bots.fill(MEMBERS)
        config = config_of_house()
        db.session.remove()
        db.engine.dispose()
    port, log = bots.free_port(), house / "web.log"
    members = [*range(2, MEMBERS, city.BRANCH), *range(3, 39)]  # the first ones of a branch each
    requests = storm.reports(port, config, members)
    held, rest = requests[:4], requests[4:]

    def kill_one() -> None:
        storm.workers(server)[0].kill()

    def restart() -> None:
        _server(house).stop()
        _server(house).ensure()

    environ = {"JIFEN_DATABASE_URL": url, "JIFEN_DATA_DIR": str(house), "JIFEN_SIMULATOR": "0"}
    with bots.serving(web_server(port), port, environ, log=log) as server:
        assert "积分" in storm.until_answered(
            port, pushes.prepared(config, 150, "我的积分", f"127.0.0.1:{port}"), config
        )
        cut = storm.killed_before_the_answer(url, server, port, held, config)
        # No answer, and the effect of at least one: those that were not so far have neither.
        assert cut == len(held)
        assert set(storm.effects(url)) == {1}

        answers = [{storm.until_answered(port, one, config)} for one in held]
        answers += storm.storm(port, rest, config, meanwhile=[kill_one, restart])

    assert storm.effects(url) == [1] * len(requests)
    assert [one for one in answers if len(one) != 1 or not storm.FILED.match(min(one))] == []
    said = log.read_text(errors="replace")
    assert '"route": "/wechat"' in said
    secrets = [settings.wechat_token, settings.wechat_aes_key, settings.wechat_secret, settings.secret_key]
    people = [pushes.openid(n) for n in members]
    assert [one for one in [*secrets, *people] if one in said] == []
