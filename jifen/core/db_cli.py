"""``flask db dump`` and ``flask db restore``, beside Flask-Migrate's own ``flask db`` commands.

The entry point ``db`` of the installed project names this group, so that the
two commands are there before any application is loaded.
"""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_migrate.cli import db

from jifen.core.errors import DomainError
from jifen.core.postgres import transfer


def init_app(app: Flask) -> None:
    """Offer the group to those who call commands through the application."""
    app.cli.add_command(db)


@db.command("dump")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def dump(file: Path) -> None:
    """把整个数据库导出到一个文件（内有个人信息，请妥善保管）。"""
    try:
        size = transfer.dump(current_app.config["SQLALCHEMY_DATABASE_URI"], file)
    except DomainError as refusal:
        raise click.ClickException(refusal.message) from refusal
    click.echo(f"已导出到 {file}（{size:,} 字节）。文件含个人信息，请加密保存，用后删除。")


@db.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--url", help="导入到哪个数据库；不写则用当前配置的数据库。必须是空的。")
@with_appcontext
def restore(file: Path, url: str | None) -> None:
    """把 flask db dump 导出的文件导入一个空的 PostgreSQL 数据库。"""
    try:
        tables = transfer.restore(file, url or current_app.config["SQLALCHEMY_DATABASE_URI"])
    except DomainError as refusal:
        raise click.ClickException(refusal.message) from refusal
    click.echo(f"已导入 {tables} 张表。请把 JIFEN_DATABASE_URL 指向新的数据库，再执行 flask db upgrade。")


__all__ = ["db", "init_app"]
