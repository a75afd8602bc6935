"""``flask roster``: exit codes 0, 1 and 2, and what they leave behind."""

import json

import openpyxl
import pytest
import sqlalchemy as sa

from jifen.core.actor import Door, system
from jifen.members.models import ImportBatch, Member
from jifen.members.roster.sheets import COLUMNS, RosterLine, neutral, roster
from jifen.org import service as org
from jifen.org.models import UnitKind
from tests.members.sheets import BY_SHEET, ONE_DEPARTMENT, xlsx
from tests.members.test_roster_import import ROWS, SINCE, sheet

BY = system("test", Door.CLI)


@pytest.fixture
def run(app, db):
    root = org.found(name="某市市直机关工委", code="W", since=SINCE, by=BY)
    org.add(root.id, UnitKind.DEPARTMENT, name="某市林业局", code="D01", since=SINCE, by=BY)
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=["roster", *map(str, words)])


def count(db, table=Member):
    return db.session.scalar(sa.select(sa.func.count()).select_from(table))


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "名册.xlsx"
    path.write_bytes(sheet(ROWS))
    return path


def test_problems_exit_with_1_and_write_nothing(run, db):
    done = run("import", ONE_DEPARTMENT, "--yes", "--create-branches")
    assert (done.exit_code, count(db)) == (1, 0)
    assert "第59行 H列：入党时间：2031-05-01 还没有到" in done.output
    assert "没有导入任何内容" in done.output
    assert "身份证" not in done.output.replace("不读取：序号、性别、民族、身份证号", "")


def test_faulty_rows_may_be_left_out_by_number(run, db, tmp_path):
    mapping = tmp_path / "对照.json"
    mapping.write_text(json.dumps({"sheets": {"花名册": {"leave_out": [59, 60, 61]}}}), "utf-8")
    done = run("import", ONE_DEPARTMENT, "--yes", "--create-branches", "--mapping", mapping)
    assert (done.exit_code, count(db)) == (0, 54)


def test_a_dry_run_writes_nothing(run, db, good):
    done = run("import", good, "--dry-run", "--create-branches", "--format", "json")
    seen = json.loads(done.output)
    assert (done.exit_code, seen["ready"], seen["written"], seen["counts"]["new"]) == (0, True, False, 4)
    assert count(db) == 0
    assert db.session.scalar(sa.select(ImportBatch.staged)) is None


def test_without_a_yes_and_nobody_to_ask_nothing_is_written(run, db, good):
    done = run("import", good, "--create-branches")
    assert (done.exit_code, count(db)) == (1, 0)


def test_missing_branches_need_a_yes(run, db, good):
    done = run("import", good, "--yes", "--format", "json")
    assert done.exit_code == 1
    assert {p["code"] for p in json.loads(done.output)["problems"]} == {"branch_unknown"}


@pytest.mark.parametrize("content", [b"name,branch\n", b"", None], ids=["csv", "empty", "missing"])
def test_an_unreadable_file_exits_with_2(run, db, tmp_path, content):
    path = tmp_path / "名册.xlsx"
    if content is not None:
        path.write_bytes(content)
    done = run("import", path, "--yes", "--format", "json")
    assert (done.exit_code, json.loads(done.output)["code"]) == (2, "roster_unreadable")
    assert count(db, ImportBatch) == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--unit", "D99"], "not_found"),
        (["--as", "12345678"], "not_found"),
        (["--mapping", "nowhere.json"], "invalid"),
    ],
    ids=["unit", "actor", "mapping"],
)
def test_what_does_not_exist_is_refused(run, db, good, words, code):
    done = run("import", good, "--yes", "--format", "json", *words)
    assert (done.exit_code, json.loads(done.output)["code"]) == (1, code)


def test_a_unit_may_be_named(run, db):
    done = run("import", BY_SHEET, "--yes", "--create-branches", "--unit", "D01", "--format", "json")
    seen = json.loads(done.output)
    assert done.exit_code == 1
    assert {p["code"] for p in seen["problems"] if p["severity"] == "error"} == {"unit_elsewhere"}


def test_what_blocks_is_shown_before_what_is_only_worth_a_look(run, db):
    lines = [
        line for line in run("import", BY_SHEET, "--dry-run").output.splitlines() if line.startswith("[")
    ]
    kinds = [line[1 : line.index("]")] for line in lines]
    assert kinds == ["错误"] * 4 + ["请留意"] * 19


def test_the_sheet_comes_back_with_numbers_and_goes_in_again_unchanged(run, db, good, tmp_path):
    back = tmp_path / "带编号.xlsx"
    done = run("import", good, "--yes", "--create-branches", "--numbers", back, "--format", "json")
    batch = json.loads(done.output)["batch_id"]
    rows = list(openpyxl.load_workbook(back)["花名册"].values)
    assert rows[0] == COLUMNS
    assert {row[0] for row in rows[1:]} == set(db.session.scalars(sa.select(Member.number)))
    again = run("import", back, "--dry-run", "--format", "json")
    seen = json.loads(again.output)
    assert (again.exit_code, seen["counts"]["same"], seen["problems"]) == (0, 4, [])
    other = tmp_path / "再要一份.xlsx"
    assert run("numbers", batch, other).exit_code == 0
    assert list(openpyxl.load_workbook(other)["花名册"].values) == rows


def test_a_batch_is_listed_and_undone(run, db, good):
    batch = json.loads(run("import", good, "--yes", "--create-branches", "--format", "json").output)[
        "batch_id"
    ]
    listed = json.loads(run("batches", "--format", "json").output)
    assert [(row["id"], row["state"]) for row in listed] == [(batch, "confirmed")]
    assert "已导入" in run("batches").output
    assert (run("undo", batch).exit_code, count(db)) == (0, 0)
    assert run("undo", batch).exit_code == 1


def test_the_template_is_understood_by_the_importer(run, db, tmp_path):
    path = tmp_path / "模板.xlsx"
    assert run("template", path).exit_code == 0
    book = openpyxl.load_workbook(path)
    book["花名册"].append(
        [None, "邹桐子", "某市林业局", "第一支部", "正式党员", "2005-07-13", None, "支部书记"]
    )
    book.save(path)
    done = run("import", path, "--yes", "--create-branches", "--format", "json")
    assert (done.exit_code, count(db)) == (0, 1)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\ta", "\ra", '=HYPERLINK("x")'])
def test_what_looks_like_a_formula_is_neutralised(text, tmp_path):
    assert neutral(text) == "'" + text
    path = tmp_path / "a.xlsx"
    path.write_bytes(roster([RosterLine("1", "甲", text, text, "full_member", None, None, [text])]))
    cells = next(iter(openpyxl.load_workbook(path)["花名册"].iter_rows(min_row=2)))
    assert {cell.data_type for cell in cells if cell.value} == {"s"}


def test_a_formula_with_a_value_is_read_as_its_value(run, db, tmp_path):
    """A shared name such as =1+1 in a branch of a foreign sheet stays text when it goes out."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx({"花名册": [["姓名", "所在支部"], ["邹桐子", "'=第一支部"]]}))
    assert run("import", path, "--unit", "D01", "--yes", "--create-branches").exit_code == 0
