"""Sizes that ask for another form of organisation."""

import pytest

from jifen.org import rules


@pytest.mark.parametrize(
    ("members", "full", "committee", "codes"),
    [
        pytest.param(50, 45, 5, [], id="as large as a branch may be"),
        pytest.param(51, 45, 5, ["branch_large"], id="one more"),
        pytest.param(3, 3, None, [], id="three full members stand alone"),
        pytest.param(5, 2, None, ["branch_small"], id="two full members and three on probation"),
        pytest.param(6, 6, 1, [], id="six full members need a secretary only"),
        pytest.param(7, 7, 2, ["branch_committee"], id="seven need a committee"),
        pytest.param(7, 7, 3, [], id="a committee of three"),
        pytest.param(7, 7, None, [], id="posts are not known"),
        pytest.param(80, 80, 0, ["branch_large", "branch_committee"], id="both at once"),
    ],
)
def test_branches(members, full, committee, codes):
    found = rules.branch_warnings(members=members, full=full, committee=committee)
    assert [w.code for w in found] == codes


@pytest.mark.parametrize(
    ("members", "committee", "general", "codes"),
    [
        pytest.param(49, False, False, [], id="branches are enough"),
        pytest.param(50, False, False, ["general_branch_due"], id="fifty"),
        pytest.param(99, False, True, [], id="has a general branch"),
        pytest.param(99, True, False, [], id="has a committee already"),
        pytest.param(100, False, True, ["committee_due"], id="a hundred"),
        pytest.param(100, True, False, [], id="has its committee"),
    ],
)
def test_departments(members, committee, general, codes):
    found = rules.department_warnings(members=members, has_committee=committee, has_general_branch=general)
    assert [w.code for w in found] == codes
