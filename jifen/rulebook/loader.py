"""From TOML to a :class:`Rulebook`; all faults at once, each with line, reason and remedy.

The format is described in ``config/rulebooks/README.md``.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import tomllib
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

from jifen.core.period import Cycle
from jifen.rulebook import scheme_loader as scheme
from jifen.rulebook.engine.book import Category, Rulebook, Scope, Switches, Total
from jifen.rulebook.engine.item import Item
from jifen.rulebook.engine.taken import TAKEOVER
from jifen.rulebook.faults import Fault, RulebookFaults
from jifen.rulebook.item_loader import read_item, read_start
from jifen.rulebook.reader import Table
from jifen.rulebook.references import judge_references
from jifen.rulebook.toml_lines import SourceMap, map_lines

FORMAT = 1
#: A rulebook is a few dozen kilobytes; anything larger is not one.
MAX_BYTES = 1_000_000


def load_file(path: str | Path) -> Rulebook:
    """Return the rulebook in a file.

    :raises RulebookFaults: unreadable, not UTF-8, not TOML, or not a rulebook
    """
    return load_text(read_file(path), name=Path(path).name)


def read_file(path: str | Path) -> str:
    """Return the text of a file, never more than a rulebook can be.

    :raises RulebookFaults: unreadable, too big, or not UTF-8
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as e:
        raise RulebookFaults(
            path.name, [Fault(0, "unreadable", f"文件打不开（{e.strerror}）。", "请核对路径和读取权限。")]
        ) from e
    if len(raw) > MAX_BYTES:
        raise RulebookFaults(
            path.name, [Fault(0, "too_big", "文件超过 1 MB，不像规则文件。", "请核对是否选错了文件。")]
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        raise RulebookFaults(
            path.name,
            [
                Fault(
                    raw[: e.start].count(b"\n") + 1,
                    "not_utf8",
                    "文件不是 UTF-8 编码。",
                    "请用编辑器另存为 UTF-8 后再试。",
                )
            ],
        ) from e


def load_text(text: str, *, name: str = "rulebook.toml") -> Rulebook:
    """Return the rulebook in a TOML text.

    :param name: what messages call the file
    :raises RulebookFaults: holds every fault found
    """
    document, lines = parse(text, name=name)
    faults: list[Fault] = []
    root = Table(document, (), lines, faults)
    rulebook = _rulebook(root, lines)
    root.done()
    judge_references(rulebook, lines, faults)
    if faults:
        raise RulebookFaults(name, _once(faults))
    return rulebook


def parse(text: str, *, name: str = "rulebook.toml") -> tuple[dict[str, Any], SourceMap]:
    """Return the bare document and its line numbers, for readers that want the file as written.

    :raises RulebookFaults: not TOML
    """
    text = text.replace("\r\n", "\n")
    try:
        document = tomllib.loads(text)
        lines = map_lines(text, document)
    except RecursionError as e:
        raise RulebookFaults(
            name, [Fault(0, "too_deep", "括号套得太深，不像规则文件。", "请核对是否选错了文件。")]
        ) from e
    except ValueError as e:  # TOMLDecodeError, and numbers of thousands of digits
        m = re.search(r"at line (\d+), column (\d+)", str(e))
        line = int(m[1]) if m else text.count("\n") + 1
        raise RulebookFaults(
            name,
            [
                Fault(
                    line, "not_toml", f"不符合 TOML 写法（{e}）。", "请检查这一行的引号、括号和等号是否成对。"
                )
            ],
        ) from e
    return document, lines


def _once(faults: Iterable[Fault]) -> list[Fault]:
    return list(dict.fromkeys(faults))


def _rulebook(root: Table, lines: SourceMap) -> Rulebook:
    if root.integer("format", FORMAT, required=True, least=1) != FORMAT:
        root.fault("format", "format", "不认识这个格式版本。", f"请写 format = {FORMAT}。")
    head = root.table("rulebook", required=True) or Table({}, ("rulebook",), lines, root.faults)
    cycle = Cycle(head.choice("cycle", tuple(Cycle), "year", required=True))
    effective_from = head.date("effective_from", required=True)
    effective_until = head.date("effective_until")
    if effective_from and effective_until and effective_until <= effective_from:
        head.fault(
            "effective_until", "empty_range", "失效日期不晚于生效日期。", "失效日期写不再适用的第一天。"
        )
    publicity = scheme.publicity(root)
    within = root.table("reports")
    report_within_days = within.integer("within_days", required=True, least=1) if within else None
    if within:
        within.done()
    chain = root.table("decisions")
    items_publicity = publicity.items if publicity else "none"

    def read(t: Table) -> Item:
        return read_item(t, publicity=items_publicity, within_days=report_within_days)

    items = _by_code(root.tables("item", required=True), read, "项目")
    if TAKEOVER in items:
        root.fault(
            "item",
            "reserved_code",
            f"项目编码“{TAKEOVER}”留给接续积分使用。",
            "请给这个项目换一个编码。",
        )

    book = Rulebook(
        code=head.code("code"),
        version=head.code("version"),
        name=head.text("name", required=True),
        effective_from=effective_from or dt.date.min,
        effective_until=effective_until,
        source=head.text("source", required=True),
        tag=head.choice("tag", ("A", "B", "C", "L", "S", "K", "J"), required=True),
        status=head.choice("status", ("example", "scheme"), required=True),
        subject=head.choice("subject", scheme.SUBJECTS, required=True),
        cycle=cycle,
        applies=scheme.applies(root),
        roles=scheme.roles(root),
        total=_total(root, lines),
        switches=_switches(root, lines),
        categories=_by_code(root.tables("category", required=True), _category, "类别"),
        items=items,
        grades=scheme.grades(root),
        stars=scheme.stars(root),
        gates=scheme.gates(root),
        lines=scheme.lines(root),
        streaks=scheme.streaks(root),
        decision_chain=scheme.chain(chain),
        report_within_days=report_within_days,
        publicity=publicity,
        appeal=scheme.appeal(root),
        refines=scheme.refines(root),
        source_map=lines,
    )
    head.done()
    return book


def _by_code(tables: list[Table], read: Any, what: str) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for table in tables:
        one: Category | Item = read(table)
        if one.code in out:
            table.fault(
                "code",
                "duplicate_code",
                f"{what}编码“{one.code}”重复。",
                "请给每个编码只用一次；改编码时旧记录不会跟着变。",
            )
        else:
            out[one.code] = one
    return out


def _category(t: Table) -> Category:
    category = Category(
        code=t.code("code"),
        name=t.text("name", required=True),
        clause=t.text("clause", required=True),
        within=t.maybe_text("within"),
        cap=t.bound("cap", required=True),
        floor=t.bound("floor", required=True),
        full_mark=read_start(t, "full_mark"),
        base=read_start(t, "base"),
        roles=frozenset(t.texts("roles")),
    )
    t.done()
    if category.full_mark is not None and category.base is not None:
        t.fault(
            "base",
            "too_many_forms",
            "“full_mark”和“base”只能写一个。",
            "满分扣分写 full_mark，起步分写 base。",
        )
    return category


def _total(root: Table, lines: SourceMap) -> Total:
    t = root.table("total", required=True) or Table({}, ("total",), lines, root.faults)
    granted = read_start(t, "granted", required=True)
    assert granted is not None
    total = Total(
        granted=granted,
        target_line=t.bound("target_line", required=True),
        guaranteed_floor=t.bound("guaranteed_floor", required=True),
        floor=t.bound("floor", required=True),
        cap=t.bound("cap", required=True),
        clause=t.text("clause", required=True),
    )
    t.done()
    if total.floor is not None and total.cap is not None and total.floor > total.cap:
        t.fault("floor", "empty_range", "总分下限高于上限。", "请核对 floor 与 cap。")
    if total.guaranteed_floor is not None and total.cap is not None and total.guaranteed_floor > total.cap:
        t.fault("guaranteed_floor", "empty_range", "保底分高于总分上限。", "请核对 guaranteed_floor 与 cap。")
    return total


def _switches(root: Table, lines: SourceMap) -> Switches:
    t = root.table("switches", required=True) or Table({}, ("switches",), lines, root.faults)
    carry_over = t.choice("carry_over", ("clear", "fraction", "keep"), required=True)
    fraction = t.ratio("carry_fraction", Fraction(0), required=carry_over == "fraction")
    expires = t.integer("carry_expires_months", least=1, most=120) if t.has("carry_expires_months") else None
    if expires is not None and carry_over != "keep":
        t.fault(
            "carry_expires_months",
            "no_effect",
            "只有逐期保留的积分才会到期。",
            '请删去，或写 carry_over = "keep"。',
        )
    switches = Switches(
        deduct_scope=Scope(t.choice("deduct_scope", tuple(Scope), required=True)),
        order=t.choice("order", ("caps_then_ladder", "ladder_then_caps"), required=True),
        rounding=scheme.rounding(t),
        excused=t.choice("excused", ("free", "counts", "refuse"), required=True),
        exempt_facts=t.choice("exempt_facts", ("count", "credits_only", "none"), required=True),
        part_year=t.choice("part_year", ("none", "prorata_caps", "prorata_target"), required=True),
        part_year_unit=t.choice("part_year_unit", ("month", "day"), required=True),
        transfer=t.choice("transfer", ("percent", "restart", "carry"), required=True),
        late_facts=t.choice("late_facts", ("own_period", "current_period", "none"), required=True),
        late_after_days=t.integer("late_after_days", required=True),
        carry_over=carry_over,
        carry_fraction=fraction,
        carry_expires_months=expires,
        appraisal_base=t.choice(
            "appraisal_base", ("full_members", "with_probationary", "all_listed"), required=True
        ),
        quota_rounding=t.choice("quota_rounding", ("floor", "half_up", "ceiling"), required=True),
        ties=t.choice("ties", ("all_in", "all_out", "committee"), required=True),
    )
    t.done()
    return dataclasses.replace(switches, carry_fraction=fraction if carry_over == "fraction" else Fraction(0))
