"""Where one embedded cluster lies, whose it is, and which processes work on it."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil

from jifen.core.postgres.programs import DatabaseTrouble, Programs, User, ourselves, service_user

#: Where root keeps what must not lie in a closed home.
SYSTEM_DIR = Path("/var/lib/jifen")
ROLE = DATABASE = "jifen"
#: Longest path of a socket's folder: the kernel allows 107 bytes for folder and ``/.s.PGSQL.5432.lock``.
_LONGEST_SOCKET_DIR = 107 - len("/.s.PGSQL.5432.lock")


@dataclass(frozen=True)
class Place:
    """Where one cluster lies and whose it is."""

    folder: Path
    user: User

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @property
    def sockets(self) -> Path:
        """The socket's folder: in the cluster's own, or a short one where that path is too long."""
        inside = self.folder / "run"
        if len(os.fsencode(inside)) <= _LONGEST_SOCKET_DIR and re.fullmatch(r"[\w./-]+", str(inside)):
            return inside
        return Path("/tmp") / f"jifen-{self.user.uid}-{short(self.folder)}"  # noqa: S108 - own() checks whose it is


def locate(folder: Path, *, system_dir: Path) -> Place:
    """Return where the cluster of ``folder`` is, or where it would be made.

    Root looks for it where asked and, when another user could not get there,
    under ``system_dir``; an existing cluster keeps its place and owner.

    :raises DatabaseTrouble: the cluster is there but its owner cannot run or reach it
    """
    if os.geteuid() != 0:
        return Place(folder, ourselves())
    aside = system_dir / f"postgres-{short(folder)}"
    for candidate in (folder, aside):
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            stat = (candidate / "data").stat()
            user = User(stat.st_uid, stat.st_gid)
            if user.uid == 0:
                raise DatabaseTrouble(
                    reason=f"数据目录 {candidate} 属于 root，而 PostgreSQL 不能以 root 运行："
                    f"请执行 chown -R nobody {shlex.quote(str(candidate))} 后再试。"
                )
            if not user.reaches(candidate / "data"):
                raise DatabaseTrouble(
                    reason=f"数据目录 {candidate} 属于用户 {user.label}，但该用户进不了上级目录："
                    "请恢复上级目录的权限，或用 JIFEN_DATA_DIR 另指一个目录。"
                )
            return Place(candidate, user)
    user = service_user()
    return Place(folder if user.reaches(folder.parent) else aside, user)


def url_of(place: Place, database: str = DATABASE) -> str:
    """Return the SQLAlchemy URL of ``database`` on the server at ``place``."""
    return (
        f"postgresql+psycopg://{ROLE}@/{quote(database)}?host={quote(str(place.sockets), safe='/')}&port=5432"
    )


def conninfo(url: str) -> str:
    """Return ``url`` as libpq (psycopg, ``pg_dump``) reads it."""
    return re.sub(r"^postgresql\+psycopg://", "postgresql://", url)


def ready(place: Place, programs: Programs) -> int:
    """Return 0: answers; 1: refuses for now; otherwise: nobody there."""
    if not (place.sockets / ".s.PGSQL.5432").exists():
        return 2
    return programs.run(
        "pg_isready", "-q", "-t", "3", "-h", str(place.sockets), "-d", "postgres", "-U", ROLE
    ).code


def pid_in_file(place: Place) -> int | None:
    """Return the number that the pid file holds, true or stale."""
    try:
        first = (place.data / "postmaster.pid").read_text().split("\n", 1)[0]
    except OSError:
        return None
    return abs(int(first)) if re.fullmatch(r"-?\d+", first) else None


def has_postmaster(place: Place) -> bool:
    """Whether the pid file names a living server of this very cluster."""
    pid = pid_in_file(place)
    return pid is not None and pid in ours(place)


def ours(place: Place) -> set[int]:
    """Return the pids of living processes that work on this cluster: the server and what it left behind."""
    found = set()
    for process in psutil.process_iter():
        # A dead but unburied process has no folder; another user's is not ours.
        with contextlib.suppress(psutil.Error, FileNotFoundError):
            if process.name().startswith("postgres") and os.path.samefile(process.cwd(), place.data):
                found.add(process.pid)
    return found


def own(folder: Path, user: User) -> None:
    """Make ``folder`` and keep it to ``user``; refuse one that somebody else made first."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stat = folder.lstat()
    if stat.st_uid not in (user.uid, os.geteuid()) or folder.is_symlink():
        raise OSError(errno.EPERM, os.strerror(errno.EPERM), str(folder))
    if stat.st_uid != user.uid:
        os.chown(folder, user.uid, user.gid)
    folder.chmod(0o700)


def short(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:10]
