"""Every error code has one meaning, and every meaning one action; the table is the test."""

from __future__ import annotations

import pytest

from jifen.wechat.verdicts import _CODES, _WECOM, ACTIONS, Stop, Verdict, verdict
from tests.wechat.samples import DATA

#: Every recorded refusal: what it means, what rests, whether the message may leave later, and whether by another way.
TABLE = """
code   verdict       rests     again  other  alarm
-1     busy          nothing   yes    .      .
40001  expired       account   yes    .      yes
40003  stranger      nothing   .      yes    .
40007  media         nothing   .      .      .
40013  credentials   account   yes    .      yes
40014  expired       account   yes    .      yes
40029  sign_in       nothing   .      .      .
40037  template      nothing   .      yes    yes
40125  credentials   account   yes    .      yes
40163  sign_in       nothing   .      .      .
40164  credentials   account   yes    .      yes
40200  not_allowed   endpoint  .      yes    yes
40241  duplicate     nothing   .      .      .
40243  credentials   account   yes    .      yes
41001  expired       account   yes    .      yes
42001  expired       account   yes    .      yes
42003  sign_in       nothing   .      .      .
42007  sign_in       nothing   .      .      .
43004  unfollowed    nothing   .      yes    .
43101  no_consent    nothing   .      yes    .
43116  template      nothing   .      yes    yes
43117  later         nothing   yes    .      .
45009  day_quota     endpoint  yes    .      .
45011  minute_quota  endpoint  yes    .      .
45015  window        nothing   .      yes    .
45035  credentials   account   yes    .      yes
45047  window        nothing   .      yes    .
45109  not_allowed   endpoint  .      yes    yes
46004  stranger      nothing   .      yes    .
47001  data          nothing   .      yes    yes
47003  data          nothing   .      yes    yes
48001  not_allowed   endpoint  .      yes    yes
48002  refuses       nothing   .      yes    .
48004  not_allowed   endpoint  .      yes    yes
50002  not_allowed   endpoint  .      yes    yes
61004  credentials   account   yes    .      yes
61501  elsewhere     nothing   .      .      .
87009  elsewhere     nothing   .      .      .
89503  credentials   account   yes    .      yes
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()[1:]]


def test_the_table_holds_every_recorded_code():
    recorded = {path.stem.removeprefix("error_") for path in (DATA / "api").glob("error_*.json")}
    assert {row[0] for row in ROWS} == recorded


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_what_a_code_asks_of_us(row):
    meaning = verdict(int(row[0]))
    action = ACTIONS[meaning]
    marks = [action.again is not None, action.next_channel, action.alarm]
    assert [row[0], meaning, action.stop, *("yes" if mark else "." for mark in marks)] == row


def test_every_meaning_has_an_action_and_no_code_two_meanings():
    assert set(ACTIONS) == set(Verdict)
    for codes in (_CODES, _WECOM):
        listed = [code for group in codes.values() for code in group]
        assert len(listed) == len(set(listed))
    assert verdict(99999) is Verdict.UNKNOWN


def test_what_rests_says_for_how_long():
    for meaning, action in ACTIONS.items():
        midnight = meaning is Verdict.DAY_QUOTA
        assert (action.rest is None) == (action.stop is Stop.NOTHING or midnight), meaning


@pytest.mark.parametrize(
    ("code", "here", "there"),
    [
        (40001, Verdict.EXPIRED, Verdict.CREDENTIALS),
        (48002, Verdict.REFUSES, Verdict.CREDENTIALS),
        (45009, Verdict.DAY_QUOTA, Verdict.MINUTE_QUOTA),
        (60020, Verdict.UNKNOWN, Verdict.CREDENTIALS),
    ],
)
def test_wecom_means_other_things_by_some_numbers(code, here, there):
    assert (verdict(code), verdict(code, wecom=True)) == (here, there)
