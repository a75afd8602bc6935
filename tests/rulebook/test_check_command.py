"""``rules check``: rows, exit codes, both formats, files that are no rulebooks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from jifen.rulebook.cli import rules
from tests.rulebook.sound import book, item

FORBIDDEN = item(name='"每日打卡"')
RISKY = item(basis=None)
WARNING = item('points = "5"\ncap = "3"')


@pytest.fixture
def run(tmp_path):
    """Check a text (or bytes); return exit code, standard output, the path."""

    def run(content: str | bytes, form: str = "json"):
        path = tmp_path / "book.toml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        done = CliRunner().invoke(rules, ["check", str(path), "--format", form], catch_exceptions=False)
        return done.exit_code, done.stdout, str(path)

    return run


@pytest.mark.parametrize(
    ("content", "code", "severities"),
    [
        pytest.param(book(), 0, set(), id="clean"),
        pytest.param("\ufeff" + book().replace("\n", "\r\n"), 0, set(), id="clean, as Notepad saves it"),
        pytest.param(book(WARNING), 0, {"warning"}, id="warnings"),
        pytest.param(book(RISKY), 0, {"risky"}, id="risky needs a decision, not another text"),
        pytest.param(book(FORBIDDEN), 1, {"forbidden"}, id="forbidden"),
        pytest.param(book(item("points = 0.5")), 1, {"error"}, id="fault of form"),
        pytest.param(book(item(), item()), 1, {"error"}, id="duplicate code"),
        pytest.param("", 1, {"error"}, id="empty"),
        pytest.param("[rulebook\n", 2, {"error"}, id="not TOML"),
        pytest.param(b"\x89PNG\r\n\x1a\n\xff\xfe", 2, {"error"}, id="binary"),
        pytest.param("积分".encode("gb18030"), 2, {"error"}, id="another encoding"),
        pytest.param(b"#" * 1_000_001, 2, {"error"}, id="too big"),
    ],
)
def test_exit_codes_and_rows(run, content, code, severities):
    exit_code, out, path = run(content)
    rows = json.loads(out)
    assert (exit_code, {row["severity"] for row in rows}) == (code, severities)
    for row in rows:
        assert set(row) == {"file", "line", "code", "severity", "message", "remedy", "clause"}
        assert row["file"] == path
        assert isinstance(row["line"], int)
    assert run(content, "table")[0] == code


@pytest.mark.parametrize("name", ["missing.toml", "."], ids=["missing", "a folder"])
def test_a_file_that_cannot_be_opened(tmp_path, name):
    done = CliRunner().invoke(rules, ["check", str(tmp_path / name), "--format", "json"])
    assert done.exit_code == 2
    assert [row["code"] for row in json.loads(done.stdout)] == ["unreadable"]


def test_a_row_names_the_line_the_provision_and_the_way_out(run):
    text = book(FORBIDDEN)
    _, out, path = run(text)
    (row,) = json.loads(out)
    assert text.splitlines()[row["line"] - 1] == 'name = "每日打卡"'
    assert row["code"] == "check_in"
    assert row["clause"].startswith("国办函〔2026〕12号")
    assert "打卡" in row["message"]
    _, out, _ = run(text, "table")
    assert f"{path}:{row['line']}  [禁止] check_in" in out
    assert row["clause"] in out
    assert row["remedy"] in out
    assert out.endswith("共 禁止 1 处。改正错误和禁止项之前不能启用。\n")


@pytest.mark.parametrize(
    ("text", "last"),
    [
        pytest.param(book(), "没有发现问题。\n", id="clean"),
        pytest.param(book(RISKY), "共 有风险 1 处。启用有风险的项目须写明作出决定的文号。\n", id="risky"),
        pytest.param(book(WARNING), "共 提醒 1 处。不影响启用，请逐条看过。\n", id="warnings"),
    ],
)
def test_the_last_line_says_what_it_means(run, text, last):
    assert run(text, "table")[1].endswith(last)


def test_the_command_stands_among_the_others_of_the_product(app):
    path = Path(__file__).parents[2] / "config" / "rulebooks" / "municipal-organs.toml"
    done = app.test_cli_runner().invoke(args=["rules", "check", str(path)])
    assert (done.exit_code, done.output) == (0, "没有发现问题。\n")
