"""Bounds that do nothing or too much, each beside a near miss; and what can be reached at all."""

from __future__ import annotations

import pytest

from tests.rulebook.sound import book, item, line_of, told

LADDER = 'ladder = { steps = ["-1"], beyond = "last", per = "year" }'
MONTHLY = {"once_per": '"month"', "quantity_max": '"1"'}


def block(body: str, *, cap: str = "none", floor: str = "none", code: str = "BB") -> str:
    return f'[[category]]\ncode = "{code}"\nname = "块"\nclause = "第五条"\ncap = "{cap}"\nfloor = "{floor}"\n{body}\n'


def said(text: str) -> list[tuple[str, str]]:
    """Return code and the line of the file that is blamed."""
    return [(code, text.splitlines()[line - 1]) for line, code, _ in told(text)]


@pytest.mark.parametrize(
    ("bad", "good", "code", "line"),
    [
        pytest.param(
            item('points = "1"\ncaps = { day = "5", month = "4" }'),
            item('points = "1"\ncaps = { day = "3", month = "4" }'),
            "cap_never_binds",
            "caps",
            id="a day allows more than its month",
        ),
        pytest.param(
            item('points = "1"\ncaps = { month = "2", quarter = "7" }'),
            item('points = "1"\ncaps = { month = "2", quarter = "5" }'),
            "cap_never_binds",
            "caps",
            id="three months never fill the quarter",
        ),
        pytest.param(
            item('points = "1"\ncaps = { month = "2" }\ncap = "25"'),
            item('points = "1"\ncaps = { month = "2" }\ncap = "24"'),
            "cap_never_binds",
            "cap = ",
            id="twelve months never fill the item",
        ),
        pytest.param(
            item('points = "1"\ncap = "13"', **MONTHLY),
            item('points = "1"\ncap = "12"', **MONTHLY),
            "cap_never_binds",
            "cap = ",
            id="once a month never fills the item",
        ),
        pytest.param(
            item('points = "1"\nmax_times = { month = "3", quarter = "2" }'),
            item('points = "1"\nmax_times = { month = "3", quarter = "4" }'),
            "cap_never_binds",
            "max_times",
            id="times a month beyond times a quarter",
        ),
        pytest.param(
            item(f'{LADDER}\ndebit_caps = {{ month = "3", year = "40" }}'),
            item(f'{LADDER}\ndebit_caps = {{ month = "3", year = "30" }}'),
            "cap_never_binds",
            "debit_caps",
            id="deductions a year",
        ),
        pytest.param(
            item('points = "5"\ncaps = { day = "3" }'),
            item('points = "5"\ncaps = { day = "5" }'),
            "cap_below_event",
            "caps",
            id="one deed does not fit into a day",
        ),
        pytest.param(
            item('range = { min = "1", max = "10" }\ncap = "8"'),
            item('range = { min = "1", max = "8" }\ncap = "8"'),
            "cap_below_event",
            "cap = ",
            id="the range does not fit into the item",
        ),
        pytest.param(
            item('takes = "each"\nlevels = [{ name = "国家级", points = "30" }]\ncaps = { event = "20" }'),
            item('takes = "each"\nlevels = [{ name = "国家级", points = "20" }]\ncaps = { event = "20" }'),
            "cap_below_event",
            "caps",
            id="a level does not fit into one event",
        ),
        pytest.param(
            item('points = "-1"\ncaps = { month = "2" }'),
            item('points = "-1"\ndebit_caps = { month = "2" }'),
            "caps_on_debits",
            "caps",
            id="a cap on gains of a deduction",
        ),
        pytest.param(
            item('points = "1"\ndebit_caps = { month = "2" }'),
            item('points = "1"\ncaps = { month = "2" }'),
            "debit_caps_on_credits",
            "debit_caps",
            id="a cap on deductions of a credit",
        ),
        pytest.param(
            item('points = "1"\nfull_mark = "5"'),
            item('points = "-1"\nfull_mark = "5"\nfloor = "0"'),
            "full_mark_never_falls",
            "full_mark",
            id="a full mark that nothing lowers",
        ),
        pytest.param(
            item('points = "-1"\nfull_mark = "5"'),
            item('points = "-1"\nfull_mark = "5"\nfloor = "0"'),
            "full_mark_no_floor",
            "full_mark",
            id="a full mark without bottom",
        ),
        pytest.param(
            item('points = "1"\nbase = "5"\ncap = "5"'),
            item('points = "1"\nbase = "2"\ncap = "5"'),
            "cap_always_binds",
            "base",
            id="a start at the cap",
        ),
        pytest.param(
            item('points = "-1"\nfloor = "6"\nbase = "5"'),
            item('points = "-1"\nfloor = "0"\nbase = "5"'),
            "floor_above_start",
            'floor = "6"',
            id="a floor above the start",
        ),
        pytest.param(
            item('points = "1"\ncap = "3"\nfloor = "4"'),
            item('points = "1"\ncap = "3"\nfloor = "0"'),
            "empty_range",
            'floor = "4"',
            id="a floor above the cap",
        ),
    ],
)
def test_bounds_of_an_item(bad, good, code, line):
    (found,) = said(book(bad))
    assert found[0] == code
    assert found[1].startswith(line)
    assert said(book(good)) == []


def in_block(*rows: str) -> str:
    return "".join(rows).replace('category = "ZZ"', 'category = "BB"')


A, B = item(**MONTHLY), item(**MONTHLY, code="A02")


