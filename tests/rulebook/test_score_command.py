"""``rules score``: the file a person keeps becomes sheets, or is told what is wrong with it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
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


def test_a_month_scheme_has_one_row_for_each_month_touched(run):
    monthly = SMALLEST.replace('cycle = "year"', 'cycle = "month"')
    code, sheets, _ = run(HEAD + "b,A01,2026-03-05,1\nb,A01,2026-01-05,1\na,-,2026-02-01,\n", book=monthly)
    assert code == 0
    assert [(sheet["member"], sheet["period"], sheet["total"]) for sheet in sheets] == [
        ("a", "2026-02", "60"),
        ("b", "2026-01", "62"),
        ("b", "2026-03", "62"),
    ]


def test_somebody_without_lines_stands_in_the_period_of_as_of(run):
    _, sheets, _ = run(HEAD + "a,-,,\nb,A01,2025-03-05,1\n", "--as-of", "2026-06-30")
    assert totals(sheets) == {("a", "2026"): "60", ("b", "2025"): "62"}


def test_the_next_opening_uses_the_last_total_even_over_an_empty_period(run):
    share = SMALLEST.replace('granted = "60"', 'granted = { of_last = "50%", first = "60" }')
    _, sheets, _ = run(HEAD + "a,A01,2024-03-05,1\na,A01,2026-03-05,1\n", book=share)
    assert [(sheet["opening"], sheet["total"]) for sheet in sheets] == [("60", "62"), ("15.5", "17.5")]


def test_as_of_leaves_out_later_lines_and_what_is_not_due_yet(run):
    due = SMALLEST.replace(
        'points = "2"', 'points = "2"\nshortfall = { need = "2", per = "quarter", once = "-1" }'
    )
    lines = HEAD + "a,A01,2026-01-05,1\na,A01,2026-07-05,1\n"
    expected = {"2026-03-30": "62", "2026-03-31": "61", "2026-07-05": "62", "2026-12-31": "60"}
    for as_of, total in expected.items():
        assert run(lines, "--as-of", as_of, book=due)[1][0]["total"] == total
    # Without --as-of it is the last day in the file.
    assert run(lines, book=due)[1][0]["total"] == "62"


def test_the_same_source_is_one_fact_and_each_other_line_is_one_of_its_own(run):
    free = SMALLEST.replace('caps = { month = "2" }', "")
    lines = "a,A01,2026-03-05,1,,,,,s1,\na,A01,2026-03-06,1,,,,,s1,\na,A01,2026-03-05,1,,,,,s2,\n"
    lines += "b,A01,2026-03-05,1,,,,,s1,\n"
    code, sheets, said = run(HEAD + lines + "c,A01,2026-03-05,1\nc,A01,2026-03-05,1\n", book=free)
    assert code == 0
    assert totals(sheets) == {("a", "2026"): "64", ("b", "2026"): "62", ("c", "2026"): "64"}
    assert "第 3 行：与第 2 行来源相同" in said


def test_lines_of_one_deed_leave_the_choice_to_the_item(run):
    levels = 'levels = [ { name = "省级", points = "15" }, { name = "市级", points = "8" } ]\n'
    levels += 'takes = { which = "highest", per = "deed" }'
    award = SMALLEST.replace('points = "2"\ncaps = { month = "2" }', levels)
    lines = "a,A01,2026-03-05,1,,市级,,,s1,\na,A01,2026-05-05,1,,省级,,,s1,\na,A01,2026-06-05,1,,市级,,,s2,\n"
    assert totals(run(HEAD + lines, book=award)[1]) == {("a", "2026"): "83"}


def test_roles_and_excuses(run):
    lines = "a,A01,2026-03-05,1,,,预备党员,,,\nb,A01,2026-03-05,1,,,activist,,,\n"
    lines += "c,A01,2026-03-05,1,,,,是,,\nd,-,,,,,离退休党员,,,\n"
    _, sheets, _ = run(HEAD + lines)
    assert totals(sheets) == {
        ("a", "2026"): "62",
        ("b", "2026"): "62",
        ("c", "2026"): "60",
        ("d", "2026"): "0",
    }
    assert [sheet["eligible"] for sheet in sheets] == [True, False, True, False]


@pytest.mark.parametrize(
    ("day", "quantity"),
    [("2026/3/5", "1"), ("2026.03.05", "1.0"), ("2026年3月5日", ""), (" 2026-03-05 ", "１")],
)
def test_ways_of_writing_a_day_and_a_number(run, day, quantity):
    assert totals(run(HEAD + f"a,A01,{day},{quantity}\n")[1]) == {("a", "2026"): "62"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param("a,X99,2026-03-05,1", "没有项目“X99”", id="unknown item"),
        pytest.param(",A01,2026-03-05,1", "没有写成员", id="no member"),
        pytest.param("a,,2026-03-05,1", "没有写项目", id="no item"),
        pytest.param("a,A01,,1", "没有写日期", id="no day"),
        pytest.param("a,A01,2026-02-30,1", "2026-02-30", id="no such day"),
        pytest.param("a,A01,05.03.2026,1", "日期", id="a day the other way round"),
        pytest.param("a,A01,2026-03-05,one", "不是数", id="no number"),
        pytest.param("a,A01,2026-03-05,0", "数量", id="nothing"),
        pytest.param("a,A01,2026-03-05,-1", "大于 0", id="less than nothing"),
        pytest.param("a,A01,2026-03-05,1.5", "整数倍", id="half a time"),
        pytest.param("a,A01,2026-03-05,NaN", "不是数", id="not a number"),
        pytest.param("a,A01,2026-03-05,1,,,将军,,,", "没有身份“将军”", id="unknown role"),
        pytest.param("a,A01,2026-03-05,1,,,,maybe,,", "请假标记", id="unclear excuse"),
        pytest.param("a,A01,2026-03-05,1,,,,,,,extra", "多出 1 格", id="a cell too many"),
    ],
)
def test_a_bad_line_is_told_and_nothing_is_scored(run, line, said):
    code, sheets, told = run(HEAD + f"good,A01,2026-03-05,1\n\n{line}\n")
    assert (code, sheets) == (1, None)
    assert "第 4 行" in told
    assert said in told


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "空的", id="empty"),
        pytest.param(b"member,item,occurred_on\n", "缺少列 quantity", id="a column missing"),
        pytest.param(b"member,item,occurred_on,quantity,levle\n", "levle", id="a column mistyped"),
        pytest.param(b"member,item,item,occurred_on,quantity\n", "两次", id="a column twice"),
        pytest.param(b"PK\x03\x04rest", "Excel", id="a renamed workbook"),
        pytest.param(b"\xff\xff\xff\x00", "编码", id="no text"),
        pytest.param(b'member,item,occurred_on,quantity\na,"A01,2026-03-05,1\n', "引号", id="an open quote"),
    ],
)
def test_an_unreadable_file_is_two(run, content, said):
    code, sheets, told = run(content)
    assert (code, sheets) == (2, None)
    assert said in told


def test_an_unreadable_rulebook_is_two(run):
    code, sheets, told = run(EXAMPLE, book=SMALLEST.replace('points = "2"', "points = 2.5"))
    assert (code, sheets) == (2, None)
    assert "请加上引号" in told


def test_without_any_day_the_day_must_be_given(run):
    assert run(HEAD + "a,-,,\n")[0] == 1
    assert totals(run(HEAD + "a,-,,\n", "--as-of", "2026-05-01")[1]) == {("a", "2026"): "60"}


def test_a_quoted_cell_may_hold_a_line_break_and_lines_are_still_counted(run):
    code, _, told = run(HEAD + 'a,A01,2026-03-05,1,,,,,,"two\nlines"\nb,X,2026-03-05,1\n')
    assert code == 1
    assert "第 4 行" in told


def test_tables_for_people_and_for_sheets(tmp_path):
    (tmp_path / "b.toml").write_text(SMALLEST, "utf-8")
    (tmp_path / "r.csv").write_text(EXAMPLE, "utf-8")
    args = ["score", str(tmp_path / "b.toml"), str(tmp_path / "r.csv")]
    table = CliRunner().invoke(rules, args).stdout.splitlines()
    assert table[0].split() == ["成员", "周期", "基础分", "ZZSH", "总分", "等次", "达到门槛", "一票否决"]
    assert table[1].split() == ["张三", "2026", "60", "2", "62", "是", "否"]
    rows = CliRunner().invoke(rules, [*args, "--format", "csv"]).stdout.splitlines()
    assert rows == [
        "member,period,opening,ZZSH,total,grade,eligible,vetoed",
        "张三,2026,60,2,62,,1,0",
        "李四,2026,60,0,60,,1,0",
    ]


def test_the_commands_run_as_a_module():
    done = subprocess.run([sys.executable, "-m", "jifen.rulebook", "score", "none.toml", "none.csv"],
                          capture_output=True, text=True, cwd=README.parents[2], check=False)  # fmt: skip
    assert done.returncode == 2
    assert "打不开" in done.stderr
