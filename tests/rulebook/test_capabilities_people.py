"""C14 to C28: triggers, vetoes, gates, people, periods, grades. Figures worked by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal as D
from fractions import Fraction

import pytest

from jifen.core.period import Period
from jifen.rulebook.engine import Exemption, Held, Lot, Opening, Subject, refusal
from jifen.rulebook.engine.carry import attainable, carried_after, fitted, rescaled, transfer
from jifen.rulebook.engine.group import Candidate, grade_group, places, streaks
from tests.rulebook.schemes import book, category, fact, facts, item, sheet, total

ONE = item("A", 'points = "1"')
GRADES = """
[[grade]]
name = "优秀"
at_least = "90"
quota = "1/3"
[[grade]]
name = "合格"
at_least = "60"
[[grade]]
name = "不合格"
at_least = "none"
"""


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


# C14, C15 ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "points"),
    [
        pytest.param("item", 60 + 4, id="the item itself"),
        pytest.param("A", 60 + 5, id="another item"),
        pytest.param("category", 60, id="the category"),
        pytest.param("K", 60, id="a category by code"),
        pytest.param("total", 0, id="everything"),
    ],
)
def test_c14_zero_triggers(target, points):
    scheme = book(ONE, item("Z", 'points = "5"', f'zeroes = ["{target}"]'), granted='"60"')
    assert total(scheme, fact("A", quantity=4), fact("Z")) == points
    assert total(scheme, fact("A", quantity=4)) == 64


def test_c14_a_zero_takes_what_was_gained_and_gives_nothing_back():
    scheme = book(item("B", 'points = "-5"'), item("Z", 'zeroes = ["B", "K"]'), granted='"60"')
    assert total(scheme, fact("B"), fact("Z")) == 55


def test_c14_too_little_done_may_empty_a_block():
    reading = item(
        "R", 'points = "0"', 'zeroes = ["category"]', 'shortfall = { need = "1", per = "year", zero = true }'
    )
    scheme = book(ONE, reading)
    assert total(scheme, fact("A"), fact("R")) == 1
    assert total(scheme, fact("A")) == 0
    assert total(scheme, fact("A"), as_of="2026-12-30") == 1


VETO = item("V", 'veto = "不合格"') + item("L", 'lifts = ["V"]')


def test_c15_a_veto_sets_the_grade_and_keeps_the_points():
    scheme = book(VETO, GRADES, granted='"95"')
    clean, struck = sheet(scheme), sheet(scheme, fact("V"))
    assert (clean.grade, clean.vetoed, clean.eligible) == ("优秀", False, True)
    assert (struck.grade, struck.vetoed, struck.eligible, struck.total) == ("不合格", True, False, 95)


@pytest.mark.parametrize(
    ("as_of", "vetoed"), [("2026-03-31", True), ("2026-06-30", False), ("2026-12-31", True)]
)
def test_c15_a_veto_holds_from_its_day_until_it_is_lifted(as_of, vetoed):
    scheme = book(VETO, GRADES, granted='"95"')
    given = [fact("V", "03-05"), fact("L", "05-01"), fact("V", "09-01")]
    assert sheet(scheme, *given, as_of=as_of).vetoed is vetoed


def test_c15_a_second_failure_may_be_a_veto():
    exam = item(
        "X", 'ladder = { steps = ["-10", "veto"], beyond = "last", per = "period" }', 'veto = "不合格"'
    )
    scheme = book(exam, GRADES, granted='"95"')
    assert (sheet(scheme, fact("X")).grade, sheet(scheme, fact("X")).total) == ("合格", 85)
    assert (sheet(scheme, *facts("X", "03-01", "04-01")).grade) == "不合格"


# C16, C17, C18, C19, C20 ------------------------------------------------------------------------------

GATE = """
[[gate]]
code = "ZZ"
name = "转正"
clause = "第九条"
all = [ { of = "category", code = "K", at_least = "50" }, { of = "item", code = "V", at_least = "50" },
        { of = "total", at_least = "120" } ]
