"""What a field of a template may hold is checked before it leaves: never a 47003."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import outbound
from bot.simulator.rules.templates import FIELDS
from jifen.wechat import fields
from jifen.wechat.fields import BadField, fitted


@pytest.mark.parametrize(
    ("name", "text", "fits"),
    [
        pytest.param("thing1", "志愿服务", "志愿服务", id="short"),
        pytest.param("thing1", "一" * 20, "一" * 20, id="twenty"),
        pytest.param("thing1", "一" * 21, "一" * 19 + "…", id="cut"),
        pytest.param("thing2", " 甲\n乙\x00丙 ", "甲 乙 丙", id="line ends"),
        pytest.param("thing2", " \n ", None, id="nothing left"),
        pytest.param("phrase1", "已通过", "已通过", id="a phrase"),
        pytest.param("phrase1", "已经审核通过", None, id="a phrase of six"),
        pytest.param("phrase1", "ok", None, id="a phrase in letters"),
        pytest.param("character_string1", "GH-2026-003", "GH-2026-003", id="a number with letters"),
        pytest.param("character_string1", "第3号", None, id="Chinese where none may be"),
        pytest.param("time3", "2026-03-05 09:30", "2026-03-05 09:30", id="a time"),
        pytest.param("time3", "2026年3月5日 09:30", "2026年3月5日 09:30", id="a time in words"),
        pytest.param("time3", "2026-03-0509:30", None, id="the space is missing"),
        pytest.param("time3", "明天", None, id="no time"),
        pytest.param("number1", "1.5", "1.5", id="a number"),
        pytest.param("number1", "1.5分", None, id="a number with a unit"),
        pytest.param("const1", "待办", "待办", id="one of a list"),
        pytest.param("hologram1", "x", None, id="no such type"),
    ],
)
def test_what_a_field_may_hold(name, text, fits):
    if fits is None:
        with pytest.raises(BadField) as refused:
            fitted(name, text)
        assert refused.value.name == name
        assert text.strip() == "" or text not in str(refused.value)
    else:
        assert fitted(name, text) == fits


NAMES = st.sampled_from([f"{kind}1" for kind in fields.FORMS if kind != "const"])


@given(
    name=NAMES,
    text=st.text(max_size=60) | st.from_regex(r"\d{4}-\d{1,2}-\d{1,2}( \d{1,2}:\d{2})?", fullmatch=True),
)
def test_what_fits_is_taken_by_the_platform(name, text):
    try:
        value = fitted(name, text)
    except BadField:
        return
    assert FIELDS[name[:-1]][1].fullmatch(value), (name, value)


def test_every_configured_field_has_a_type():
    assert len(outbound.templates()) > 25
    for kind, template in outbound.templates().items():
        for name in template["fields"]:
            assert fields.form_of(name), (kind, name)
