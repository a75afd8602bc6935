"""``rules check FILE``: what stands in the way of a rulebook, by line, for people or machines."""

from __future__ import annotations

import json
import sys
from collections import Counter

import click

from jifen.rulebook import check
from jifen.rulebook.faults import Fault, RulebookFaults
from jifen.rulebook.loader import read_file

#: Exit codes: something blocks activation; the file could not be read as TOML at all.
BLOCKED, UNREADABLE = 1, 2
_UNREADABLE = frozenset({"unreadable", "too_big", "not_utf8", "not_toml", "too_deep"})
_WORDS = {"error": "错误", "forbidden": "禁止", "risky": "有风险", "warning": "提醒"}


@click.command("check")
@click.argument("file", type=click.Path())
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="输出格式。")
def check_command(file: str, form: str) -> None:
    """检查规则文件 FILE：写法、分档、上限、依据和减负政策，逐行说明原因和办法。

    退出码：0 没有问题或只有提醒、风险；1 有错误或禁止项，不能启用；2 文件读不了。
    """
    try:
        found = check.findings(read_file(file), name=file)
    except RulebookFaults as refused:
        found = list(refused.faults)
    click.echo(as_json(file, found) if form == "json" else as_table(file, found))
    sys.exit(_exit_code(found))


def _exit_code(found: list[Fault]) -> int:
    if any(one.code in _UNREADABLE for one in found):
        return UNREADABLE
    return BLOCKED if any(one.severity in check.BLOCKING for one in found) else 0


def as_json(file: str, found: list[Fault]) -> str:
    """Return the findings as a JSON list; ``clause`` is empty where no provision is meant."""
    rows = [
        {
            "file": file,
            "line": one.line,
            "code": one.code,
            "severity": one.severity,
            "message": one.message,
            "remedy": one.remedy,
            "clause": one.clause,
        }
        for one in found
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2)


def as_table(file: str, found: list[Fault]) -> str:
    """Return the findings for reading: place and severity first, then reason, provision, remedy."""
    out = []
    for one in found:
        place = f"{file}:{one.line}" if one.line else file
        out.append(f"{place}  [{_WORDS[one.severity]}] {one.code}")
        out.append(f"    {one.message}")
        if one.clause:
            out.append(f"    依据：{one.clause}")
        out.append(f"    {one.remedy}")
    out.append(_summary(found))
    return "\n".join(out)


def _summary(found: list[Fault]) -> str:
    if not found:
        return "没有发现问题。"
    counts = Counter(one.severity for one in found)
    parts = "，".join(f"{word} {counts[name]} 处" for name, word in _WORDS.items() if counts[name])
    if any(one.severity in check.BLOCKING for one in found):
        return f"共 {parts}。改正错误和禁止项之前不能启用。"
    if counts["risky"]:
        return f"共 {parts}。启用有风险的项目须写明作出决定的文号。"
    return f"共 {parts}。不影响启用，请逐条看过。"
