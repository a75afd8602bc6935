"""C1 to C13: starts, values of events, caps and floors. Figures worked by hand."""

from __future__ import annotations

from decimal import Decimal as D

import pytest

from jifen.rulebook.engine import Subject, refusal
from jifen.rulebook.engine.group import rank_percents
from tests.rulebook.schemes import book, category, fact, facts, item, sheet, total

ONE = item("A", 'points = "1"')


# C1 ---------------------------------------------------------------------------------------------------


def test_c01_granted_points_and_a_target_line_are_different_things():
    granted = book(ONE, granted='"60"')
    line = book(ONE, target_line='"2"')
    assert sheet(granted, fact("A")).total == 61
    assert sheet(granted).opening == 60
    assert (sheet(line, fact("A")).total, sheet(line, fact("A")).reached) == (1, False)
    assert sheet(line, *facts("A", "01-01", "01-02")).reached is True


def test_c01_a_full_mark_block_only_goes_down():
    block = book(category("K", 'full_mark = "20"', 'floor = "0"'), item("B", 'points = "-8"'), ONE)
    assert [total(block, *facts("B", *days)) for days in ((), ("01-01",), ("01-01", "01-02", "01-03"))] == [
        20,
        12,
        0,
    ]
    assert total(block, fact("A")) == 20
    assert sheet(block).opening == 0


def test_c01_a_guaranteed_floor_lifts_the_total():
    card = book(item("B", 'points = "-5"'), ONE, granted='"100"', guaranteed_floor='"100"')
    assert total(card, *facts("A", "01-01", "01-02"), fact("B")) == 100
    assert total(card, *facts("A", *[f"01-0{n}" for n in range(1, 8)]), fact("B")) == 102


@pytest.mark.parametrize(
    ("start", "empty", "three", "nine"),
    [
        pytest.param('full_mark = "5"', 5, 2, -4, id="a full mark without a floor"),
        pytest.param('base = "2"', 2, -1, -7, id="a base of its own"),
    ],
)
def test_c01_an_item_may_have_a_start_of_its_own(start, empty, three, nine):
    dues = book(item("D", 'points = "-1"', start))
    got = [total(dues, *([fact("D", quantity=n)] if n else [])) for n in (0, 3, 9)]
    assert got == [empty, three, nine]


# C2 ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last", "opening"),
    [pytest.param(None, 20, id="first year"), pytest.param(D("87.5"), D("17.5"), id="20 %")],
)
def test_c02_the_opening_is_a_share_of_the_last_total(last, opening):
    scheme = book(ONE, granted='{ of_last = "20%", first = "20" }')
    assert sheet(scheme, subject=Subject("m", last_total=last)).opening == opening


@pytest.mark.parametrize(("last", "mark"), [(None, 20), (D(90), 18)])
def test_c02_a_deduct_only_base_is_a_share_of_the_last_total(last, mark):
    base = book(
        category("K", 'full_mark = { of_last = "1/5", first = "20" }', 'floor = "0"'),
        item("B", 'points = "-3"'),
    )
    assert total(base, subject=Subject("m", last_total=last)) == mark
    assert total(base, fact("B"), subject=Subject("m", last_total=last)) == mark - 3


# C3, C4 -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("quantity", "points"), [(1, 1), (3, 3)])
def test_c03_fixed_points_per_event(quantity, points):
    assert total(book(ONE), fact("A", quantity=quantity)) == points


@pytest.mark.parametrize(
    ("rule", "quantities", "points"),
    [
        pytest.param('points = "2", each = "1", partial = "drop"', ["1.5"], 2, id="whole hours only"),
        pytest.param('points = "2", each = "1", partial = "exact"', ["1.5"], 3, id="in proportion"),
        pytest.param('points = "2", each = "1", partial = "up"', ["1.5"], 4, id="a begun hour counts"),
        pytest.param(
            'points = "2", each = "1", partial = "drop"', ["1.5", "1.5"], 4, id="each deed by itself"
        ),
        pytest.param(
            'points = "2", each = "1", partial = "drop", over = "period"',
            ["1.5", "1.5"],
            6,
            id="added up first",
        ),
        pytest.param(
            'points = "1", each = "500", partial = "drop", over = "period"', ["400", "700"], 2, id="every 500"
        ),
        pytest.param(
            'points = "1", each = "3", partial = "exact"', ["1"], D("0.33"), id="a third, rounded at the end"
        ),
    ],
)
def test_c04_points_per_unit(rule, quantities, points):
    hours = book(item("V", f"per_unit = {{ {rule} }}" if "over" in rule else f'per_unit = {{ {rule}, over = "fact" }}',
                      'quantity_step = "0.5"'))  # fmt: skip
    assert total(hours, *[fact("V", f"03-{n:02}", q) for n, q in enumerate(quantities, 1)]) == points


