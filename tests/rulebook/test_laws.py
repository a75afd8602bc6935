"""Laws of the engine that hold for any facts: order, reversal, bounds, sums, repetition, parts."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal as D

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jifen.core.period import Period
from jifen.rulebook.engine import Exemption, Fact, Held, Subject, score
from jifen.rulebook.engine.group import team_facts
from jifen.rulebook.engine.plan import plan_for
from jifen.rulebook.engine.versions import figure
from tests.rulebook.schemes import END, YEAR, category, fact, item, sheet
from tests.rulebook.schemes import book as load

TIERS = """tiers = { on = "quantity", over = "%s", outside = "zero", bands = [
  { from = "2", until = "5", points = "1.5" }, { from = "5", until = "none", points = "4" } ] }"""
EVERYTHING = "\n".join(
    [
        category("K", 'cap = "20"', 'floor = "-10"'),
        category("M", 'full_mark = "15"', 'floor = "0"'),
        category("N", 'cap = "8"', 'within = "K"'),
        item("FIX", 'points = "1.5"', 'caps = { month = "3" }', category="N"),
        item("CAP", 'points = "1"', 'caps = { event = "2", day = "2", week = "3", month = "5" }', 'cap = "9"'),
        item("HRS", 'per_unit = { points = "1", each = "3", partial = "exact", over = "fact" }', 'quantity_step = "0.5"'),
        item("STP", 'per_unit = { points = "2", each = "4", partial = "drop", over = "quarter" }', category="N"),
        item("TIE", TIERS % "fact"),
        item("SUM", TIERS % "period"),
        item("LAD", 'ladder = { steps = ["0", "-1", "zero"], beyond = "last", per = "quarter" }', 'zeroes = ["FIX"]'),
        item("RUN", 'ladder = { steps = ["0", "1", "2"], beyond = "last", per = "year", counts = "month" }'),
        item("LEV", 'levels = [ { name = "甲", points = "5", outside = "category" }, { name = "乙", points = "2" } ]',
             'takes = { which = "highest", per = "month" }'),
        item("BAD", 'points = "-2"', 'debit_caps = { month = "3" }', category="M"),
        item("TOT", 'points = "-1"', 'deduct_scope = "total"', 'excused = { free = 2, per = "half", then = "-0.5" }'),
        item("MAX", 'points = "1"', 'max_times = { week = "1" }', 'outside = "total"'),
        item("DUE", 'points = "0.5"', 'shortfall = { need = "2", per = "quarter", each = "-1" }', category="M"),
        item("GAP", 'inactivity = { days = 60, points = "-1", watch = ["FIX"] }', category="M"),
    ]
)  # fmt: skip
CODES = ("FIX", "CAP", "HRS", "STP", "TIE", "SUM", "LAD", "RUN", "LEV", "BAD", "TOT", "MAX", "DUE")
SCHEMES = {
    (scope, order): load(
        EVERYTHING, deduct_scope=f'"{scope}"', order=f'"{order}"', granted='"60"', floor='"0"', cap='"90"'
    )
    for scope in ("item", "category")
    for order in ("caps_then_ladder", "ladder_then_caps")
}

#: A busy machine is no reason to fail.
LAW = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

days = st.dates(YEAR.since, YEAR.last_day)
some_facts = st.lists(
    st.tuples(
        st.sampled_from(CODES),
        days | st.sampled_from([dt.date(2026, 3, 2), dt.date(2026, 3, 3)]),
        st.integers(1, 6).map(D),
        st.none(),
        st.sampled_from(["甲", "乙"]),
        st.none(),
        st.sampled_from([False, False, True]),
        st.sampled_from([None, "签到", "上报"]),
    ).map(lambda cells: Fact(*cells)),
    max_size=25,
).map(lambda given: [fact._replace(entry=number) for number, fact in enumerate(given, 1)])
balances = st.lists(
    st.builds(
        lambda day, cents: Fact("takeover", day, value=D(cents) / 100, level="2026-01/2026-08"),
        days,
        st.integers(-12_000, 12_000),
    ),
    max_size=2,
).map(lambda given: [fact._replace(entry=5000 + number) for number, fact in enumerate(given)])
schemes = st.sampled_from(sorted(SCHEMES)).map(SCHEMES.__getitem__)
people = st.sampled_from(
    [
        Subject("m"),
        Subject("m", categories=(Held("full_member", dt.date(2020, 1, 1)),), joined=dt.date(2020, 1, 1)),
        Subject("m", exempt=(Exemption(dt.date(2026, 3, 1), dt.date(2026, 5, 10)),)),
        Subject("m", joined=dt.date(2026, 2, 10), left=dt.date(2026, 11, 3)),
    ]
)


@LAW
@given(schemes, people, some_facts, st.randoms(use_true_random=False))
def test_the_order_of_entries_is_irrelevant(book, person, given, random):
    first = sheet(book, *given, subject=person)
    shuffled = given[:]
    random.shuffle(shuffled)
    assert sheet(book, *shuffled, subject=person) == first


@LAW
@given(schemes, people, some_facts, some_facts)
def test_a_reversal_restores(book, person, given, wrong):
    wrong = [fact._replace(entry=1000 + fact.entry) for fact in wrong]
    undone = [fact._replace(entry=2000 + fact.entry, reverses=fact.entry) for fact in wrong]
    assert sheet(book, *given, *wrong, *undone, subject=person) == sheet(book, *given, subject=person)


@LAW
@given(schemes, people, some_facts)
def test_no_total_leaves_its_bounds(book, person, given):
    out = sheet(book, *given, subject=person)
    outside = out.items.get("MAX", D(0))
    assert 0 <= out.total <= 90 + outside
    assert out.items.get("CAP", D(0)) <= 9
    assert out.categories["N"] <= 8
    assert 0 <= out.categories["M"] <= 15
    # Losses of scope ``total`` are shown in their block although they pass by its floor.
    assert -10 + out.items.get("TOT", D(0)) <= out.categories["K"]
    assert out.categories["K"] <= 20 + outside + out.items.get("LEV", D(0))


@LAW
@given(schemes, people, some_facts)
def test_the_parts_of_the_trace_sum_to_the_total_and_scoring_twice_is_scoring_once(book, person, given):
    # ``sheet`` itself asserts the sum, and that figures without a trace are the same.
    assert sheet(book, *given, subject=person) == sheet(book, *given, subject=person)


@LAW
@given(schemes, people, some_facts, balances)
def test_what_is_taken_over_stays_inside_the_total_and_explains_itself(book, person, given, brought):
    # ``sheet`` itself asserts that the trace sums to the total.
    out = sheet(book, *given, *brought, subject=person)
    alone = sheet(book, *given, subject=person)

    assert out.taken_over == sum((fact.value for fact in brought), D(0))
    assert (out.items, out.categories, out.opening) == (alone.items, alone.categories, alone.opening)
    assert 0 <= out.total <= 90 + out.items.get("MAX", D(0))
    assert sum(line.item == "takeover" for line in out.trace) == len(brought)


@LAW
@given(schemes, people, some_facts)
def test_the_parts_of_a_period_sum_to_it(book, person, given):
    year = sheet(book, *given, subject=person).total
    for size in ("months", "quarters"):
        keys = (
            [f"2026-{n:02}" for n in range(1, 13)] if size == "months" else [f"2026Q{n}" for n in range(1, 5)]
        )
        assert sum(figure(person, Period.parse(key), given, book) for key in keys) == year


@LAW
@given(some_facts, st.sampled_from([Subject("m"), Subject("m", categories=(Held("full_member"),))]))
def test_the_fast_road_and_the_other_one_arrive_at_the_same_place(given, person):
    fast = SCHEMES["category", "caps_then_ladder"]
    assert {rule.code for rule in plan_for(fast).items.values() if rule.simple} >= {"FIX", "HRS"}
    assert sheet(fast, *given, subject=person) == sheet(SLOW, *given, subject=person)


SLOW = load(
    EVERYTHING, deduct_scope='"category"', order='"caps_then_ladder"', granted='"60"', floor='"0"', cap='"90"'
)
for rule in plan_for(SLOW).items.values():
    rule.simple = False


@LAW
@given(schemes, some_facts, days)
def test_a_day_later_changes_nothing_that_was_not_done_or_due(book, given, as_of):
    before = [fact for fact in given if fact.on <= as_of]
    assert sheet(book, *given, as_of=as_of) == sheet(book, *before, as_of=as_of)


@settings(LAW, max_examples=30)
@given(st.integers(1, 9), st.integers(1, 7), st.sampled_from(["1", "2.5", "0.1"]))
def test_c36_the_shares_of_a_team_sum_to_the_whole(quantity, size, points):
    scheme = load(
        item("G", f'points = "{points}"', 'team = "split"'),
        rounding='{ mode = "half_up", step = "0.000001" }',
    )
    whole = fact("G", quantity=quantity)
    members = [f"m{n}" for n in range(size)]
    shares = team_facts(whole, members, scheme.items["G"])
    total = sum(sheet(scheme, shares[key], subject=Subject(key)).total for key in members)
    assert abs(total - sheet(scheme, whole).total) <= D("0.000001") * size
    # Together in one sheet no share is lost at all.
    assert sheet(scheme, *shares.values()).total == sheet(scheme, whole).total


def test_a_period_of_another_cycle_is_refused():
    scheme = load(item("A", 'points = "1"'))
    with pytest.raises(ValueError, match="cycle"):
        score(Subject("m"), Period.parse("2026Q1"), [], scheme, as_of=END)
    with pytest.raises(ValueError, match="longer"):
        figure(Subject("m"), YEAR, [], load(item("A", 'points = "1"'), cycle="month"))
