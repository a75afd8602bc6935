"""``flask demo``: load the demo city, list whom one may play in it."""

from __future__ import annotations

import json

import click
from flask import Flask
from flask.cli import AppGroup
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column, Table

from jifen.access import factors
from jifen.core.actor import ROLE_WORDS, Door, system
from jifen.core.errors import DomainError
from jifen.demo import queries, service

demo = AppGroup("demo", help="演示城市：虚构的人和事，不会进入正式环境。")


def init_app(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(demo)


@demo.command("load")
@click.option("--members", type=int, default=service.DEFAULT_MEMBERS, show_default=True, help="总人数。")
def load(members: int) -> None:
    """载入演示城市；已经载入过则什么也不做。"""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )
    try:
        with bar:
            task = bar.add_task("正在载入演示城市", total=members)
            found = service.load(
                members=members,
                by=system("demo", Door.CLI),
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )
            bar.update(task, visible=found.fresh)
    except DomainError as refusal:
        raise click.ClickException(refusal.message) from refusal
    if found.fresh:
        click.echo(f"演示城市已载入：{found.members}人。可用 flask demo accounts 查看能扮演的人。")
    else:
        click.echo(f"演示城市早已载入（{found.members}人），没有再做什么。")


@demo.command("accounts")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="输出格式。")
def accounts(form: str) -> None:
    """列出可以扮演的人，导览中的人在前。"""
    try:
        people = queries.accounts()
    except DomainError as refusal:
        raise click.ClickException(refusal.message) from refusal
    if form == "json":
        click.echo(json.dumps([_row(one) for one in people], ensure_ascii=False, indent=1))
        return
    table = Table("编号", "姓名", "身份", Column("支部", overflow="fold"), "微信")
    for one in people:
        wechat = "已绑定" if one.bound else f"纸条 {one.bind_code}" if one.bind_code else "未绑定"
        table.add_row(one.number, one.name, ROLE_WORDS[one.role], one.branch, wechat)
    Console().print(table)


@demo.command("code")
@click.argument("number")
def code(number: str) -> None:
    """显示编号为 NUMBER 的演示人员的工作台密码和此刻的验证码，不用手机也能登录。"""
    try:
        found = next((one for one in queries.accounts() if one.number == number), None)
    except DomainError as refusal:
        raise click.ClickException(refusal.message) from refusal
    if found is None or found.totp_seed is None:
        raise click.ClickException("没有这个演示帐号，或他没有任职。用 flask demo accounts 查看。")
    click.echo(
        f"{found.name}　密码：{found.password}　验证码：{factors.code_now(found.totp_seed)}（30秒内有效）"
    )


def _row(one: queries.Account) -> dict[str, str | None]:
    return {
        "number": one.number,
        "name": one.name,
        "role": one.role,
        "branch": one.branch,
        "openid": one.openid,
        "password": one.password,
        "totp_seed": one.totp_seed,
        "api_token": one.api_token,
        "bind_code": one.bind_code,
    }
