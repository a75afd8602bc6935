"""``flask clock``, ``flask worker``, ``flask jobs``."""

from __future__ import annotations

import dataclasses
import json
import signal
import threading

import click
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from flask import current_app
from flask.cli import with_appcontext

from jifen.core import clock as now_clock
from jifen.core import queue
from jifen.core.actor import Door, system
from jifen.core.db import transaction
from jifen.jobs import queries, service
from jifen.jobs.calendar import JOBS, Job

STATES = {"due": "待运行", "running": "运行中", "done": "已完成", "failed": "出错", None: "尚未运行"}


@click.command("clock")
@with_appcontext
def clock_command() -> None:
    """按时间表安排任务，直到被停止。可以同时开多个，不会重复。"""
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def fire(job: Job) -> None:
        with app.app_context():
            service.make_due(job, now_clock.now())

    def tick() -> None:
        with app.app_context():
            service.beat("clock")
            service.pick_up()
            with transaction():
                queue.defer_once("notices.send")

    scheduler = BackgroundScheduler(timezone=now_clock.SHANGHAI)
    for job in JOBS:
        trigger = CronTrigger(**job.cron, timezone=now_clock.SHANGHAI)
        scheduler.add_job(fire, trigger, args=[job], id=job.name, misfire_grace_time=3600, coalesce=True)
    scheduler.add_job(tick, "interval", seconds=20, id="tick", next_run_time=now_clock.now())
    service.catch_up()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    scheduler.start()
    click.echo("时钟已启动。")
    stop.wait()
    scheduler.shutdown(wait=False)


@click.command("worker")
@click.option("--concurrency", default=2, show_default=True, help="同时处理几件。")
@with_appcontext
def worker_command(concurrency: int) -> None:
    """处理后台任务，直到被停止。"""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    click.echo("后台任务已启动。")
    queue.work(app, concurrency=concurrency)


@click.command("jobs")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="输出形式。")
@with_appcontext
def jobs_command(form: str) -> None:
    """查看任务：运行过什么、该运行什么、卡住了什么。"""
    lines = queries.board(by=system("flask jobs", Door.CLI))
    if form == "json":
        click.echo(json.dumps([_row(line) for line in lines], ensure_ascii=False))
        return
    for line in lines:
        mark = "（卡住，请检查后台任务进程）" if line.stuck else ""
        click.echo(
            f"{line.name:20} {line.words}：{line.period or '-'} {STATES[line.state]}{mark} {line.error or ''}"
        )
    for name, seen in queries.heartbeats().items():
        click.echo(f"{name:20} 最近活动 {seen.astimezone(now_clock.SHANGHAI):%Y-%m-%d %H:%M:%S}")
    click.echo("后台队列：" + ("、".join(f"{k} {v}" for k, v in sorted(queries.backlog().items())) or "空"))


def _row(line: queries.Line) -> dict[str, object]:
    plain = (str, bool, type(None))
    return {k: v if isinstance(v, plain) else str(v) for k, v in dataclasses.asdict(line).items()}
