"""What "confirm all of these" leaves out, as tables."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jifen.core.settings import ROOT
from jifen.points.queue.rules import Seen, takes_away, why_apart
from jifen.rulebook.loader import load_file

BOOK = load_file(ROOT / "config" / "rulebooks" / "municipal-organs.toml")
D = Decimal


def seen(quantity="1", **more) -> Seen:
    return Seen(**({"quantity": D(quantity), "value": None, "level": None, "median": None} | more))


@pytest.mark.parametrize("code", ["F02", "F03", "F04", "F05", "F06"])
def test_what_takes_away(code):
    assert takes_away(BOOK.items[code])


@pytest.mark.parametrize("code", ["A01", "B01", "D01", "D02", "E01", "E03"])
def test_what_only_gives(code):
    assert not takes_away(BOOK.items[code])


@pytest.mark.parametrize(
    ("code", "given", "why"),
    [
        pytest.param("D01", seen("2"), [], id="as usual"),
        pytest.param("D01", seen("4", median=D(2)), [], id="twice the median is not above it"),
        pytest.param(
            "D01", seen("4.5", median=D(2)), ["数量超过平时（2小时）的2倍"], id="above twice the median"
        ),
        pytest.param("D01", seen("8"), ["数量到了上限"], id="at the most"),
        pytest.param("D02", seen("1"), [], id="the most is the least"),
        pytest.param("E01", seen(level="市级"), ["写有级别"], id="a level"),
        pytest.param("F04", seen(), ["可能扣分"], id="a deduction"),
        pytest.param("D01", seen(value=D(5)), ["写有分值"], id="a value"),
        pytest.param(
            "D01", seen(neighbours=["3号"]), ["与3号同项且日期相同或相邻"], id="the day before or after"
        ),
        pytest.param("D01", seen(same_words=["3号", "4号"]), ["与3号、4号写得一样"], id="the same words"),
    ],
)
def test_why_it_is_left_out(code, given, why):
    assert why_apart(BOOK.items[code], given) == why
