"""One embedded PostgreSQL server: made when missing, started when down, shared by whoever asks.

Whether it runs is asked of the server itself, never believed of a pid file.
All changes happen under a lock, so that two processes that start together
end with one server.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import os
import shlex
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from jifen.core.postgres.place import (
    DATABASE,
    ROLE,
    SYSTEM_DIR,
    Place,
    conninfo,
    has_postmaster,
    locate,
    ours,
    own,
    pid_in_file,
    ready,
    url_of,
)
from jifen.core.postgres.programs import (
    DatabaseTrouble,
    DiskFull,
    Programs,
    User,
    last_line,
    open_up,
    programs_for,
    service_user,
    trouble_of,
)

#: Bytes a new cluster needs with room to work; asked before anything is written.
ROOM_TO_START = 300 * 1024 * 1024
_PATIENCE = 60.0


class Embedded:
    """The embedded server of one installation, in ``postgres`` under its data folder.

    :param data_dir: the installation's data folder; made when missing
    :param durable: False gives up crash safety for speed: for throw-away data only
    :param system_dir: where root puts data and programs when ``data_dir`` lies in a closed home
    """

    def __init__(self, data_dir: Path, *, durable: bool = True, system_dir: Path = SYSTEM_DIR) -> None:
        self._folder = Path(os.path.abspath(data_dir)) / "postgres"
        self._durable = durable
        self._system_dir = system_dir
        self._borrowed: int | None = None

    def ensure(self) -> str:
        """Return the SQLAlchemy URL of the running server, making and starting it if need be.

        :raises DatabaseTrouble: with a sentence that says what to do; existing data is left as it was
        """
        with self._alone():
            return self._ensure()

    def borrow(self) -> str:
        """Return the URL as ``ensure()`` does, for as long as this process lives or until ``give_back()``.

        The last borrower to leave stops the server; one that is killed counts as having left.
        """
        with self._alone():
            if self._borrowed is None:
                self._borrowed = self._open_lock("users")
                fcntl.flock(self._borrowed, fcntl.LOCK_SH)
                atexit.register(self._leave, os.getpid())
            return self._ensure()

    def give_back(self) -> None:
        """Need the server no longer; it stops unless somebody else borrows it."""
        if self._borrowed is None:
            return
        with self._alone():
            held, self._borrowed = self._borrowed, None
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return  # somebody else has it
            finally:
                os.close(held)
            self._stop_if_running()

    def _leave(self, borrower: int) -> None:
        if os.getpid() == borrower:  # a fork of the borrower is not the borrower
            with contextlib.suppress(DatabaseTrouble):
                self.give_back()

    def _ensure(self) -> str:
        place = self.place()
        programs = self._programs(place)
        if programs is None:
            programs = self._create(place)
        self._start(place, programs)
        _create_database(place)
        return url_of(place)

    def stop(self) -> None:
        """Stop the server, if it runs, after its transactions were rolled back."""
        with self._alone():
            self._stop_if_running()

    def _stop_if_running(self) -> None:
        place = self.place()
        programs = self._programs(place)
        if programs is not None and has_postmaster(place):
            self._stop(place, programs)

    def running(self) -> bool:
        """Whether the server answers now."""
        place = self.place()
        programs = self._programs(place)
        return programs is not None and ready(place, programs) == 0

    def place(self) -> Place:
        """Return where the cluster is, or where it would be made."""
        return locate(self._folder, system_dir=self._system_dir)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the lock of this cluster; whoever comes second waits and then finds the server running."""
        held = self._open_lock("lock")
        try:
            for _ in _until(2 * _PATIENCE):
                with contextlib.suppress(BlockingIOError):
                    fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
            else:
                raise DatabaseTrouble(
                    reason=f"另一个进程正在处理数据库，迟迟没有结束：请稍后再试（锁文件 {self._folder}.lock）。"
                )
            yield
        finally:
            os.close(held)

    def _open_lock(self, suffix: str) -> int:
        path = self._folder.with_name(f"{self._folder.name}.{suffix}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as err:
            raise trouble_of(err, where=path.parent) from err

    def _programs(self, place: Place) -> Programs | None:
        """Return the programs of the cluster's own version; None when there is no cluster yet."""
        try:
            version = int((place.data / "PG_VERSION").read_text().strip())
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as err:
            raise trouble_of(err, where=place.folder) from err
        except ValueError as err:
            raise DatabaseTrouble(
                reason=f"{place.data} 不像完整的数据库目录：请从备份恢复，"
                "或用 JIFEN_DATA_DIR 另指一个空目录。"
            ) from err
        return programs_for(place.user, version=version, shelf=self._system_dir)

    def _create(self, place: Place) -> Programs:
        """Make a new cluster beside its final name and move it there when it is whole."""
        programs = programs_for(place.user, version=None, shelf=self._system_dir)
        fresh = place.folder / "data.new"
        try:
            place.folder.parent.mkdir(parents=True, exist_ok=True)
            if place.folder != self._folder:
                open_up([place.folder.parent])
            if shutil.disk_usage(place.folder.parent).free < ROOM_TO_START:
                raise DiskFull(where=place.folder, need="300 MB")
            own(place.folder, place.user)
            if place.data.exists():
                raise DatabaseTrouble(
                    reason=f"{place.data} 已存在，但不是数据库目录：请移走它，"
                    "或用 JIFEN_DATA_DIR 另指一个目录。"
                )
            shutil.rmtree(fresh, ignore_errors=True)  # left by one that was killed halfway
            self._initdb(fresh, programs)
            fresh.rename(place.data)
        except OSError as err:
            raise trouble_of(err, where=place.folder) from err
        return programs

    def _initdb(self, fresh: Path, programs: Programs) -> None:
        # Code-point order and Unicode case everywhere, whatever locales the machine has.
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        asked = ["initdb", "-D", str(fresh), f"--username={ROLE}", "--encoding=UTF8", *locale]
        asked += ["--auth-local=trust", "--auth-host=reject"]
        if not self._durable:
            asked.append("--no-sync")
        ran = programs.run(*asked, before=_borrowed_name(programs.user))
        if ran.code == 0:
            return
        shutil.rmtree(fresh, ignore_errors=True)
        if "No space left" in ran.output:
            raise DiskFull(where=fresh.parent, need="300 MB")
        if not programs.user.registered:
            raise DatabaseTrouble(
                reason=f"系统里没有登记当前用户（{programs.user.label}），PostgreSQL 不能为其建库："
                "请换一个有名字的用户运行，或用 JIFEN_DATABASE_URL 指定外部数据库。"
            )
        raise DatabaseTrouble(reason=f"建立数据库失败，没有留下任何文件。原因：{last_line(ran.output)}")

    def _start(self, place: Place, programs: Programs) -> None:
        """Bring the server to answering: wait for a busy one, revive a dead one."""
        grace = time.monotonic() + 5
        for _ in _until(_PATIENCE):
            answer = ready(place, programs)
            if answer == 0:
                return
            if answer == 1:  # starting, recovering or stopping
                continue
            if has_postmaster(place):
                if time.monotonic() < grace:
                    continue
                # It lives but cannot be reached: somebody swept its socket away.
                self._stop(place, programs)
            self._launch(place, programs)
        raise DatabaseTrouble(reason=f"数据库迟迟没有就绪：请查看 {place.log}，稍后再试。")

    def _launch(self, place: Place, programs: Programs) -> None:
        self._clear_the_way(place)
        try:
            own(place.sockets, place.user)
            if place.log.exists() and place.log.stat().st_size > 5_000_000:
                place.log.replace(place.log.with_suffix(".log.1"))
        except OSError as err:
            raise trouble_of(err, where=place.folder) from err
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(place.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "200",
            "timezone": "UTC",
            # The log must never hold a row: statements and details carry names.
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
        }
        if not self._durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        before = place.log.stat().st_size if place.log.exists() else 0
        said = shlex.join(part for name, value in options.items() for part in ("-c", f"{name}={value}"))
        ran = programs.run(
            *("pg_ctl", "start", "-w", "-t", str(int(_PATIENCE)), "-D", str(place.data)),
            *("-l", str(place.log), "-o", said),
            timeout=_PATIENCE + 30,
        )
        if ran.code == 0:
            return
        told = ran.output + _added(place.log, since=before)
        if "No space left" in told or shutil.disk_usage(place.data).free < 20_000_000:
            raise DiskFull(where=place.folder, need="300 MB")
        raise DatabaseTrouble(reason=f"数据库没有启动：请查看 {place.log}。最后一行：{last_line(told)}")

    def _clear_the_way(self, place: Place) -> None:
        """Remove lock files whose pid is now somebody else or unburied, once nothing of ours is alive.

        A pid that is gone needs no help: PostgreSQL notices that itself. The
        socket's folder is this cluster's alone, so its locks fall with it.
        """
        for _ in _until(10):
            if not ours(place):
                break
        else:
            raise DatabaseTrouble(reason=f"数据库的残留进程仍占用 {place.data}：请稍后再试。")
        pid = pid_in_file(place)
        if pid is not None and psutil.pid_exists(pid):
            (place.data / "postmaster.pid").unlink(missing_ok=True)
        for left in place.sockets.glob(".s.PGSQL.*"):
            left.unlink(missing_ok=True)

    def _stop(self, place: Place, programs: Programs) -> None:
        ran = programs.run(
            "pg_ctl", "stop", "-w", "-t", str(int(_PATIENCE)), "-m", "fast", "-D", str(place.data)
        )
        if ran.code != 0 and has_postmaster(place):
            raise DatabaseTrouble(reason=f"数据库没有停下：请查看 {place.log}，稍后再试。")


def _create_database(place: Place) -> None:
    try:
        with psycopg.connect(
            conninfo(url_of(place, "postgres")), autocommit=True, connect_timeout=10
        ) as server:
            if server.execute("SELECT FROM pg_database WHERE datname = %s", (DATABASE,)).rowcount == 0:
                server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
    except psycopg.errors.DiskFull as err:
        raise DiskFull(where=place.folder, need="300 MB") from err
    except psycopg.OperationalError as err:
        raise DatabaseTrouble(reason=f"数据库刚启动又失去联系：请查看 {place.log}，稍后再试。") from err


def _borrowed_name(user: User) -> tuple[str, ...]:
    """Return the prefix that lends a nameless user a known number while ``initdb`` asks for a name.

    Only ``initdb`` asks; the kernel goes on checking files by the true number.
    """
    if user.registered or shutil.which("unshare") is None:
        return ()
    return ("unshare", f"--map-user={service_user().uid}", "--")


def _until(seconds: float) -> Iterator[None]:
    """Yield at once and then ten times a second until ``seconds`` have passed."""
    end = time.monotonic() + seconds
    while True:
        yield
        if time.monotonic() > end:
            return
        time.sleep(0.1)


def _added(log: Path, *, since: int) -> str:
    """Return what the server wrote to its log after byte ``since``."""
    with contextlib.suppress(OSError):
        return "\n" + log.read_bytes()[since:].decode(errors="replace")
    return ""
