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

import sqlalchemy as sa

from bench import city, pushes
from bench.base import HOME, Figure, database, figure, settings
from bot.callback import config_of_house
from jifen.access import privacy_text
from jifen.access.service import openid_digest
from jifen.core import clock
from jifen.core.db import db, transaction
from jifen.core.settings import ROOT

MEMBERS, CLIENTS, WORKERS, ROUNDS = 4_000, 4, 2, 5
#: Neighbours in time belong to different branches, as in life; shares no factor with MEMBERS - 2.
STRIDE = 1009


def _fill() -> None:
    city.fill(MEMBERS, entries=20)
    with transaction() as session:
        # Somebody decides about the secretaries too.
        session.execute(
            sa.text(
                "INSERT INTO post (member_id, unit_id, role, since) VALUES (2, 1, 'wc_leader', '2020-01-01')"
            )
        )
        rows = [{"m": m, "d": openid_digest(pushes.openid(m))} for m in range(1, MEMBERS + 1)]
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
def _serving(command: list[str], port: int, extra: dict[str, str]) -> Iterator[None]:
    environ = {**os.environ, **extra}
    server = subprocess.Popen(
        command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield
    finally:
        server.terminate()
        server.wait(20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _compare(say: str, count: int, *, answer: str, aim: float, what: str) -> Figure:
    with database("bots", _fill) as (_, url):
        config = config_of_house()
        s = settings()
        extra = {
            "JIFEN_DATABASE_URL": url,
            "JIFEN_DATA_DIR": str(HOME),
            "JIFEN_SIMULATOR": "0",
            "JIFEN_WECHAT_TOKEN": s.wechat_token,
            "JIFEN_WECHAT_AES_KEY": s.wechat_aes_key,
            "JIFEN_WECHAT_APP_ID": s.wechat_app_id,
        }
        echo_port, our_port = _free_port(), _free_port()
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
        ours = ["-m", "gunicorn", "-w", str(WORKERS), "-k", "sync", "-b", f"127.0.0.1:{our_port}", "app:app"]
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
            _serving([sys.executable, *echo], echo_port, extra),
            _serving([sys.executable, *ours], our_port, extra),
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
            how=f"{what}, AES mode, whole product ÷ Flask + wechatpy echo; both gunicorn {WORKERS} sync workers, "
            f"{CLIENTS} clients, a connection each message; median of {ROUNDS} interleaved rounds of {count}",
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
        "我的积分", 1500, answer=r"积分：\d+.*分\n.+第\d+名", aim=0.5, what="answers/s to “我的积分”"
    )


def bot_effect_vs_echo() -> Figure:
    """Return messages/s that file a report ÷ the echo's."""
    day = clock.today()
    say = f"上报 志愿服务 {day:%Y-%m-%d} 2小时"
    return _compare(say, 700, answer=r"已收到，编号\d+", aim=0.12, what="messages/s that file a report")
