"""C29 to C40: what a scheme says about evidence, deciders, publicity, versions; and explanations."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal as D

import pytest

from jifen.core.period import Period
from jifen.rulebook.engine import Held, Subject
from jifen.rulebook.engine.compare import compare
from jifen.rulebook.engine.group import team_facts
from jifen.rulebook.engine.late import counts_on
from jifen.rulebook.engine.versions import figure, refinement_breaks, version_for
from jifen.rulebook.faults import RulebookFaults
from jifen.rulebook.loader import load_text
from tests.rulebook.schemes import book, category, fact, facts, item, sheet, text, total

ONE = item("A", 'points = "1"')


def codes(scheme: str) -> set[str]:
    with pytest.raises(RulebookFaults) as caught:
        load_text(scheme)
    return {fault.code for fault in caught.value.faults}


def test_c29_evidence_is_asked_for_only_where_an_item_names_its_basis():
    asking = item(
        "A", 'points = "1"', 'evidence = { kinds = ["签到表"], min = 2, basis = "〔2026〕3号第五条" }'
    )
    evidence = book(asking).items["A"].evidence
    assert (evidence.kinds, evidence.min, evidence.photos, evidence.basis) == (
        ("签到表",),
        2,
        False,
        "〔2026〕3号第五条",
    )
    assert book(ONE).items["A"].evidence is None
    assert codes(text(item("A", 'points = "1"', 'evidence = { kinds = ["签到表"] }'))) == {"missing_key"}


def test_c30_chains_per_scheme_item_and_level():
    levels = """levels = [ { name = "局级", points = "2" },
      { name = "县级", points = "5", decision_chain = ["branch_secretary", "organisation_department"] } ]"""
    scheme = book(
        ONE,
        item("P", levels, 'takes = "each"', 'decision_chain = ["branch_secretary", "department_committee"]'),
        '[decisions]\nchain = ["group_leader", "branch_secretary"]\n',
    )
    assert scheme.chain(scheme.items["A"]) == ("group_leader", "branch_secretary")
    assert scheme.chain(scheme.items["P"], "局级") == ("branch_secretary", "department_committee")
    assert scheme.chain(scheme.items["P"], "县级") == ("branch_secretary", "organisation_department")
    assert codes(text(item("A", 'points = "1"', 'decision_chain = ["anybody"]'))) == {"bad_choice"}


PUBLICITY = '[publicity]\nscope = "branch"\ncycle = "quarter"\nworking_days = 5\nitems = "after"\n'
APPEAL = '[appeal]\nopen_working_days = 5\nanswer_working_days = 10\ndecided_by = "department_committee"\n'


def test_c31_publicity_of_the_scheme_and_of_an_item():
    scheme = book(ONE, item("P", 'points = "5"', 'publicity = "before"'), PUBLICITY)
    assert (scheme.publicity.scope, scheme.publicity.cycle, scheme.publicity.working_days) == (
        "branch",
        "quarter",
        5,
    )
    assert (scheme.items["A"].publicity, scheme.items["P"].publicity) == ("after", "before")
    assert book(ONE).publicity is None
    assert book(ONE).items["A"].publicity == "none"
    assert codes(text(ONE, PUBLICITY.replace('"branch"', '"city"'))) == {"bad_choice"}


def test_c32_an_appeal_has_days_and_a_decider():
    appeal = book(ONE, APPEAL).appeal
    assert (appeal.open_working_days, appeal.answer_working_days, appeal.decided_by) == (
        5,
        10,
        "department_committee",
    )
    assert codes(text(ONE, APPEAL.replace("10", "0"))) == {"not_integer"}


def test_c32_a_correction_annuls_and_keeps_the_day_of_the_deed():
    wrong = fact("A", "03-05", 3, entry=1)
    undone = fact("A", "03-05", 3, entry=2, reverses=1)
    right = fact("A", "03-05", 2, entry=3)
    assert [total(book(ONE), *given) for given in ((wrong,), (wrong, undone), (wrong, undone, right))] == [
        3,
        0,
        2,
    ]


REFINES = '[refines]\ncode = "T"\nversion = "1"\napproved_by = "机关党委"\ndocument = "〔2026〕3号"\n'


INNER = item("X", 'points = "1"', category="KX")


@pytest.mark.parametrize(
    ("child", "said"),
    [
        pytest.param((category("K", 'cap = "10"'), ONE, item("X", 'points = "1"'), REFINES), [], id="an item more"),
        pytest.param(
            (category("K", 'cap = "10"'), category("KX", 'within = "K"'), ONE, INNER, REFINES),
            [], id="a block inside a block",
        ),
        pytest.param((category("K", 'cap = "12"'), ONE, REFINES), ["K"], id="another cap"),
        pytest.param((category("K", 'cap = "10"'), item("A", 'points = "2"'), REFINES), ["A"], id="other points"),
        pytest.param((category("K", 'cap = "10"'), item("X", 'points = "1"'), REFINES), ["A"], id="an item less"),
        pytest.param((category("K", 'cap = "10"'), category("Z"), ONE, REFINES), ["Z"], id="a block of its own"),
        pytest.param((category("K", 'cap = "10"'), ONE), ["-"], id="no parent named"),
    ],
)  # fmt: skip
def test_c33_a_local_refinement_may_only_add(child, said):
    parent = book(category("K", 'cap = "10"'), ONE)
    assert [code for code, _ in refinement_breaks(parent, book(*child))] == said


def test_c33_a_local_refinement_may_not_turn_a_switch():
    parent = book(ONE)
    assert [code for code, _ in refinement_breaks(parent, book(ONE, REFINES, ties='"all_in"'))] == ["-"]


GRADES = '[[grade]]\nname = "合格"\nat_least = "1"\n[[grade]]\nname = "不合格"\nat_least = "none"\n'


@pytest.mark.parametrize(
    ("who", "status", "points", "grade"),
    [
        ("full_member", "graded", 2, "合格"),
        ("activist", "tracked", 2, None),
        ("retired_member", "left_out", 0, None),
        ("lost_contact_member", "left_out", 0, None),
    ],
)
def test_c34_tracked_people_are_scored_but_not_graded(who, status, points, grade):
    scheme = book(ONE, GRADES, granted='"1"')
    out = sheet(scheme, fact("A"), subject=Subject("m", categories=(Held(who),)))
    assert (out.status, out.total, out.grade) == (status, points, grade)
    assert out.eligible is (status == "graded")


def test_c34_somebody_confirmed_within_the_year_is_graded_at_its_end():
    change = dt.date(2026, 7, 1)
    person = Subject("m", categories=(Held("activist", None, change), Held("probationary_member", change)))
    scheme = book(ONE, GRADES)
    assert [
        sheet(scheme, fact("A"), subject=person, as_of=day).status for day in ("2026-06-30", "2026-07-01")
    ] == [
        "tracked",
        "graded",
    ]


@pytest.mark.parametrize(
    ("subject", "who"), [("branch", "branch"), ("department", "department"), ("team", "team")]
)
def test_c35_the_same_formula_for_other_subjects(subject, who):
    scheme = book(ONE, subject=subject, in_force=f'["{who}"]', tracked="[]", left_out="[]")
    assert total(scheme, fact("A", quantity=3), subject=Subject("b1", categories=(Held(who),))) == 3


@pytest.mark.parametrize(("team", "each"), [("copy", 6), ("split", 2)])
def test_c36_a_teams_deed_for_each_of_its_members(team, each):
    scheme = book(item("G", 'points = "6"', f'team = "{team}"'))
    shares = team_facts(fact("G"), ["a", "b", "c"], scheme.items["G"])
    assert [total(scheme, shares[key]) for key in "abc"] == [each] * 3


@pytest.mark.parametrize(("members", "team"), [([], "copy"), (["a", "a"], "copy"), (["a"], "none")])
def test_c36_a_team_is_made_of_distinct_members(members, team):
    scheme = book(item("G", 'points = "6"', f'team = "{team}"'))
    with pytest.raises(ValueError, match="team"):
        team_facts(fact("G"), members, scheme.items["G"])


@pytest.mark.parametrize(
    ("days", "as_of", "points"),
    [
        pytest.param([], "2026-03-30", 0, id="89 days"),
        pytest.param([], "2026-03-31", -1, id="90 days"),
        pytest.param([], "2026-12-31", -4, id="four times in a year"),
        pytest.param(["03-01"], "2026-05-29", 0, id="a fact starts anew"),
        pytest.param(["03-01"], "2026-05-30", -1, id="90 days after it"),
    ],
)
def test_c37_nothing_for_so_many_days(days, as_of, points):
    scheme = book(
        item("A", 'points = "0"'), item("I", 'inactivity = { days = 90, points = "-1", watch = ["A"] }')
    )
    assert total(scheme, *facts("A", *days), as_of=as_of) == points


@pytest.mark.parametrize(
    ("quarter_end", "points"), [("2026-03-30", 0), ("2026-03-31", -1), ("2026-06-30", -2), ("2026-12-31", -4)]
)
def test_what_falls_due_counts_from_its_day_on(quarter_end, points):
    scheme = book(item("R", 'points = "0"', 'shortfall = { need = "2", per = "quarter", each = "-0.5" }'))
    assert total(scheme, as_of=quarter_end) == points


def test_c38_a_period_is_computed_by_the_version_of_its_first_day():
    old = book(ONE, version="1")
    new = load_text(text(item("A", 'points = "2"'), version="2").replace("2020-01-01", "2026-07-01"))
    pick = {
        key: version_for([new, old], Period.parse(key)) for key in ("2019", "2025", "2026", "2027", "2026-07")
    }
    assert {key: one and one.version for key, one in pick.items()} == {
        "2019": None, "2025": "1", "2026": "1", "2027": "2", "2026-07": "2",
    }  # fmt: skip
    ended = load_text(
        text(ONE).replace(
            "effective_from = 2020-01-01", "effective_from = 2020-01-01\neffective_until = 2021-01-01"
        )
    )
    assert version_for([ended], Period.parse("2021")) is None


@pytest.mark.parametrize(
    ("switch", "recorded", "day"),
    [
        ("own_period", "2027-06-01", "2026-12-30"),
        ("current_period", "2027-01-31", "2026-12-30"),
        ("current_period", "2027-02-01", "2027-02-01"),
        ("none", "2027-01-31", "2026-12-30"),
        ("none", "2027-02-01", None),
    ],
)
def test_c38_where_a_late_fact_counts_is_a_switch(switch, recorded, day):
    scheme = book(ONE, late_facts=f'"{switch}"')
    late = fact("A", "12-30", recorded_on=dt.date.fromisoformat(recorded))
    assert counts_on(late, scheme) == (None if day is None else dt.date.fromisoformat(day))
    counted = {"2026": total(scheme, late), "2027": total(scheme, late, period="2027")}
    assert counted == {
        "2026": D(day is not None and day < "2027"),
        "2027": D(day is not None and day >= "2027"),
    }


def test_c38_a_dry_run_tells_who_would_gain_or_lose():
    before = book(ONE, item("B", 'points = "3"'), GRADES)
    after = book(item("A", 'points = "2"'), GRADES, version="2")
    people = [
        (Subject("a"), [fact("A"), fact("A", "04-01")]),
        (Subject("b"), [fact("B")]),
        (Subject("c"), []),
    ]
    out = compare(before, after, people, Period.parse("2026"), as_of=dt.date(2026, 12, 31))
    assert [(one.subject, one.difference, one.unknown) for one in out.changes] == [
        ("b", -3, 1),
        ("a", 2, 0),
        ("c", 0, 0),
    ]
    assert (out.gained, out.lost, out.same, out.regraded, out.difference) == (1, 1, 1, 1, -1)
    assert out.changes[0].items == {"B": (D(3), D(0))}


@pytest.mark.parametrize(
    ("mode", "step", "quantity", "points"),
    [
        ("half_up", "0.01", "1", "0.33"), ("half_up", "0.1", "2", "0.7"), ("down", "0.1", "2", "0.6"),
        ("ceiling", "1", "1", "1"), ("floor", "1", "2", "0"), ("half_even", "0.5", "3", "1"),
        ("half_up", "0.5", "1", "0.5"),
    ],
)  # fmt: skip
def test_c39_one_rounding_at_the_end(mode, step, quantity, points):
    third = item("T", 'per_unit = { points = "1", each = "3", partial = "exact", over = "fact" }')
    scheme = book(third, rounding=f'{{ mode = "{mode}", step = "{step}" }}')
    assert total(scheme, fact("T", quantity=quantity)) == D(points)
    assert total(scheme, *facts("T", "01-01", "01-02", "01-03")) == 1


@pytest.mark.parametrize(
    ("mode", "plus", "minus"),
    [("half_up", 3, -3), ("half_even", 2, -2), ("down", 2, -2), ("floor", 2, -3), ("ceiling", 3, -2)],
)
def test_c39_rounding_of_halves_on_both_sides_of_zero(mode, plus, minus):
    scheme = book(
        item("P", 'points = "2.5"'),
        item("M", 'points = "-2.5"'),
        rounding=f'{{ mode = "{mode}", step = "1" }}',
    )
    assert (total(scheme, fact("P")), total(scheme, fact("M"))) == (plus, minus)


def test_c39_half_points_stay_exact():
    scheme = book(item("H", 'points = "0.1"'))
    assert total(scheme, *[fact("H", f"03-{n:02}") for n in range(1, 31)]) == 3


def test_c40_the_trace_tells_every_step_from_event_to_total():
    scheme = book(
        category("K", 'cap = "5"'),
        item("A", 'points = "2"', 'caps = { month = "3" }', 'cap = "6"', 'unit = "次"'),
        item("B", 'points = "-0.5"', 'deduct_scope = "total"'),
        granted='"60"',
        rounding='{ mode = "half_up", step = "1" }',
    )
    given = [
        fact("A", "03-05", entry=11),
        fact("A", "03-06", entry=12),
        *facts("A", "04-01", "05-01"),
        fact("B", entry=20),
    ]
    out = sheet(scheme, *given)
    assert [(line.item, line.clause, line.entry, line.points, line.why) for line in out.trace] == [
        ("-", "第三条", None, 60, "基础分 60 分"),
        ("A", "条款A", 11, 2, "3月5日“项目A”1次，计 2 分"),
        ("A", "条款A", 12, 2, "3月6日“项目A”1次，计 2 分"),
        ("A", "条款A", None, 2, "4月1日“项目A”1次，计 2 分"),
        ("A", "条款A", None, 2, "5月1日“项目A”1次，计 2 分"),
        ("A", "条款A", None, -1, "2026年3月“项目A”最多计 3 分，超出的 1 分不计"),
        ("A", "条款A", None, -1, "“项目A”共 7 分，最多计 6 分，超出部分不计"),
        ("B", "条款B", 20, D("-0.5"), "3月5日“项目B”1次，扣 0.5 分"),
        ("K", "条款K", None, -1, "“类别K”共 6 分，最多计 5 分，超出部分不计"),
        ("-", "第三条", None, D("0.5"), "总分按 1 分四舍五入"),
    ]
    assert (out.items, out.categories, out.total) == ({"A": 6, "B": D("-0.5")}, {"K": D("4.5")}, 65)


def test_c40_what_does_not_count_is_told_too():
    scheme = book(ONE, item("O", 'points = "-2"', 'off = "国办函〔2026〕12号第五条"'))
    out = sheet(scheme, fact("O"), fact("GONE"), fact("A", quantity=D("0.5")))
    assert [(line.item, line.points) for line in out.trace] == [("A", 0), ("O", 0), ("GONE", 0)]
    assert "停用" in out.trace[1].why
    assert "没有项目" in out.trace[2].why


def test_a_shorter_periods_figure_is_the_difference_of_two_sheets():
    scheme = book(item("A", 'points = "2"', 'cap = "5"'), granted='"60"')
    given = facts("A", "01-05", "02-05", "03-05", "04-05")
    got = [figure(Subject("m"), Period.parse(f"2026-0{n}"), given, scheme) for n in range(1, 5)]
    assert got == [62, 2, 1, 0]
