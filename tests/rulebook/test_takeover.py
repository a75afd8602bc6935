"""Balances taken over from before: beside the items, inside the bounds of the total, told as such."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from click.testing import CliRunner

from jifen.rulebook.cli import rules
from jifen.rulebook.engine import Exemption, Held, Subject, refusal
from jifen.rulebook.faults import RulebookFaults
from tests.rulebook.schemes import book, category, fact, item, sheet, text, total

CAPPED = (category("K", 'cap = "10"'), item("A", 'points = "4"', 'cap = "10"', 'caps = { month = "4" }'))


def brought(value: str, day: str = "08-31", **more):
    return fact("takeover", day, value=value, level="2026-01/2026-08", basis="9月2日支委会纪要", **more)


def test_no_cap_of_an_item_or_a_category_cuts_it():
    out = sheet(book(*CAPPED), brought("23.5"), fact("A", "09-05"), fact("A", "10-05"), fact("A", "11-05"))

    assert (out.total, out.taken_over, out.categories["K"]) == (33.5, 23.5, 10)
    assert "takeover" not in out.items


@pytest.mark.parametrize(
    ("value", "becomes"),
    [
        pytest.param("80", "100", id="held by the cap"),
        pytest.param("-80", "0", id="held by the floor"),
        pytest.param("-12.5", "47.5", id="below zero"),
        pytest.param("0", "60", id="nothing"),
    ],
)
def test_the_bounds_of_the_total_hold_it(value, becomes):
    scheme = book(item("A", 'points = "1"'), granted='"60"', cap='"100"', floor='"0"')

    assert f"{total(scheme, brought(value)):f}" == becomes


def test_the_trace_names_months_minute_and_source():
    [line] = sheet(book(*CAPPED), brought("23.5", entry=7)).trace

    assert (line.item, line.clause, line.entry, line.points) == ("takeover", "接续", 7, 23.5)
    assert line.why == "接续 2026年1—8月积分 23.5 分（依据 9月2日支委会纪要）"


def test_it_counts_on_exempt_days_and_for_nobody_outside_the_scheme():
    exempt = Subject("m", exempt=(Exemption(dt.date(2026, 8, 1), dt.date(2026, 10, 1)),))
    retired = Subject("m", categories=(Held("retired_member"),))

    assert total(book(*CAPPED), brought("5"), subject=exempt) == 5
    assert total(book(*CAPPED), brought("5"), subject=retired) == 0


@pytest.mark.parametrize("switch", ['"current_period"', '"none"'])
def test_a_late_beginning_does_not_move_it(switch):
    monthly = book(*CAPPED, cycle="month", late_facts=switch)
    late = brought("6", "01-31", recorded_on=dt.date(2026, 9, 1))

    assert total(monthly, late, period="2026-01") == 6
    assert total(monthly, late, period="2026-09") == 0


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        pytest.param(fact("takeover"), "写明积分", id="no points"),
        pytest.param(fact("takeover", value="1.005"), "两位小数", id="too fine"),
        pytest.param(fact("takeover", value="100000.5"), "之间", id="too much"),
        pytest.param(fact("takeover", quantity=2, value="1"), "数量只能是 1", id="twice"),
    ],
)
def test_what_cannot_be_a_balance(bad, says):
    assert says in refusal(bad, book(*CAPPED))


def test_no_rulebook_may_use_the_reserved_code():
    with pytest.raises(RulebookFaults) as refused:
        book(item("takeover", 'points = "1"'))

    assert [fault.code for fault in refused.value.faults] == ["reserved_code"]


def scored(tmp_path, records: str):
    (tmp_path / "book.toml").write_text(text(*CAPPED), "utf-8")
    (tmp_path / "records.csv").write_text("member,item,occurred_on,quantity,value,level,source\n" + records)
    args = ["score", str(tmp_path / "book.toml"), str(tmp_path / "records.csv"), "--format", "json"]
    return CliRunner().invoke(rules, args, catch_exceptions=False)


def test_a_file_of_records_may_carry_balances(tmp_path):
    done = scored(tmp_path, "甲,takeover,2026-08-31,,23.5,2026-01/2026-08,台账\n甲,A,2026-09-05,1,,,\n")
    [one] = json.loads(done.stdout)

    assert (one["total"], one["taken_over"], one["items"]) == ("27.5", "23.5", {"A": "4"})
    assert one["trace"][0]["why"] == "接续 2026年1—8月积分 23.5 分（依据 台账）"


def test_the_same_balance_twice_in_a_file_is_told_by_line(tmp_path):
    done = scored(tmp_path, "甲,takeover,2026-08-31,,23.5,,台账\n" * 2)

    assert done.exit_code == 1
    assert "第 3 行" in done.stderr
    assert "不能重复接续" in done.stderr
