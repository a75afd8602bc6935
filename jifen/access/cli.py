"""Commands about ways in."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from jifen.access import queries, service
from jifen.core.actor import Actor, Door
from jifen.core.errors import DomainError
from jifen.members.queries import member_by_number


def actor_as(number: str) -> Actor:
    """Return the person in whose name a command acts.

    :raises NotFound: nobody has that number
    """
    actor = queries.actor_of(member_by_number(number).id, Door.CLI)
    assert actor is not None, "member_by_number found him"
    return actor


@click.command("bind-code")
@click.argument("number")
@click.option("--as", "as_number", required=True, help="以谁的名义办理（党员编号）。")
@with_appcontext
def bind_code(number: str, as_number: str) -> None:
    """为编号为 NUMBER 的党员发放绑定码，有效14天，只显示这一次。"""
    try:
        code = service.issue_code(member_by_number(number).id, by=actor_as(as_number))
    except DomainError as refusal:
        raise click.ClickException(refusal.message) from refusal
    click.echo(f"绑定码：{code[:4]} {code[4:]}（14天内有效，发送“绑定 {code} 姓名”）")
