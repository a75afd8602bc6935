"""Contradictions inside a scheme, each beside a near miss."""

from __future__ import annotations

import pytest

from tests.rulebook.sound import book, item, told

CLEAR, KEEP = 'carry_over = "clear"', 'carry_over = "keep"\ncarry_expires_months = {}'
OFF = 'off = "国办函〔2026〕12号：不得以学习时长作为考核依据"'
VETO = '[[grade]]\nname = "甲"\nat_least = "60"\n[[grade]]\nname = "不合格"\nat_least = "none"\n'
BLOCK = '[[category]]\ncode = "BB"\nname = "块"\nclause = "第五条"\ncap = "none"\nfloor = "none"\n'
REFINES = '[refines]\ncode = "{}"\nversion = "1"\napproved_by = "机关党委"\ndocument = "×机党〔2026〕3号"\n'
PUBLICITY = '[publicity]\nscope = "branch"\ncycle = "quarter"\nworking_days = 5\nitems = "none"\n'
DECISION = 'points = "1"\nrisk_decision = {{ document = "×委〔2025〕1号", on = {}, by = "机关党委" }}'


def other(body: str = 'points = "1"', **keys: str | None) -> str:
    return item(body, code="A02", **{"name": '"听党课"', **keys})


def inactive(code: str) -> str:
    return f'inactivity = {{ days = 30, points = "1", watch = ["{code}"] }}'


@pytest.mark.parametrize(
    ("bad", "good", "code", "severity", "line"),
    [
        pytest.param(
            book(item()).replace(CLEAR, KEEP.format(18)),
            book(item()).replace(CLEAR, KEEP.format(24)),
            "expires_within",
            "warning",
            "carry_expires_months",
            id="kept points end in the middle of a year",
        ),
        pytest.param(
            book(item(feeders='["self_report"]', once_per='"none"')),
            book(item(feeders='["self_report"]', once_per='"deed"')),
            "no_identity",
            "error",
            "once_per",
            id="one deed could be reported twice",
        ),
        pytest.param(
            book(item(feeders='["self_report"]', once_per='"none"')),
            book(item(feeders='["import"]', once_per='"none"')),
            "no_identity",
            "error",
            "once_per",
            id="an import may count every line",
        ),
        pytest.param(
            book(item(feeders='["self_report"]', once_per='"activity"')),
            book(item(feeders='["self_report", "roster"]', once_per='"activity"')),
            "no_activity",
            "warning",
            "once_per",
            id="counted by activities, fed by none",
        ),
        pytest.param(
            book(item('points = "1"\npublicity = "before"')),
            book(PUBLICITY, item('points = "1"\npublicity = "before"')),
            "no_publicity",
            "error",
            "publicity",
            id="waits for a publicity that is not arranged",
        ),
        pytest.param(
            book(item('points = "0"')),
            book(item('points = "0"\nadd_on = [{ quantity_at_least = "3", points = "1" }]')),
            "worth_nothing",
            "warning",
            "points",
            id="worth nothing",
        ),
        pytest.param(
            book(item(DECISION.format("2026-02-01"))),
            book(item(DECISION.format("2025-12-01"))),
            "decision_too_late",
            "warning",
            "risk_decision",
            id="decided after it took effect",
        ),
        pytest.param(
            book(item(roles='["retired_member"]')),
            book(item(roles='["activist"]')),
            "nobody_earns",
            "warning",
            "roles",
            id="for people who are left out",
        ),
        pytest.param(
            book(BLOCK + 'roles = ["full_member"]\n', item(), other(category='"BB"', roles='["activist"]')),
            book(
                BLOCK + 'roles = ["full_member"]\n', item(), other(category='"BB"', roles='["full_member"]')
            ),
            "nobody_earns",
            "warning",
            'roles = ["activist"]',
            id="for people whom the block leaves out",
        ),
        pytest.param(
            book(item('zeroes = ["A01"]')),
            book(item('zeroes = ["item"]')),
            "zero_loop",
            "error",
            "zeroes",
            id="zeroes itself by name",
        ),
        pytest.param(
            book(VETO, item('veto = "不合格"'), other('veto = "不合格"\nlifts = ["A02"]')),
            book(VETO, item('veto = "不合格"'), other('veto = "不合格"\nlifts = ["A01"]')),
            "lifts_itself",
            "error",
            "lifts",
            id="lifts itself",
        ),
        pytest.param(
            book(item(), other(inactive("A02"))),
            book(item(), other(inactive("A01"))),
            "watches_itself",
            "error",
            "inactivity",
            id="watches itself",
        ),
        pytest.param(
            book(item(OFF + '\npoints = "1"'), other(inactive("A01"))),
            book(item(), other(inactive("A01"))),
            "counts_on_off",
            "warning",
            "inactivity",
            id="watches a line that is off",
        ),
        pytest.param(
            book(
                item(OFF + '\npoints = "1"'),
                other('shortfall = { need = "4", per = "year", each = "1", of = ["A01"] }'),
            ),
            book(item(), other('shortfall = { need = "4", per = "year", each = "1", of = ["A01"] }')),
            "counts_on_off",
            "warning",
            "shortfall",
            id="a duty on a line that is off",
        ),
        pytest.param(
            book(VETO.replace('"60"', '"60"\nneeds = ["A02"]'), item(), other(OFF + '\npoints = "1"')),
            book(VETO.replace('"60"', '"60"\nneeds = ["A02"]'), item(), other()),
            "counts_on_off",
            "warning",
            "needs",
            id="a grade that needs a line that is off",
        ),
        pytest.param(
            book(item(), other('off = "暂停"\npoints = "1"')),
            book(item(), other(OFF + '\npoints = "1"')),
            "off_no_clause",
            "warning",
            "off",
            id="off without a clause",
        ),
        pytest.param(
            book(BLOCK, item()),
            book(BLOCK, item(), other(category='"BB"')),
            "unused_category",
            "warning",
            "[[category]]",
            id="an empty block",
        ),
        pytest.param(
            book(item(words='["党日"]'), other(words='["党课", "党日"]')),
            book(item(words='["党日"]'), other(words='["党课"]')),
            "word_twice",
            "warning",
            'words = ["党课", "党日"]',
            id="one word for two items",
        ),
        pytest.param(
            book(REFINES.format("T"), item()),
            book(REFINES.format("PARENT"), item()),
            "refines_itself",
            "error",
            "code",
            id="refines itself",
        ),
    ],
)
def test_contradictions(bad, good, code, severity, line):
    ((at, found, weight),) = told(bad)
    assert (found, weight) == (code, severity)
    assert bad.splitlines()[at - 1].startswith(line)
    assert told(good) == []


def test_two_items_that_zero_each_other_are_both_named():
    text = book(item('zeroes = ["A02"]'), other('zeroes = ["A01"]'))
    assert [code for _, code, _ in told(text)] == ["zero_loop", "zero_loop"]


def test_zeroing_in_a_row_is_no_loop():
    assert (
        told(book(item('zeroes = ["A02"]'), other('zeroes = ["A03"]'), item(code="A03", name='"谈心"'))) == []
    )
