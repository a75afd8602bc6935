"""One deed has one identity, whatever source it comes from."""

from __future__ import annotations

import datetime as dt

import pytest

from jifen.rulebook.engine import occasion
from jifen.rulebook.engine.item import OncePer
from tests.rulebook.schemes import book, item

DAY = dt.date(2026, 3, 5)


@pytest.mark.parametrize(
    ("once_per", "keys", "same"),
    [
        pytest.param("activity", {"activity": 17}, "activity:17", id="an activity"),
        pytest.param("activity", {}, "2026-03-05", id="a roster without an activity goes by the day"),
        pytest.param("deed", {}, "2026-03-05", id="the first deed of a day"),
        pytest.param("deed", {"deed": "1"}, "2026-03-05", id="numbered or not"),
        pytest.param("deed", {"deed": "2"}, "2026-03-05#2", id="another deed of that day"),
        pytest.param("deed", {"activity": 17, "deed": "2"}, "activity:17", id="a deed done in an activity"),
        pytest.param("day", {"deed": "2"}, "2026-03-05", id="once a day"),
        pytest.param("week", {}, "2026-W10", id="once a week"),
        pytest.param("month", {"activity": 17}, "2026-03", id="once a month"),
        pytest.param("quarter", {}, "2026Q1", id="once a quarter"),
        pytest.param("year", {}, "2026", id="once a year"),
        pytest.param("none", {"deed": "7"}, "2026-03-05#7", id="every record a deed of its own"),
    ],
)
def test_occasion(once_per, keys, same):
    one = book(item("A", f'once_per = "{once_per}"', 'points = "1"')).items["A"]
    assert one.once_per is OncePer(once_per)
    assert occasion(one, DAY, **keys) == same
