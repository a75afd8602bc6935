"""reminders: 20 000 reminders on a simulated clock, with workers killed by -9 and answers lost; none doubled, none gone.

The platform is a process of its own that keeps to the rule of ten minutes: what
it is sent again with the same ``client_msg_id`` within them it takes once. It
loses every so many answers after taking the message, refuses some, is busy for
some, and counts what every person really got.
"""

from __future__ import annotations

import collections
import datetime as dt
import json
import multiprocessing
import random
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import sqlalchemy as sa
import time_machine
from flask import Flask

from bench.base import Figure, database, figure
from bot import outbound
from jifen.core import clock
from jifen.core.db import db, transaction
from jifen.notices import ports, rules, sending
from jifen.notices import service as notices
from jifen.notices.ports import Addresses, House
from jifen.notices.rules import Offer, Plan
from jifen.wechat.circuit_store import DatabaseCircuits
from jifen.wechat.client import WeChatClient
from jifen.wechat.token_store import DatabaseTokenStore

MEMBERS, WORKERS = 20_000, 4
#: Messages between two workers killed.
KILL_EVERY = 200
#: A working day's morning.
MORNING = clock.at(dt.date(2026, 9, 24), 9)
#: Of a hundred sends: answers lost after the message was taken, busy, refused for good.
LOST, BUSY, REFUSED = 3, 3, 1
DEDUPE = 600


