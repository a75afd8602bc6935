"""What stands in one place only: committing, and reading the clock."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.house import tree

#: Elapsed time (``monotonic``, ``perf_counter``) is not the clock.
CLOCK = re.compile(
    r"(?:^|\.)(?:(?:datetime|dt|date)\.(?:now|utcnow|today)"
    r"|time\.(?:time|time_ns|localtime|gmtime|ctime|strftime)"
    r"|func\.(?:now|current_date|current_time|current_timestamp|localtimestamp|clock_timestamp))$"
)
SQL_CLOCK = re.compile(
    r"\b(?:now\(\)|(?:clock|transaction|statement)_timestamp\(\)"
    r"|current_(?:date|timestamp)\b|localtimestamp\b)",
    re.I,
)
FROM_TIME = {"time", "time_ns", "localtime", "gmtime", "ctime"}


def clock_readings(file: Path) -> list[str]:
    found = []
    for node in ast.walk(tree.tree(file)):
        if isinstance(node, ast.Attribute) and CLOCK.search(tree.dotted(node)):
            found.append(f"{file}:{node.lineno} {tree.dotted(node)}")
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            found += [f"{file}:{node.lineno} {a.name}" for a in node.names if a.name in FROM_TIME]
    found += [
        f"{file}:{line} {text.strip()[:60]!r}" for line, text in tree.sayings(file) if SQL_CLOCK.search(text)
    ]
    return found


def test_only_one_file_reads_the_clock():
    others = [file for file in tree.product() if file != Path("jifen/core/clock.py")]

    assert [one for file in others for one in clock_readings(file)] == []
    assert clock_readings(Path("jifen/core/clock.py"))


def test_only_one_file_commits():
    found = {
        f"{file}:{node.lineno}"
        for file in tree.product()
        for node in ast.walk(tree.tree(file))
        if isinstance(node, ast.Attribute) and node.attr == "commit"
    }
    elsewhere = {one for one in found if not one.startswith("jifen/core/db.py:")}

    assert elsewhere == set()
    assert found


@pytest.mark.parametrize(
    ("name", "reads"),
    [
        ("datetime.datetime.now", True),
        ("dt.datetime.utcnow", True),
        ("dt.date.today", True),
        ("time.time", True),
        ("sa.func.now", True),
        ("time.monotonic", False),
        ("clock.now", False),
        ("clock.today", False),
    ],
)
def test_what_counts_as_reading_the_clock(name, reads):
    assert bool(CLOCK.search(name)) is reads
