"""The file format: what is accepted, and that every fault is told at once, by line."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from jifen.rulebook.engine.book import Fixed
from jifen.rulebook.faults import RulebookFaults
from jifen.rulebook.loader import load_file, load_text, parse

README = Path(__file__).parents[2] / "config" / "rulebooks" / "README.md"
SMALLEST = re.findall(r"```toml\n(.*?)```", README.read_text("utf-8"), re.DOTALL)[0]


def faults(text: str) -> list[tuple[int, str]]:
    with pytest.raises(RulebookFaults) as caught:
        load_text(text)
    return [(fault.line, fault.code) for fault in caught.value.faults]


def line_of(text: str, start: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if line.startswith(start))


def test_the_smallest_rulebook_of_the_readme_loads():
    book = load_text(SMALLEST)
    assert book.key == "DEMO@2026.1"
    assert book.items["A01"].worth == Fixed(Decimal(2))
    assert book.items["A01"].caps == {"month": Decimal(2)}
    assert book.source_map.item("A01", "caps", "month") == line_of(SMALLEST, "caps = ")


@pytest.mark.parametrize(
    ("old", "new", "at", "code"),
    [
        pytest.param('points = "2"', "points = 2.5", "points", "bare_float", id="a bare float"),
        pytest.param('points = "2"', 'points = "two"', "points", "not_number", id="not a number"),
        pytest.param('points = "2"', 'pionts = "2"', "pionts", "unknown_key", id="a mistyped key"),
        pytest.param('order = "caps_then_ladder"\n', "", "[switches]", "missing_key", id="a switch left out"),
        pytest.param(
            'ties = "committee"', 'ties = "dice"', "ties", "bad_choice", id="a switch with a wrong word"
        ),
        pytest.param(
            'caps = { month = "2" }',
            'attendance = { absent = "F01" }',
            "attendance",
            "unknown_code",
            id="absences that count nowhere",
        ),
        pytest.param(
            'caps = { month = "2" }',
            'attendance = { late = "A01" }',
            "attendance",
            "unknown_code",
            id="absences on an item that takes none",
        ),
        pytest.param(
            'category = "ZZSH"', 'category = "X"', "category", "unknown_category", id="no such block"
        ),
        pytest.param(
            'caps = { month = "2" }', 'caps = { decade = "2" }', "caps", "bad_choice", id="no such window"
        ),
        pytest.param('cycle = "year"  ', 'cycle = "month"  ', None, None, id="as wide as the cycle"),
        pytest.param(
            'caps = { month = "2" }',
            'ladder = { steps = ["-1"], beyond = "last", per = "month" }',
            "ladder",
            "too_many_forms",
            id="two ways of scoring",
        ),
        pytest.param(
            'feeders = ["activity", "roster"]', "feeders = []", "feeders", "no_feeder", id="nobody feeds it"
        ),
        pytest.param(
            'feeders = ["activity", "roster"]',
            'feeders = ["activity", "self_report"]',
            "feeders",
            "two_doors",
            id="activities and self-reports would count one deed twice",
        ),
    ],
)
def test_a_fault_is_told_with_its_line(old, new, at, code):
    text = SMALLEST.replace(old, new)
    assert text != SMALLEST
    if code is None:
        load_text(text)
    else:
        assert (line_of(text, at), code) in faults(text)


def test_all_faults_come_at_once_in_order():
    text = SMALLEST.replace('points = "2"', "points = 2.5").replace('ties = "committee"', 'ties = "dice"')
    assert [code for _, code in faults(text)] == ["bad_choice", "bare_float"]


def test_a_duplicate_code_is_a_fault():
    item = SMALLEST[SMALLEST.index("[[item]]") :]
    text = SMALLEST + "\n" + item
    assert [code for _, code in faults(text)] == ["duplicate_code"]


def test_a_loop_of_blocks_is_a_fault():
    block = (
        '\n[[category]]\ncode = "B"\nname = "乙"\nclause = "一"\ncap = "none"\nfloor = "none"\nwithin = "C"\n'
    )
    text = SMALLEST + block + block.replace('"B"', '"X"').replace('"C"', '"B"').replace('"X"', '"C"')
    assert {code for _, code in faults(text)} == {"category_loop"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"\xff\xfe\x00", "not_utf8", id="another encoding"),
        pytest.param(b"[rulebook\n", "not_toml", id="not TOML"),
        pytest.param(b"", "missing_key", id="empty"),
        pytest.param(b"x" * 1_000_001, "too_big", id="not a rulebook by size"),
    ],
)
def test_an_unusable_file_is_told(tmp_path, content, code):
    path = tmp_path / "r.toml"
    path.write_bytes(content)
    with pytest.raises(RulebookFaults) as caught:
        load_file(path)
    assert code in {fault.code for fault in caught.value.faults}


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(RulebookFaults, match="打不开"):
        load_file(tmp_path / "none.toml")


def test_lines_are_found_inside_arrays_strings_and_dotted_keys():
    text = '''a.b = 1 # [x]
"c d" = """two
lines ]"""
[[item]]
code = "A"  # x = 1
levels = [
  { name = "一]", points = "1" },
  # { name = "no" },
  { name = '二"', points = "2" },
]
[item.caps]
month = "2"
[[item]]
code = "B"
when = 2026-01-01 10:00:00
[item.tiers]
bands = [ { from = "0" }, { from = "1" } ]
'''
    _, lines = parse(text)
    assert lines.line("a", "b") == 1
    assert lines.line("c d") == 2
    assert lines.item("A") == 4
    assert lines.item("A", "levels", 1, "points") == 9
    assert lines.item("A", "caps", "month") == 12
    assert lines.item("B", "when") == 15
    assert lines.item("B", "tiers", "bands", 1) == 17
    assert lines.item("B", "not there") == 13
    assert lines.item("none") == 0