class Platform:
    """Takes template messages as WeChat does, and remembers who really got one."""

    def __init__(self, now: Any) -> None:
        self._now, self._lock, self._draws = now, threading.Lock(), random.Random(7)
        self.got: collections.Counter[str] = collections.Counter()
        self._seen: dict[str, tuple[float, int]] = {}
        self.calls = self.lost = self.tokens = 0
        platform = self

        class Door(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                answer = platform.answer(self.path.partition("?")[0], body)
                if answer is None:
                    self.close_connection = True
                    self.connection.close()
                    return
                said = json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_args: Any) -> None:
                """Nothing is logged."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def answer(self, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """Return what is said; None where the answer is lost."""
        if path.endswith("stable_token"):
            self.tokens += 1
            return {"access_token": "T" * 100, "expires_in": 7200}
        with self._lock:
            self.calls += 1
            draw, key, now = self._draws.randrange(100), body["client_msg_id"], self._now()
            if draw < BUSY:
                return {"errcode": -1, "errmsg": "system error"}
            if draw < BUSY + REFUSED:
                return {"errcode": 43004, "errmsg": "require subscribe"}
            until, number = self._seen.get(key, (0.0, self.calls))
            if until <= now:
                self._seen[key] = (now + DEDUPE, number)
                self.got[body["touser"]] += 1
            if draw < BUSY + REFUSED + LOST:
                self.lost += 1
                return None
            return {"errcode": 0, "errmsg": "ok", "msgid": number}


def house_for(url: str) -> House:
    """Return a house whose people are all bound and get template messages from that platform."""
    known = {"store": DatabaseTokenStore(), "circuits": DatabaseCircuits()}
    client = WeChatClient(app_id="wx-bench", secret="-", base_url=url, **known)  # type: ignore[arg-type]  # noqa: S106

    def ask(letter: ports.Letter) -> str | None:
        return client.send_template(
            openid=letter.address,
            template_id=letter.template_id,
            data=outbound.filled(letter.kind, letter.values, notice=False),
            client_msg_id=f"n{letter.notice_id}",
        )

    return House(
        channels={rules.TEMPLATE: outbound.Way(rules.TEMPLATE, ask, outbound.REPEATABLE)},
        plan=Plan((rules.TEMPLATE,), (rules.TEMPLATE,), {rules.TEMPLATE: 100_000}),
        addresses=lambda member_id, data: Addresses(f"o{member_id:027}", wecom_first=True),
        offer=lambda kind: Offer(template="TPL-REMIND"),
        compose=lambda kind, member_id, data: {
            "what": "有1条上报等您确认",
            "word": "待审",
            "day": "2026-09-24 09:00",
        },
    )


def worker(app: Flask, url: str, hour: dt.datetime) -> None:
    """Send what is due at that hour until nothing is; somebody may kill it at any moment."""
    with app.app_context(), time_machine.travel(hour, tick=True):
        db.engine.dispose(close=False)
        ports.use(house_for(url))
        while sending.send_some():
            pass


#: Within the hour a step of a minute; what comes back later is looked for in longer steps.
MINUTE_BY_MINUTE = [dt.timedelta(minutes=1)] * 75
AFTERWARDS, MOST_AFTERWARDS = dt.timedelta(minutes=12), 40


def play(
    app: Flask,
    members: int,
    *,
    kill_every: int,
    workers: int = WORKERS,
    steps: Sequence[dt.timedelta] = MINUTE_BY_MINUTE,
    tell: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """Owe ``members`` reminders and send them step by step, killing workers; return what came of them.

    :param kill_every: calls of the platform between two kills; another worker takes the killed one's place
    :param tell: is told from time to time how far it is
    """
    forking, shared = multiprocessing.get_context("fork"), {"at": MORNING}
    platform = Platform(lambda: shared["at"].timestamp())
    threading.Thread(target=platform.server.serve_forever, daemon=True).start()
    with time_machine.travel(MORNING, tick=False), transaction() as session:
        ids = list(session.scalars(sa.text("SELECT id FROM member ORDER BY id LIMIT :n"), {"n": members}))
        for first in range(0, len(ids), 500):
            rows: list[tuple[str, int, dict[str, Any]]] = [
                (f"remind:2026-09:{one}", one, {}) for one in ids[first : first + 500]
            ]
            notices.queue_many(kind="monthly_reminder", rows=rows, spread=dt.timedelta(hours=1))
    db.session.remove()
    db.engine.dispose()
    killed, begun, hour = 0, time.monotonic(), MORNING
    draws = random.Random(11)
    for number, step in enumerate([*steps, *[AFTERWARDS] * MOST_AFTERWARDS]):
        if number >= len(steps) and not _owed():
            break
        hour += step
        shared["at"] = hour

        def begin(at: dt.datetime = hour) -> Any:
            one = forking.Process(target=worker, args=(app, platform.url, at), daemon=True)
            one.start()
            return one

        running = [begin() for _ in range(workers)]
        while alive := [one for one in running if one.is_alive()]:
            time.sleep(0.02)
            if platform.calls >= kill_every * (killed + 1):
                victim = draws.choice(alive)
                victim.kill()
                victim.join()
                killed += 1
                running = [one for one in running if one is not victim] + [begin()]
        if tell and number % 5 == 4:
            left, seconds = _owed(), time.monotonic() - begun
            tell(f"  {hour.astimezone(clock.SHANGHAI):%H:%M} {left} owed, {killed} killed, {seconds:.0f} s")
    platform.server.shutdown()
    platform.server.server_close()
    with transaction() as session:
        rows_of = session.execute(sa.text("SELECT state, count(*) FROM notice GROUP BY state"))
        states = dict(rows_of.tuples().all())
    return {
        "states": states,
        "doubled": sum(1 for count in platform.got.values() if count > 1),
        "arrived": len(platform.got),
        "calls": platform.calls,
        "answers_lost": platform.lost,
        "workers_killed": killed,
        "tokens": platform.tokens,
        "seconds": round(time.monotonic() - begun, 1),
    }


def _owed() -> int:
    """Return how many are not at an end."""
    with transaction() as session:
        left = session.execute(
            sa.text("SELECT count(*) FROM notice WHERE state IN ('queued', 'sending')")
        ).scalar_one()
    db.session.remove()
    db.engine.dispose()
    return left


def _fill() -> None:
    db.session.execute(
        sa.text(
            "INSERT INTO member (number, name, name_pinyin, joined_precision, confirmed_precision, created_at)"
            " SELECT CAST(n AS text), '测试' || n, 'ceshi' || n, 'd', 'd', now() FROM generate_series(1, :n) AS n"
        ),
        {"n": MEMBERS},
    )
    db.session.commit()


def reminders() -> Figure:
    """Return how many of 20 000 reminders are accounted for, if none came twice."""
    with database("reminders", _fill) as (app, _):
        with transaction() as session:
            session.execute(sa.text("DELETE FROM notice"))
            session.execute(sa.text("DELETE FROM wechat_circuit"))
            session.execute(sa.text("DELETE FROM notice_quota"))
        found = play(app, MEMBERS, kill_every=KILL_EVERY, tell=partial(print, flush=True))
    counted = sum(
        found["states"].get(one, 0) for one in ("accepted", "delivered", "unknown", "failed", "waits")
    )
    return figure(
        counted if not found["doubled"] else -found["doubled"],
        MEMBERS,
        unit="reminders accounted for, none doubled",
        how=f"{MEMBERS} reminders spread over an hour of a simulated clock, {WORKERS} workers at a time, "
        f"one killed by -9 after every {KILL_EVERY} messages and another put in its place, of 100 sends {LOST} "
        f"answers lost after the message was taken, {BUSY} busy, "
        f"{REFUSED} refused; the platform counts what each person got",
        ours=found,
    )
