"""``make run``: the whole house on one machine, until Ctrl-C.

Starts the embedded database, migrates, loads the demo city on first use, then
keeps the web server, the worker, the clock and the stand-in for WeChat alive.
The database is stopped last. A second run says so and stops.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from jifen.children import GRACE, Child, born, end_leftovers
from jifen.core.actor import ROLE_WORDS
from jifen.core.errors import DomainError
from jifen.core.postgres import Embedded
from jifen.core.settings import ROOT, Settings, load

#: Seconds between two looks at the database.
DATABASE_EVERY = 5.0
#: Seconds the web server has to answer for the first time.
OPENING = 60.0


class CannotRun(DomainError):
    """The house cannot be started; ``reason`` says why and what to do."""

    code, http_status, template = "cannot_run", 500, "{reason}"


class Stopped(BaseException):
    """Somebody asked for the end; not an ``Exception``, so that nothing takes it for a failure."""


def main() -> int:
    """Run until stopped; 0 after a clean stop, 1 when the house could not be started."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        settings = load(os.environ)
        with _only_one(settings.data_dir) as note:
            House(settings, note).run()
    except DomainError as refusal:
        say(refusal.message)
        return 1
    except Stopped:
        return 0
    return 0


class House:
    """The processes of one installation and the database under them."""

    def __init__(self, settings: Settings, note: Path) -> None:
        self._settings = settings
        self._note = note
        self._port = int(os.environ.get("PORT", "").strip() or 8000)
        self._log = settings.data_dir / "log"
        self._database = None if settings.database_url else Embedded(settings.data_dir)
        self._environ = dict(os.environ)
        self._children: list[Child] = []
        self._looked = 0.0

    def run(self) -> None:
        """Bring everything up, watch it, take it down."""
        for port in self._ports():
            _must_be_free(port)
        self._remember()
        try:
            self._bring_up()
            while True:
                self._watch()
        except Stopped:
            say("正在停止……（再按一次 Ctrl-C 立即结束）")
        finally:
            self._take_down()

    def _bring_up(self) -> None:
        if self._database:
            say("正在启动数据库……")
        url = self._database.borrow() if self._database else self._settings.database_url or ""
        self._environ |= _shared(self._settings, url)
        say("正在更新表结构……")
        self._flask("db", "upgrade")
        accounts = [] if self._settings.production else self._demo()
        self._children = self._processes()
        for child in self._children:
            child.start()
        self._remember()
        self._wait_for_web()
        say(_welcome(self._settings, self._port, accounts, self._log))
        if self._has_simulator():
            # The stand-in keeps nothing: each run has to be shown the menus anew.
            self._flask("wechat", "menu", "push", must=False)

    def _ports(self) -> list[int]:
        return [self._port, self._port + 1] if self._has_simulator() else [self._port]

    def _has_simulator(self) -> bool:
        """Whether the stand-in is ours to start: switched on, and the API's address is its own."""
        base = urlsplit(self._settings.wechat_api_base)
        here = base.hostname in ("127.0.0.1", "localhost") and base.port == self._port + 1
        return self._settings.simulator and here

    def _demo(self) -> list[dict[str, str | None]]:
        """Load the demo city unless it is there; returns whom one may play, nobody where people are real."""
        accounts = self._settings.data_dir / "accounts.json"
        self._environ["JIFEN_SIMULATOR_ACCOUNTS"] = str(accounts)
        if not accounts.exists():
            say("正在载入演示城市（只在第一次）……")
        loaded = self._flask("demo", "load", show=not accounts.exists(), must=False)
        if loaded is None:
            return []
        listed = self._flask("demo", "accounts", "--format", "json") or "[]"
        with open(os.open(accounts, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write(listed)
        return json.loads(listed)

    def _flask(self, *args: str, show: bool = False, must: bool = True) -> str | None:
        """Run one command to its end; returns what it printed, None when it may and did refuse."""
        self._log.mkdir(parents=True, exist_ok=True)
        log = self._log / "setup.log"
        with log.open("ab") as errors:
            done = subprocess.run(
                [sys.executable, "-m", "flask", "--app", "app", *args],
                check=False,
                cwd=ROOT,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=None if show else errors,
                text=True,
            )
        if done.returncode == 0:
            return done.stdout
        if must:
            raise CannotRun(reason=f"flask {' '.join(args)} 没有成功：请查看 {log}，排除后再执行 make run。")
        return None

    def _processes(self) -> list[Child]:
        python = sys.executable
        flask = [python, "-m", "flask", "--app", "app"]
        planned = [
            ("web", "网站", web_server(self._port)),
            ("clock", "时钟", [*flask, "clock"]),
            ("worker", "后台任务", [*flask, "worker"]),
        ]
        if self._has_simulator():
            planned.append(("simulator", "微信模拟器", [python, "-m", "bot.simulator"]))
        return [
            Child(name, words, argv, self._environ, ROOT, self._log / f"{name}.log")
            for name, words, argv in planned
        ]

    def _wait_for_web(self) -> None:
        end = time.monotonic() + OPENING
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{self._port}/healthz", timeout=2).close()
                    return
                except urllib.error.HTTPError:
                    return  # it answers, if only to complain
            self._watch()
        raise CannotRun(reason=f"网站没有在 {OPENING:.0f} 秒内启动：请查看 {self._log / 'web.log'}。")

    def _watch(self) -> None:
        """Look after everybody for one turn."""
        if any([child.watch(say) for child in self._children]):
            self._remember()
        if self._database and time.monotonic() - self._looked > DATABASE_EVERY:
            self._looked = time.monotonic()
            try:
                if not self._database.running():
                    say("数据库停了，正在重新启动……")
                    self._database.ensure()
            except DomainError as refusal:
                say(refusal.message)
        time.sleep(0.2)

    def _remember(self) -> None:
        """Note who was started, so that the next run can end what a killed one leaves behind."""
        started = {str(child.pid): born(child.pid) for child in self._children if child.pid}
        self._note.write_text(json.dumps({"port": self._port, "started": started}))

    def _take_down(self) -> None:
        """Stop everybody, whoever takes in work first, the database last."""
        try:
            for child in self._children:
                child.ask_to_stop()
            end = time.monotonic() + GRACE
            for child in self._children:
                if not child.wait_until_stopped(end - time.monotonic()):
                    say(f"{child.words}没有按时停下，已强制结束。")
        except Stopped:
            for child in self._children:
                child.wait_until_stopped(0)
        if self._database:
            with contextlib.suppress(Stopped):
                self._database.give_back()
        self._note.unlink(missing_ok=True)
        say("已全部停止。")


def web_server(port: int) -> list[str]:
    """Return the command that serves the house on this machine's ``port``; what is measured runs it too."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "2", "--blocking-threads", "8", "--no-ws", "--log-level", "warning"),
        *("--respawn-failed-workers", "--workers-kill-timeout", "10", "app:app"),
    ]


def say(sentence: str) -> None:
    print(sentence, flush=True)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stopped


@contextlib.contextmanager
def _only_one(data_dir: Path) -> Iterator[Path]:
    """Hold this installation's run lock; yields the file that notes who was started."""
    data_dir.mkdir(parents=True, exist_ok=True)
    note = data_dir / "run.json"
    held = os.open(data_dir / "run.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        left = {}
        with contextlib.suppress(OSError, ValueError):
            left = json.loads(note.read_text())
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as err:
            where = f"：http://127.0.0.1:{left['port']}/" if left else ""
            raise CannotRun(
                reason=f"本系统已经在运行{where}。要重新启动，请先在原来的窗口按 Ctrl-C。"
            ) from err
        if left and end_leftovers({int(pid): birth for pid, birth in left["started"].items()}):
            say("上次没有正常停止，已结束遗留的进程。")
        yield note
    finally:
        os.close(held)


def _must_be_free(port: int) -> None:
    """Refuse a port that somebody holds; whoever was just ended may let go of it a moment later."""
    end = time.monotonic() + 3
    while True:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as err:
                if time.monotonic() > end:
                    raise CannotRun(
                        reason=f"端口 {port} 已被别的程序占用：请关闭它，或换一个端口，"
                        f"例如 PORT={port + 10} make run。"
                    ) from err
            else:
                return
        time.sleep(0.2)


def _shared(settings: Settings, url: str) -> dict[str, str]:
    """Return what every process must agree on, so that nobody reads or makes it again."""
    keys = {
        "DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": url,
        "WECHAT_APP_ID": settings.wechat_app_id,
        "WECHAT_SECRET": settings.wechat_secret,
        "WECHAT_TOKEN": settings.wechat_token,
        "WECHAT_AES_KEY": settings.wechat_aes_key,
        "WECHAT_MODE": settings.wechat_mode,
        "WECHAT_API_BASE": settings.wechat_api_base,
        "WECOM_CORP_ID": settings.wecom_corp_id,
        "WECOM_SECRET": settings.wecom_secret,
        "WECOM_AGENT_ID": settings.wecom_agent_id,
        "WECOM_TOKEN": settings.wecom_token,
        "WECOM_AES_KEY": settings.wecom_aes_key,
        "WECOM_API_BASE": settings.wecom_api_base,
    }
    return {f"JIFEN_{name}": value for name, value in keys.items()}


def _welcome(settings: Settings, port: int, accounts: list[dict[str, str | None]], log: Path) -> str:
    here = f"http://127.0.0.1:{port}"
    lines = ["", f"积分系统已启动：{here}/"]
    if settings.simulator:
        lines.append(f"  微信模拟器  {here}/simulator/   （选一个人，像在手机上一样和公众号对话）")
    lines.append(f"  工作台      {here}/console/   （书记、党建办、工委用电脑办理）")
    lines.append(f"  接口文档    {here}/api/docs")
    if accounts:
        lines += [
            "",
            "演示帐号（都是虚构的人，完整名单见 flask demo accounts；登录工作台用 flask demo code 编号）：",
        ]
        for one in _first_of_each_role(accounts):
            role = ROLE_WORDS.get(one["role"] or "", "")
            lines.append(f"  {one['number']}  {one['name']}  {role}  {one['branch']}")
    return "\n".join([*lines, "", f"日志在 {log}。按 Ctrl-C 全部停止。"])


def _first_of_each_role(accounts: list[dict[str, str | None]]) -> list[dict[str, str | None]]:
    """Return the tour's people, one of each kind, in the order they are listed."""
    found: dict[str | None, dict[str, str | None]] = {}
    for one in accounts:
        found.setdefault(one["role"], one)
    return list(found.values())


if __name__ == "__main__":
    sys.exit(main())
