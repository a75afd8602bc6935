"""``flask doctor``: is this installation fit to work, and if not, what to do about it.

Needs no loaded application: it looks at the settings first and at the rest
only as far as these allow.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import click
import psycopg
from alembic.script import ScriptDirectory

from jifen import doctor_wechat, doctor_wecom
from jifen.core import clock, workdays
from jifen.core.errors import DomainError
from jifen.core.postgres import Embedded, conninfo
from jifen.core.settings import ROOT, BadSettings, Settings, load
from jifen.findings import Finding, State

#: Free bytes below which there is something to do soon, and now.
DISK_LOW, DISK_EMPTY = 2_000_000_000, 300_000_000
#: Seconds between our clock and the database's that are odd, and that falsify what is recorded.
SKEW_ODD, SKEW_BAD = 2.0, 30.0
#: Seconds without a sign of life after which a process counts as stopped.
SILENT = 120.0
OLDEST_SERVER = 15


MARKS = {State.GOOD: "✓", State.WARN: "!", State.BAD: "✗"}


@click.command("doctor")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="输出形式。")
@click.option(
    "--wechat/--no-wechat",
    default=None,
    help="也检查公众号：回调、IP、额度、模板、菜单、域名。生产环境默认检查。",
)
def command(form: str, wechat: bool | None) -> None:
    """检查本机安装和公众号是否正常；有必须处理的问题时退出码为 1。"""
    findings = examine(os.environ, wechat=wechat)
    if form == "json":
        click.echo(json.dumps([asdict(one) for one in findings], ensure_ascii=False))
    else:
        for one in findings:
            click.echo(f"{MARKS[one.state]} {one.subject}：{one.words}")
    if any(one.state is State.BAD for one in findings):
        raise SystemExit(1)


def examine(environ: os._Environ[str] | dict[str, str], *, wechat: bool | None = None) -> list[Finding]:
    """Return the findings about the installation that ``environ`` describes.

    :param wechat: whether to ask the platform too; None: in production
    """
    try:
        settings = load(environ)
    except BadSettings as err:
        return [Finding("配置", State.BAD, fault) for fault in err.faults]
    kind = "生产环境" if settings.production else "开发环境，密钥为自动生成或已给出"
    return [
        Finding("配置", State.GOOD, kind),
        disk(settings.data_dir),
        *holidays(),
        *database(settings),
        *(_platforms(settings) if wechat or (wechat is None and settings.production) else ()),
    ]


def _platforms(settings: Settings) -> Iterator[Finding]:
    yield from doctor_wechat.examine(settings)
    yield from doctor_wecom.examine(settings)


def disk(folder: Path) -> Finding:
    """Look at the room left for data."""
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    words = f"{folder} 所在磁盘剩余 {free / 1e9:.1f} GB"
    if free < DISK_EMPTY:
        return Finding("磁盘", State.BAD, f"{words}，随时会停止工作：请立即清理或扩容。")
    if free < DISK_LOW:
        return Finding("磁盘", State.WARN, f"{words}，请尽快清理或扩容。")
    return Finding("磁盘", State.GOOD, words)


def holidays() -> Iterator[Finding]:
    """Look at the holidays of this year and, once they are announced, of the next."""
    today = clock.today()
    for year, needed in ((today.year, True), (today.year + 1, today.month == 12)):
        if workdays.known(year):
            yield Finding("节假日", State.GOOD, f"{year} 年的节假日与调休已知")
        else:
            yield Finding(
                "节假日",
                State.WARN if needed else State.GOOD,
                f"{year} 年的节假日还没有登记，暂按周一至周五上班计算："
                f"国务院公布后请写入 config/holidays/{year}.toml。",
            )


def database(settings: Settings) -> Iterator[Finding]:
    """Look at the database: in reach, fit, migrated, its clock, and who works on it."""
    server = Embedded(settings.data_dir)
    try:
        url = settings.database_url or server.borrow()
        connection = psycopg.connect(conninfo(url), connect_timeout=10, autocommit=True)
    except DomainError as refusal:
        yield Finding("数据库", State.BAD, refusal.message)
        return
    except psycopg.OperationalError:
        yield Finding("数据库", State.BAD, "连接不上：请核对 JIFEN_DATABASE_URL、网络，并确认数据库已启动。")
        return
    with contextlib.ExitStack() as leaving:
        if settings.database_url is None:
            leaving.callback(server.give_back)
        leaving.enter_context(connection)
        looks: list[Callable[[psycopg.Connection], Finding]] = [_version, _revision, _skew]
        for look in looks:
            yield look(connection)
        if _table_exists(connection, "heartbeat"):
            yield _alive(
                connection, "时钟", "SELECT max(seen_at) FROM heartbeat WHERE name = 'clock'", "clock"
            )
            workers = "SELECT max(last_heartbeat) FROM procrastinate.procrastinate_workers"
            yield _alive(connection, "后台任务", workers, "worker")


def _version(connection: psycopg.Connection) -> Finding:
    major = connection.info.server_version // 10000
    if major < OLDEST_SERVER:
        return Finding(
            "数据库", State.BAD, f"PostgreSQL {major} 太旧：请升级到 {OLDEST_SERVER} 或更新的版本。"
        )
    return Finding("数据库", State.GOOD, f"PostgreSQL {major}")


def _revision(connection: psycopg.Connection) -> Finding:
    heads = set(ScriptDirectory(str(ROOT / "migrations")).get_heads())
    at: set[str] = set()
    if _table_exists(connection, "alembic_version"):
        at = {row[0] for row in connection.execute("SELECT version_num FROM alembic_version")}
    if at == heads:
        return Finding("表结构", State.GOOD, f"已是最新（{'、'.join(sorted(heads))}）")
    now = "、".join(sorted(at)) or "空"
    return Finding(
        "表结构", State.BAD, f"现为 {now}，程序需要 {'、'.join(sorted(heads))}：请执行 flask db upgrade。"
    )


def _skew(connection: psycopg.Connection) -> Finding:
    before = clock.now()
    row = connection.execute(clock.SERVER_NOW).fetchone()
    assert row is not None
    # The answer was given between the two looks at our clock: the middle is the fairest guess.
    middle = before + (clock.now() - before) / 2
    skew = abs((row[0] - middle).total_seconds())
    words = f"本机与数据库相差 {skew:.1f} 秒"
    if skew > SKEW_BAD:
        return Finding("时间", State.BAD, f"{words}，登记的时间不可信：请立即用 NTP 校准两台机器。")
    if skew > SKEW_ODD:
        return Finding("时间", State.WARN, f"{words}：请用 NTP 校准两台机器。")
    return Finding("时间", State.GOOD, words)


def _alive(connection: psycopg.Connection, subject: str, asked: str, name: str) -> Finding:
    row = connection.execute(asked.encode()).fetchone()
    seen = row[0] if row else None
    remedy = f"请执行 make run，或由服务管理器运行 flask {name}。"
    if seen is None:
        return Finding(subject, State.WARN, f"没有在运行：{remedy}")
    silent = (clock.now() - seen).total_seconds()
    if silent > SILENT:
        at = seen.astimezone(clock.SHANGHAI)
        return Finding(subject, State.WARN, f"{at:%Y-%m-%d %H:%M} 之后没有动静：{remedy}")
    return Finding(subject, State.GOOD, "在运行")


def _table_exists(connection: psycopg.Connection, name: str) -> bool:
    row = connection.execute("SELECT to_regclass(%s) IS NOT NULL", (f"public.{name}",)).fetchone()
    return bool(row and row[0])
