"""A sentence says its days as people do (11月28日), by one mechanism; ISO stands in cells, date fields and files."""

from __future__ import annotations

import ast
import datetime as dt
import re
from pathlib import Path

import pytest
import time_machine

from jifen.core import clock, days
from jifen.core.errors import Invalid
from jifen.points.errors import InFuture
from tests.house import tree

ISO = re.compile(r"%Y-%m-%d|%m月")
CHINESE = re.compile(r"[\u3400-\u9fff，。；：、（）“”]")
#: ``{{ x|day }}`` and ``{{ x|instant }}`` of a page.
BARE = re.compile(r"\{\{ [^{}]*\|(?:day|instant)\b[^{}]*\}\}")
#: Where a page may have them: alone in a cell, or as the value of a field.
CELL = re.compile(r"<td[^>]*>(?:\{%[^%]*%\})*$")
FIELD = re.compile(r"\bui\.(?:field|hidden)\(")


def hand_made(file: Path) -> list[str]:
    """Return the f-strings of a file that write a day on their own: 月…日, or ISO inside Chinese words."""
    found = []
    for node in ast.walk(tree.tree(file)):
        if not isinstance(node, ast.JoinedStr):
            continue
        text = ast.unparse(node)
        said = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
        if re.search(r"\.month\}月.*日", text) or (
            CHINESE.search(said)
            and (ISO.search(text) or re.search(r"\{(?!days\.)[^{}]*\btimedelta\([^{}]*\}", text))
        ):
            found.append(f"{file}:{node.lineno}")
    return found


#: Files whose lines are read at a terminal or kept beside an export, in the form that programs sort.
TERMINAL = {"jifen/doctor.py", "jifen/jobs/cli.py", "jifen/members/exports.py", "jifen/core/period.py"}


def test_no_sentence_writes_a_day_on_its_own():
    others = [file for file in tree.product() if file.as_posix() not in TERMINAL]
    assert [one for file in others for one in hand_made(file)] == []
    assert hand_made(Path("jifen/core/period.py"))


def bare(text: str, *, phone: bool = False) -> list[str]:
    """Return the days of a page in ISO that stand neither alone in a cell nor in a field."""
    found = []
    for line in text.splitlines():
        for one in BARE.finditer(line):
            before, after = line[: one.start()], line[one.end() :]
            field = FIELD.search(one[0])
            touches = CHINESE.search(before[-2:]) or CHINESE.search(after[:2])
            if field or (not phone and CELL.search(before) and not touches):
                continue
            found.append(one[0])
    return found


def test_no_page_writes_a_day_in_iso_among_its_words():
    pages = sorted((tree.ROOT / "jifen").rglob("*.html"))
    found = {
        page.name: lines
        for page in pages
        if (lines := bare(page.read_text(encoding="utf-8"), phone=page.name.startswith("phone")))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("<td>{{ row.on|day }}</td>", 0),
        ('{{ ui.field("day", "日期", day|day, type="date") }}', 0),
        ("<p>{{ row.on|day }} 前有效</p>", 1),
        ("<td>{{ row.on|day }}前答复</td>", 1),
        ("<td>请在 {{ row.on|day }}</td>", 1),
        ("<dd>{{ row.on|day }}</dd>", 1),
    ],
)
def test_what_counts_as_a_day_among_words(line, count):
    assert len(bare(line)) == count


@pytest.fixture
def november():
    with time_machine.travel(dt.datetime(2026, 11, 29, 1, 0, tzinfo=dt.UTC), tick=False):
        yield


def test_a_day_of_this_year_has_none(november):
    assert days.spoken(dt.date(2026, 3, 5)) == "3月5日"
    assert days.spoken(dt.date(2025, 3, 5)) == "2025年3月5日"
    assert days.spoken(dt.date(2027, 1, 8)) == "2027年1月8日"
    assert days.spoken(None) == days.in_full(None) == ""
    assert days.in_full(dt.date(2026, 3, 5)) == "2026年3月5日"


def test_an_instant_is_that_of_the_wall(november):
    night = dt.datetime(2026, 12, 31, 18, 30, tzinfo=dt.UTC)
    assert days.spoken(night) == "2027年1月1日02:30"
    assert days.in_full(night) == "2027年1月1日 02:30"
    afternoon = clock.at(dt.date(2026, 12, 3), 14)
    assert days.span(afternoon, afternoon + dt.timedelta(hours=2)) == "12月3日14:00—16:00"
    assert days.span(afternoon, afternoon + dt.timedelta(days=1)) == "12月3日14:00—12月4日14:00"


def test_a_refusal_says_its_days_and_keeps_them_for_programs(november):
    refusal = InFuture(day=dt.date(2026, 12, 1))
    assert refusal.message == "12月1日还没有到，请核对日期后再上报。"
    assert refusal.data == {"day": dt.date(2026, 12, 1)}
    assert Invalid(reason="请写明哪一天。").message == "请写明哪一天。"
