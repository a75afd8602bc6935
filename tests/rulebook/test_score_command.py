"""``rules score``: the file a person keeps becomes sheets, or is told what is wrong with it."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from jifen.rulebook.cli import rules

README = Path(__file__).parents[2] / "config" / "rulebooks" / "README.md"
SMALLEST = re.findall(r"```toml\n(.*?)```", README.read_text("utf-8"), re.DOTALL)[0]
EXAMPLE = re.findall(r"```csv\n(.*?)```", README.read_text("utf-8"), re.DOTALL)[0]
HEAD = "member,item,occurred_on,quantity,value,level,role,excused,source,note\n"


@pytest.fixture
def run(tmp_path):
    """Score a CSV text (or bytes) with a rulebook text; return exit code, sheets, messages."""

    def run(records: str | bytes, *options: str, book: str = SMALLEST):
        (tmp_path / "book.toml").write_text(book, "utf-8")
        raw = records if isinstance(records, bytes) else records.encode()
        (tmp_path / "records.csv").write_bytes(raw)
        args = ["score", str(tmp_path / "book.toml"), str(tmp_path / "records.csv"), "--format", "json"]
        done = CliRunner().invoke(rules, [*args, *options], catch_exceptions=False)
        return done.exit_code, json.loads(done.stdout) if done.stdout else None, done.stderr

    return run


def totals(sheets) -> dict[tuple[str, str], str]:
    return {(sheet["member"], sheet["period"]): sheet["total"] for sheet in sheets}


def test_the_example_of_the_readme(run):
    code, sheets, _ = run(EXAMPLE)
    assert code == 0
    assert totals(sheets) == {("张三", "2026"): "62", ("李四", "2026"): "60"}
    assert [line["entry"] for line in sheets[0]["trace"]] == [None, 2]
    for sheet in sheets:
        assert sum(Decimal(line["points"]) for line in sheet["trace"]) == Decimal(sheet["total"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings(run, encoding):
    code, sheets, _ = run(EXAMPLE.encode(encoding))
    assert code == 0
    assert {sheet["member"] for sheet in sheets} == {"张三", "李四"}