@pytest.mark.parametrize(
    ("rate", "points"),
    [("90", 0), ("95", 0), ("89.5", 0), ("88", -2), ("87.5", -2), ("60", -4)],
)
def test_c04_a_point_for_each_percentage_point_below_a_line(rate, points):
    rule = 'per_unit = { points = "-1", each = "1", partial = "drop", over = "fact", on = "value", below = "90" }'
    assert total(book(item("S", rule, 'floor = "-4"')), fact("S", value=rate)) == points


# C5, C6, C7 -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "points"), [("5", 5), ("7.5", D("7.5")), ("10", 10), ("10.5", None), ("4", None), (None, None)]
)
def test_c05_a_range_is_decided_inside_its_bounds(value, points):
    work = book(item("R", 'range = { min = "5", max = "10" }'))
    given = fact("R", **({} if value is None else {"value": value}))
    if points is None:
        assert "5 到 10" in refusal(given, work)
        assert total(work, given) == 0
    else:
        assert refusal(given, work) is None
        assert total(work, given) == points


TRAINING = """tiers = { on = "quantity", over = "fact", outside = "refuse", bands = [
  { from = "1", until = "7", points = "1" }, { from = "7", until = "31", points = "2" },
  { from = "60", until = "none", points = "3" } ] }"""


@pytest.mark.parametrize(
    ("days", "points"), [(1, 1), (6, 1), (7, 2), (30, 2), (31, None), (59, None), (60, 3), (90, 3)]
)
def test_c06_tiers_take_their_lower_bound_and_name_their_gaps(days, points):
    training = book(item("T", TRAINING, 'unit = "天"'))
    given = fact("T", quantity=days)
    if points is None:
        assert "没有规定" in refusal(given, training)
    else:
        assert total(training, given) == points


def test_c06_tiers_of_a_sum_decide_once():
    hours = book(item("H", """tiers = { on = "quantity", over = "period", outside = "zero", bands = [
      { from = "32", until = "56", points = "3" }, { from = "56", until = "none", points = "5" } ] }"""))  # fmt: skip
    assert [
        total(hours, *[fact("H", f"0{m}-01", 16) for m in months]) for months in ("1", "12", "123", "1234")
    ] == [
        0,
        3,
        3,
        5,
    ]


@pytest.mark.parametrize(
    ("beyond", "times", "points"),
    [
        ("last", 1, 10), ("last", 2, 9), ("last", 3, 7), ("last", 4, 5), ("last", 5, 3),
        ("nothing", 4, 7), ("nothing", 9, 7),
    ],
)  # fmt: skip
def test_c07_ladder_by_occurrence(beyond, times, points):
    absence = book(
        item("F", f'ladder = {{ steps = ["0", "-1", "-2"], beyond = "{beyond}", per = "year" }}'),
        granted='"10"',
    )
    assert total(absence, *[fact("F", f"03-{n:02}") for n in range(1, times + 1)]) == points
    assert total(absence, fact("F", quantity=times)) == points


def test_c07_a_ladder_starts_anew_in_each_window_and_may_empty_the_item():
    rule = 'ladder = { steps = ["-1", "zero"], beyond = "last", per = "quarter" }'
    late = book(item("F", rule, 'full_mark = "4"', 'floor = "0"'))
    assert total(late, *facts("F", "01-05", "04-05")) == 2
    assert total(late, *facts("F", "01-05", "02-05")) == 0


def test_c07_consecutive_months_are_counted():
    run = book(
        item("F", 'ladder = { steps = ["0", "-1", "-3"], beyond = "last", per = "year", counts = "month" }')
    )
    assert total(run, *facts("F", "01-05", "03-05", "05-05")) == 0
    assert total(run, *facts("F", "01-05", "02-05")) == -1
    assert total(run, *facts("F", "01-05", "02-05", "02-20", "03-05")) == -4


