"""The shipped rulebooks: they load, say where they come from, and score as was worked by hand."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from jifen.points.appraisal.rules import probation_lines
from jifen.rulebook.check import findings
from jifen.rulebook.cli import as_dict, rules
from jifen.rulebook.engine.item import Feeder
from jifen.rulebook.loader import load_file, load_text
from jifen.rulebook.records import read_records
from jifen.rulebook.scoring import sheets

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "config" / "rulebooks"
EXAMPLES = SHIPPED / "examples"
DEFAULT = SHIPPED / "municipal-organs.toml"
TO_ADAPT = sorted(EXAMPLES.glob("*.toml"))
WORKED = [DEFAULT, *TO_ADAPT]
#: The visible schemes this house has entered.
CODES = {f"S{n}" for n in (1, 2, 4, 5, 7, 8, 9, 11, 12, 13, 14, 17, 19, 21, 22)} | {"U7"}


def by_name(path: Path) -> str:
    return path.stem


def expected(path: Path) -> list[dict]:
    return json.loads((EXAMPLES / f"{path.stem}.expected.json").read_text("utf-8"))


def records(path: Path) -> Path:
    return EXAMPLES / f"{path.stem}.csv"


def test_the_default_rulebook_keeps_its_promises():
    book = load_file(DEFAULT)

    assert (book.key, book.status, book.subject) == ("municipal-organs@2026.1", "scheme", "member")
    for item in book.items.values():
        assert item.basis, item.code
        assert item.words, item.code
        assert item.off is None, item.code
        assert item.risk_decision is None, item.code
        # Material is asked for honours only; a deduction needs a person's decision.
        assert (item.evidence is not None) == (item.category == "E"), item.code
        decided = item.feeders <= {Feeder.MANUAL, Feeder.ABSENCE} and item.code != "C04"
        assert (item.category == "F") == decided, item.code
    # Who was absent and does not explain it loses points on one ladder, whatever the meeting was.
    assert {i.code for i in book.items.values() if i.attendance} == {f"A0{n}" for n in range(1, 7)}
    assert {i.attendance.absent for i in book.items.values() if i.attendance} == {"F01"}
    # What members type in the chat finds one item only.
    words = [word for item in book.items.values() for word in item.words]
    assert len(words) == len(set(words))


def test_the_default_rulebook_is_clean():
    assert findings(DEFAULT.read_text("utf-8"), name=DEFAULT.name) == []


def test_all_visible_schemes_are_entered():
    assert {path.stem for path in TO_ADAPT} == CODES


@pytest.mark.parametrize("path", TO_ADAPT, ids=by_name)
def test_an_example_says_where_it_comes_from_and_cannot_be_assigned(path):
    book = load_file(path)
    head = path.read_text("utf-8").split("\nformat =")[0]

    assert book.code == path.stem
    assert book.status == "example"
    assert book.tag in "ABC"
    assert re.search(r"\[R\d+\]", book.source)
    for part in ("Visible:", "Not visible:", "Filled in here:"):
        assert part in head


@pytest.mark.parametrize("path", TO_ADAPT, ids=by_name)
def test_an_example_holds_nothing_forbidden_that_is_on(path):
    severities = {one.severity for one in findings(path.read_text("utf-8"), name=path.name)}
    assert not severities & {"error", "forbidden"}


def test_the_gap_of_s1_is_told_and_not_filled():
    told = findings((EXAMPLES / "S1.toml").read_text("utf-8"), name="S1.toml")
    assert [one.code for one in told] == ["tier_gap"]


@pytest.mark.parametrize(
    ("code", "item", "clause"),
    [
        pytest.param("S1", "B05", "国办函〔2026〕12号", id="S1 a learning app"),
        pytest.param("S7", "A05", "国办函〔2026〕12号", id="S7 an app not installed"),
        pytest.param("S7", "C02", "《志愿服务条例》", id="S7 not volunteering"),
        pytest.param("S11", "A01", "国办函〔2026〕12号", id="S11 platform points"),
        pytest.param("S13", "A12", "《志愿服务条例》", id="S13 not volunteering"),
    ],
)
def test_forbidden_lines_are_there_and_off(code, item, clause):
    path = EXAMPLES / f"{code}.toml"
    book = load_file(path)
    assert clause in (book.items[item].off or "")

    # Records on them are in the file: shown, explained, worth nothing.
    read = read_records(records(path), book)
    lines = [
        line for sheet in sheets(read, book, as_of=read.last_day) for line in sheet.trace if line.item == item
    ]
    assert lines
    for line in lines:
        assert line.points == 0
        assert clause in line.why


@pytest.mark.parametrize("path", WORKED, ids=by_name)
def test_the_function_scores_as_worked_by_hand(path):
    book = load_file(path)
    read = read_records(records(path), book)
    assert read.problems == []

    found = []
    for sheet in sheets(read, book, as_of=read.last_day):
        assert sum((line.points for line in sheet.trace), Decimal(0)) == sheet.total
        found.append({key: value for key, value in as_dict(sheet).items() if key != "trace"})

    assert found == expected(path)


@pytest.mark.parametrize("path", WORKED, ids=by_name)
def test_the_command_scores_as_worked_by_hand(path):
    done = CliRunner().invoke(rules, ["score", str(path), str(records(path)), "--format", "json"])

    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    for sheet in found:
        del sheet["trace"]
    assert found == expected(path)


def test_flask_rules_score_needs_no_database(tmp_path):
    path = EXAMPLES / "S4.toml"
    environment = {key: value for key, value in os.environ.items() if key != "JIFEN_DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-m", "flask", "rules", "score", str(path), str(records(path)), "--format", "json"],
        cwd=ROOT,
        env=environment | {"JIFEN_DATA_DIR": str(tmp_path / "var")},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    assert [(one["member"], one["period"], one["total"]) for one in json.loads(done.stdout)] == [
        (one["member"], one["period"], one["total"]) for one in expected(path)
    ]
    assert not (tmp_path / "var" / "postgres").exists()


@pytest.mark.parametrize("path", WORKED, ids=by_name)
def test_the_hand_computation_ends_in_the_expected_totals(path):
    text = (EXAMPLES / f"{path.stem}.worked.md").read_text("utf-8")
    ends = re.findall(r"^## (\S+) (\S+)：(-?[\d.]+) 分$", text, re.MULTILINE)
    assert ends == [(one["member"], one["period"], one["total"]) for one in expected(path)]


@pytest.mark.parametrize(
    ("code", "started"),
    [
        pytest.param("S8", {"张晓": "YB1", "李阳": "YB2", "王雪": "YB2", "陈晨": "YB3"}, id="S8"),
        pytest.param("S9", {"吴军": "Z01", "郭婷": "YB1", "于欣": "JJ1"}, id="S9"),
    ],
)
def test_lines_start_what_the_clause_says(code, started):
    """85 and 84.5, 70 and 69.5 for probationary members; below 60, not at 60, for everybody else."""
    book = load_file(EXAMPLES / f"{code}.toml")
    read = read_records(EXAMPLES / f"{code}.csv", book)

    found = {
        sheet.subject: [line.code for line in sheet.actions]
        for sheet in sheets(read, book, as_of=read.last_day)
    }
    assert found == {member: [started[member]] if member in started else [] for member in found}


# -- the recipes of the README ---------------------------------------------------------------------------

README = (SHIPPED / "README.md").read_text("utf-8")
HEAD = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)[0].split("\n[[category]]")[0]
RECIPES = re.findall(
    r"^### (.+?)\n.*?```toml\n(.*?)```.*?```csv\n(.*?)```\n\n((?:- [^\n]*\n?)+)",
    README.split("\n## A worked rule at a time\n")[1],
    re.DOTALL | re.MULTILINE,
)
FIGURE = re.compile(r"- (\S+?)(?: (\d{4}))?: .*?\*\*(-?[\d.]+)\*\*(?: (\S+))?")


def rulebook_of(fragment: str) -> str:
    """Put a fragment under the head of the smallest rulebook; its [total] and [switches] replace keys."""
    head = re.sub(r'^granted = "60"', 'granted = "0"', HEAD, flags=re.MULTILINE)
    for section in ("total", "switches"):
        found = re.search(rf"^\[{section}\]\n((?:\w.*\n)+)", fragment, re.MULTILINE)
        if found is None:
            continue
        fragment = fragment.replace(found[0], "")
        for line in found[1].splitlines():
            head = re.sub(rf"^{line.split(' = ')[0]} = .*\n", "", head, flags=re.MULTILINE)
            head = head.replace(f"[{section}]", f"[{section}]\n{line}", 1)
    return f"{head}\n{fragment}"


def test_every_recipe_is_read():
    section = README.split("\n## A worked rule at a time\n")[1]
    assert len(RECIPES) == section.count("\n### ") >= 12


@pytest.mark.parametrize(
    ("fragment", "rows", "figures"), [pytest.param(*rest, id=title) for title, *rest in RECIPES]
)
def test_a_recipe_gives_the_figures_it_names(fragment, rows, figures, tmp_path):
    book = load_text(rulebook_of(fragment))
    file = tmp_path / "records.csv"
    file.write_text(rows, "utf-8")
    read = read_records(file, book)
    assert read.problems == []

    found = {
        (sheet.subject, sheet.period.key): (sheet.total, sheet.grade)
        for sheet in sheets(read, book, as_of=read.last_day)
    }
    told = [FIGURE.fullmatch(line) for line in figures.strip().splitlines()]
    assert all(told)
    assert found == {(one[1], one[2] or "2026"): (Decimal(one[3]), one[4]) for one in told if one is not None}


@pytest.mark.parametrize(
    ("total", "line"),
    [
        pytest.param("100", "P01", id="most"),
        pytest.param("85", "P01", id="on the line"),
        pytest.param("84.99", "P02", id="just below"),
        pytest.param("70", "P02", id="on the lower line"),
        pytest.param("69.99", "P03", id="just below it"),
        pytest.param("0", "P03", id="nothing"),
    ],
)
def test_the_default_rulebook_has_a_task_for_every_probationary_member(total, line):
    book = load_file(DEFAULT)
    assert [one.code for one in probation_lines("probationary_member", Decimal(total), book)] == [line]
    assert probation_lines("full_member", Decimal(total), book) == ()
