"""The embedded server survives what machines do to it, whoever runs it; real servers throughout."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
import pytest

from jifen.core.postgres import DatabaseTrouble, DiskFull, Embedded, conninfo
from jifen.core.postgres import embedded as embedded_module
from jifen.core.postgres.place import ours
from jifen.core.postgres.programs import installed, programs_for, service_user, wheel_folders

AS_ROOT = os.geteuid() == 0
DRIVER = Path(__file__).with_name("postgres_user.py")
#: A number that no user of this machine bears, as containers often run under.
NAMELESS = next(uid for uid in range(54321, 65000) if uid not in {entry.pw_uid for entry in pwd.getpwall()})
_NORMAL = next((entry.pw_uid for entry in pwd.getpwall() if 0 < entry.pw_uid < 60000), 0)


def _lends_names() -> bool:
    """Whether the kernel lets a nameless user borrow a known number; some containers forbid it."""
    asked = ["unshare", f"--map-user={service_user().uid}", "true"]
    nameless = {"user": NAMELESS, "group": NAMELESS, "extra_groups": []}
    return (
        shutil.which("unshare") is not None and subprocess.run(asked, check=False, **nameless).returncode == 0
    )


WHO = [pytest.param(os.geteuid(), id="root" if AS_ROOT else "ourselves")]
if AS_ROOT:
    WHO.append(pytest.param(_NORMAL, id="a normal user"))
if AS_ROOT and _lends_names():
    WHO.append(pytest.param(NAMELESS, id="a user without a name"))


@dataclass
class Run:
    """One user's way to one installation."""

    uid: int
    home: Path
    environ: dict[str, str]

    @property
    def folder(self) -> Path:
        return self.home / "var"

    @property
    def server(self) -> Embedded:
        return Embedded(self.folder, system_dir=self.home / "system")

    def popen(self, action: str, **environ: str) -> subprocess.Popen:
        asked = [
            sys.executable,
            str(DRIVER),
            str(self.uid),
            str(self.folder),
            str(self.home / "system"),
            action,
        ]
        return subprocess.Popen(
            asked,
            env=self.environ | environ,
            cwd=str(Path(__file__).parents[2]),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def ask(self, action: str, *, expect: int = 0, **environ: str) -> str:
        process = self.popen(action, **environ)
        said = process.communicate(timeout=120)[0].strip()
        assert process.returncode == expect, said
        return said

    def postmaster(self) -> int:
        return int((self.server.place().data / "postmaster.pid").read_text().split()[0])

    def processes(self) -> set[int]:
        return ours(self.server.place())


@pytest.fixture(scope="module")
def shelf() -> Iterator[Path]:
    """Programs that every user can read, wherever this project lies."""
    with _open_folder() as folder:
        if AS_ROOT and not service_user().reaches(wheel_folders()[0]):
            programs_for(service_user(), version=None, shelf=folder)
        yield folder


@contextlib.contextmanager
def _open_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="jifen-pg-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextlib.contextmanager
def _installation(uid: int, shelf: Path) -> Iterator[Run]:
    with _open_folder() as home:
        # A home that its user may not even enter, as daemons inherit it.
        closed = home / "closed"
        closed.mkdir(mode=0o700)
        (home / "var").mkdir()
        if uid != os.geteuid():
            os.chown(home / "var", uid, uid)
        environ = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "HOME": str(closed),
            "SHELF": str(shelf),
            "PGHOST": "192.0.2.1",
            "PGPORT": "1",
        }
        run = Run(uid, home, environ)
        try:
            yield run
        finally:
            run.ask("stop")
            assert run.processes() == set()


@pytest.fixture(scope="module", params=WHO)
def run(request: pytest.FixtureRequest, shelf: Path) -> Iterator[Run]:
    """A running server with one row in it; each test leaves it running."""
    with _installation(request.param, shelf) as made:
        with psycopg.connect(conninfo(made.ask("ensure"))) as connection:
            connection.execute("CREATE TABLE fact (id int)")
            connection.execute("INSERT INTO fact VALUES (42)")
        yield made


def rows(url: str) -> int:
    with psycopg.connect(conninfo(url)) as connection:
        (found,) = connection.execute("SELECT sum(id) FROM fact").fetchone()
    return found


def test_the_server_never_runs_as_root_and_only_its_owner_enters(run):
    place = run.server.place()

    assert psutil.Process(run.postmaster()).uids().real == (run.uid or service_user().uid)
    for folder in (place.folder, place.data, place.sockets):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_who_comes_second_uses_the_running_server(run):
    before = run.postmaster()

    assert rows(run.ask("ensure")) == 42
    assert run.postmaster() == before


def test_many_who_come_at_once_get_one_server(run):
    run.ask("stop")
    started = [run.popen("ensure") for _ in range(4)]
    said = {process.communicate(timeout=120)[0].strip() for process in started}

    assert len(said) == 1
    assert rows(said.pop()) == 42


