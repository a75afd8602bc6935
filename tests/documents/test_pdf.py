"""PDF: a font that comes with us, gaps where it has no glyph, lines that break as Chinese does."""

from __future__ import annotations

from jifen.documents import pdf

#: Nobody's font has it: a private use character.
UNKNOWN = "\ue000"


def gb2312() -> list[str]:
    codes = [bytes([hi, lo]) for hi in range(0xB0, 0xF8) for lo in range(0xA1, 0xFF)]
    return [text for code in codes if (text := code.decode("gb2312", errors="ignore"))]


def written(*words: str) -> bytes:
    paper = pdf.Paper("试")
    for at, one in enumerate(words):
        paper.text(20, 20 + 8 * at, one)
    return paper.bytes()


def test_every_character_in_use_has_a_glyph():
    assert len(gb2312()) == 6763
    assert pdf.lacks("".join(gb2312())) == []
    assert pdf.lacks("㼆𬭎䶮㛃𠅤") == [], "names hold rare characters"
    assert pdf.lacks("".join(map(chr, range(0x4E00, 0x9FD6)))) == []


def test_the_licence_lies_beside_the_font():
    assert "SIL OPEN FONT LICENSE Version 1.1" in (pdf.FONT.parent / "OFL.txt").read_text("utf-8")


def test_what_has_no_glyph_is_a_gap_and_noted_never_an_empty_box():
    paper = pdf.Paper("试")
    assert paper.said(f"王{UNKNOWN}{UNKNOWN}") == f"王{pdf.GAP}{pdf.GAP}"
    assert paper.gaps == [UNKNOWN]
    paper.text(20, 20, f"王{UNKNOWN}")
    assert paper.bytes().startswith(b"%PDF-")


def test_only_the_glyphs_in_use_are_embedded():
    content = written("岚江市林业局志愿服务记录证明")
    assert b"FontFile2" in content, "the font goes with the document"
    assert len(content) < 40_000 < pdf.FONT.stat().st_size


def test_the_same_words_make_the_same_file():
    assert written("甲", "乙") == written("甲", "乙")
    assert written("甲", "乙") != written("甲", "丙")


def test_lines_are_as_long_as_they_may_be_and_break_where_chinese_does():
    paper = pdf.Paper("试")
    text = "出具单位（负责人）：" + "很长的名称，" * 30
    lines = paper.lines(text, 60)
    assert "".join(lines) == text
    assert len(lines) > 5
    assert not [line for line in lines if line[0] in "，。）：" or line[-1] in "（《“"]
    assert paper.lines("上\n下", 60) == ["上", "下"]
