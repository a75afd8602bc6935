"""Threshold, then quota; ties that people break; what people may change; counts that add up."""

from __future__ import annotations

import itertools
from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jifen.core.settings import ROOT
from jifen.points.appraisal import rules
from jifen.points.appraisal.rules import Entrant
from jifen.rulebook.loader import load_text

BOOKS = ROOT / "config" / "rulebooks"
TEXT = (BOOKS / "municipal-organs.toml").read_text(encoding="utf-8")
BOOK = load_text(TEXT)
FULL_ONLY = load_text(TEXT.replace('appraisal_base = "with_probationary"', 'appraisal_base = "full_members"'))
ALL_IN = load_text(TEXT.replace('ties = "committee"', 'ties = "all_in"'))
S8 = load_text((BOOKS / "examples" / "S8.toml").read_text(encoding="utf-8"))
FULL, PROBATIONARY, RETIRED = "full_member", "probationary_member", "retired_member"


def by_threshold(total) -> str:
    return next(g.name for g in BOOK.grades if g.at_least is None or Decimal(total) >= g.at_least)


def person(total, *, number=1, category=FULL, reason=None, vetoed=False) -> Entrant:
    grade = None if reason else "不合格" if vetoed else by_threshold(total)
    return Entrant(number, category, reason, Decimal(total), grade, vetoed)


def group(*totals, **how) -> list[Entrant]:
    return [person(total, number=n, **how) for n, total in enumerate(totals, 1)]


def excellent(people, book=BOOK, decided=None) -> list[int]:
    grades = rules.propose(people, book, decided).grades
    return sorted(int(key) for key, grade in grades.items() if grade == "优秀")


def refuses(refused, check, *args, **kwargs) -> None:
    """Run a check that refuses with ``refused``, or lets pass where that is None."""
    if refused is None:
        check(*args, **kwargs)
    else:
        with pytest.raises(refused):
            check(*args, **kwargs)


@pytest.mark.parametrize(
    ("totals", "chosen"),
    [
        pytest.param([], [], id="nobody"),
        pytest.param([99], [], id="one member: a third of one is nobody"),
        pytest.param([99, 98], [], id="two members"),
        pytest.param([91, 98, 99], [3], id="three members: one"),
        pytest.param([89, 88, 99], [3], id="only one above the line"),
        pytest.param([89, 88, 87], [], id="nobody above the line"),
        pytest.param([95, 99, 80, 80, 80, 80, 92], [1, 2], id="seven members: two of three"),
        pytest.param([100] * 15 + [80] * 30, [*range(1, 16)], id="45 members: fifteen"),
        pytest.param([100] * 14 + [99] + [98] * 30, [*range(1, 16)], id="45 members: a clear edge"),
    ],
)
def test_at_most_a_third_and_the_best_of_them(totals, chosen):
    people = group(*totals)
    assert excellent(people) == chosen
    assert rules.open_tie(rules.propose(people, BOOK)) is None


@pytest.mark.parametrize(
    ("totals", "tied", "seats"),
    [
        pytest.param([99, 99, 80], (1, 2), 1, id="two for one seat"),
        pytest.param([95, 95, 95], (1, 2, 3), 1, id="three for one"),
        pytest.param([99, 95, 95, 95, 95, 95, 95], (2, 3, 4, 5, 6, 7), 1, id="six for the second seat"),
        pytest.param([100] * 45, tuple(range(1, 46)), 15, id="everybody equal"),
        pytest.param([100] * 14 + [99, 99] + [80] * 29, (15, 16), 1, id="two at the edge of 45"),
    ],
)
def test_a_tie_at_the_edge_waits_for_people(totals, tied, seats):
    people = group(*totals)
    tie = rules.open_tie(rules.propose(people, BOOK))
    assert tie == rules.Tie("优秀", tied, seats)
    assert not set(tied) & set(excellent(people)), "the machine breaks no tie"

    chosen = tied[-seats:]
    rules.check_choice(tie, chosen)
    decided = {"优秀": chosen}
    assert set(excellent(people, decided=decided)) & set(tied) == set(chosen)
    assert rules.open_tie(rules.propose(people, BOOK, decided), decided) is None


