"""What ``make run`` does, as a newcomer sees it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from jifen.core.postgres import Embedded
from jifen.core.settings import ROOT, load


@dataclass
class Run:
    """One started house."""

    process: subprocess.Popen
    said: Path
    data: Path
    port: int

    def wait_for(self, words: str, seconds: float = 240) -> None:
        self.wait_until(lambda: words in self.said.read_text(), seconds)

    def wait_until(self, true: Callable[[], bool], seconds: float = 120) -> None:
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, self.said.read_text()
            assert self.process.poll() is None or true(), self.said.read_text()
            time.sleep(0.2)

    def status(self, path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
                return answer.status
        except urllib.error.HTTPError as err:
            return err.code

    def children(self) -> dict[str, psutil.Process]:
        """Return the started processes by what they run."""
        marks = {"granian": "web", "clock": "clock", "worker": "worker", "bot.simulator": "simulator"}
        found = {}
        for pid in json.loads((self.data / "run.json").read_text())["started"]:
            with contextlib.suppress(psutil.NoSuchProcess):
                process = psutil.Process(int(pid))
                found |= {name: process for mark, name in marks.items() if mark in process.cmdline()}
        return found


def free_port() -> int:
    """Return a port that is free together with the next one."""
    while True:
        with socket.socket() as one, socket.socket() as next_one:
            one.bind(("127.0.0.1", 0))
            with contextlib.suppress(OSError, OverflowError):
                next_one.bind(("127.0.0.1", one.getsockname()[1] + 1))
                return one.getsockname()[1]


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder with a small demo city; no server is left in it."""
    folder = Path(tempfile.mkdtemp(prefix="jifen-run-"))
    folder.chmod(0o755)
    flask = [sys.executable, "-m", "flask", "--app", "app"]
    environ = os.environ | {"JIFEN_DATA_DIR": str(folder)}
    for args in (["db", "upgrade"], ["demo", "load", "--members", "500"]):
        subprocess.run([*flask, *args], cwd=ROOT, env=environ, check=True, capture_output=True)
    # A command that needs the database starts it, and the last one to leave stops it.
    assert not Embedded(folder).running()
    yield folder
    Embedded(folder).stop()
    shutil.rmtree(folder)


def started(data: Path, port: int, number: int = 1) -> Run:
    said = data / f"said-{number}.txt"
    with said.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "jifen.supervise"],
            cwd=ROOT,
            env=os.environ | {"JIFEN_DATA_DIR": str(data), "PORT": str(port)},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    return Run(process, said, data, port)


def test_the_house_comes_up_survives_and_goes_down(data):
    port = free_port()
    run = started(data, port)
    try:
        run.wait_for("Ctrl-C 全部停止")
        welcome = run.said.read_text()
        assert f"http://127.0.0.1:{port}/simulator/" in welcome
        assert "演示帐号" in welcome
        assert run.status("/wechat") == 403
        assert (data / "accounts.json").stat().st_mode & 0o077 == 0
        secrets = load({"JIFEN_DATA_DIR": str(data)})
        environ = run.children()["simulator"].environ()
        assert environ["JIFEN_WECHAT_TOKEN"] == secrets.wechat_token

        second = subprocess.run(
            [sys.executable, "-m", "jifen.supervise"],
            cwd=ROOT,
            env=os.environ | {"JIFEN_DATA_DIR": str(data), "PORT": str(port)},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert second.returncode == 1
        assert f"已经在运行：http://127.0.0.1:{port}/" in second.stdout

        before = run.children()["worker"]
        before.kill()
        run.wait_for("后台任务意外退出")
        pid_file = Embedded(data).place().data / "postmaster.pid"
        os.kill(int(pid_file.read_text().split()[0]), signal.SIGKILL)
        run.wait_for("数据库停了，正在重新启动")
        assert run.status("/wechat") == 403
        run.wait_until(lambda: set(run.children()) == {"web", "clock", "worker", "simulator"})
        after = run.children()
        assert after["worker"].pid != before.pid

        # Killed outright it can clean up nothing: the next run does.
        left = [process for one in after.values() for process in (one, *one.children(recursive=True))]
        run.process.kill()
        run.process.wait()
        run = started(data, port, 2)
        run.wait_for("Ctrl-C 全部停止")
        assert "已结束遗留的进程" in run.said.read_text()
        assert [one for one in left if one.is_running() and one.status() != psutil.STATUS_ZOMBIE] == []

        left = [
            process for one in run.children().values() for process in (one, *one.children(recursive=True))
        ]
        run.process.send_signal(signal.SIGINT)
        assert run.process.wait(120) == 0
        assert "已全部停止" in run.said.read_text()
        assert [one for one in left if one.is_running() and one.status() != psutil.STATUS_ZOMBIE] == []
        assert not Embedded(data).running()
    finally:
        if run.process.poll() is None:
            run.process.send_signal(signal.SIGTERM)
            run.process.wait(120)


def test_a_taken_port_is_said_before_anything_is_started(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        run = started(tmp_path, port)
        assert run.process.wait(120) == 1

    assert f"端口 {port} 已被别的程序占用" in run.said.read_text()
    assert not (tmp_path / "postgres").exists()


def test_bad_settings_are_said_together(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "jifen.supervise"],
        cwd=ROOT,
        env=os.environ | {"JIFEN_ENV": "production", "JIFEN_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert done.returncode == 1
    assert "缺少 JIFEN_SECRET_KEY" in done.stdout
    assert "缺少 JIFEN_WECHAT_TOKEN" in done.stdout
