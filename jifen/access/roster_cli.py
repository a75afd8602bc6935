"""``flask roster``: it stands here because a command acts in the name of a person."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import click
from flask.cli import AppGroup

from jifen.access.cli import actor_as
from jifen.core import clock
from jifen.core.actor import Actor, Door, system
from jifen.core.errors import DomainError
from jifen.members import exports, import_queries, import_undo, imports
from jifen.members.import_plan import Preview
from jifen.members.roster.mapping import Mapping, parse_mapping
from jifen.members.roster.problems import Problem, RosterUnreadable
from jifen.members.roster.sheets import template as template_sheet

DONE, REFUSED, UNREADABLE = 0, 1, 2
#: Problems shown on a terminal; all of them are in the JSON.
SHOWN = 50

_STAGES = {"read": "读取", "match": "核对", "write": "写入"}
_SEVERITIES = {"error": "错误", "question": "待回答", "doubt": "请留意"}
_STATES = {"previewed": "待确认", "confirmed": "已导入", "undone": "已撤销", "dropped": "已放弃"}

roster = AppGroup("roster", help="党员名册：导入、撤销、下载模板。")

_format = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="输出形式。"
)
_as = click.option("--as", "as_number", help="以谁的名义办理（党员编号）；不写则为系统操作员。")


def _actor(number: str | None) -> Actor:
    return actor_as(number) if number else system("flask roster", Door.CLI)


@roster.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="只预览，不导入。")
@click.option("--yes", is_flag=True, help="没有错误和待回答的问题时，不再询问，直接导入。")
@click.option("--mapping", "mapping_file", type=click.Path(path_type=Path), help="对照文件（JSON）。")
@click.option("--unit", "unit_code", help="名册属于哪个组织（组织代码）。")
@click.option("--create-branches", is_flag=True, help="新建名册里有、系统里没有的支部。")
@click.option(
    "--numbers", "numbers_file", type=click.Path(path_type=Path), help="把带积分编号的名册存到这里。"
)
@_as
@_format
def import_(
    file: Path,
    dry_run: bool,
    yes: bool,
    mapping_file: Path | None,
    unit_code: str | None,
    create_branches: bool,
    numbers_file: Path | None,
    as_number: str | None,
    form: str,
) -> None:
    """导入名册 FILE（.xlsx 或 .xls）。退出码：0 完成，1 有问题、什么也没写，2 文件读不出。"""
    as_json = form == "json"
    seen: Preview | None = None
    try:
        by = _actor(as_number)
        mapping = _mapping(mapping_file)
        content = _content(file)
        seen = imports.preview(
            content,
            file_name=file.name,
            unit_code=unit_code,
            mapping=mapping,
            create_branches=create_branches,
            progress=_bar(as_json),
            by=by,
        )
        if not as_json:
            _show(seen)
        if dry_run or not seen.ready or not (yes or _asked(as_json)):
            imports.drop(seen.batch_id, by=by)
            written = "预览完成，什么也没写。" if dry_run else "没有导入任何内容。"
            _say(as_json, {**_plain(seen), "written": False}, written)
            sys.exit(DONE if dry_run and seen.ready else REFUSED)
        outcome = imports.confirm(
            seen.batch_id, create_branches=create_branches, progress=_bar(as_json), by=by
        )
        if numbers_file:
            numbers_file.write_bytes(exports.numbered_roster(seen.batch_id, by=by))
    except RosterUnreadable as refusal:
        _refuse(as_json, refusal, UNREADABLE)
    except DomainError as refusal:
        _refuse(as_json, refusal, REFUSED)
    words = (
        f"已导入（批次 {outcome.batch_id}）：新增{outcome.created}人，更正{outcome.changed}人，"
        f"变动{outcome.moved}人，离开{outcome.left}人，新建支部{outcome.branches}个。\n"
        f"如需整批撤销：flask roster undo {outcome.batch_id}"
    )
    _say(as_json, {**_plain(seen), "written": True, "outcome": dataclasses.asdict(outcome)}, words)


@roster.command("undo")
@click.argument("batch", type=int)
@_as
@_format
def undo(batch: int, as_number: str | None, form: str) -> None:
    """整批撤销一次导入。导入后已有别的记录时不能撤销，并说明原因。"""
    try:
        undone = import_undo.undo(batch, by=_actor(as_number))
    except DomainError as refusal:
        _refuse(form == "json", refusal, REFUSED)
    words = (
        f"已撤销批次 {batch}：移除{undone.removed}人，恢复{undone.restored}人，移除支部{undone.branches}个。"
    )
    _say(form == "json", dataclasses.asdict(undone), words)


@roster.command("template")
@click.argument("file", type=click.Path(path_type=Path), default="党员名册模板.xlsx")
def template(file: Path) -> None:
    """把空白的名册模板存到 FILE。"""
    file.write_bytes(template_sheet())
    click.echo(f"模板已保存到 {file}。")


@roster.command("batches")
@_as
@_format
def batches(as_number: str | None, form: str) -> None:
    """列出最近的导入批次。"""
    try:
        rows = import_queries.batches(by=_actor(as_number))
    except DomainError as refusal:
        _refuse(form == "json", refusal, REFUSED)
    if form == "json":
        click.echo(json.dumps([dataclasses.asdict(row) for row in rows], ensure_ascii=False, default=str))
        return
    for row in rows:
        at = f"{row.created_at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"
        click.echo(
            f"{row.id:>6} {at} {_STATES.get(row.state, row.state)} {row.unit_name} "
            f"{row.file_name} {row.done}/{row.total}人"
        )
    if not rows:
        click.echo("还没有导入过名册。可用 flask roster import 导入。")


@roster.command("numbers")
@click.argument("batch", type=int)
@click.argument("file", type=click.Path(path_type=Path))
@_as
def numbers(batch: int, file: Path, as_number: str | None) -> None:
    """把批次 BATCH 所属组织的名册连同积分编号存到 FILE。"""
    try:
        content = exports.numbered_roster(batch, by=_actor(as_number))
    except DomainError as refusal:
        _refuse(False, refusal, REFUSED)
    file.write_bytes(content)
    click.echo(f"名册已保存到 {file}。")


def _content(file: Path) -> Path:
    if not file.is_file():
        raise RosterUnreadable(
            kind="missing", reason=f"没有找到文件“{file.name}”。", remedy="请核对文件名和路径。"
        )
    return file


def _mapping(file: Path | None) -> Mapping | None:
    if file is None:
        return None
    try:
        return parse_mapping(file.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        raise imports.Invalid(
            reason=f"对照文件“{file.name}”读不出来，请核对路径，并用 UTF-8 保存。"
        ) from None


def _asked(as_json: bool) -> bool:
    """Ask on a terminal; elsewhere the answer is no, for nobody reads the question."""
    if as_json or not sys.stdin.isatty():
        return False
    return click.confirm("确认导入？")


def _bar(as_json: bool) -> Callable[[str, int, int], None]:
    """Return what shows progress on a terminal's error stream."""

    def tell(stage: str, done: int, total: int) -> None:
        if not as_json and sys.stderr.isatty():
            click.echo(f"\r{_STAGES[stage]} {done}/{total}行", nl=False, err=True)

    return tell


