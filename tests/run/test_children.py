"""Children are restarted with growing pauses, and leave nobody behind."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from jifen import children
from jifen.children import Child, born, end_leftovers

DIES = "import sys; print('last words'); sys.exit(3)"
LIVES = "import time; time.sleep(600)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
PARENT = (
    "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']).wait()"
)


@pytest.fixture
def child(tmp_path):
    made = []

    def make(program: str) -> Child:
        one = Child(
            "child", "孩子", [sys.executable, "-c", program], {}, tmp_path, tmp_path / "log" / "child.log"
        )
        made.append(one)
        return one

    yield make
    for one in made:
        one.wait_until_stopped(0)


def until(true: Callable[[], object], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def test_who_dies_is_started_again_after_a_longer_pause_each_time(child, monkeypatch):
    monkeypatch.setattr(children, "LONGEST_PAUSE", 2.0)
    one, said = child(DIES), []
    one.start()

    until(lambda: [one.watch(said.append)] and len(said) == 3)
    assert ["1 秒后" in said[0], "2 秒后" in said[1], "2 秒后" in said[2]] == [True] * 3
    assert all("代码 3" in sentence for sentence in said)
    assert one.log.read_text().count("last words") >= 2


def test_who_lives_is_left_alone(child):
    one, said = child(LIVES), []
    one.start()
    pid = one.pid

    assert not one.watch(said.append)
    assert (one.pid, said) == (pid, [])


def test_who_will_not_stop_is_killed(child):
    one = child(STUBBORN)
    one.start()
    until(lambda: "deaf" in one.log.read_text())
    pid = one.pid

    one.ask_to_stop()
    assert not one.wait_until_stopped(0.2)
    assert not psutil.pid_exists(pid)


def test_a_killed_child_takes_its_own_children_along(child):
    one, said = child(PARENT), []
    one.start()
    until(lambda: psutil.Process(one.pid).children())
    (grandchild,) = psutil.Process(one.pid).children()

    psutil.Process(one.pid).kill()
    until(lambda: one.watch(said.append) or said)
    until(lambda: not grandchild.is_running() or grandchild.status() == psutil.STATUS_ZOMBIE)
    assert "信号 9" in said[0]


def test_leftovers_are_known_by_their_birth(child):
    one = child(LIVES)
    one.start()

    assert end_leftovers({one.pid: born(one.pid) - 5}) == 0
    assert psutil.pid_exists(one.pid)
    assert end_leftovers({one.pid: born(one.pid)}) == 1
    until(lambda: psutil.Process(one.pid).status() == psutil.STATUS_ZOMBIE)


def test_a_long_log_is_put_aside(child, monkeypatch):
    monkeypatch.setattr(children, "_LOG_LIMIT", 10)
    one = child(DIES)
    one.log.parent.mkdir()
    one.log.write_text("more than ten bytes")

    one.start()

    assert Path(f"{one.log}.1").read_text() == "more than ten bytes"
