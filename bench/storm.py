"""callback_p99, callback_storm, callback_hostile: deliveries as they come, while processes die under them."""

from __future__ import annotations

import re
import socket
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import psutil
import psycopg

from bench import bots, city, pushes
from bench.base import HOME, Figure, database, figure
from bot import replies
from bot.callback import config_of_house
from jifen.core import clock
from jifen.core.postgres import Embedded, conninfo
from jifen.core.settings import ROOT
from jifen.supervise import web_server
from jifen.wechat.envelope import CallbackConfig

COPIES, MESSAGES = 3, 1000
#: Seconds that WeChat waits for an answer, and between two tries here; so often a copy is pushed.
PATIENCE, PAUSE, TRIES = 5.0, 1.0, 300
FILED = re.compile(r"已收到，编号\d+")

_HOLD = """
CREATE FUNCTION hold_answer() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(4); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER hold_answer AFTER UPDATE ON inbox_message DEFERRABLE INITIALLY DEFERRED
   FOR EACH ROW EXECUTE FUNCTION hold_answer()
"""
_LET_GO = "DROP TRIGGER hold_answer ON inbox_message; DROP FUNCTION hold_answer()"
_HELD = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query = 'COMMIT' AND state = 'active'"


def words_of(port: int, request: bytes, config: CallbackConfig) -> str | None:
    """Push one copy; returns the words of the answer, empty for a bare 'success', None where there was none."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as wire:
            wire.sendall(request)
            parts = []
            while part := wire.recv(65536):
                parts.append(part)
    except OSError:
        return None
    answer = b"".join(parts)
    if not answer.startswith(b"HTTP/1.1 200"):
        return None
    found = re.search(r"<Content><!\[CDATA\[(.*?)\]\]>", pushes.said(answer, config), re.DOTALL)
    return found[1] if found else ""


def until_answered(port: int, request: bytes, config: CallbackConfig) -> str:
    """Push a copy until it is answered; who is told to send again does so."""
    for _ in range(TRIES):
        words = words_of(port, request, config)
        if words and words != replies.BUSY:
            return words
        time.sleep(PAUSE)
    return ""


def storm(
    port: int, requests: Sequence[bytes], config: CallbackConfig, *, meanwhile: Sequence[Callable[[], None]]
) -> list[set[str]]:
    """Push every request in copies at the same time; returns what each was answered, all copies together.

    :param meanwhile: what happens in between, spread evenly
    """
    answers: list[set[str]] = [set() for _ in requests]
    done = threading.Semaphore(0)

    def copy(n: int) -> None:
        answers[n].add(until_answered(port, requests[n], config))
        done.release()

    with ThreadPoolExecutor(4 * COPIES) as pool:
        copies = [pool.submit(copy, n) for n in range(len(requests)) for _ in range(COPIES)]
        for happens in meanwhile:
            for _ in range(len(copies) // (len(meanwhile) + 1)):
                done.acquire()
            happens()
        for one in copies:
            one.result()
    return answers


def killed_before_the_answer(
    url: str, server: subprocess.Popen, port: int, requests: Sequence[bytes], config: CallbackConfig
) -> int:
    """Kill the web processes after the effect of ``requests`` and before their answers; returns how many had it."""
    with psycopg.connect(conninfo(url), autocommit=True) as admin:
        admin.execute(_HOLD)
        try:
            with ThreadPoolExecutor(len(requests)) as pool:
                pushed = [pool.submit(words_of, port, one, config) for one in requests]
                while admin.execute(_HELD).fetchone() == (0,):
                    time.sleep(0.02)
                time.sleep(2)  # for the others to get there
                for worker in workers(server):
                    worker.kill()
                cut = sum(one.result() is None for one in pushed)
            while admin.execute(_HELD).fetchone() != (0,):  # what was begun is finished without them
                time.sleep(0.05)
        finally:
            admin.execute(_LET_GO)
    return cut


def workers(server: subprocess.Popen) -> list[psutil.Process]:
    """Return the processes that answer."""
    return psutil.Process(server.pid).children()


def effects(url: str) -> list[int]:
    """Return how many reports each member who reported has."""
    with psycopg.connect(conninfo(url)) as reader:
        return [n for (n,) in reader.execute("SELECT count(*) FROM report GROUP BY member_id")]


@contextmanager
def _product() -> Iterator[tuple[str, int, subprocess.Popen, CallbackConfig]]:
    """Serve the bench's city as ``make run`` would; yields the database's URL, port, server and what proves WeChat."""
    with database("bots", bots._fill) as (_, url):
        config, port = config_of_house(), bots.free_port()
        bots._forget_reports()
    with bots.serving(web_server(port), port, bots.environ_of(url)) as server:
        for member in range(3800, 3840):
            until_answered(port, pushes.prepared(config, member, "我的积分", f"127.0.0.1:{port}"), config)
        yield url, port, server, config


def reports(port: int, config: CallbackConfig, members: Iterable[int]) -> list[bytes]:
    """Return a report of each of the members, ready to be pushed."""
    say = f"上报 志愿服务 {clock.today():%Y-%m-%d} 2小时"
    return [pushes.prepared(config, member, say, f"127.0.0.1:{port}") for member in members]


def callback_storm() -> Figure:
    """Return how many of 1 000 messages, each in 3 copies at once, had not exactly one effect and one answer."""
    with _product() as (url, port, server, config):
        held = reports(
            port, config, range(2, 8 * city.BRANCH, city.BRANCH)
        )  # a branch each: none waits for another
        cut = killed_before_the_answer(url, server, port, held, config)
        again = [{until_answered(port, one, config)} for one in held]

        def kill_one() -> None:
            workers(server)[0].kill()

        def restart() -> None:
            Embedded(HOME).stop()
            Embedded(HOME).ensure()

        requests = reports(port, config, range(1002, 1002 + MESSAGES))
        answers = again + storm(port, requests, config, meanwhile=[kill_one, restart, kill_one])
        filed = effects(url)
    wrong = sum(len(one) != 1 or not FILED.match(next(iter(one))) for one in answers)
    wrong += abs(len(filed) - len(answers)) + sum(n != 1 for n in filed)
    return figure(
        wrong,
        0,
        at_most=True,
        unit="messages",
        how=f"{MESSAGES} reports × {COPIES} copies at once, two web processes killed and the database restarted in "
        f"between; before it {len(held)} reports, {cut} of them cut off by kill -9 between effect and answer: messages "
        "without exactly one effect and one answer",
    )


def callback_p99(seconds: int = 20, per_second: int = 50) -> Figure:
    """Return the 99th percentile of answers in milliseconds, counted from when each message was due."""
    with _product() as (_, port, _, config):
        count = seconds * per_second
        asked = [
            pushes.prepared(config, n, "我的积分", f"127.0.0.1:{port}") for n in range(1500, 1500 + count)
        ]
        told = reports(port, config, range(2, 2 + count))
        begun = time.perf_counter() + 0.5

        def at(n: int) -> float:
            due = begun + n / per_second
            time.sleep(max(0.0, due - time.perf_counter()))
            words = words_of(port, (told if n % 2 else asked)[n], config)
            if not words or words == replies.BUSY:
                return float("inf")
            return (time.perf_counter() - due) * 1000

        with ThreadPoolExecutor(32) as pool:
            times = sorted(pool.map(at, range(count)))
    answered = [one for one in times if one < float("inf")]
    return figure(
        min(times[int(len(times) * 0.99)], 1000 * PATIENCE),
        250,
        at_most=True,
        unit="ms",
        how=f"{per_second} messages/s for {seconds} s, half of them reports, from when each was due; 99th percentile",
        ours={
            "median": round(statistics.median(answered), 1),
            "longest": round(answered[-1], 1),
            "unanswered": len(times) - len(answered),
        },
    )


def callback_hostile() -> Figure:
    """Return the slowest answer to a hostile body in milliseconds; none is a 5xx or makes the process grow."""
    bodies = {path.stem: path.read_bytes() for path in (ROOT / "tests/data/wechat/attack").glob("*.xml")}
    bodies |= {"long": b"<xml>" + b"a" * 200_000, "too long": b"a" * 5_000_000}
    slowest, grown = 0.0, 0.0
    with _product() as (_, port, server, config):
        before = sum(p.memory_info().rss for p in workers(server))
        for name, body in bodies.items():
            for request in (
                pushes.sealed(config, body, f"127.0.0.1:{port}"),
                pushes.unsigned(body, f"127.0.0.1:{port}"),
            ):
                times = []
                for _ in range(5):
                    begun = time.perf_counter()
                    status = status_of(port, request)
                    times.append((time.perf_counter() - begun) * 1000)
                    if status not in (200, 403):
                        raise RuntimeError(f"{name}: {status}")
                slowest = max(slowest, statistics.median(times))
        grown = (sum(p.memory_info().rss for p in workers(server)) - before) / 2**20
    return figure(
        slowest,
        50,
        at_most=True,
        unit="ms",
        how=f"{len(bodies)} hostile bodies, sealed as WeChat would and bare; the slowest median of 5 tries; none is a 5xx",
        ours={"grown_mb": round(grown, 1)},
    )


def status_of(port: int, request: bytes) -> int:
    """Push something and return the HTTP status of the answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as wire:
        with suppress(OSError):  # answered before all of it was sent
            wire.sendall(request)
        return int(wire.recv(65536).split(b" ", 2)[1])
