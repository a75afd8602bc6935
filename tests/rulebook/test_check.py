"""Checking as a whole: the form's faults, a clean book, shipped files."""

from __future__ import annotations

from pathlib import Path

import pytest

from jifen.rulebook import check
from tests.rulebook.sound import book, item, line_of, told

RULEBOOKS = Path(__file__).parents[2] / "config" / "rulebooks"


def nested(deep: int) -> str:
    """Return ``deep`` blocks, each inside the one before, the first inside that of the helper."""
    return "".join(
        f'[[category]]\ncode = "B{n}"\nname = "块"\nclause = "第五条"\ncap = "none"\nfloor = "none"\n'
        f'within = "{f"B{n - 1}" if n else "ZZ"}"\n'
        for n in range(deep)
    )


def test_blocks_may_stand_inside_blocks():
    assert "category_too_deep" not in [code for _, code, _ in told(book(item(), nested(7)))]


def test_a_sound_book_has_no_findings():
    assert told(book()) == []


@pytest.mark.parametrize(
    ("text", "code", "start"),
    [
        pytest.param(book(item(), item()), "duplicate_code", None, id="duplicate code"),
        pytest.param(book(item("points = 0.5")), "bare_float", "points", id="bare float"),
        pytest.param(
            book(item(feeders='["activity", "self_report"]')),
            "two_doors",
            "feeders",
            id="one deed, two doors",
        ),
        pytest.param(book(item(feeders="[]")), "no_feeder", "feeders", id="nobody feeds it"),
        pytest.param(
            book(item()).replace('name = "组织生活"', 'name = "组织生活"\nwithin = "ZZ"'),
            "category_loop",
            "within",
            id="a block inside itself",
        ),
        pytest.param(
            book(
                item(
                    'raters = { weights = { a = "0.5", b = "0.4" }, missing = "wait", per = "month" }',
                )
            ),
            "weights_sum",
            "raters",
            id="shares that do not fill the whole",
        ),
        pytest.param(
            book(item('evidence = { kinds = ["文件"] }\npoints = "1"')),
            "missing_key",
            "evidence",
            id="evidence without basis",
        ),
        pytest.param(
            book().replace(
                "effective_from = 2026-01-01", "effective_from = 2026-01-01\neffective_until = 2025-01-01"
            ),
            "empty_range",
            "effective_until",
            id="ends before it begins",
        ),
    ],
)
def test_faults_of_form_come_through(text, code, start):
    assert (line_of(text, start) if start else len(text.splitlines()) - 7, code, "error") in told(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("", "missing_key", id="empty"),
        pytest.param("\x00\x01PK\x03\x04", "not_toml", id="binary"),
        pytest.param("<html></html>", "not_toml", id="another format"),
        pytest.param("a = " + "[" * 100_000, "too_deep", id="brackets without end"),
        pytest.param("a = " + "9" * 10_000, "not_toml", id="a number without end"),
        pytest.param("#" * 1_000_001, "too_big", id="too big"),
        pytest.param(book(item(), nested(8)), "category_too_deep", id="blocks without end"),
    ],
)
def test_garbage_gets_a_clear_answer(text, code):
    assert code in [one for _, one, _ in told(text)]


@pytest.mark.parametrize("path", sorted(RULEBOOKS.rglob("*.toml")), ids=lambda path: path.stem)
def test_shipped_rulebooks_have_no_faults_of_form_or_arithmetic(path):
    assert [one for one in check.findings(path.read_text("utf-8")) if one.severity == "error"] == []


def test_the_default_rulebook_is_lint_clean():
    assert check.findings((RULEBOOKS / "municipal-organs.toml").read_text("utf-8")) == []
