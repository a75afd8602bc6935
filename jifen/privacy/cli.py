"""``flask privacy``: the retention table, and erasing a person."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from jifen.access.cli import actor_as
from jifen.core.errors import DomainError
from jifen.members.queries import member_by_number
from jifen.privacy import erasing, retention

privacy = AppGroup("privacy", help="个人信息：保存期限表、删除已离开的人。")

_SPANS = {"hours": "小时", "days": "天", "months": "个月", "": ""}
_HOW = {
    "delete": "到期删除",
    "blank": "到期抹去",
    "own": "到期清理",
    "with": "随同",
    "person": "在册期间",
    "keep": "不含个人信息",
}


@privacy.command("retention")
def retention_table() -> None:
    """列出保存期限表：存什么、存多久、依据。"""
    for keep in retention.load():
        term = f"{keep.length}{_SPANS[keep.unit]}" if keep.unit else ""
        click.echo(f"{keep.table:20} {_HOW[keep.how]} {keep.follows or term}  {keep.what}（{keep.basis}）")


@privacy.command("erase")
@click.argument("number")
@click.option("--minute", required=True, help="同意删除的纪要或批件编号。")
@click.option("--as", "as_number", required=True, help="以谁的名义办理（党员编号）。")
@click.confirmation_option(prompt="删除后不能恢复，确定吗？")
def erase(number: str, minute: str, as_number: str) -> None:
    """删除编号为 NUMBER 的已离开人员的姓名、微信标识和文字，台账只留编号。"""
    try:
        erasing.erase(member_by_number(number).id, minute=minute, by=actor_as(as_number))
    except DomainError as refusal:
        raise click.ClickException(refusal.message) from refusal
    click.echo("已删除。台账核验不受影响，可运行 flask ledger verify 查看。")