"""


@pytest.mark.parametrize(
    ("theory", "service", "holds"),
    [(50, 70, True), (70, 50, True), (49, 90, False), (90, 49, False), (50, 50, False)],
)
def test_c16_a_gate_is_an_and(theory, service, holds):
    scheme = book(category("K"), category("W"), ONE, item("V", 'points = "1"', category="W"), GATE)
    out = sheet(scheme, fact("A", quantity=theory), fact("V", quantity=service))
    assert (out.gates, out.eligible) == ({"ZZ": holds}, holds)


ROLES = '[roles]\ncommittee_member = "支部委员"\n'


def test_c17_items_of_a_role_do_not_exist_for_others():
    scheme = book(
        category("K"),
        category("W", 'roles = ["committee_member"]', 'base = "3"'),
        item("A", 'points = "1"', 'roles = ["committee_member"]'),
        item("V", 'points = "1"', category="W"),
        ROLES,
    )
    member = Subject("m", categories=(Held("full_member"),))
    officer = Subject("m", member.categories, (Held("committee_member", None, day("2026-07-01")),))
    assert (total(scheme, fact("A"), fact("V"), subject=member)) == 0
    assert "W" not in sheet(scheme, subject=member).categories
    assert total(scheme, fact("A", "03-01"), fact("A", "08-01"), subject=officer, as_of="2026-06-30") == 4
    assert total(scheme, fact("A", role="committee_member"), subject=member) == 1


@pytest.mark.parametrize(("result", "points"), [("优秀", 30), ("称职", 25), (None, None), ("良好", None)])
def test_c18_a_result_looked_up_elsewhere(result, points):
    rule = 'levels = [ { name = "优秀", points = "30" }, { name = "称职", points = "25" } ]'
    scheme = book(item("K1", rule, 'takes = { which = "last", per = "year" }'))
    given = fact("K1", level=result)
    assert total(scheme, given) == (points or 0)
    assert (refusal(given, scheme) is None) is (points is not None)
    assert total(scheme, fact("K1", "01-05", level="优秀"), fact("K1", "12-05", level="称职")) == 25


@pytest.mark.parametrize(("value", "points"), [("80", 12), ("91.5", D("13.73")), ("120", 15)])
def test_c18_a_score_converted_by_a_factor(value, points):
    scheme = book(
        item("K1", 'convert = { times = "15/100", max = "15" }', 'takes = { which = "last", per = "year" }')
    )
    assert total(scheme, fact("K1", value=value)) == points


RATERS = 'raters = {{ weights = {{ leader = "0.5", committee = "0.3", staff = "0.2" }}, missing = "{}", per = "month" }}'


@pytest.mark.parametrize(
    ("missing", "forms", "points"),
    [
        pytest.param("wait", {"leader": [90], "committee": [80], "staff": [70, 90]}, 85, id="all rated"),
        pytest.param("wait", {"leader": [90], "committee": [80]}, 0, id="wait"),
        pytest.param("zero", {"leader": [90], "committee": [80]}, 69, id="as zero"),
        pytest.param(
            "renormalise", {"leader": [90], "committee": [80]}, D("86.25"), id="the others' weights"
        ),
    ],
)
def test_c19_several_raters_with_weights(missing, forms, points):
    scheme = book(item("P", RATERS.format(missing)))
    given = [fact("P", role=role, value=str(mark)) for role, marks in forms.items() for mark in marks]
    assert total(scheme, *given) == points


@pytest.mark.parametrize(
    ("excused", "times", "points"),
    [
        pytest.param('"free"', 5, 0, id="leave never counts"),
        pytest.param('"counts"', 5, -5, id="leave is no excuse"),
        pytest.param('{ free = 2, per = "quarter" }', 2, 0, id="two are free"),
        pytest.param('{ free = 2, per = "quarter" }', 5, -3, id="then as any other"),
        pytest.param(
            '{ free = 2, per = "quarter", then = "-0.5" }', 5, D("-1.5"), id="then at a price of its own"
        ),
    ],
)
def test_c20_leave_is_free_so_many_times(excused, times, points):
    scheme = book(item("F", 'points = "-1"', f"excused = {excused}"))
    assert total(scheme, *[fact("F", f"02-{n:02}", excused=True) for n in range(1, times + 1)]) == points
    assert total(scheme, fact("F", quantity=times, excused=True)) == points


def test_c20_leave_does_not_advance_a_ladder():
    rule = 'ladder = { steps = ["0", "-1", "-2"], beyond = "last", per = "year" }'
    scheme = book(item("F", rule, 'excused = "free"'))
    assert total(scheme, fact("F", "01-05"), fact("F", "01-06", excused=True), fact("F", "01-07")) == -1


def test_c20_what_an_excuse_means_where_the_item_is_silent_is_a_switch():
    silent = item("F", 'points = "-1"')
    assert [
        total(book(silent, excused=f'"{word}"'), fact("F", excused=True)) for word in ("free", "counts")
    ] == [0, -1]
    refusing = book(silent, excused='"refuse"')
    assert "请假" in refusal(fact("F", excused=True), refusing)


# C21, C22, C23, C24 -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("switch", "points"), [("count", 0), ("credits_only", 2), ("none", 1)])
def test_c21_facts_during_an_exemption(switch, points):
    scheme = book(ONE, item("B", 'points = "-2"'), exempt_facts=f'"{switch}"')
    person = Subject("m", exempt=(Exemption(day("2026-03-01"), day("2026-06-01"), "secondment"),))
    assert total(scheme, fact("A", "02-01"), fact("A", "04-01"), fact("B", "05-31"), subject=person) == points


def test_c21_nothing_falls_due_while_exempt():
    scheme = book(item("R", 'points = "0"', 'shortfall = { need = "1", per = "quarter", each = "-1" }'))
    person = Subject("m", exempt=(Exemption(day("2026-05-10"), day("2026-05-11")),))
    assert (total(scheme), total(scheme, subject=person)) == (-4, -3)


HALF_YEAR = Subject("m", joined=day("2026-07-15"))


@pytest.mark.parametrize(
    ("switch", "unit", "points", "target", "grade"),
    [
        pytest.param("none", "month", 100, 80, "优秀", id="no rule"),
        pytest.param("prorata_caps", "month", 50, 80, "不合格", id="caps shrink by months: 6 of 12"),
        pytest.param("prorata_caps", "day", D("46.58"), 80, "不合格", id="caps shrink by days: 170 of 365"),
        pytest.param("prorata_target", "month", 100, 40, "优秀", id="the line shrinks"),
    ],
)
def test_c22_part_of_a_year(switch, unit, points, target, grade):
    scheme = book(
        category("K", 'cap = "100"'),
        ONE,
        GRADES,
        part_year=f'"{switch}"',
        part_year_unit=f'"{unit}"',
        target_line='"80"',
    )
    out = sheet(scheme, fact("A", "08-01", 150), subject=HALF_YEAR)
    assert (out.total, out.target_line, out.grade) == (points, target, grade)


def test_c22_facts_before_joining_and_after_leaving_do_not_count():
    person = Subject("m", joined=day("2026-03-05"), left=day("2026-06-01"))
    assert total(book(ONE), *facts("A", "03-04", "03-05", "05-31", "06-01"), subject=person) == 2


@pytest.mark.parametrize(("switch", "brought"), [("percent", D(40)), ("carry", D(30)), ("restart", None)])
def test_c23_from_one_scheme_to_another(switch, brought):
    old = book(category("K", 'cap = "60"'), ONE)
    new = book(category("K", 'cap = "80"'), ONE, transfer=f'"{switch}"')
    there = sheet(old, fact("A", quantity=30))
    opening = transfer(there, old, new)
    assert (None if opening is None else opening.points) == brought
    assert sheet(new, subject=Subject("m", opening=opening)).opening == (brought or 0)


def test_c23_without_a_ceiling_there_is_no_percentage():
    open_ended, capped = book(ONE), book(category("K", 'cap = "80"'), ONE, granted='"20"')
    assert (attainable(open_ended), attainable(capped)) == (None, 100)
    assert transfer(sheet(open_ended, fact("A", quantity=7)), open_ended, capped).points == 7


@pytest.mark.parametrize(
    ("carry", "opening"),
    [('"clear"', 0), ('"fraction"\ncarry_fraction = "20%"', D("17.5")), ('"keep"', D("87.5"))],
)
def test_c24_year_end(carry, opening):
    scheme = book(ONE, carry_over=carry)
    assert sheet(scheme, subject=Subject("m", last_total=D("87.5"))).opening == opening


@pytest.mark.parametrize(
    ("as_of", "opening"),
    [
        pytest.param("2026-06-30", 50, id="still there"),
        pytest.param("2026-07-01", 25, id="what was not spent expired"),
    ],
)
def test_c24_kept_points_expire_and_the_oldest_are_spent_first(as_of, opening):
    scheme = book(item("U", 'points = "-5"'), carry_over='"keep"\ncarry_expires_months = 18')
    person = Subject("m", carried=(Lot(D(30), day("2024-12-31")), Lot(D(20), day("2025-12-31"))))
    out = sheet(scheme, fact("U", "02-01"), subject=person, as_of=as_of)
    assert (out.opening, out.total) == (opening, opening - 5)


def test_c24_what_is_left_are_the_newest_points():
    scheme = book(ONE, item("U", 'points = "-1"'), carry_over='"keep"')
    lots = (Lot(D(30), day("2024-12-31")), Lot(D(20), day("2025-12-31")))
    out = sheet(scheme, fact("A", quantity=10), fact("U", quantity=35), subject=Subject("m", carried=lots))
    assert out.total == 25
    assert sum(lot.points for lot in carried_after(out, lots, scheme)) == 25
    assert carried_after(out, lots, book(ONE)) == ()


def test_c24_what_is_earned_is_kept_when_older_points_were_spent():
    scheme = book(ONE, item("U", 'points = "-1"'), carry_over='"keep"\ncarry_expires_months = 24')
    lots = (Lot(D(30), day("2024-12-31")), Lot(D(20), day("2025-12-31")))
    out = sheet(scheme, fact("A", quantity=10), fact("U", quantity=35), subject=Subject("m", carried=lots))
    assert carried_after(out, lots, scheme) == (Lot(D(15), day("2025-12-31")), Lot(D(10), day("2026-12-31")))


def test_c24_what_expired_is_not_kept_again():
    scheme = book(ONE, item("U", 'points = "-1"'), carry_over='"keep"\ncarry_expires_months = 18')
    lots = (Lot(D(30), day("2024-12-31")),)
    deeds = fact("U", "02-01", quantity=10), fact("A", "09-01", quantity=10)
    out = sheet(scheme, *deeds, subject=Subject("m", carried=lots))
    assert (out.opening, out.total) == (10, 10)
    assert carried_after(out, lots, scheme) == (Lot(D(10), day("2026-12-31")),)


@pytest.mark.parametrize(
    ("period", "earned", "months", "as_of", "opening"),
    [
        pytest.param("2026", "2025-12-31", 12, "2026-12-31", 30, id="31 December is the last day"),
        pytest.param("2027", "2025-12-31", 12, "2027-01-01", 0, id="1 January is not"),
        pytest.param("2026", "2025-12-31", 6, "2028-03-01", 0, id="expired in the year"),
        pytest.param("2026", "2025-12-31", 18, "2028-03-01", 30, id="a year that was over before it expired"),
        pytest.param("2025", "2024-02-29", 12, "2025-02-28", 30, id="29 February holds a year to the 28th"),
        pytest.param("2025", "2024-02-29", 12, "2025-03-01", 0, id="and no longer"),
        pytest.param("2028", "2024-02-29", 48, "2028-02-29", 30, id="four years to the 29th"),
        pytest.param("2024", "2023-02-28", 12, "2024-02-29", 0, id="28 February ends on a 28th"),
    ],
)
def test_c24_the_day_on_which_kept_points_end(period, earned, months, as_of, opening):
    scheme = book(ONE, carry_over=f'"keep"\ncarry_expires_months = {months}')
    person = Subject("m", carried=(Lot(D(30), day(earned)),))
    assert sheet(scheme, subject=person, period=period, as_of=as_of).opening == opening


@pytest.mark.parametrize(("as_of", "opening"), [("2026-06-30", 30), ("2026-07-01", 0)])
def test_c24_a_last_total_of_unknown_age_is_as_old_as_its_period(as_of, opening):
    scheme = book(ONE, carry_over='"keep"\ncarry_expires_months = 6')
    assert sheet(scheme, subject=Subject("m", last_total=D(30)), as_of=as_of).opening == opening


@pytest.mark.parametrize(
    ("total", "left"),
    [
        pytest.param(50, (30, 20), id="as it was"),
        pytest.param(25, (5, 20), id="less: the oldest give way"),
        pytest.param(60, (30, 30), id="more: as old as the period"),
        pytest.param(0, (), id="nothing"),
        pytest.param(-4, (), id="below nothing"),
    ],
)
def test_c24_a_total_that_stands_for_good_rules_its_parts(total, left):
    lots = (Lot(D(20), day("2026-12-31")), Lot(D(30), day("2025-12-31")))
    assert tuple(lot.points for lot in fitted(lots, D(total), day("2026-12-31"))) == left


def test_c24_under_another_scheme_every_part_is_worth_its_share():
    lots = (Lot(D(30), day("2025-12-31")), Lot(D(20), day("2026-12-31")))
    halves = rescaled(lots, D(50), D(25), day("2026-12-31"))
    assert halves == (Lot(D(15), day("2025-12-31")), Lot(D(10), day("2026-12-31")))


# C25, C26, C27, C28 -----------------------------------------------------------------------------------

LINES = """
[[line]]
code = "T"
name = "谈话提醒"
below = "60"
action = "talk"
clause = "第十条"
[[line]]
code = "Y"
name = "延长预备期"
roles = ["probationary_member"]
at_least = "70"
below = "85"
action = "extend_probation"
clause = "第十一条"
[[line]]
code = "Q"
name = "取消预备资格"
roles = ["probationary_member"]
below = "70"
action = "cancel_probation"
clause = "第十一条"
"""


@pytest.mark.parametrize(
    ("who", "points", "actions"),
    [
        ("full_member", 59, ["talk"]), ("full_member", 60, []), ("full_member", 75, []),
        ("probationary_member", 85, []), ("probationary_member", 84, ["extend_probation"]),
        ("probationary_member", 70, ["extend_probation"]), ("probationary_member", 69, ["cancel_probation"]),
        ("probationary_member", 59, ["talk", "cancel_probation"]), ("retired_member", 59, []),
    ],
)  # fmt: skip
def test_c25_lines_start_procedures_at_the_periods_end(who, points, actions):
    scheme = book(ONE, LINES)
    person = Subject("m", categories=(Held(who),))
    given = fact("A", quantity=points)
    assert [line.action for line in sheet(scheme, given, subject=person).actions] == actions
    assert sheet(scheme, given, subject=person, as_of="2026-12-30").actions == ()


@pytest.mark.parametrize(
    ("history", "started"),
    [
        ({"2026Q1": "一类", "2026Q2": "一类"}, ["HB"]),
        ({"2025Q4": "四类", "2026Q1": "四类", "2026Q2": "四类"}, ["JY"]),
        ({"2026Q1": "一类", "2026Q2": "四类"}, []),
        ({"2025Q4": "一类", "2026Q2": "一类"}, []),
        ({"2026Q2": None}, []),
    ],
)
def test_c26_the_same_class_in_consecutive_periods(history, started):
    rows = "".join(
        f'[[grade]]\nname = "{n}"\nat_least = "{m}"\n'
        for n, m in (("一类", 90), ("二类", 60), ("四类", "none"))
    )
    rows += "".join(
        f'[[streak]]\ncode = "{code}"\nname = "{code}"\ngrades = ["{grade}"]\nperiods = 2\n'
        f'action = "{action}"\nclause = "六"\n'
        for code, grade, action in (("HB", "一类", "plate"), ("JY", "四类", "education_branch"))
    )
    scheme = book(ONE, rows, cycle="quarter")
    past = {Period.parse(key): grade for key, grade in history.items()}
    assert [streak.code for streak in streaks(past, scheme, last=Period.parse("2026Q2"))] == started


def group(scheme, **totals: int) -> list[Candidate]:
    return [
        Candidate(sheet(scheme, *([fact("A", quantity=n)] if n else []), subject=Subject(key)))
        for key, n in totals.items()
    ]


@pytest.mark.parametrize(
    ("ties", "decided", "excellent", "undecided"),
    [
        pytest.param("all_in", {}, {"a", "b", "c", "d"}, (), id="all of them"),
        pytest.param("all_out", {}, {"a"}, (), id="none of them"),
        pytest.param("committee", {}, {"a"}, ("b", "c", "d"), id="a person must decide"),
        pytest.param("committee", {"优秀": ["c"]}, {"a", "c"}, (), id="the committee chose"),
    ],
)
def test_c27_threshold_then_quota_then_ties(ties, decided, excellent, undecided):
    scheme = book(ONE, GRADES, ties=f'"{ties}"')
    people = group(scheme, a=99, b=95, c=95, d=95, e=70, f=50)
    grading = grade_group(people, scheme, decided=decided)
    assert {key for key, grade in grading.grades.items() if grade == "优秀"} == excellent
    assert (grading.base, grading.quotas[0].limit, grading.quotas[0].undecided) == (6, 2, undecided)
    assert grading.grades["e"] == "合格"
    assert grading.grades["f"] == "不合格"
    assert grade_group(people[::-1], scheme, decided=decided) == grading


@pytest.mark.parametrize(
    ("rounding", "size", "limit"),
    [
        ("floor", 5, 1),
        ("half_up", 5, 2),
        ("ceiling", 4, 2),
        ("floor", 3, 1),
        ("half_up", 4, 1),
        ("floor", 2, 0),
    ],
)
def test_c27_how_a_quota_is_rounded_is_a_switch(rounding, size, limit):
    scheme = book(ONE, GRADES, quota_rounding=f'"{rounding}"')
    assert (
        grade_group(group(scheme, **{f"m{n}": 91 + n for n in range(size)}), scheme).quotas[0].limit == limit
    )


@pytest.mark.parametrize(
    ("base", "counted"), [("full_members", 2), ("with_probationary", 3), ("all_listed", 4)]
)
def test_c27_whom_a_quota_is_counted_over_is_a_switch(base, counted):
    scheme = book(ONE, GRADES, appraisal_base=f'"{base}"')
    kinds = ["full_member", "full_member", "probationary_member", "activist", "retired_member"]
    people = [
        Candidate(sheet(scheme, subject=Subject(f"m{n}", categories=(Held(kind),))), kind)
        for n, kind in enumerate(kinds)
    ]
    assert grade_group(people, scheme).base == counted


def test_c27_quotas_cascade_and_vetoed_people_take_no_room():
    rows = "".join(
        f'[[grade]]\nname = "{name}"\nat_least = "{line}"\n{quota}'
        for name, line, quota in (
            ("五星", 90, 'quota = "10%"\n'), ("四星", 80, 'quota = "30%"\n'),
            ("三星", 70, 'quota = "40%"\n'), ("二星", "none", ""),
        )
    )  # fmt: skip
    scheme = book(ONE, item("V", 'veto = "二星"'), rows, ties='"all_out"')
    people = group(scheme, **{f"m{n}": 91 + n for n in range(9)})
    people.append(Candidate(sheet(scheme, fact("A", quantity=100), fact("V"), subject=Subject("v"))))
    grading = grade_group(people, scheme)
    assert [list(grading.grades.values()).count(name) for name in ("五星", "四星", "三星", "二星")] == [
        1,
        3,
        4,
        2,
    ]
    assert (grading.grades["m8"], grading.grades["v"]) == ("五星", "二星")
    assert grading.moved["m7"] == "五星"


def test_c27_places_are_shared():
    assert places({"a": D(9), "b": D(9), "c": D(7)}) == {"a": 1, "b": 1, "c": 3}


@pytest.mark.parametrize(
    ("points", "stars"), [(59, None), (60, 1), (79, 2), (89, 3), (95, 4), (96, 5), (200, 5)]
)
def test_c28_stars_by_bands_open_at_the_top(points, stars):
    rows = "".join(
        f"[[star]]\nstars = {n}\nat_least = '{low}'\n" for n, low in enumerate((60, 70, 80, 90, 96), 1)
    )
    assert sheet(book(ONE, rows), fact("A", quantity=points)).stars == stars


def test_an_opening_from_elsewhere_replaces_the_carry_over():
    scheme = book(ONE, carry_over='"keep"')
    person = Subject("m", last_total=D(50), opening=Opening(D(12), "由原办法转入"))
    out = sheet(scheme, subject=person)
    assert (out.opening, out.trace[0].why) == (12, "由原办法转入")


def test_a_grade_may_need_more_than_points():
    rows = GRADES.replace('quota = "1/3"', 'needs = ["A"]')
    scheme = book(ONE, rows, granted='"95"')
    assert (sheet(scheme).grade, sheet(scheme, fact("A")).grade) == ("合格", "优秀")


def test_a_quota_is_exact():
    assert book(GRADES, ONE).grades[0].quota == Fraction(1, 3)