def test_a_tie_may_be_decided_for_fewer_than_there_are_seats():
    people, decided = group(99, 99, 80), {"优秀": []}
    assert rules.open_tie(rules.propose(people, BOOK, decided), decided) is None
    assert excellent(people, decided=decided) == []


@pytest.mark.parametrize(
    "chosen",
    [
        pytest.param((3,), id="not one of them"),
        pytest.param((1, 2), id="more than seats"),
        pytest.param((1, 1), id="somebody twice"),
    ],
)
def test_a_choice_among_equals_is_one_of_them(chosen):
    with pytest.raises(rules.BadTie):
        rules.check_choice(rules.Tie("优秀", (1, 2), 1), chosen)


def test_the_rulebook_may_let_all_equals_in():
    grading = rules.propose(group(99, 99, 80), ALL_IN)
    assert rules.open_tie(grading) is None
    assert excellent(group(99, 99, 80), ALL_IN) == [1, 2]
    rules.check_room(["优秀", "优秀", "合格"], grading)


@pytest.mark.parametrize(
    ("book", "base"),
    [pytest.param(BOOK, 4, id="counted"), pytest.param(FULL_ONLY, 2, id="not counted")],
)
def test_probationary_members_count_in_the_base_by_the_switch(book, base):
    people = group(99, 98) + [person(80, number=n, category=PROBATIONARY) for n in (11, 12)]
    assert rules.propose(people, book).base == base


def test_whoever_has_a_reason_is_no_part_of_the_base():
    people = group(99, 98, 97) + [
        person(0, number=10 + n, reason=reason) for n, reason in enumerate(rules.REASONS)
    ]
    assert rules.propose(people, BOOK).base == 3
    assert rules.propose(group(99, 98, 97, reason="tracked"), BOOK).base == 0
    assert excellent(group(99, 98, 97, reason="tracked")) == []


def test_a_veto_keeps_its_grade_and_takes_no_room():
    people = [*group(91, 92), person(93, number=3, vetoed=True)]
    grading = rules.propose(people, BOOK)
    assert (grading.grades["3"], grading.base, excellent(people)) == ("不合格", 3, [2])


@pytest.mark.parametrize(
    ("who", "grade", "refused"),
    [
        pytest.param(person(95), "合格", None, id="lowered"),
        pytest.param(person(70), "合格", None, id="raised: points are input"),
        pytest.param(person(89), "优秀", rules.BelowLine, id="below the line"),
        pytest.param(person(93, vetoed=True), "合格", rules.Vetoed, id="vetoed"),
        pytest.param(person(93, reason="tracked"), "合格", rules.NotGradable, id="tracked"),
        pytest.param(person(0, reason="elsewhere"), "合格", rules.NotGradable, id="elsewhere"),
        pytest.param(person(0, reason="left_out"), "合格", None, id="retired, takes part"),
        pytest.param(person(0, reason="left_out"), "优秀", rules.BelowLine, id="without points"),
        pytest.param(person(95), "良好", rules.WrongGrade, id="no such grade"),
    ],
)
def test_what_people_may_change(who, grade, refused):
    refuses(refused, rules.check_grade, who, grade, BOOK)


@pytest.mark.parametrize(
    ("grades", "refused"),
    [
        pytest.param(["合格", "优秀", "合格"], None, id="somebody else in the only seat"),
        pytest.param(["合格", "合格", "合格"], None, id="nobody in it"),
        pytest.param(["优秀", "优秀", "合格"], rules.QuotaFull, id="two in it"),
    ],
)
def test_people_cannot_go_past_the_quota_either(grades, refused):
    refuses(refused, rules.check_room, grades, rules.propose(group(99, 95, 80), BOOK))


@pytest.mark.parametrize(
    ("expected", "present", "refused"),
    [
        pytest.param(40, 21, None, id="more than half"),
        pytest.param(40, 20, rules.NoQuorum, id="half is not enough"),
        pytest.param(39, 39, rules.WrongCount, id="fewer than always count"),
        pytest.param(44, 44, None, id="the retired came too"),
        pytest.param(45, 45, rules.WrongCount, id="more than there are"),
        pytest.param(40, 41, rules.WrongCount, id="more present than expected"),
    ],
)
def test_a_meeting_decides_with_more_than_half_of_the_votes(expected, present, refused):
    refuses(refused, rules.check_meeting, expected, present, least=40, most=44)


