"""Processes that are kept alive: started, watched, restarted with growing pauses, stopped in order."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

#: Seconds until a process that keeps dying is tried again: 1, 2, 4 ... at most this.
LONGEST_PAUSE = 30.0
#: Who lived this long has earned a fresh count of his failures.
STEADY_AFTER = 60.0
#: Seconds a process has to finish what it does before it is killed.
GRACE = 15.0
_LOG_LIMIT = 10_000_000

Say = Callable[[str], None]


@dataclass
class Child:
    """One long-running process of the house."""

    name: str
    #: What it is called in sentences.
    words: str
    argv: Sequence[str]
    environ: Mapping[str, str]
    folder: Path
    log: Path
    _process: subprocess.Popen | None = field(default=None, init=False)
    _started: float = field(default=0.0, init=False)
    _due: float = field(default=0.0, init=False)
    _failures: int = field(default=0, init=False)

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start it in a session of its own: a Ctrl-C at the terminal reaches the supervisor alone."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(
                self.argv,
                cwd=self.folder,
                env=dict(self.environ),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._started = time.monotonic()

    def watch(self, say: Say) -> bool:
        """Say when it died, start it again when its pause is over; returns whether it was started."""
        now = time.monotonic()
        if self._process is None:
            if now < self._due:
                return False
            self.start()
            return True
        code = self._process.poll()
        if code is None:
            return False
        if now - self._started > STEADY_AFTER:
            self._failures = 0
        pause = min(LONGEST_PAUSE, 2.0**self._failures)
        self._failures += 1
        self._due = now + pause
        self._sweep()
        self._process = None
        say(f"{self.words}意外退出（{_ending(code)}），{pause:.0f} 秒后重新启动。日志：{self.log}")
        return False

    def ask_to_stop(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def wait_until_stopped(self, seconds: float) -> bool:
        """Wait for its end, kill it and its own children after ``seconds``; returns whether it ended itself."""
        if self._process is None:
            return True
        try:
            self._process.wait(max(0.0, seconds))
            return True
        except subprocess.TimeoutExpired:
            return False
        finally:
            self._sweep()
            self._process.wait()
            self._process = None

    def _sweep(self) -> None:
        """Leave nobody of its session behind, such as workers of a killed web server."""
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)


def born(pid: int) -> float | None:
    """Return when ``pid`` started, to tell it from another that inherits its number; None if gone."""
    try:
        return psutil.Process(pid).create_time()
    except psutil.Error:
        return None


def end_leftovers(pids: Mapping[int, float]) -> int:
    """End the sessions that a killed supervisor left, each known by its leader's birth; returns how many.

    Returns when they are gone, so that their ports are free.
    """
    left = [pid for pid, birth in pids.items() if born(pid) == birth]
    for pid in left:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
    end = time.monotonic() + GRACE
    while any(_session_lives(pid) for pid in left) and time.monotonic() < end:
        time.sleep(0.1)
    return len(left)


def _session_lives(leader: int) -> bool:
    """Whether anybody of the session still runs; the dead whom nobody buried do not count."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, ProcessLookupError):
            if os.getsid(process.pid) == leader and process.status() != psutil.STATUS_ZOMBIE:
                return True
    return False


def _ending(code: int) -> str:
    return f"代码 {code}" if code >= 0 else f"信号 {-code}"