RANKS = """tiers = { on = "rank", over = "fact", outside = "zero", bands = [
  { from = "0", until = "5", points = "8" }, { from = "5", until = "10", points = "6" },
  { from = "10", until = "15", points = "4" }, { from = "15", until = "20", points = "3" },
  { from = "20", until = "30", points = "2" }, { from = "30", until = "40", points = "1" } ] }"""


@pytest.mark.parametrize(
    ("percent", "points"), [("2.5", 8), ("5", 8), ("5.1", 6), ("20", 3), ("40", 1), ("40.5", 0), ("100", 0)]
)
def test_c07b_tiers_on_a_rank(percent, points):
    assert total(book(item("R", RANKS)), fact("R", value=percent)) == points


def test_c07b_percentages_come_from_the_group_and_ties_share_the_better_place():
    marks = {"a": D(99), "b": D(95), "c": D(95), "d": D(80)}
    assert rank_percents(marks) == {"a": 25, "b": 50, "c": 50, "d": 100}


# C8, C9 -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("level", "points"), [(None, 3), ("县级", 3), ("市级", 6), ("省级", 6)])
def test_c08_an_add_on_where_a_condition_holds(level, points):
    article = book(item("W", 'points = "3"', 'add_on = [ { levels = ["市级", "省级"], points = "3" } ]'))
    assert total(article, fact("W", level=level)) == points


LEVELS = """levels = [ { name = "国家级", points = "30" }, { name = "省级", points = "15" },
  { name = "市级", points = "8" } ]"""


@pytest.mark.parametrize(
    ("takes", "points"),
    [
        pytest.param('"each"', 61, id="all"),
        pytest.param('{ which = "highest", per = "deed" }', 38, id="highest per deed, deeds accumulate"),
        pytest.param('{ which = "highest", per = "period" }', 30, id="highest of the year"),
        pytest.param('{ which = "last", per = "period" }', 8, id="last"),
        pytest.param('{ which = "mean", per = "period" }', D("15.25"), id="mean"),
    ],
)
def test_c09_award_levels(takes, points):
    award = book(item("E", LEVELS, f"takes = {takes}"))
    given = [
        fact("E", "03-01", level="市级", deed="防汛"),
        fact("E", "04-01", level="省级", deed="防汛"),
        fact("E", "05-01", level="国家级", deed="防汛"),
        fact("E", "06-01", level="市级", deed="招商"),
    ]
    assert total(award, *given) == points


# C10 to C13 -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("caps", "points"),
    [
        pytest.param('event = "3"', 19, id="event"),
        pytest.param('day = "6"', 22, id="day"),
        pytest.param('week = "7"', 19, id="week"),
        pytest.param('month = "8"', 20, id="month"),
        pytest.param('quarter = "9"', 21, id="quarter"),
        pytest.param('half = "10"', 20, id="half-year"),
        pytest.param('year = "11"', 11, id="year"),
        pytest.param('day = "6", week = "7", year = "14"', 14, id="several, narrow ones first"),
    ],
)
def test_c10_caps_by_window(caps, points):
    # 2026-03-02 is a Monday: 4 + 4 that day, 4 more that week, then 2 in April, 3 + 2 in July, 5 in December.
    given = [
        fact("A", "03-02", 4), fact("A", "03-02", 4), fact("A", "03-08", 4), fact("A", "04-01", 2),
        fact("A", "07-01", 3), fact("A", "07-20", 2), fact("A", "12-31", 5),
    ]  # fmt: skip
    plain = book(item("A", 'points = "1"'))
    assert total(plain, *given) == 24
    assert total(book(item("A", 'points = "1"', f"caps = {{ {caps} }}")), *given) == points


def test_c10_a_week_may_cross_a_month():
    # 2026-03-30 is a Monday; the week goes on in April.
    walk = book(item("A", 'points = "1"', 'caps = { week = "3", month = "2" }'))
    assert total(walk, fact("A", "03-30", 2), fact("A", "04-01", 2)) == 3


def test_c10_losses_have_caps_of_their_own():
    late = book(item("B", 'points = "-2"', 'debit_caps = { month = "5", event = "3" }'), granted='"100"')
    assert total(late, fact("B", "03-01", 2), fact("B", "03-02", 1), fact("B", "03-03", 1)) == 95
    assert total(late, fact("B", "03-01", 2), fact("B", "04-01", 2)) == 94


def test_c10_the_number_of_times_may_be_capped_too():
    walk = book(item("A", 'points = "2"', 'max_times = { day = "1", year = "3" }'))
    assert total(walk, fact("A", "03-01", 2), *facts("A", "03-01", "03-02", "03-03", "03-04")) == 6