@pytest.mark.parametrize(
    ("bad", "good", "code", "line"),
    [
        pytest.param(
            block("", cap="25") + in_block(A, B),
            block("", cap="24") + in_block(A, B),
            "cap_never_binds",
            'cap = "25"',
            id="more than all items give; C11: less is normal",
        ),
        pytest.param(
            block("", cap="10") + in_block(item('points = "1"\ncap = "12"')),
            block("", cap="12") + in_block(item('points = "1"\ncap = "12"')),
            "cap_never_binds",
            'cap = "12"',
            id="an item's cap above its block's",
        ),
        pytest.param(
            block("", cap="4") + in_block(item('points = "5"')),
            block("", cap="4") + in_block(item('points = "5"\noutside = "category"')),
            "cap_below_event",
            'cap = "4"',
            id="one deed does not fit into the block",
        ),
        pytest.param(
            block('full_mark = "20"', cap="30", floor="0") + in_block(item('points = "-1"')),
            block('full_mark = "20"', cap="20", floor="0") + in_block(item('points = "-1"')),
            "full_mark_and_cap",
            "full_mark",
            id="two caps on a full mark",
        ),
        pytest.param(
            block("", cap="4", floor="5") + in_block(item('points = "1"')),
            block("", cap="4", floor="0") + in_block(item('points = "1"')),
            "empty_range",
            'floor = "5"',
            id="a floor above the cap",
        ),
    ],
)
def test_bounds_of_a_block(bad, good, code, line):
    (found,) = said(book(item(code="A09", name='"听党课"'), bad))
    assert found == (code, line) or (found[0] == code and found[1].startswith(line))
    assert said(book(item(code="A09", name='"听党课"'), good)) == []


GRADES = "".join(
    f'[[grade]]\nname = "{name}"\nat_least = "{least}"\n'
    for name, least in (("优秀", "{}"), ("合格", "60"), ("不合格", "none"))
)
YEAR = item(**MONTHLY)  # 60 granted and 12 at most: 72


def gate(of: str, code: str, at_least: int) -> str:
    return (
        '[[gate]]\ncode = "G"\nname = "G"\nclause = "x"\n'
        f'all = [{{ of = "{of}", code = "{code}", at_least = "{at_least}" }}]\n'
    )


@pytest.mark.parametrize(
    ("bad", "good", "code", "line"),
    [
        pytest.param(
            book(YEAR, GRADES.format(73)),
            book(YEAR, GRADES.format(72)),
            "grade_unreachable",
            'at_least = "73"',
            id="grade",
        ),
        pytest.param(
            book(YEAR, '[[star]]\nstars = 1\nat_least = "73"\n'),
            book(YEAR, '[[star]]\nstars = 1\nat_least = "72"\n'),
            "star_unreachable",
            "[[star]]",
            id="star",
        ),
        pytest.param(
            book(YEAR, '[[line]]\ncode = "L"\nname = "L"\nclause = "x"\nat_least = "73"\naction = "talk"\n'),
            book(YEAR, '[[line]]\ncode = "L"\nname = "L"\nclause = "x"\nat_least = "72"\naction = "talk"\n'),
            "line_unreachable",
            'at_least = "73"',
            id="score line",
        ),
        pytest.param(
            book(YEAR, '[[line]]\ncode = "L"\nname = "L"\nclause = "x"\nbelow = "0"\naction = "talk"\n'),
            book(YEAR, '[[line]]\ncode = "L"\nname = "L"\nclause = "x"\nbelow = "1"\naction = "talk"\n'),
            "line_never",
            'below = "0"',
            id="score line below the floor",
        ),
        pytest.param(
            book(YEAR, target_line='"73"'),
            book(YEAR, target_line='"72"'),
            "target_unreachable",
            "target_line",
            id="target line",
        ),
        pytest.param(
            book(YEAR, target_line='"60"'),
            book(YEAR, target_line='"61"'),
            "target_at_start",
            "target_line",
            id="a target met at the start: granted and target are two things",
        ),
        pytest.param(
            book(YEAR, guaranteed_floor='"60"').replace("[[item]]", GRADES.format(70) + "[[item]]", 1),
            book(YEAR, guaranteed_floor='"59"').replace("[[item]]", GRADES.format(70) + "[[item]]", 1),
            "grade_never",
            'name = "不合格"',
            id="the floor keeps everybody out of a grade",
        ),
        pytest.param(
            book(YEAR, guaranteed_floor='"0"'),
            book(YEAR, guaranteed_floor='"1"'),
            "cap_never_binds",
            "guaranteed_floor",
            id="a guarantee below the floor",
        ),
        pytest.param(
            book(YEAR).replace('cap = "none"\nclause = "第三条"', 'cap = "73"\nclause = "第三条"'),
            book(YEAR).replace('cap = "none"\nclause = "第三条"', 'cap = "72"\nclause = "第三条"'),
            "cap_never_binds",
            'cap = "73"',
            id="a total cap above everything",
        ),
        pytest.param(
            book(YEAR).replace('cap = "none"\nclause = "第三条"', 'cap = "60"\nclause = "第三条"'),
            book(YEAR).replace('cap = "none"\nclause = "第三条"', 'cap = "61"\nclause = "第三条"'),
            "cap_always_binds",
            "granted",
            id="granted up to the cap",
        ),
        pytest.param(
            book(YEAR, gate("category", "ZZ", 13)),
            book(YEAR, gate("category", "ZZ", 12)),
            "gate_unreachable",
            "all = ",
            id="gate of a block",
        ),
        pytest.param(
            book(YEAR, gate("item", "A01", 13)),
            book(YEAR, gate("item", "A01", 12)),
            "gate_unreachable",
            "all = ",
            id="gate of an item",
        ),
    ],
)
def test_what_nobody_reaches(bad, good, code, line):
    (found,) = said(bad)
    assert found[0] == code
    assert found[1].startswith(line)
    assert said(good) == []
    assert line_of(bad, line)
