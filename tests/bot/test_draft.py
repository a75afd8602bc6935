"""A draft can always be finished by digits, and is stored and restored as it was."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intents.reporting import Deed
from bot.talk import asks
from bot.talk import draft as drafts
from bot.talk.draft import Draft
from tests.bot.catalogue import by_code, items

TODAY = dt.date(2026, 11, 24)
OWN = [item.code for item in items() if item.reported]
DIGIT = {"who": "1", "item": "1", "day": "2", "quantity": "1", "level": "1", "evidence": "20261"}


def finished(draft: Draft) -> Draft:
    """Answer by digits until only the confirmation is left."""
    for _ in range(9):
        if draft.step == drafts.CHECK:
            return draft
        answer = drafts.answered(draft, DIGIT[draft.step], by_code(), today=TODAY)
        assert answer is not None, draft.step
        draft = answer
    raise AssertionError(draft)


@pytest.mark.parametrize("code", OWN)
def test_digits_finish_every_item(code):
    draft = drafts.begun(Deed(items=(code,), sure=True), by_code())
    assert drafts.confirms(finished(draft), "1")


def test_every_item_is_reached_by_digits():
    draft, seen = drafts.empty(by_code()), set()
    for _ in range(len(OWN) // drafts.PAGE + 1):
        seen |= set(draft.offered[draft.page * drafts.PAGE : (draft.page + 1) * drafts.PAGE])
        after = drafts.answered(draft, "8", by_code(), today=TODAY)
        assert after is not None
        draft = after
    assert seen == set(OWN)


DEEDS = st.builds(
    Deed,
    items=st.lists(st.sampled_from(OWN), max_size=3, unique=True).map(tuple),
    sure=st.just(False),
    day=st.none() | st.dates(dt.date(2026, 1, 1), TODAY),
    day_said=st.sampled_from(["", "上周", "3号、5号"]),
    amount_said=st.sampled_from(["", "半天"]),
    who=st.sampled_from(["", "小张"]),
    evidence=st.none() | st.just("A1"),
    words=st.sampled_from(["", "昨天 3小时", "两篇 半天"]),
)


@given(
    deed=DEEDS,
    said=st.lists(
        st.sampled_from(["0", "1", "2", "8", "9", "1103", "昨天", "3小时", "不知道", "市级"]), max_size=8
    ),
)
def test_whatever_is_said_on_the_way_digits_still_finish_it(deed, said):
    draft = drafts.begun(deed, by_code())
    for words in said:
        assert asks.question(draft, by_code(), today=TODAY)
        after = drafts.back(draft) if words == "0" else drafts.answered(draft, words, by_code(), today=TODAY)
        draft = draft if after is None else after
        assert Draft.restored(draft.stored()) == draft
        assert draft.day is None or draft.day <= TODAY
    end = finished(draft)
    assert end.item is not None
    assert end.quantity is None or drafts.fits(end.quantity, by_code()[end.item])


@pytest.mark.parametrize(
    ("said", "day"),
    [
        pytest.param("1", TODAY, id="today"),
        pytest.param("7", dt.date(2026, 11, 18), id="a week back"),
        pytest.param("1103", dt.date(2026, 11, 3), id="month and day"),
        pytest.param("1225", dt.date(2025, 12, 25), id="of last year"),
        pytest.param("20261103", dt.date(2026, 11, 3), id="in full"),
        pytest.param("20270101", None, id="to come"),
        pytest.param("1350", None, id="no day"),
        pytest.param("上周五", dt.date(2026, 11, 20), id="words"),
        pytest.param("明天", None, id="tomorrow"),
    ],
)
def test_the_day_by_digits_or_words(said, day):
    draft = drafts.begun(Deed(items=("D01",), sure=True, quantity=Decimal(2)), by_code())
    after = drafts.answered(draft, said, by_code(), today=TODAY)
    assert (after.day if after else None) == day