def test_a_killed_server_comes_back_with_its_rows(run):
    os.kill(run.postmaster(), signal.SIGKILL)

    assert rows(run.ask("ensure")) == 42


def test_a_pid_file_that_names_somebody_else_is_seen_through(run):
    pid_file = run.server.place().data / "postmaster.pid"
    left = pid_file.read_text()
    run.ask("stop")
    user = {"user": run.server.place().user.uid} if AS_ROOT else {}
    somebody = subprocess.Popen(["sleep", "600"], **user)
    try:
        pid_file.write_text(f"{somebody.pid}\n" + left.split("\n", 1)[1])
        shutil.chown(pid_file, run.server.place().user.uid)

        assert rows(run.ask("ensure")) == 42
        assert somebody.poll() is None
    finally:
        somebody.kill()
        somebody.wait()


def test_a_pid_file_of_a_process_long_gone_is_no_hindrance(run):
    pid_file = run.server.place().data / "postmaster.pid"
    left = pid_file.read_text()
    run.ask("stop")
    gone = subprocess.Popen(["true"])
    gone.wait()
    pid_file.write_text(f"{gone.pid}\n" + left.split("\n", 1)[1])
    shutil.chown(pid_file, run.server.place().user.uid)

    assert rows(run.ask("ensure")) == 42


def test_a_swept_socket_is_put_back(run):
    (run.server.place().sockets / ".s.PGSQL.5432").unlink()

    assert rows(run.ask("ensure")) == 42


def test_stopping_twice_is_no_fault(run):
    run.ask("stop")
    run.ask("stop")
    assert run.ask("running") == "False"

    assert rows(run.ask("ensure")) == 42
    assert run.ask("running") == "True"


