"""``flask wechat …``: the account itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click
from flask.cli import with_appcontext

from jifen.access import menus
from jifen.wechat.client import ApiError, Unreachable
from jifen.wechat.menus import BadMenu

T = TypeVar("T")
_WHY = {
    40018: "按钮名称的长度不对",
    40025: "子按钮名称的长度不对",
    40054: "子按钮的网址不对",
    40055: "按钮的网址不对",
    48001: "这个公众号没有自定义菜单的权限（需要认证）",
    65316: "打开的外部网站太多",
}


@click.group("wechat")
def wechat() -> None:
    """公众号本身：菜单。"""


@wechat.group("menu")
def menu() -> None:
    """公众号菜单，写在 config/wechat_menu.toml。"""


@menu.command("diff")
@with_appcontext
def diff() -> None:
    """比较公众号现在的菜单和文件里的；有不同时退出码为1。"""
    found = _told(menus.differences)
    for one in found:
        click.echo(f"“{one.tag}”的菜单：" if one.tag else "公共菜单：")
        for line in one.lines:
            click.echo(f"  {line}")
    if found:
        click.echo("以 - 开头的是现在的，以 + 开头的是文件里的。运行 flask wechat menu push 发布。")
        raise SystemExit(1)
    click.echo("菜单与文件一致。")


@menu.command("push")
@with_appcontext
def push() -> None:
    """发布文件里的菜单，并把负责人菜单给现在的负责人。"""
    changed = _told(menus.push)
    people = _told(menus.retag)
    if changed or people:
        click.echo(f"已发布：改动{changed}个菜单，更新{people}位负责人的标签。手机上最多5分钟后看到。")
    else:
        click.echo("菜单与文件一致，没有改动。")


def _told(act: Callable[[], T]) -> T:
    """Do it; a refusal is a sentence that says what to do."""
    try:
        return act()
    except BadMenu as bad:
        raise click.ClickException(
            "菜单文件有误，没有发布：\n" + "\n".join(f"- {x}" for x in bad.faults)
        ) from bad
    except ApiError as err:
        why = _WHY.get(err.code, "请对照微信的全局返回码")
        raise click.ClickException(
            f"微信没有接受（错误码 {err.code}）：{why}。编号 {err.rid or '-'}。"
        ) from err
    except Unreachable as err:
        raise click.ClickException(
            "没有连上微信，请检查网络和 JIFEN_WECHAT_API_BASE，过一会儿再试。"
        ) from err
