"""What a rulebook says of itself to the people it scores: each form of worth and of limit, in one sentence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jifen.core.settings import ROOT
from jifen.rulebook import saying
from jifen.rulebook.loader import load_text

BOOKS = ROOT / "config" / "rulebooks"


def _book(name: str):
    return load_text((BOOKS / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("book", "code", "said"),
    [
        ("municipal-organs.toml", "A01", "每次1分"),
        ("municipal-organs.toml", "D01", "每小时0.5分，不足的按比例"),
        ("municipal-organs.toml", "B01", "0.5天起、不足3天的0.5分，3天起、不足7天的1分，7天起2分"),
        ("municipal-organs.toml", "C04", "1至3分，由确认人写明理由后定"),
        ("municipal-organs.toml", "E01", "国家级8分，省级5分，市级3分，本单位1分"),
        ("municipal-organs.toml", "F05", "一票否决：等次定为不合格"),
        ("municipal-organs.toml", "F07", "只作记录，不计分"),
        (
            "municipal-organs.toml",
            "F01",
            "第1次扣0.5分，第2次扣1分，第3次扣2分，以后同前一次（全年重新数起）；请假每季3次以内的不计，超过的每次扣0.5分",
        ),
        ("examples/S1.toml", "B02", "每篇3分；市级以上表彰，再加3分"),
        ("examples/S11.toml", "B02", "扣0至5分，由确认人写明理由后定"),
        ("examples/S12.toml", "Y01", "0至5分，由确认人写明理由后定"),
        ("examples/S12.toml", "P01", "所得分数乘以1，最低0分，最高20分"),
        ("examples/S17.toml", "A08", "全年不足1本的，不得分；相关得分清零"),
        ("examples/S21.toml", "B01", "不足30分钟的扣1分，30分钟起扣3分"),
        ("examples/S21.toml", "B04", "每月合计，超过1天的部分，每天扣2分，不足的不计"),
        ("examples/U7.toml", "M01", "低于90的部分，每百分点扣1分，不足的不计"),
    ],
)
def test_what_an_item_is_worth(book, code, said):
    assert saying.worth(_book(book).items[code]) == said


@pytest.mark.parametrize(
    ("book", "code", "said"),
    [
        ("municipal-organs.toml", "A06", ""),
        ("municipal-organs.toml", "D01", "每天最高2分，全期最高5分"),
        ("municipal-organs.toml", "B05", "全期最高4分，同一件事只记最高的"),
        ("municipal-organs.toml", "F01", "全期最多扣6分"),
        ("examples/S12.toml", "Y02", "全期最高5分，全期最低0分"),
    ],
)
def test_up_to_what_it_counts(book, code, said):
    assert saying.limits(_book(book).items[code]) == said


def test_ranks_are_said_as_shares_from_the_top():
    said = saying.worth(_book("examples/S22.toml").items["A01"])

    assert said.startswith("名次在前5%以内的8分，名次在前5%至10%的6分，")


@pytest.mark.parametrize(
    ("book", "said"),
    [
        ("municipal-organs.toml", "起始60分，最高100分，最低0分"),
        ("examples/S11.toml", "起始0分，基准80分（只作对照，不加分）"),
        ("examples/S21.toml", "起始100分，保底100分"),
    ],
)
def test_where_the_total_starts(book, said):
    assert saying.start(_book(book).total) == said


@pytest.mark.parametrize("path", sorted(BOOKS.rglob("*.toml")), ids=lambda p: p.stem)
def test_every_shipped_item_is_said_in_chinese(path: Path):
    book = load_text(path.read_text(encoding="utf-8"))
    said = [saying.start(book.total), *map(saying.block, book.categories.values())]
    for item in book.items.values():
        said += [saying.worth(item), saying.limits(item)]

    assert not [one for one in said if re.search(r"[A-Za-z_]", one.replace(book.code, ""))]
    assert all(saying.worth(item) for item in book.items.values())
