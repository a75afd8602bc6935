"""``rules``: commands on rulebook files that need no database and no running service."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import sys
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import click

from jifen.rulebook.check_cli import check_command
from jifen.rulebook.engine.sheet import ScoreSheet
from jifen.rulebook.faults import RulebookFaults
from jifen.rulebook.loader import load_file
from jifen.rulebook.records import Unreadable, read_records
from jifen.rulebook.scoring import sheets

#: Exit codes: bad records, unreadable input.
BAD, UNREADABLE = 1, 2


@click.group("rules")
def rules() -> None:
    """积分规则：检查规则文件，按规则计算积分。"""


rules.add_command(check_command)


class _Day(click.ParamType[dt.date]):
    name = "日期"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        if isinstance(value, dt.date):
            return value
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            self.fail(f"“{value}”不是日期，请写成 2026-12-31 的样子。", param, ctx)


@rules.command("score")
@click.argument("rulebook", type=click.Path())
@click.argument("records", type=click.Path())
@click.option("--as-of", type=_Day(), help="算到哪一天；默认是文件里最后一天。")
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", help="输出格式。"
)
def score_command(rulebook: str, records: str, as_of: dt.date | None, form: str) -> None:
    """按规则文件 RULEBOOK 计算 RECORDS.csv 里每个人的积分。

    退出码：0 完成；1 记录有错，没有计算；2 文件读不了。
    """
    try:
        book = load_file(rulebook)
        read = read_records(records, book)
    except RulebookFaults as e:
        for fault in e.faults:
            click.echo(f"{rulebook} 第 {fault.line} 行：{fault.message}{fault.remedy}", err=True)
        sys.exit(UNREADABLE)
    except Unreadable as e:
        click.echo(f"{records}：{e}", err=True)
        sys.exit(UNREADABLE)
    for problem in read.problems:
        click.echo(f"{records} 第 {problem.line} 行：{problem.message}", err=True)
    if read.problems:
        click.echo(f"共 {len(read.problems)} 行有错，没有计算。请改正后再试。", err=True)
        sys.exit(BAD)
    as_of = as_of or read.last_day
    if as_of is None:
        click.echo(f"{records}：文件里没有日期，请用 --as-of 写明算到哪一天。", err=True)
        sys.exit(BAD)
    for line, first in read.merged:
        click.echo(f"{records} 第 {line} 行：与第 {first} 行来源相同，是同一件事，只算一次。", err=True)
    out = list(sheets(read, book, as_of=as_of))
    click.echo({"json": as_json, "csv": as_csv, "table": as_table}[form](out), nl=False)


def as_dict(sheet: ScoreSheet) -> dict[str, Any]:
    """Return a sheet as plain values, points as decimal strings."""
    return {
        "member": sheet.subject,
        "rulebook": sheet.rulebook,
        "version": sheet.version,
        "period": sheet.period.key,
        "opening": text(sheet.opening),
        "categories": {code: text(points) for code, points in sheet.categories.items()},
        "items": {code: text(points) for code, points in sheet.items.items()},
        **({"taken_over": text(sheet.taken_over)} if sheet.taken_over else {}),
        "total": text(sheet.total),
        "grade": sheet.grade,
        "eligible": sheet.eligible,
        "vetoed": sheet.vetoed,
        "trace": [
            {
                "item": line.item,
                "clause": line.clause,
                "entry": line.entry,
                "raw": text(line.raw),
                "points": text(line.points),
                "why": line.why,
            }
            for line in sheet.trace
        ],
    }


def text(points: Decimal) -> str:
    """Return points as a plain decimal string: ``62``, ``-0.5``, never ``6.2E+1``."""
    return f"{points:f}"


def as_json(out: Iterable[ScoreSheet]) -> str:
    """Return the sheets as a JSON list."""
    return json.dumps([as_dict(sheet) for sheet in out], ensure_ascii=False, indent=2) + "\n"


def _flat(out: Iterable[ScoreSheet]) -> list[list[str]]:
    out = list(out)
    categories = list(dict.fromkeys(code for sheet in out for code in sheet.categories))
    rows = [["member", "period", "opening", *categories, "total", "grade", "eligible", "vetoed"]]
    for sheet in out:
        rows.append(
            [
                sheet.subject,
                sheet.period.key,
                text(sheet.opening),
                *(text(sheet.categories[code]) if code in sheet.categories else "" for code in categories),
                text(sheet.total),
                sheet.grade or "",
                "1" if sheet.eligible else "0",
                "1" if sheet.vetoed else "0",
            ]
        )
    return rows


def as_csv(out: Iterable[ScoreSheet]) -> str:
    """Return the figures as CSV, one row a sheet, a column for each category."""
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(_flat(out))
    return file.getvalue()


def as_table(out: Iterable[ScoreSheet]) -> str:
    """Return the figures as a table for reading, Chinese headings, columns aligned."""
    rows = _flat(out)
    words = {
        "member": "成员",
        "period": "周期",
        "opening": "基础分",
        "total": "总分",
        "grade": "等次",
        "eligible": "达到门槛",
        "vetoed": "一票否决",
    }
    rows[0] = [words.get(name, name) for name in rows[0]]
    for row in rows[1:]:
        row[-2:] = ["是" if cell == "1" else "否" for cell in row[-2:]]
    widths = [max(_width(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = (
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    )
    return "\n".join(lines) + "\n"


def _width(cell: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in cell)
