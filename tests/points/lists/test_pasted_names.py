"""Names out of what a branch pastes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jifen.points.lists.rules import names_in, who


@pytest.mark.parametrize(
    ("pasted", "names"),
    [
        pytest.param("周正 吴敏、陈国强，林小梅", ["周正", "吴敏", "陈国强", "林小梅"], id="one line"),
        pytest.param(
            "#接龙\n周六社区清扫\n例 张三\n\n1. 周正\n2. 吴敏（晚到）\n3、陈国强✔\n(4)林小梅 2小时",
            ["周正", "吴敏", "陈国强", "林小梅"],
            id="a 接龙",
        ),
        pytest.param("1\t周正\n2\t吴敏\n", ["周正", "吴敏"], id="two columns of a sheet"),
        pytest.param("00000154\n周正", ["00000154", "周正"], id="a member's number"),
        pytest.param("周正同志\n周正", ["周正"], id="once"),
        pytest.param("买买提·艾力", ["买买提·艾力"], id="a dot in the name"),
        pytest.param(" \n# 接龙\n", [], id="nobody"),
    ],
)
def test_names(pasted, names):
    assert names_in(pasted) == names


@given(st.text(max_size=200))
def test_whatever_is_pasted_is_read_without_an_error(pasted):
    found = names_in(pasted)
    assert len(found) == len(set(found))
    assert all(found)


@given(st.lists(st.text("甲乙丙丁戊己", min_size=2, max_size=3), unique=True, max_size=9))
def test_a_numbered_list_gives_back_its_names(names):
    assert names_in("\n".join(f"{n}. {name}" for n, name in enumerate(names, 1))) == names


def test_who_is_meant():
    people = {1: ("周正", "00000015"), 2: ("吴敏", "00000023"), 3: ("吴敏", "00000031")}
    found = who(["周正", "吴敏", "00000031", "赵远"], people)
    assert (found.members, found.unknown, found.twins) == ((1, 3), ("赵远",), ("吴敏",))
