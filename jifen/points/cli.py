"""``flask ledger verify``: the proof, with the first wrong line of each part."""

from __future__ import annotations

import json
import sys

import click
from flask.cli import AppGroup

from jifen.points import verify as proof
from jifen.points.seals import seal_all

ledger = AppGroup("ledger", help="积分台账：核验与封存。")


@ledger.command("verify")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="输出形式。")
def verify(form: str) -> None:
    """核验封存链、总分、名次计数和唯一性；有错时退出码为1。"""
    say = (lambda _part: None) if form == "json" else (lambda part: click.echo(f"核验{part}……", err=True))
    found = list(proof.faults(say))
    if form == "json":
        rows = [{"part": f.part, "where": f.where, "why": f.why} for f in found]
        click.echo(json.dumps({"ok": not found, "faults": rows}, ensure_ascii=False))
    else:
        for fault in found:
            click.echo(f"有错：{fault.part}：{fault.where}：{fault.why}")
        if not found:
            click.echo("台账核验通过：封存链、总分、名次计数和唯一性都正确。")
    sys.exit(1 if found else 0)


@ledger.command("seal")
def seal() -> None:
    """立即封存已完成的流水和审计记录。"""
    click.echo(f"已封存{seal_all()}行。")