def test_the_last_borrower_turns_off_the_light(run):
    run.ask("stop")
    run.ask("borrow")
    assert run.ask("running") == "False"

    killed = run.popen("borrow", LINGER="600")
    assert killed.stdout.readline()
    run.ask("borrow")
    assert run.ask("running") == "True"
    killed.kill()
    killed.communicate()
    run.ask("borrow")
    assert run.ask("running") == "False"

    assert rows(run.ask("ensure")) == 42


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that every user may enter; a server left in it is stopped."""
    with _open_folder() as folder:
        yield folder


@contextlib.contextmanager
def _stopped(server: Embedded) -> Iterator[Embedded]:
    try:
        yield server
    finally:
        server.stop()


def test_one_killed_while_making_the_cluster_leaves_nothing_in_the_way(home):
    with _stopped(Embedded(home, durable=False)) as server:
        half = home / "postgres" / "data.new"
        half.mkdir(parents=True)
        (half / "PG_VERSION").write_text("18\n")

        assert psycopg.connect(conninfo(server.ensure())).close() is None
        assert not half.exists()


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("d" * 120, id="longer than a socket's path may be"),
        pytest.param("数据 目录", id="blanks and Chinese"),
    ],
)
def test_any_folder_name_will_do(home, name):
    with _stopped(Embedded(home / name, durable=False)) as server:
        psycopg.connect(conninfo(server.ensure())).close()

        sockets = server.place().sockets
        assert len(os.fsencode(sockets)) < 90
    if not sockets.is_relative_to(home):
        shutil.rmtree(sockets)


def test_another_version_is_told_how_to_move(home):
    server = Embedded(home)
    data = server.place().data
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("15\n")
    if AS_ROOT:
        os.chown(data, service_user().uid, service_user().gid)

    with pytest.raises(DatabaseTrouble, match=r"PostgreSQL 15.*flask db dump.*flask db restore"):
        server.ensure()
    assert [file.name for file in data.iterdir()] == ["PG_VERSION"]


def test_a_cluster_of_the_wheels_older_version_is_opened_by_that_version(home):
    with _stopped(Embedded(home, durable=False)) as server:
        newest = installed()[0]
        oldest = min(int(path.parent.parent.name.removeprefix("pginstall") or 16) for path in _postgres())
        place = server.place()
        embedded_module.own(place.folder, place.user)
        programs = programs_for(place.user, version=oldest, shelf=home / "system")
        assert programs.run("initdb", "-D", str(place.data), "-U", "jifen", "-A", "trust", "-N").code == 0

        with psycopg.connect(conninfo(server.ensure())) as connection:
            assert connection.info.server_version // 10000 == oldest < newest


def _postgres() -> list[Path]:
    return [path for folder in wheel_folders() for path in folder.glob("pginstall*/bin/postgres")]


def test_a_nearly_full_disk_is_refused_before_anything_is_written(home, monkeypatch):
    monkeypatch.setattr(embedded_module, "ROOM_TO_START", 1 << 60)

    with pytest.raises(DiskFull, match="磁盘空间不足"):
        Embedded(home).ensure()
    assert not (home / "postgres").exists()


def test_a_data_folder_that_cannot_be_made_is_said(home):
    (home / "file").write_text("in the way")

    with pytest.raises(DatabaseTrouble, match="JIFEN_DATA_DIR"):
        Embedded(home / "file" / "var").ensure()


def test_the_log_holds_no_row(home):
    with _stopped(Embedded(home, durable=False)) as server:
        with psycopg.connect(conninfo(server.ensure()), autocommit=True) as connection:
            connection.execute("CREATE TABLE person (name text UNIQUE)")
            connection.execute("INSERT INTO person VALUES ('林小满')")
            with pytest.raises(psycopg.errors.UniqueViolation):
                connection.execute("INSERT INTO person VALUES ('林小满')")
        log = server.place().log.read_text(encoding="utf-8")

        assert "duplicate key" in log
        assert "林小满" not in log


if AS_ROOT:  # What only root meets, only root can try.

    def test_a_closed_home_stays_closed(shelf):
        with _open_folder() as home:
            closed = home / "root"
            closed.mkdir(mode=0o700)
            with _stopped(Embedded(closed / "var", durable=False, system_dir=home / "system")) as server:
                psycopg.connect(conninfo(server.ensure())).close()

                assert server.place().folder.parent == home / "system"
                assert closed.stat().st_mode & 0o777 == 0o700
                assert Embedded(closed / "var", system_dir=home / "system").running()

    def test_programs_out_of_reach_are_copied_once(home, monkeypatch):
        closed = home / "root"
        closed.mkdir(mode=0o700)
        site = wheel_folders()[0].parent
        for name in (wheel_folders()[0].name, f"{wheel_folders()[0].name}.libs"):
            shutil.copytree(site / name, closed / name, symlinks=True)
        monkeypatch.setattr(
            "jifen.core.postgres.programs.wheel_folders", lambda: [closed / wheel_folders()[0].name]
        )

        first = programs_for(service_user(), version=None, shelf=home / "system")
        again = programs_for(service_user(), version=None, shelf=home / "system")

        assert first == again
        assert first.bin.is_relative_to(home / "system")
        assert first.run("pg_dump", "--version").code == 0
        assert len(list((home / "system").iterdir())) == 1

    def test_data_of_root_is_told_what_to_do(home):
        (home / "postgres" / "data").mkdir(parents=True)

        with pytest.raises(DatabaseTrouble, match="chown -R nobody"):
            Embedded(home).ensure()

    def test_a_folder_of_somebody_else_is_said(shelf):
        with _installation(_NORMAL, shelf) as first:
            first.ask("ensure")
            other = Run(NAMELESS, first.home, first.environ)

            assert "请用当初建立它的用户运行" in other.ask("ensure", expect=3)
            assert first.ask("running") == "True"

    def test_a_nameless_user_without_help_is_told_what_to_do(shelf, tmp_path):
        with _installation(NAMELESS, shelf) as run:
            said = run.ask("ensure", expect=3, PATH=str(tmp_path))

            assert "没有登记当前用户" in said
            assert not (run.folder / "postgres" / "data").exists()


def _can_mount() -> bool:
    """Whether this machine lets us make a small disk to fill."""
    if not AS_ROOT or shutil.which("mount") is None:
        return False
    folder = tempfile.mkdtemp()
    try:
        asked = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]
        if subprocess.run(asked, check=False, capture_output=True).returncode:
            return False
        subprocess.run(["umount", folder], check=True)
        return True
    finally:
        os.rmdir(folder)


if _can_mount():

    @pytest.fixture
    def disk(home) -> Iterator[Path]:
        """A disk of 20 MB."""
        folder = home / "disk"
        folder.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20m,mode=755", "tmpfs", folder], check=True)
        try:
            yield folder
        finally:
            subprocess.run(["umount", "-l", folder], check=True)

    def grow(disk: Path, size: str) -> None:
        subprocess.run(["mount", "-o", f"remount,size={size}", disk], check=True)

    def test_a_disk_that_fills_while_the_cluster_is_made(disk, monkeypatch):
        monkeypatch.setattr(embedded_module, "ROOM_TO_START", 0)
        with _stopped(Embedded(disk, durable=False)) as server:
            with pytest.raises(DiskFull):
                server.ensure()
            assert list((disk / "postgres").iterdir()) == []

            grow(disk, "400m")
            psycopg.connect(conninfo(server.ensure())).close()

    def test_a_full_disk_damages_nothing(disk):
        grow(disk, "400m")
        with _stopped(Embedded(disk)) as server:
            with psycopg.connect(conninfo(server.ensure())) as connection:
                connection.execute("CREATE TABLE fact (id int)")
                connection.execute("INSERT INTO fact VALUES (42)")
            os.kill(int((server.place().data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
            filler = disk / "filler"
            with contextlib.suppress(OSError), filler.open("wb", buffering=0) as out:
                while True:
                    out.write(b"x" * 65536)

            with pytest.raises(DiskFull, match="没有损坏"):
                server.ensure()
            filler.unlink()
            assert rows(server.ensure()) == 42