@pytest.mark.parametrize(("order", "points"), [("caps_then_ladder", -1), ("ladder_then_caps", -2)])
def test_c10_the_order_of_counts_and_ladders_is_a_switch(order, points):
    late = book(
        item(
            "F",
            'ladder = { steps = ["0", "-1", "-2"], beyond = "last", per = "year" }',
            'max_times = { day = "1" }',
        ),
        order=f'"{order}"',
    )
    assert total(late, *facts("F", "03-01", "03-01", "03-02")) == points


@pytest.mark.parametrize(
    ("scope", "item_points", "category_points", "all_points"),
    [
        pytest.param("item", 10, 10, 10, id="netted inside the capped item"),
        pytest.param("category", 8, 8, 8, id="after the item's cap"),
        pytest.param("total", 8, 8, 8, id="after the category's cap"),
    ],
)
def test_c10_where_a_deduction_is_netted_is_a_switch(scope, item_points, category_points, all_points):
    rule = 'levels = [ { name = "加", points = "5" }, { name = "扣", points = "-2" } ]'
    scheme = book(item("A", rule, 'takes = "each"', 'cap = "10"'), deduct_scope=f'"{scope}"')
    out = sheet(scheme, *facts("A", "01-01", "01-02", "01-03", level="加"), fact("A", "01-04", level="扣"))
    assert (out.items["A"], out.categories["K"], out.total) == (item_points, category_points, all_points)


@pytest.mark.parametrize(("scope", "points"), [("item", 10), ("category", 10), ("total", 8)])
def test_c10_deduct_scope_against_the_cap_of_the_category(scope, points):
    scheme = book(
        category("K", 'cap = "10"'),
        item("A", 'points = "5"'),
        item("B", 'points = "-2"'),
        deduct_scope=f'"{scope}"',
    )
    assert total(scheme, *facts("A", "01-01", "01-02", "01-03"), fact("B")) == points


def test_c11_a_category_cap_may_be_smaller_than_its_items():
    scheme = book(
        category("K", 'cap = "6"'),
        item("A", 'points = "1"', 'cap = "5"'),
        item("B", 'points = "1"', 'cap = "5"'),
    )
    out = sheet(scheme, fact("A", quantity=9), fact("B", quantity=9))
    assert (out.items, out.categories, out.total) == ({"A": 5, "B": 5}, {"K": 6}, 6)


@pytest.mark.parametrize(
    ("where", "points"),
    [
        pytest.param("category", 15, id="outside the block, inside the total"),
        pytest.param("total", 20, id="outside both"),
    ],
)
def test_c12_gains_outside_a_cap(where, points):
    praise = item("P", 'points = "10"', f'outside = "{where}"')
    scheme = book(category("K", 'cap = "10"'), ONE, praise, cap='"15"')
    assert total(scheme, fact("A", quantity=12), fact("P")) == points


def test_c12_one_level_may_lie_outside():
    levels = (
        'levels = [ { name = "县级", points = "8", outside = "category" }, { name = "局级", points = "3" } ]'
    )
    scheme = book(category("K", 'cap = "5"'), item("P", levels, 'takes = "each"', 'cap = "5"'))
    given = [*facts("P", "01-01", "01-02", level="局级"), fact("P", "01-03", level="县级")]
    assert total(scheme, *given) == 13


@pytest.mark.parametrize(
    ("bound", "points"),
    [
        pytest.param(("item", 'floor = "-5"'), 15, id="item"),
        pytest.param(("category", 'floor = "-7"'), 13, id="category"),
        pytest.param(("total", '"0"'), 0, id="total"),
        pytest.param(("none", ""), -10, id="negative allowed"),
    ],
)
def test_c13_floors(bound, points):
    where, text = bound
    b = item("B", 'points = "-10"', *([text] if where == "item" else []))
    k = category("K", *([text] if where == "category" else []))
    scheme = book(k, b, granted='"20"', floor=text if where == "total" else '"none"')
    assert total(scheme, fact("B", quantity=3)) == points


@pytest.mark.parametrize("scope", ["item", "category", "total"])
def test_c13_an_items_floor_holds_in_every_scope(scope):
    scheme = book(item("B", 'points = "-4"', 'full_mark = "10"', 'floor = "0"'), deduct_scope=f'"{scope}"')
    assert sheet(scheme, fact("B", quantity=5)).items["B"] == 0
