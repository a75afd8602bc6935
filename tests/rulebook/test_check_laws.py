"""Laws of checking: no text breaks it, findings point into the text, twice is once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jifen.rulebook import check
from jifen.rulebook.lint import words

RULEBOOKS = Path(__file__).parents[2] / "config" / "rulebooks"
TEXTS = [path.read_text("utf-8") for path in sorted(RULEBOOKS.rglob("*.toml"))]
SEVERITIES = {"error", "warning", "risky", "forbidden"}


@st.composite
def spoilt(draw: st.DrawFn) -> str:
    """A shipped rulebook with lines dropped, doubled, swapped, or a value changed."""
    lines = draw(st.sampled_from(TEXTS)).splitlines()
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(("drop", "double", "swap", "number", "word", "key", "cut"))):
            case "drop":
                del lines[at]
            case "double":
                lines.insert(at, lines[at])
            case "swap":
                to = draw(st.integers(0, len(lines) - 1))
                lines[at], lines[to] = lines[to], lines[at]
            case "number":
                lines[at] = re.sub(
                    r"\d+", draw(st.sampled_from(("0", "-1", "999999999", "0.000001"))), lines[at]
                )
            case "word":
                other = draw(st.sampled_from(("none", "zero", "veto", "item", "A01", "year", "打卡", "")))
                lines[at] = re.sub(r'"[^"]*"', f'"{other}"', lines[at])
            case "key":
                lines[at] = re.sub(
                    r"^\w+", draw(st.sampled_from(("code", "points", "cap", "within"))), lines[at]
                )
            case "cut":
                lines[at] = lines[at][: draw(st.integers(0, len(lines[at])))]
        if not lines:
            break
    return "\n".join(lines)


@given(spoilt())
@settings(max_examples=200)
def test_no_spoilt_rulebook_breaks_the_check(text):
    found = check.findings(text)
    assert found == sorted(set(found))
    for one in found:
        assert 0 <= one.line <= text.count("\n") + 2
        assert one.severity in SEVERITIES
        assert one.message
        assert one.remedy
        assert bool(one.clause) or one.severity in ("error", "warning")
    assert check.findings(text) == found


@given(st.text(max_size=200))
def test_no_text_breaks_the_check_or_the_lint(text):
    assert all(one.severity in SEVERITIES for one in check.findings(text))
    assert words(text) == words(f" {text}\u3000")


@given(st.data())
@settings(max_examples=50)
def test_what_words_give_away_does_not_hang_on_width_blanks_or_case(data):
    text = data.draw(st.sampled_from(("使用APP每日登录", "GPS轨迹记录", "连续打卡30天", "捐100元加10分")))
    wide = "".join(
        chr(ord(char) + 0xFEE0) if "!" <= char <= "~" and data.draw(st.booleans()) else char for char in text
    )
    spread = "".join(char + data.draw(st.sampled_from(("", " ", "\u200b", "\u3000"))) for char in wide)
    assert [hit.code for hit in words(spread.swapcase())] == [hit.code for hit in words(text)] != []


@pytest.mark.parametrize("path", sorted((RULEBOOKS / "examples").glob("*.toml")), ids=lambda path: path.stem)
def test_a_published_line_is_caught_once_it_is_switched_on(path):
    """Each line that an example keeps off for policy's sake would be told if it were on."""
    text = path.read_text("utf-8")
    for off in re.finditer(r"^off = .*\n", text, re.MULTILINE):
        on = text[: off.start()] + "\n" + text[off.end() :]
        head = text.rfind("[[item]]", 0, off.start())
        tail = text.find("[[", off.end())
        first, last = text.count("\n", 0, head) + 1, text.count("\n", 0, tail if tail > 0 else len(text)) + 1
        told = [one.severity for one in check.findings(on) if first <= one.line <= last]
        assert {"forbidden", "risky"} & set(told), off.group()
