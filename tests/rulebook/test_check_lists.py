"""Lists that a scheme asks for: they fit into its cycle, and the branch has days to finish."""

from __future__ import annotations

import pytest

from jifen.rulebook.loader import load_text
from tests.rulebook.sound import book, line_of, told

LISTS = '[publicity]\nscope = "branch"\ncycle = "{}"\nworking_days = 5\nitems = "after"\n{}'


def with_lists(cycle: str, more: str = "", *, own: str = "quarter") -> str:
    text = book().replace('cycle = "year"', f'cycle = "{own}"', 1)
    return text + LISTS.format(cycle, more)


@pytest.mark.parametrize("cycle", ["half", "year"])
def test_a_list_is_not_longer_than_the_cycle(cycle):
    text = with_lists(cycle)
    assert (line_of(text, f'cycle = "{cycle}"'), "rare_lists", "error") in told(text)


@pytest.mark.parametrize("cycle", ["month", "quarter"])
def test_a_list_within_the_cycle_is_sound(cycle):
    assert told(with_lists(cycle)) == []


@pytest.mark.parametrize(
    ("more", "days"),
    [
        pytest.param("", 5, id="nothing said"),
        pytest.param("closing_working_days = 0\n", 0, id="drawn at once"),
        pytest.param("closing_working_days = 10\n", 10, id="ten days"),
    ],
)
def test_days_to_finish(more, days):
    assert load_text(with_lists("month", more)).publicity.closing_working_days == days


def test_days_to_finish_have_bounds():
    text = with_lists("month", "closing_working_days = 61\n")
    assert [line for line, _, severity in told(text) if severity == "error"] == [
        line_of(text, "closing_working_days")
    ]
