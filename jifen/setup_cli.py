"""``flask setup``: from an empty database to an installation in which the first people sign in."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from jifen.access import rules as access_rules
from jifen.access import service_accounts as accounts
from jifen.core import clock, house
from jifen.core.actor import ROLE_WORDS, Door, Role, system
from jifen.core.db import db, transaction
from jifen.core.errors import Conflict, DomainError
from jifen.core.settings import ROOT
from jifen.members import service as members
from jifen.members.models import Member
from jifen.org import service as org
from jifen.org.models import Unit
from jifen.rulebook import service as rulebooks

RULEBOOK = ROOT / "config" / "rulebooks" / "municipal-organs.toml"
#: Option, role, whether an installation cannot do without, and what is asked of who runs it by hand.
PEOPLE = (
    ("admin", Role.IT, True, "系统管理员姓名（管运行，看不到积分）"),
    ("leader", Role.WC_LEADER, True, "工委领导姓名（作决定）"),
    ("office", Role.WC_OFFICE, True, "工委办公室经办人姓名（日常办理）"),
    ("security", Role.SECURITY, False, "安全管理员姓名（发登录码；可以以后再设，直接回车跳过）"),
    ("auditor", Role.AUDITOR, False, "审计员姓名（看审计记录；可以以后再设，直接回车跳过）"),
)


class NotEmpty(Conflict):
    """There is an installation already."""

    code, template = "not_empty", "这里已经有组织或人员了，没有再做什么。flask setup 只用于空的数据库。"


@dataclass(frozen=True, slots=True)
class Begun:
    """Somebody who can sign in for the first time."""

    role: str
    name: str
    number: str
    code: str


def set_up(committee: str, people: dict[Role, str], *, rulebook: str) -> list[Begun]:
    """Make the work committee, its first people with posts from today, and put the rulebook in force.

    :param people: a name for each role; no two roles are given to one person
    :param rulebook: the text of the rulebook that shall hold from the first day of this year
    :raises NotEmpty: there are units or people
    """
    by, today = system("setup", Door.CLI), clock.today()
    first = today.replace(month=1, day=1)
    with transaction() as session:
        # Two who set up at once: the second waits, and finds it done.
        session.execute(sa.text("LOCK TABLE unit, member IN SHARE ROW EXCLUSIVE MODE"))
        for table in (Unit, Member):
            if session.scalar(sa.select(sa.exists().select_from(table))):
                raise NotEmpty
        root = org.found(name=committee, code="GW", since=first, by=by)
        book = rulebooks.load(rulebook, by=by)
        rulebooks.activate(book.id, by=by)
        rulebooks.assign(root.id, book.code, since=first, by=by)
        begun = []
        for role, name in people.items():
            person = members.take_in(name, branch_id=None, since=today, by=by)
            members.appoint(person.id, root.id, role, since=today, by=by)
            code = accounts.issue_start(person.id, by=by)
            begun.append(Begun(role, name, person.number, code))
        return begun


@click.command("setup")
@click.option("--committee", help="工委名称，例如“市直机关工委”。")
@click.option("--admin", help="系统管理员姓名。")
@click.option("--leader", help="工委领导姓名。")
@click.option("--office", help="工委办公室经办人姓名。")
@click.option("--security", help="安全管理员姓名（可以不写）。")
@click.option("--auditor", help="审计员姓名（可以不写）。")
@click.option(
    "--rulebook",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=RULEBOOK,
    help="积分办法文件；不写则用自带的市直机关办法。",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="输出格式。")
@with_appcontext
def command(committee: str | None, rulebook: Path, form: str, **given: str | None) -> None:
    """在空的数据库里建立工委、第一批人员和积分办法，打印每人的登录码。"""
    by_hand = committee is None
    committee = (committee or click.prompt("工委名称", default="市直机关工委")).strip()
    people: dict[Role, str] = {}
    for option, role, needed, words in PEOPLE:
        name = given[option]
        if name is None and (needed or by_hand):
            name = click.prompt(words, default=None if needed else "", show_default=False)
        if name and name.strip():
            people[role] = name.strip()
    try:
        begun = set_up(committee, people, rulebook=rulebook.read_text(encoding="utf-8"))
    except UnicodeDecodeError as err:
        raise click.ClickException("积分办法文件不是 UTF-8 文本，请另存为 UTF-8 后再试。") from err
    except DomainError as refusal:
        db.session.rollback()
        raise click.ClickException(refusal.message) from refusal
    if form == "json":
        click.echo(json.dumps([asdict(one) for one in begun], ensure_ascii=False, indent=1))
        return
    click.echo(f"{committee}已建立，积分办法已启用。登录码只显示这一次，请分别打印交给本人：\n")
    for one in begun:
        words = ROLE_WORDS[Role(one.role)]
        click.echo(f"  {words}  {one.name}  编号 {one.number}  登录码 {one.code[:4]} {one.code[4:]}")
    click.echo(
        f"\n登录码{access_rules.VALID_DAYS}天内有效。接下来：\n"
        f"  1. 每人打开 {house.settings().public_url}/console/start ，凭编号和登录码设置密码，扫码绑定手机验证器。\n"
        "  2. 用 flask roster import 花名册.xlsx --create-branches 导入各部门的党组织和党员。\n"
        "  3. 工委办公室在工作台为各部门登记党建办任职并打印登录码，各部门再为支部办理。"
    )
