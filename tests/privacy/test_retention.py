"""The retention table refuses what cannot be."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from bot import grammar
from bot.intents import Unknown
from jifen import tables
from jifen.access import privacy_text
from jifen.privacy import copies, retention, rules
from jifen.privacy.retention import BadRetention, parse

LINE = """
[[keep]]
table = "notice"
what = "通知"
how = "delete"
months = 13
since = "created_at"
of = ["member_id"]
erase = "delete"
words = ["data"]
basis = "默认值"
"""
AUDIT = '[[keep]]\ntable = "audit_entry"\nwhat = "x"\nhow = "own"\nown = "audit"\nsince = "at"\nbasis = "x"\nmonths = 13\n'


def test_a_sound_line_is_read():
    [keep] = parse(LINE)
    assert (keep.table, keep.length, keep.unit, keep.short, keep.words) == (
        "notice",
        13,
        "months",
        False,
        ("data",),
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("keep", "读不出来", id="no toml"),
        pytest.param(LINE.replace('basis = "默认值"', ""), "basis", id="no basis"),
        pytest.param(LINE.replace("what", "colour"), "没有这样的项目", id="an unknown key"),
        pytest.param(LINE.replace('"delete"\nmonths', '"burn"\nmonths'), "how 不对", id="an unknown way"),
        pytest.param(LINE.replace("months = 13", ""), "须写期限", id="no term"),
        pytest.param(LINE.replace("months = 13", "months = 13\ndays = 2"), "只能写一个", id="two terms"),
        pytest.param(LINE.replace("months = 13", "months = -1"), "只能写一个", id="a negative term"),
        pytest.param(LINE.replace('erase = "delete"', ""), "erase", id="whose, but not what becomes of it"),
        pytest.param(LINE.replace('"notice"', '"notice; DROP"'), "名称不对", id="a name that is none"),
        pytest.param(LINE + 'when = "whenever"', "when 不对", id="an unknown condition"),
        pytest.param(AUDIT.replace("13", "5"), "不得短于6个月", id="a log shorter than the law"),
        pytest.param(AUDIT.replace("months = 13", "days = 400"), "不得短于6个月", id="a log in days"),
        pytest.param(AUDIT.replace("audit_entry", "ledger_entry"), "不得短于60个月", id="a short ledger"),
    ],
)
def test_a_faulty_table_is_told(text, says):
    with pytest.raises(BadRetention, match=says):
        parse(text)


def test_a_column_that_is_not_there_is_told():
    with pytest.raises(BadRetention, match="created_on"):
        retention.check(parse(LINE.replace("created_at", "created_on")), tables.metadata)
    assert retention.check(parse(LINE), sa.MetaData()) is None


def test_the_privacy_text_tells_the_same_terms():
    """What a member agrees to is what the purge does."""
    body = dict(privacy_text.load().whole(committee="x"))["保存多久"]
    term = {keep.table: keep.length for keep in retention.load() if keep.unit == "months"}
    assert f"积分台账：{term['ledger_entry'] // 12}年" in body
    assert f"年终公示结束后{term['report']}个月" in body
    assert f"操作记录：{term['audit_entry']}个月" in body
    assert f"发给您的通知：{term['notice']}个月" in body
    assert {term[table] for table in ("decision", "objection", "privacy_request")} == {24}
    assert "处理意见、异议和个人信息申请里的话：24个月" in body
    assert f"撤回后{term['consent']}个月" in body
    assert f"离开本系统满{term['member']}个月" in body


def test_the_privacy_text_tells_the_same_rights():
    """Every word it names is one that the chat understands, and its figures are those of the house."""
    text = privacy_text.load()
    whole = text.notice + "".join(body for _, body in text.parts)
    for said in re.findall(r"发送((?:“[^”]+”)+)", whole):
        for word in re.findall(r"“([^”]+)”", said):
            assert not isinstance(grammar.parse(word, today=dt.date(2026, 9, 16)), Unknown), word
    assert f"{rules.ANSWER_WORKING_DAYS}个工作日内" in whole
    assert (copies.A_DAY, "一天最多十次" in whole) == (10, True)
