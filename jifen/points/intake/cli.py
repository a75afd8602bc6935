"""``flask facts``: facts and balances from an office's own sheets."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import Any, NoReturn

import click
from flask.cli import AppGroup

from jifen.access.cli import actor_as
from jifen.core.actor import Actor, Door, system
from jifen.core.errors import DomainError, Invalid
from jifen.members.roster.problems import RosterUnreadable, unreadable
from jifen.points.intake import queries, service
from jifen.points.intake import undo as undoing
from jifen.points.intake.mapping import Mapping, parse_mapping
from jifen.points.intake.sheets import TEMPLATES
from jifen.points.intake.sheets import template as template_sheet
from jifen.points.intake.words import Kind

DONE, REFUSED, UNREADABLE = 0, 1, 2
#: Problems shown on a terminal; all of them are in the JSON.
SHOWN = 50

_SEVERITIES = {"error": "错误", "question": "待回答", "doubt": "请留意"}
_STATES = {"previewed": "待确认", "confirmed": "已导入", "undone": "已撤销", "dropped": "已放弃"}

facts = AppGroup("facts", help="积分记录和接续积分：导入、撤销、下载模板。")

_format = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="输出形式。"
)
_as = click.option("--as", "as_number", help="以谁的名义办理（党员编号）；不写则只能预览。")


def _actor(number: str | None) -> Actor:
    return actor_as(number) if number else system("flask facts", Door.CLI)


@facts.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--kind", type=click.Choice(list(Kind)), default="facts", help="积分记录，或接续积分。")
@click.option("--dry-run", is_flag=True, help="只预览，不导入。")
@click.option("--yes", is_flag=True, help="没有错误和待回答的问题时，不再询问，直接导入。")
@click.option("--keep", is_flag=True, help="只预览，把批次留给负责人确认（24小时内）。")
@click.option("--mapping", "mapping_file", type=click.Path(path_type=Path), help="对照文件（JSON）。")
@click.option("--unit", "unit_code", help="哪个组织的（组织代码）。")
@_as
@_format
def import_(
    file: Path,
    kind: str,
    dry_run: bool,
    yes: bool,
    keep: bool,
    mapping_file: Path | None,
    unit_code: str | None,
    as_number: str | None,
    form: str,
) -> None:
    """导入积分记录或接续积分 FILE（.xlsx 或 .xls）。退出码：0 完成，1 有问题、什么也没写，2 文件读不出。"""
    as_json = form == "json"
    try:
        by = _actor(as_number)
        if not file.is_file():
            raise unreadable("missing", f"没有找到文件“{file.name}”。", "请核对文件名和路径。")
        seen = service.preview(
            file,
            Kind(kind),
            file_name=file.name,
            unit_code=unit_code,
            mapping=_mapping(mapping_file),
            by=by,
        )
        if not as_json:
            _show(seen)
        if keep and seen.ready:
            _say(
                as_json,
                _plain(seen),
                f"批次 {seen.batch_id} 等待负责人确认：flask facts confirm {seen.batch_id}",
            )
            return
        if dry_run or not seen.ready or not (yes or _asked(as_json)):
            service.drop(seen.batch_id, by=by)
            _say(
                as_json,
                {**_plain(seen), "written": False},
                "预览完成，什么也没写。" if dry_run else "没有导入任何内容。",
            )
            sys.exit(DONE if dry_run and seen.ready else REFUSED)
        outcome = service.confirm(seen.batch_id, by=by)
    except RosterUnreadable as refusal:
        _refuse(as_json, refusal, UNREADABLE)
    except DomainError as refusal:
        _refuse(as_json, refusal, REFUSED)
    _say(as_json, {**_plain(seen), "written": True, "outcome": dataclasses.asdict(outcome)}, _done(outcome))


@facts.command("confirm")
@click.argument("batch", type=int)
@_as
@_format
def confirm(batch: int, as_number: str | None, form: str) -> None:
    """确认一个预览好的批次；批次里只剩确认人本人的记录时，由另一位负责人再运行一次。"""
    try:
        by = _actor(as_number)
        waits = queries.batch_line(batch, by=by)
        if waits.state == "confirmed":
            outcome = service.confirm_waiting(batch, by=by)
        else:
            outcome = service.confirm(batch, by=by)
    except DomainError as refusal:
        _refuse(form == "json", refusal, REFUSED)
    _say(form == "json", dataclasses.asdict(outcome), _done(outcome))


@facts.command("undo")
@click.argument("batch", type=int)
@_as
@_format
def undo(batch: int, as_number: str | None, form: str) -> None:
    """整批撤销一次导入：逐条冲正，原流水仍可查。"""
    try:
        undone = undoing.undo(batch, by=_actor(as_number))
    except DomainError as refusal:
        _refuse(form == "json", refusal, REFUSED)
    words = f"已撤销批次 {batch}：冲正{undone.reversed}条，{undone.reopened}条上报重新待审。"
    _say(form == "json", dataclasses.asdict(undone), words)


@facts.command("batches")
@_as
@_format
def batches(as_number: str | None, form: str) -> None:
    """列出最近的导入批次。"""
    try:
        rows = queries.batches(by=_actor(as_number))
    except DomainError as refusal:
        _refuse(form == "json", refusal, REFUSED)
    if form == "json":
        click.echo(json.dumps([dataclasses.asdict(row) for row in rows], ensure_ascii=False, default=str))
        return
    for row in rows:
        rest = f"，{row.waiting}条等待其他负责人确认" if row.waiting else ""
        click.echo(
            f"{row.id:>6} {_STATES.get(row.state, row.state)} {row.unit_name} {row.file_name} "
            f"{row.done}/{row.total}条{rest}"
        )
    if not rows:
        click.echo("还没有导入过。可用 flask facts import 导入。")


@facts.command("template")
@click.argument("which", type=click.Choice(list(TEMPLATES)))
@click.argument("file", type=click.Path(path_type=Path))
def template(which: str, file: Path) -> None:
    """把空白表存到 FILE：facts 积分记录、attendance 考勤、dues 党费、minutes 会议记录、balances 接续积分。"""
    file.write_bytes(template_sheet(which))
    click.echo(f"模板已保存到 {file}。")


def _mapping(file: Path | None) -> Mapping | None:
    if file is None:
        return None
    try:
        return parse_mapping(file.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        raise Invalid(reason=f"对照文件“{file.name}”读不出来，请核对路径，并用 UTF-8 保存。") from None


def _asked(as_json: bool) -> bool:
    """Ask on a terminal; elsewhere the answer is no, for nobody reads the question."""
    if as_json or not sys.stdin.isatty():
        return False
    return click.confirm("确认导入？")


def _show(seen: service.Preview) -> None:
    counts = seen.counts
    click.echo(f"“{seen.file_name}” → {seen.unit_name}（{seen.unit_code}）")
    for sheet in seen.sheets:
        columns = "，".join(f"{c['column']}={c['header'] or c['field']}" for c in sheet["columns"])
        meetings = f"，另有{len(sheet['meetings'])}次活动" if sheet["meetings"] else ""
        click.echo(
            f"工作表“{sheet['sheet']}”：{sheet['lines']}条，表头第{sheet['header'][0]}行，读取 {columns}{meetings}"
        )
        if sheet["dropped"]:
            click.echo(f"  不读取：{'、'.join(sheet['dropped'])}")
    for code, name, lines in seen.items:
        click.echo(f"{code} {name}：{lines}条")
    click.echo(
        f"{counts['people']}人，新记{counts['new']}条，已有记录作佐证{counts['attached']}条，缺席不记{counts['absent']}条，"
        f"请假不记{counts['leave']}条；错误{counts['errors']}处，待回答{counts['questions']}个，请留意{counts['doubts']}处。"
    )
    urgent_first = sorted(seen.problems, key=lambda p: list(_SEVERITIES).index(p.severity))
    for problem in urgent_first[:SHOWN]:
        place = f"{problem.place}：" if problem.place else ""
        click.echo(f"[{_SEVERITIES[problem.severity]}] {place}{problem.reason}。{problem.remedy}")
    if len(seen.problems) > SHOWN:
        click.echo(f"……共{len(seen.problems)}条，用 --format json 查看全部。")


def _done(outcome: service.Outcome) -> str:
    rest = f"，您本人的{outcome.waiting}条留给其他负责人确认" if outcome.waiting else ""
    return (
        f"已导入（批次 {outcome.batch_id}）：记入{outcome.posted}条，作佐证{outcome.attached}条{rest}。\n"
        f"如需整批撤销：flask facts undo {outcome.batch_id}"
    )


def _plain(seen: service.Preview) -> dict[str, Any]:
    return {**dataclasses.asdict(seen), "ready": seen.ready}


def _say(as_json: bool, plain: dict[str, Any], words: str) -> None:
    click.echo(json.dumps(plain, ensure_ascii=False) if as_json else words)


def _refuse(as_json: bool, refusal: DomainError, code: int) -> NoReturn:
    if as_json:
        click.echo(json.dumps({"code": refusal.code, "message": refusal.message}, ensure_ascii=False))
    else:
        click.echo(refusal.message, err=True)
    sys.exit(code)