@pytest.mark.parametrize(
    ("counts", "refused"),
    [
        pytest.param({"优秀": 20, "合格": 9, "弃权": 1}, None, id="all votes"),
        pytest.param({}, None, id="none taken"),
        pytest.param({"优秀": 31}, rules.WrongCount, id="more than voters"),
        pytest.param({"优秀": -1, "合格": 3}, rules.WrongCount, id="below nought"),
        pytest.param({"良好": 1}, rules.WrongGrade, id="no such choice"),
    ],
)
def test_a_ballot_is_counts_only(counts, refused):
    refuses(refused, rules.check_ballot, counts, 30, BOOK)


@pytest.mark.parametrize(
    ("category", "total", "codes"),
    [
        pytest.param(PROBATIONARY, "85", ["YB1"], id="85: on time"),
        pytest.param(PROBATIONARY, "84.99", ["YB2"], id="just below"),
        pytest.param(PROBATIONARY, "70", ["YB2"], id="70 is still the middle"),
        pytest.param(PROBATIONARY, "69.5", ["YB3"], id="below 70"),
        pytest.param(FULL, "10", [], id="full members have no such line"),
    ],
)
def test_probationary_lines(category, total, codes):
    assert [one.code for one in rules.probation_lines(category, Decimal(total), S8)] == codes


def test_the_summary_adds_up():
    rows = [("优秀", None), ("合格", None), ("不合格", None), (None, "tracked"), ("合格", "left_out")]
    found = rules.summary(rows, BOOK)
    assert (found.listed, found.participants, found.adds_up) == (5, 4, True)
    assert found.grades == {"优秀": 1, "合格": 2, "基本合格": 0, "不合格": 1}
    assert found.without == {"tracked": 1}


#: A busy machine is no failure.
PATIENT = settings(suppress_health_check=[HealthCheck.too_slow])


@st.composite
def lists(draw) -> list[Entrant]:
    """Up to 46 people with many equal totals, some tracked, exempt or vetoed."""
    rows = draw(
        st.lists(
            st.tuples(
                st.integers(80, 100),
                st.sampled_from([FULL, FULL, PROBATIONARY]),
                st.sampled_from([None, None, None, None, "tracked", "exempt"]),
                st.sampled_from([False, False, False, True]),
            ),
            max_size=46,
        )
    )
    return [
        person(total, number=n, category=category, reason=reason, vetoed=veto and reason is None)
        for n, (total, category, reason, veto) in enumerate(rows, 1)
    ]


@PATIENT
@given(people=lists(), chance=st.randoms(use_true_random=False), book=st.sampled_from([BOOK, FULL_ONLY]))
def test_laws_of_a_proposal(people, chance, book):
    grading = rules.propose(people, book)
    mixed = list(people)
    chance.shuffle(mixed)
    assert rules.propose(mixed, book) == grading, "the order of people is irrelevant"

    counted = [p for p in people if p.reason is None and (book is BOOK or p.category == FULL)]
    named = {int(key) for key, grade in grading.grades.items() if grade == "优秀"}
    assert len(named) * 3 <= len(counted) == grading.base, "the quota is never exceeded"

    known = {p.member_id: p for p in people}
    assert all(known[m].grade == "优秀" for m in named), "nobody below the threshold is in it"
    left = [p for p in people if p.grade == "优秀" and p.member_id not in named]
    for inside, outside in itertools.product(named, left):
        assert known[inside].total > outside.total, "no tie is broken without a recorded decision"


@PATIENT
@given(people=lists(), data=st.data())
def test_laws_of_a_decided_tie(people, data):
    before = rules.propose(people, BOOK)
    tie = rules.open_tie(before)
    if tie is None:
        return
    chosen = data.draw(st.lists(st.sampled_from(tie.members), unique=True, max_size=tie.seats))
    rules.check_choice(tie, chosen)
    after = rules.propose(people, BOOK, {tie.grade: chosen})
    held = {int(key) for key, grade in after.grades.items() if grade == tie.grade}
    assert held - {int(k) for k, g in before.grades.items() if g == tie.grade} == set(chosen)
    assert Counter(after.grades.values())[tie.grade] <= after.quotas[0].limit
    assert rules.open_tie(after, {tie.grade: chosen}) is None
