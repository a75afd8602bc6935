"""bot_vs_echo, bot_effect_vs_echo: the whole product against a bare encrypted echo."""

from __future__ import annotations

import os
import re
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from bench import city, pushes
from bench.base import HOME, Figure, database, figure, settings
from bot.callback import config_of_house
from jifen.access import privacy_text
from jifen.access.service import openid_digest
from jifen.core import clock
from jifen.core.db import db, transaction
from jifen.core.settings import ROOT
from jifen.supervise import web_server

MEMBERS, CLIENTS, WORKERS, ROUNDS = 4_000, 4, 2, 5
#: Neighbours in time belong to different branches, as in life; shares no factor with MEMBERS - 2.
STRIDE = 1009


def _fill() -> None:
    fill(MEMBERS, entries=20)


def fill(members: int, *, entries: int = 0) -> None:
    """Make a city whose members have telephones, agreed, and may report."""
    city.fill(members, entries=entries)
    with transaction() as session:
        # Somebody decides about the secretaries too.
        session.execute(
            sa.text(
                "INSERT INTO post (member_id, unit_id, role, since) VALUES (2, 1, 'wc_leader', '2020-01-01')"
            )
        )
        rows = [{"m": m, "d": openid_digest(pushes.openid(m))} for m in range(1, members + 1)]
        session.execute(
            sa.text("INSERT INTO binding (member_id, openid_digest, bound_at) VALUES (:m, :d, now())"), rows
        )
        text = privacy_text.load()
        session.execute(
            sa.text(
                "INSERT INTO consent (member_id, version, digest, given_at, door)"
                " SELECT member_id, :version, :digest, now(), 'wechat' FROM binding"
            ),
            {"version": text.version, "digest": text.digest},
        )


@contextmanager
def serving(
    command: list[str], port: int, extra: dict[str, str], *, log: Path = Path(os.devnull)
) -> Iterator[subprocess.Popen]:
    """Run a server for a while; yields it when it takes connections. What it says is added to ``log``."""
    environ = {**os.environ, **extra}
    with log.open("ab") as said:
        server = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=said, stderr=said)
    try:
        for _ in range(900):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield server
    finally:
        server.terminate()
        server.wait(60)


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environ_of(url: str) -> dict[str, str]:
    """Return what the servers under measure must know."""
    s = settings()
    return {
        "JIFEN_DATABASE_URL": url,
        "JIFEN_DATA_DIR": str(HOME),
        "JIFEN_SIMULATOR": "0",
        "JIFEN_WECHAT_TOKEN": s.wechat_token,
        "JIFEN_WECHAT_AES_KEY": s.wechat_aes_key,
        "JIFEN_WECHAT_APP_ID": s.wechat_app_id,
    }


def _compare(say: str, count: int, *, answer: str, aim: float, what: str) -> Figure:
    with database("bots", _fill) as (_, url):
        config = config_of_house()
        extra = environ_of(url)
        echo_port, our_port = free_port(), free_port()
        echo = [
            "-m",
            "gunicorn",
            "-w",
            str(WORKERS),
            "-k",
            "sync",
            "-b",
            f"127.0.0.1:{echo_port}",
            "bench.echo:app",
        ]
        members = iter(range(10**9))

        def batch(port: int) -> list[bytes]:
            host = f"127.0.0.1:{port}"
            return [
                pushes.prepared(config, 2 + next(members) * STRIDE % (MEMBERS - 2), say, host)
                for _ in range(count)
            ]

        def ours_rate(requests: list[bytes]) -> float:
            right = re.compile(answer)
            return pushes.rate(our_port, requests, clients=CLIENTS, config=config, expected=right)

        def echo_rate(requests: list[bytes]) -> float:
            same = re.compile(re.escape(say))
            return pushes.rate(echo_port, requests, clients=CLIENTS, config=config, expected=same)

        with (
            serving([sys.executable, *echo], echo_port, extra),
            serving(web_server(our_port), our_port, extra),
        ):
            _forget_reports()
            ours_rate(batch(our_port)[:60])
            echo_rate(batch(echo_port)[:60])
            pairs = []
            for _ in range(ROUNDS):
                _forget_reports()
                pairs.append((ours_rate(batch(our_port)), echo_rate(batch(echo_port))))
        ratio = statistics.median(a / b for a, b in pairs)
        return figure(
            ratio,
            aim,
            unit="×",
            how=f"{what}, AES mode, whole product as `make run` serves it (granian, 2 workers) ÷ Flask + wechatpy "
            f"echo under gunicorn, {WORKERS} sync workers; {CLIENTS} clients, a connection each message; "
            f"median of {ROUNDS} interleaved rounds of {count}",
            ours={"per_second": round(statistics.median(a for a, _ in pairs), 1)},
            peer={"per_second": round(statistics.median(b for _, b in pairs), 1)},
        )


def _forget_reports() -> None:
    """Free the deeds of the day, so that each round files them anew."""
    with transaction() as session:
        session.execute(sa.text("DELETE FROM report"))
        session.execute(sa.text("DELETE FROM inbox_message"))
    db.session.remove()


def bot_vs_echo() -> Figure:
    """Return answers/s to 我的积分 ÷ the echo's."""
    return _compare(
        "我的积分", 1500, answer=r"积分：\d+.*分\n.+第\d+名", aim=0.8, what="answers/s to “我的积分”"
    )


def bot_effect_vs_echo() -> Figure:
    """Return messages/s that file a report ÷ the echo's."""
    day = clock.today()
    say = f"上报 志愿服务 {day:%Y-%m-%d} 2小时"
    return _compare(say, 700, answer=r"已收到，编号\d+", aim=0.2, what="messages/s that file a report")
