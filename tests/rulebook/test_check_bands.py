"""Bands: gaps, overlaps and steps that nobody can reach, each beside a near miss."""

from __future__ import annotations

import pytest

from tests.rulebook.sound import book, item, line_of, told

#: S1 of a municipal office: a week to a month 2 points, two months and more 3; one to two months undefined.
TRAINING = """\
tiers = { on = "quantity", over = "fact", outside = "refuse", bands = [
  { from = "none", until = "7", points = "1" },
  { from = "7", until = "31", points = "2" },
  { from = "60", until = "none", points = "3" },
] }"""


def tiers(*bands: str, on: str = "value", outside: str = "zero", more: str = "") -> str:
    rows = "\n".join(f"  {{ {band} }}," for band in bands)
    return book(
        item(f'tiers = {{ on = "{on}", over = "fact", outside = "{outside}", bands = [\n{rows}\n] }}\n{more}')
    )


def band(low: str, high: str, points: str = "1") -> str:
    return f'from = "{low}", until = "{high}", points = "{points}"'


def test_the_undefined_second_month_of_training_is_named():
    text = book(item(TRAINING))
    assert told(text) == [(line_of(text, '  { from = "60"'), "tier_gap", "warning")]
    assert told(book(item(TRAINING.replace('"60"', '"31"')))) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(tiers(band("80", "90"), band("90", "none")), [], id="bands that share a border touch"),
        pytest.param(
            tiers(band("80", "91"), band("90", "none")),
            [("tier_overlap", "error", '  { from = "90"')],
            id="overlap",
        ),
        pytest.param(
            tiers(band("90", "none"), band("80", "91")),
            [("tier_overlap", "error", '  { from = "90"')],
            id="overlap, written from the top",
        ),
        pytest.param(
            tiers(band("0", "100"), band("10", "20"), band("100", "none")),
            [("tier_overlap", "error", '  { from = "10"')],
            id="a band inside another",
        ),
        pytest.param(
            tiers(band("90", "90")), [("tier_empty", "error", '  { from = "90"')], id="an empty band"
        ),
        pytest.param(
            tiers(band("0", "60"), band("70", "none")),
            [("tier_gap", "warning", '  { from = "70"')],
            id="gap of values",
        ),
        pytest.param(
            tiers(band("1", "6.5"), band("7", "none"), on="quantity"), [], id="no whole number in the gap"
        ),
        pytest.param(
            tiers(band("1", "6.5"), band("7", "none"), on="quantity", more='quantity_step = "0.5"'),
            [("tier_gap", "warning", '  { from = "7"')],
            id="a half day in the gap",
        ),
        pytest.param(
            tiers(band("60", "80"), band("80", "100"), outside="refuse"),
            [("tier_gap", "warning", "tiers"), ("tier_gap", "warning", "tiers")],
            id="below and above would be refused",
        ),
        pytest.param(tiers(band("60", "80"), band("80", "100")), [], id="below and above are worth nothing"),
        pytest.param(
            tiers(band("1", "10"), on="quantity", outside="refuse", more='quantity_max = "9"'),
            [],
            id="the most that may be reported lies inside",
        ),
        pytest.param(
            tiers(band("1", "10"), on="quantity", outside="refuse", more='quantity_max = "10"'),
            [("tier_gap", "warning", "tiers")],
            id="the most that may be reported lies outside",
        ),
        pytest.param(
            tiers(band("0", "5"), band("5", "10"), on="rank"), [], id="ranks: the rest gets nothing"
        ),
        pytest.param(
            tiers(band("0", "5"), band("5", "100"), on="rank", outside="refuse"), [], id="ranks to the last"
        ),
    ],
)
def test_tiers(text, expected):
    assert sorted(told(text)) == sorted(
        (line_of(text, start), code, severity) for code, severity, start in expected
    )


