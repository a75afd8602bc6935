"""``flask periods close``: draw the lists of a period in many branches."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from jifen.access.cli import actor_as
from jifen.core.actor import Actor, Door, system
from jifen.core.errors import DomainError, NotFound
from jifen.org import queries as org
from jifen.points.periods import rounds, service

periods = AppGroup("periods", help="积分周期：结算与公示名单。")


def _actor(number: str | None) -> Actor:
    return actor_as(number) if number else system("flask periods", Door.CLI)


@periods.command("close")
@click.argument("period")
@click.option("--unit", "code", default=None, help="组织代码；不写就是全部支部。")
@click.option("--as", "number", default=None, help="经办人的党员编号；不写就是系统。")
def close(period: str, code: str | None, number: str | None) -> None:
    """结算一个周期（2026、2026H1、2026Q3、2026-09），生成各支部待公示的名单；中断后再运行会接着做。"""
    try:
        unit = org.unit_by_code(code) if code else org.root()
        if unit is None:
            raise NotFound(what="市直机关工委")
        done = 0
        for done, of in rounds.close_many(unit.id, service.parse(period), by=_actor(number)):
            click.echo(f"\r{done}/{of}", nl=False, err=True)
        click.echo("", err=True)
        click.echo(f"已办理{done}个支部，名单待支部公示。" if done else "没有需要办理的支部，名单都已生成。")
    except DomainError as refusal:
        click.echo(refusal.message, err=True)
        sys.exit(1)
