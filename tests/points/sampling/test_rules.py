"""The draw: the same for everybody who repeats it, small, and never of one's own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jifen.points.sampling import rules

facts = st.dictionaries(
    st.integers(1, 40), st.lists(st.integers(1, 10**6), unique=True, max_size=30), max_size=12
).filter(lambda one: len({e for entries in one.values() for e in entries}) == sum(map(len, one.values())))
seeds = st.text("0123456789abcdef", min_size=8, max_size=8)


@given(st.sets(st.integers(1, 99)), seeds)
def test_each_looks_at_one_other_and_is_looked_at_by_one_other(departments, seed):
    ring = rules.lookers(departments, seed)
    assert set(ring) == (departments if len(departments) > 1 else set())
    assert sorted(ring.values()) == sorted(ring)
    assert all(one != other for one, other in ring.items())


@given(facts, seeds, st.integers(1, 3), st.integers(1, 10))
def test_a_draw_is_small_and_repeats(there, seed, each, most):
    drawn = rules.draw(there, seed, each=each, most=most)
    turned = {branch: entries[::-1] for branch, entries in reversed(list(there.items()))}
    assert rules.draw(turned, seed, each=each, most=most) == drawn
    assert len(drawn) == len(set(drawn)) == min(most, sum(min(each, len(e)) for e in there.values()))
    taken = {branch: len(set(drawn) & set(entries)) for branch, entries in there.items()}
    assert all(n <= each for n in taken.values())
    # Nobody is looked at twice while another branch, with something to look at, is not looked at once.
    if any(n > 1 for n in taken.values()):
        assert all(n >= 1 for branch, n in taken.items() if there[branch])


def test_another_seed_draws_others():
    there = {1: list(range(1, 200))}
    assert rules.draw(there, "aa", each=5, most=5) != rules.draw(there, "bb", each=5, most=5)


@pytest.mark.parametrize(
    ("agreed", "looked", "shown"),
    [
        pytest.param(4, 4, None, id="too few to say"),
        pytest.param(5, 5, 100, id="just enough"),
        pytest.param(199, 200, 99, id="never rounded up to all"),
        pytest.param(0, 0, None, id="nothing"),
    ],
)
def test_a_share_is_shown_of_enough(agreed, looked, shown):
    assert rules.share(agreed, looked, few=5) == shown


@pytest.mark.parametrize(("name", "shown"), [("陈国强", "陈**"), ("王静", "王*"), ("欧", "欧*"), ("", "*")])
def test_a_name_is_masked(name, shown):
    assert rules.masked(name) == shown
