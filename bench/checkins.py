"""check_in_p99: five hundred people come to one activity within a minute, and everybody taps twice."""

from __future__ import annotations

import datetime as dt
import html
import random
import re
import socket
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlencode

import sqlalchemy as sa

from bench import bots, pushes, storm
from bench.base import Figure, acting, database, figure
from bot.callback import config_of_house
from jifen.access import visitors
from jifen.activities import planning, rules, signing_up
from jifen.activities.models import Activity, Presence
from jifen.activities.planning import Need
from jifen.activities.states import Purpose
from jifen.core import clock
from jifen.core.db import db
from jifen.supervise import web_server
from jifen.web.doors import PHONE_COOKIE
from jifen.wechat.envelope import CallbackConfig

PEOPLE, SECONDS, AIM = 500, 60, 500
#: Seconds of the second, harder measurement: everybody comes with one bus.
RUSH = 10
#: Member 2 leads the whole city of the bench; 3 and on come.
LEADER, FIRST = 2, 3
_FIELD = re.compile(r'name="([a-z_]+)" value="([^"]*)"')


def check_in_p99() -> Figure:
    """Return the 99th percentile of the answers to all taps in milliseconds, and that each counted once."""
    with database("bots", bots._fill) as (_, url):
        config, port = config_of_house(), bots.free_port()
        cookies = {m: visitors.begin(pushes.openid(m)) for m in range(FIRST, FIRST + PEOPLE)}
        with bots.serving(web_server(port), port, bots.environ_of(url)):
            for member in range(3800, 3840):
                storm.until_answered(
                    port, pushes.prepared(config, member, "我的活动", f"127.0.0.1:{port}"), config
                )
            hall = Hall(port, config, cookies)
            slow = _come(hall, seconds=SECONDS)
            rush = _come(hall, seconds=RUSH)
    return figure(
        _percentile(slow),
        AIM,
        at_most=True,
        unit="ms",
        how=f"{PEOPLE} people check in at one activity within {SECONDS} s, each twice by a double tap, a third each by "
        "the page of a scan (page and both taps counted), the digits and the scan inside the chat; real HTTP, two web "
        f"processes; {PEOPLE} attendances; 99th percentile of all answers, from when each was due",
        ours={
            "median": round(statistics.median(slow), 1),
            "longest": round(max(slow), 1),
            "rush_p99": round(_percentile(rush), 1),
            "rush_seconds": RUSH,
        },
    )


@dataclass(frozen=True, slots=True)
class Hall:
    """What the telephones need to know."""

    port: int
    config: CallbackConfig
    cookies: dict[int, str]


def _percentile(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.99)]


def _come(hall: Hall, *, seconds: int) -> list[float]:
    """Let everybody come within ``seconds``; returns how long each answer took, in milliseconds.

    :raises RuntimeError: a tap that was not answered rightly, or people without exactly one attendance
    """
    act_id, seed = _published()
    moments = random.Random(500)
    dues = sorted(moments.uniform(0, seconds) for _ in range(PEOPLE))
    begun = time.perf_counter() + 0.5

    def one(n: int) -> list[float]:
        due = begun + dues[n]
        time.sleep(max(0.0, due - time.perf_counter()))
        return _WAYS[n % len(_WAYS)](hall, FIRST + n, act_id, seed, due)

    # As many as come in the busiest seconds: nobody waits for another's telephone.
    with ThreadPoolExecutor(64) as pool:
        times = [t for some in pool.map(one, range(PEOPLE)) for t in some]
    there = db.session.scalar(_THERE, {"id": act_id})
    db.session.remove()
    if there != PEOPLE:
        raise RuntimeError(f"{there} attendances of {PEOPLE} people")
    return times


_THERE = sa.select(sa.func.count(Presence.in_at)).where(Presence.activity_id == sa.bindparam("id"))


def _published() -> tuple[int, bytes]:
    """Publish an activity of the whole city for which everybody signed up; what stood before is over."""
    db.session.execute(sa.update(Activity).values(state="cancelled"))
    db.session.commit()
    now = clock.now()
    need = Need(
        unit_id=1,
        kind="volunteer",
        title="全市志愿服务日",
        place="中心广场",
        starts_at=now + dt.timedelta(minutes=20),
        ends_at=now + dt.timedelta(hours=2),
        capacity=PEOPLE,
    )
    made = planning.plan(need, by=acting(LEADER))
    for n in range(PEOPLE):
        signing_up.join(made.id, by=acting(FIRST + n))
    return made.id, made.seed


def _by_page(hall: Hall, member: int, act_id: int, seed: bytes, due: float) -> list[float]:
    port, cookie = hall.port, f"{PHONE_COOKIE}={hall.cookies[member]}"
    path = f"/m/in/{rules.qr(act_id, seed, Purpose.IN, clock.now())}"
    page = _asked(port, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n", b"")
    opened = time.perf_counter()
    body = urlencode([(k, html.unescape(v)) for k, v in _FIELD.findall(page)]).encode()
    head = (
        f"POST /m/in HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
    )
    taps = _twice(lambda: _asked(port, head, body), opened)
    if any(" 303 " not in answer[:20] for answer, _ in taps):
        raise RuntimeError(f"{page[-600:]}\n{taps[0][0][:600]}")
    return [(opened - due) * 1000, *(took for _, took in taps)]


def _by_digits(hall: Hall, member: int, _act: int, seed: bytes, due: float) -> list[float]:
    say, host = f"签到 {rules.digits(seed, Purpose.IN, clock.now())}", f"127.0.0.1:{hall.port}"
    return _by_chat(hall, [pushes.prepared(hall.config, member, say, host) for _ in range(2)], due)


def _by_chat_scan(hall: Hall, member: int, act_id: int, seed: bytes, due: float) -> list[float]:
    scan = f"https://jifen.example.cn/m/in/{rules.qr(act_id, seed, Purpose.IN, clock.now())}"
    # WeChat knows an event by its second: of two taps one carries the next.
    host = f"127.0.0.1:{hall.port}"
    return _by_chat(hall, [pushes.scanned(hall.config, member, scan, host, later=n) for n in range(2)], due)


def _by_chat(hall: Hall, requests: list[bytes], due: float) -> list[float]:
    turn = iter(requests)
    taps = _twice(lambda: storm.words_of(hall.port, next(turn), hall.config) or "", due)
    if any("签到成功" not in words and "已经签到过" not in words for words, _ in taps):
        raise RuntimeError(f"{[words for words, _ in taps]}")
    return [took for _, took in taps]


_WAYS = (_by_page, _by_digits, _by_chat_scan)


def _twice(tap: Callable[[], str], since: float) -> list[tuple[str, float]]:
    """Tap twice at the same moment; returns each answer and after how many milliseconds it was there."""

    def once() -> tuple[str, float]:
        answer = tap()
        return answer, (time.perf_counter() - since) * 1000

    with ThreadPoolExecutor(2) as fingers:
        return [one.result() for one in [fingers.submit(once) for _ in range(2)]]


def _asked(port: int, head: str, body: bytes) -> str:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as wire:
        wire.sendall(f"{head}Connection: close\r\n\r\n".encode() + body)
        parts = []
        while part := wire.recv(65536):
            parts.append(part)
    return b"".join(parts).decode()