def _show(seen: Preview) -> None:
    counts = seen.counts
    click.echo(f"“{seen.file_name}” → {seen.unit_name}（{seen.unit_code}）")
    for sheet in seen.sheets:
        columns = "，".join(f"{c['column']}={c['header'] or c['field']}" for c in sheet["columns"])
        click.echo(
            f"工作表“{sheet['sheet']}”：{sheet['people']}行，表头第{sheet['header'][0]}行，读取 {columns}"
        )
        if sheet["dropped"]:
            click.echo(f"  不读取：{'、'.join(sheet['dropped'])}")
    click.echo(
        f"新增{counts['new']}人，更正{counts['changed']}人，变动{counts['moved']}人，不变{counts['same']}人；"
        f"错误{counts['errors']}处，待回答{counts['questions']}个，请留意{counts['doubts']}处。"
    )
    if counts["new"]:
        click.echo(f"新增人员的支部归属自 {seen.since} 起。")
    urgent_first = sorted(seen.problems, key=lambda p: list(_SEVERITIES).index(p.severity))
    for problem in urgent_first[:SHOWN]:
        click.echo(_line(problem))
    if len(seen.problems) > SHOWN:
        click.echo(f"……共{len(seen.problems)}条，用 --format json 查看全部。")
    for parent, name, people in seen.new_branches[:SHOWN]:
        click.echo(f"新建支部：{parent} / {name}（{people}人）")
    for number, name, branch in seen.missing[:SHOWN]:
        click.echo(
            f"名册里没有：{number} {name}（{branch}），保留不变；"
            f"已离开的，请在对照文件里回答 “missing:{number}”: “left”。"
        )
    for words in seen.warnings[:SHOWN]:
        click.echo(f"提示：{words}")


def _line(problem: Problem) -> str:
    place = f"{problem.place}：" if problem.place else ""
    return f"[{_SEVERITIES[problem.severity]}] {place}{problem.reason}。{problem.remedy}"


def _plain(seen: Preview) -> dict[str, Any]:
    return {**dataclasses.asdict(seen), "since": seen.since.isoformat(), "ready": seen.ready}


def _say(as_json: bool, plain: dict[str, Any], words: str) -> None:
    click.echo(json.dumps(plain, ensure_ascii=False) if as_json else words)


def _refuse(as_json: bool, refusal: DomainError, code: int) -> NoReturn:
    if as_json:
        click.echo(json.dumps({"code": refusal.code, "message": refusal.message}, ensure_ascii=False))
    else:
        click.echo(refusal.message, err=True)
    sys.exit(code)
