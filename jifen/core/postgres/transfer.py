"""Moving a whole database: out to one file, and from that file into any empty PostgreSQL."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from pathlib import Path
from typing import IO

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from jifen.core.postgres.place import conninfo
from jifen.core.postgres.programs import (
    DatabaseTrouble,
    DiskFull,
    Programs,
    installed,
    last_line,
    ourselves,
    trouble_of,
)

#: Servers before 17 do not know this setting, which newer programs always write first.
_UNKNOWN_TO_OLD = b"SET transaction_timeout = 0;\n"
_HEADER_LINES = 60


def dump(url: str, file: Path) -> int:
    """Write the database at ``url`` to ``file`` (PostgreSQL's custom format); return its bytes.

    The file holds personal data: only its owner may read it. It appears whole or not at all.

    :raises DatabaseTrouble: the file is there already, or the database cannot be read
    """
    file = Path(os.path.abspath(file))
    if file.exists():
        raise DatabaseTrouble(reason=f"文件 {file} 已存在，没有覆盖：请换一个文件名。")
    half = file.with_name(file.name + ".part")
    where, environ = _access(url)
    try:
        os.close(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        with _words() as told:
            asked = ["--format=custom", "--no-owner", "--no-privileges", f"--dbname={where}"]
            code = _client().open("pg_dump", *asked, f"--file={half}", environ=environ, stderr=told).wait()
            said = _said(told)
        if "No space left" in said:
            raise DiskFull(where=file.parent, need="与数据库同样大的空间")
        if code != 0:
            raise DatabaseTrouble(reason=f"没有导出：{last_line(said)}。请确认数据库可以连接后再试。")
        with half.open("rb") as whole:
            os.fsync(whole.fileno())
        half.rename(file)
    except OSError as err:
        raise trouble_of(err, where=file.parent) from err
    finally:
        half.unlink(missing_ok=True)
    return file.stat().st_size


def restore(file: Path, url: str) -> int:
    """Fill the empty database at ``url`` from ``file``, all of it or nothing; return its tables.

    :raises DatabaseTrouble: the file is no whole dump, the target holds something or refuses
    """
    file = Path(os.path.abspath(file))
    where, environ = _access(url)
    with _words() as told:
        listing = _client().open(
            "pg_restore", "--list", str(file), environ={}, stdout=subprocess.DEVNULL, stderr=told
        )
        if listing.wait() != 0:
            raise DatabaseTrouble(reason=f"{file} 不是 flask db dump 导出的文件：请核对文件名。")
    if _tables(url):
        raise DatabaseTrouble(
            reason="目标数据库里已有数据表，没有导入：请新建一个空的数据库，再用 --url 指定它。"
        )
    with _words() as told:
        reader = _client().open(
            *("pg_restore", "--no-owner", "--no-privileges", "--file=-", str(file)),
            environ={},
            stdout=subprocess.PIPE,
            stderr=told,
        )
        writer = _client().open(
            *("psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", f"--dbname={where}"),
            environ=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=told,
        )
        try:
            whole = _pass_on(reader, writer)
        finally:
            for process in (reader, writer):
                process.kill()
                process.wait()
        if not whole:
            raise DatabaseTrouble(
                reason=f"没有导入，目标数据库保持原样：{last_line(_said(told))}。请核对文件与目标数据库。"
            )
    with psycopg.connect(conninfo(url), connect_timeout=10) as moved:
        # Transaction ids start over on another server; the house's own go on.
        if moved.execute("SELECT to_regproc('continue_xids')").fetchone() != (None,):
            moved.execute("SELECT continue_xids()")
    return _tables(url)


def _pass_on(reader: subprocess.Popen, writer: subprocess.Popen) -> bool:
    """Feed one transaction; commit only after the reader ended well. Returns whether it was committed."""
    source, sink = reader.stdout, writer.stdin
    assert source is not None
    assert sink is not None
    try:
        with source, sink:
            sink.write(b"BEGIN;\n")
            for number, line in enumerate(source):
                if number > _HEADER_LINES or line != _UNKNOWN_TO_OLD:
                    sink.write(line)
            if reader.wait() != 0:
                writer.kill()
                return False
            sink.write(b"COMMIT;\n")
    except BrokenPipeError:
        return False  # the writer met an error and stopped; what it said is told
    return writer.wait() == 0


def _access(url: str) -> tuple[str, dict[str, str]]:
    """Return how programs reach ``url``, the password apart: command lines are seen by everybody."""
    try:
        parts = conninfo_to_dict(conninfo(url))
    except psycopg.ProgrammingError as err:
        raise DatabaseTrouble(reason="数据库地址不对：请写成 postgresql://用户:口令@主机/库名。") from err
    password = parts.pop("password", None)
    return make_conninfo(**{name: str(part) for name, part in parts.items()}), {
        "PGPASSWORD": str(password)
    } if password else {}


def _tables(url: str) -> int:
    """Return how many tables the database holds."""
    asked = "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
    try:
        with psycopg.connect(conninfo(url), connect_timeout=10) as connection:
            row = connection.execute(asked).fetchone()
    except psycopg.OperationalError as err:
        raise DatabaseTrouble(reason="连接不上目标数据库：请核对地址、口令和网络后再试。") from err
    return row[0] if row else 0


def _client() -> Programs:
    """Return the newest client programs, run as ourselves: only servers refuse root."""
    return Programs(*installed(), ourselves())


def _words() -> contextlib.AbstractContextManager[IO[bytes]]:
    return tempfile.TemporaryFile()


def _said(told: IO[bytes]) -> str:
    told.seek(0)
    return told.read().decode(errors="replace").strip()
