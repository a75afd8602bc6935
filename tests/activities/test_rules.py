"""Laws of codes, windows and series."""

from __future__ import annotations

import datetime as dt
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jifen.activities import rules
from jifen.activities.kinds import load

AT = dt.datetime(2026, 6, 10, 6, 0, 10, tzinfo=dt.UTC)
SEED = b"0123456789abcdef"
INSTANTS = st.integers(0, 20 * 365 * 86400).map(lambda s: AT + dt.timedelta(seconds=s))


@given(INSTANTS, st.integers(0, 299))
def test_digits_said_now_count_for_five_minutes_and_not_for_eleven(at, late):
    said = rules.digits(SEED, "in", at)
    assert len(said) == 6
    assert said.isdigit()
    assert rules.digits_match(SEED, "in", said, at + dt.timedelta(seconds=late))
    later = rules.digits(SEED, "in", at + dt.timedelta(minutes=11))
    if said not in (later, rules.digits(SEED, "in", at + dt.timedelta(minutes=6))):
        assert not rules.digits_match(SEED, "in", said, at + dt.timedelta(minutes=11))


@given(INSTANTS, st.integers(0, 29))
def test_a_picture_counts_while_it_stands_and_one_step_longer(at, late):
    scanned = rules.read_qr("https://x.example/m/in/" + rules.qr(42, SEED, "in", at))
    assert scanned is not None
    assert (scanned.activity_id, scanned.purpose) == (42, "in")
    assert rules.qr_match(scanned, SEED, at + dt.timedelta(seconds=late))
    assert not rules.qr_match(scanned, SEED, at + dt.timedelta(seconds=61)), "an old screenshot"
    assert not rules.qr_match(scanned, SEED, at - dt.timedelta(seconds=31)), "one from the future"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "42",
        "42-in-5",
        "42-in-5-short",
        "x-in-5-" + "a" * 20,
        "42-by-5-" + "a" * 20,
        "٤-in-5-" + "a" * 20,
        "9" * 30 + "-in-5-" + "a" * 20,
        "http://evil.example/42-in-5-" + "a" * 19,
    ],
)
def test_what_is_none_of_ours_is_not_read(text):
    assert rules.read_qr(text) is None


def test_a_code_of_another_activity_or_purpose_does_not_match():
    scanned = rules.read_qr(rules.qr(42, SEED, "in", AT))
    assert scanned is not None
    assert not rules.qr_match(scanned, secrets.token_bytes(16), AT)
    assert not rules.digits_match(SEED, "out", rules.digits(SEED, "in", AT), AT)


@pytest.mark.parametrize(
    ("told", "counts"),
    [
        (-dt.timedelta(minutes=9), True),
        (-dt.timedelta(minutes=11), False),
        (dt.timedelta(minutes=1), True),
        (dt.timedelta(hours=1), False),
        (-dt.timedelta(hours=1), False),
    ],
)
def test_a_late_tap_counts_within_ten_minutes_and_a_wrong_clock_does_not(told, counts):
    moment = rules.moment(AT + told, AT)
    assert (moment is not None) == counts
    assert moment is None or moment <= AT


@given(st.integers(1, 12), st.integers(2024, 2032), st.sampled_from([1, 2, 3, 4, -1]), st.integers(0, 6))
def test_the_so_manyeth_weekday_of_a_month_is_one(month, year, nth, weekday):
    day = rules.nth_weekday(year, month, nth, weekday)
    assert (day.month, day.weekday()) == (month, weekday)
    if nth == -1:
        assert (day + dt.timedelta(days=7)).month != month
    else:
        assert (day.day - 1) // 7 == nth - 1


def test_the_first_friday_of_every_month_over_a_year_end():
    days = list(
        rules.days_of_series(
            every_months=1,
            nth=1,
            weekday=4,
            since=dt.date(2026, 10, 10),
            until=dt.date(2027, 2, 5),
            first=dt.date(2026, 1, 1),
            last=dt.date(2027, 12, 31),
        )
    )
    assert days == [dt.date(2026, 11, 6), dt.date(2026, 12, 4), dt.date(2027, 1, 1)]


@pytest.mark.parametrize(
    ("came", "went", "how"),
    [
        (None, None, "absent"),
        (0, None, "attended"),
        (-20, None, "attended"),
        (10, None, "attended"),
        (11, None, "late"),
        (0, 109, "left_early"),
        (0, 110, "attended"),
        (30, 50, "late"),
    ],
)
def test_how_somebody_ended_by_when_he_came_and_went(came, went, how):
    minute = dt.timedelta(minutes=1)
    found = rules.ended(
        in_at=None if came is None else AT + came * minute,
        out_at=None if went is None else AT + went * minute,
        starts_at=AT,
        ends_at=AT + 120 * minute,
        late_after=10,
        early_before=10,
    )
    assert found == how


def test_the_shipped_file_is_sound():
    plan = load()
    assert {"members_meeting", "committee_meeting", "volunteer", "training"} <= plan.kinds.keys()
    assert plan.class_hours == (32, 56)
    assert {d.kind for d in plan.due} <= plan.kinds.keys()