@pytest.mark.parametrize(
    ("steps", "more", "expected"),
    [
        pytest.param('["0", "-1", "zero"]', 'per = "year"', [], id="zero comes last"),
        pytest.param(
            '["0", "zero", "-1"]',
            'per = "year"',
            [("ladder_after_zero", "warning", "ladder")],
            id="steps after zero",
        ),
        pytest.param('["-1", "-2"]', 'per = "year", counts = "month"', [], id="months in a row"),
        pytest.param(
            '["-1", "-2"]',
            'per = "month", counts = "month"',
            [("ladder_too_short", "error", "ladder")],
            id="months in a row inside one month",
        ),
        pytest.param(
            '["-1", "-2", "-3"]',
            'per = "year" }\nmax_times = { year = "2"',
            [("ladder_unreachable", "warning", "max_times")],
            id="the third never counts",
        ),
        pytest.param(
            '["-1", "-2"]', 'per = "year" }\nmax_times = { year = "2"', [], id="the second still counts"
        ),
    ],
)
def test_ladders(steps, more, expected):
    text = book(item(f'ladder = {{ steps = {steps}, beyond = "last", {more} }}'))
    assert told(text) == [(line_of(text, start), code, severity) for code, severity, start in expected]


def stars(*rows: tuple[int, int]) -> str:
    return "".join(f'[[star]]\nstars = {n}\nat_least = "{least}"\n' for n, least in rows)


def grades(*rows: tuple[str, str, str]) -> str:
    return "".join(
        f'[[grade]]\nname = "{name}"\nat_least = "{least}"\n' + (f'quota = "{quota}"\n' if quota else "")
        for name, least, quota in rows
    )


def lines(*rows: tuple[str, str, str, str]) -> str:
    return "".join(
        f'[[line]]\ncode = "{code}"\nname = "{code}"\nat_least = "{low}"\nbelow = "{high}"\n'
        f'action = "{action}"\nroles = ["probationary_member"]\nclause = "第十条"\n'
        for code, low, high, action in rows
    )


S8 = (
    ("Y1", "none", "70", "cancel_probation"),
    ("Y2", "70", "85", "extend_probation"),
    ("Y3", "85", "none", "confirm_on_time"),
)


@pytest.mark.parametrize(
    ("tail", "expected"),
    [
        pytest.param(stars((5, 96), (4, 90), (3, 80)), [], id="stars going down"),
        pytest.param(
            stars((5, 96), (4, 97), (3, 80)), [("star_order", "error", "[[star]]")], id="four above five"
        ),
        pytest.param(
            stars((5, 96), (4, 96), (3, 80)), [("star_order", "error", "[[star]]")], id="same line twice"
        ),
        pytest.param(stars((5, 96), (3, 80)), [("star_gap", "warning", "[[star]]")], id="no four stars"),
        pytest.param(
            grades(("甲", "90", "10%"), ("乙", "80", "90%"), ("丙", "none", "")),
            [],
            id="quotas fill the whole",
        ),
        pytest.param(
            grades(("甲", "90", "1/3"), ("乙", "80", "70%"), ("丙", "none", "")),
            [("quota_sum", "warning", 'quota = "70%"')],
            id="quotas beyond the whole",
        ),
        pytest.param(
            grades(("甲", "90", "10%"), ("乙", "none", "90%")),
            [("quota_bottom", "error", 'quota = "90%"')],
            id="a quota on the last grade",
        ),
        pytest.param(lines(*S8), [], id="probation in three parts"),
        pytest.param(
            lines(S8[0], ("Y2", "65", "85", "extend_probation"), S8[2]),
            [("line_overlap", "error", "[[line]]")],
            id="cancelled and extended at once",
        ),
        pytest.param(
            lines(S8[0], ("Y2", "72", "85", "extend_probation"), S8[2]),
            [("line_gap", "warning", "[[line]]")],
            id="nothing said for 70 to 72",
        ),
        pytest.param(
            lines(("Y1", "80", "70", "talk")), [("line_empty", "error", 'at_least = "80"')], id="upside down"
        ),
        pytest.param(
            lines(("T1", "none", "75", "talk"), ("T2", "none", "60", "warning")),
            [],
            id="other procedures may fall together",
        ),
    ],
)
def test_stars_quotas_and_score_lines(tail, expected):
    text = book(item(), tail)
    found = told(text)
    assert [(code, severity) for _, code, severity in found] == [(code, sev) for code, sev, _ in expected]
    for (line, _, _), (_, _, start) in zip(found, expected, strict=True):
        assert text.splitlines()[line - 1].startswith(start)
