"""Files that are not what they say get a clear answer, quickly, and nothing of them is kept."""

import io
import struct
import zipfile
import zlib

import pytest
import xlsxwriter

from jifen.members.roster import book
from jifen.members.roster.problems import RosterUnreadable
from jifen.members.roster.reader import read_book
from tests.members.sheets import HEADER, ONE_DEPARTMENT, encrypted, locked_xls, xls, xlsx

PLAIN = ["邹桐子", "第一支部", "正式党员", "2005-07-13", "2006-07-13", "书记"]


def _zip(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parcel:
        for name, content in parts.items():
            parcel.writestr(name, content)
    return out.getvalue()


def _with_sheet(xml: bytes) -> bytes:
    """A true workbook whose first sheet's part is ``xml``."""
    with zipfile.ZipFile(io.BytesIO(xlsx({"Sheet1": [HEADER, PLAIN]}))) as parcel:
        parts = {name: parcel.read(name) for name in parcel.namelist()}
    parts["xl/worksheets/sheet1.xml"] = xml
    return _zip(parts)


def _enciphered_zip() -> bytes:
    content = bytearray(xlsx({"Sheet1": [HEADER, PLAIN]}))
    at = content.find(b"PK\x01\x02")
    while at >= 0:  # the first flag bit of each entry says: a password is needed
        content[at + 8] |= 1
        at = content.find(b"PK\x01\x02", at + 4)
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param("姓名,所在支部\n邹桐子,第一支部\n".encode(), "renamed_text", id="csv in utf-8"),
        pytest.param(
            "姓名,所在支部\n邹桐子,第一支部\n".encode("gb18030"), "renamed_text", id="csv in gb18030"
        ),
        pytest.param(("姓名,支部\n" * 2000).encode(), "renamed_text", id="long csv cut inside a character"),
        pytest.param(b"\xef\xbb\xbf<html><table></table></html>", "web_page", id="web page"),
        pytest.param(b"", "empty", id="no bytes"),
        pytest.param(b"%PDF-1.7\0\x80", "not_a_workbook", id="pdf"),
        pytest.param(_zip({"word/document.xml": b"<w/>"}), "not_a_workbook", id="docx"),
        pytest.param(encrypted(), "encrypted", id="xlsx with a password"),
        pytest.param(locked_xls(), "encrypted", id="xls with a password"),
        pytest.param(_enciphered_zip(), "encrypted", id="zip with a password"),
        pytest.param(ONE_DEPARTMENT.read_bytes()[:5000], "damaged", id="cut short"),
        pytest.param(b"PK\x03\x04 and nothing else", "damaged", id="only the magic"),
        pytest.param(xls([HEADER])[:1000], "damaged", id="xls cut short"),
        pytest.param(_with_sheet(b"<worksheet><sheetData><row></"), "damaged", id="broken xml"),
        pytest.param(xlsx({"Sheet1": []}), "empty", id="an empty sheet"),
    ],
)
def test_the_file_is_refused_with_a_reason_and_a_remedy(content, kind):
    with pytest.raises(RosterUnreadable) as refused:
        read_book(content)
    assert refused.value.data["kind"] == kind
    assert refused.value.data["reason"]
    assert "请" in refused.value.data["remedy"]


def test_the_name_of_the_file_does_not_matter(tmp_path):
    path = tmp_path / "名册.xlsx"
    path.write_bytes(xls([HEADER, PLAIN]))
    assert len(read_book(path).sheets[0].rows) == 1


def test_a_file_beyond_the_limit_is_not_opened(monkeypatch):
    monkeypatch.setattr(book, "MAX_FILE", 1000)
    with pytest.raises(RosterUnreadable) as refused:
        read_book(ONE_DEPARTMENT)
    assert refused.value.data["kind"] == "too_large"


def test_a_bomb_that_says_its_size_is_not_unfolded():
    content = _zip({"xl/workbook.xml": b"", "xl/worksheets/sheet1.xml": b"0" * 1000})
    sized = bytearray(content)
    at = sized.rfind(b"PK\x01\x02")
    struct.pack_into("<I", sized, at + 24, book.MAX_UNFOLDED + 1)
    with pytest.raises(RosterUnreadable) as refused:
        read_book(bytes(sized))
    assert refused.value.data["kind"] == "too_deep"


def test_a_bomb_that_lies_about_its_size_is_noticed(monkeypatch):
    """The declared size says 10 bytes; what comes out is measured all the same."""
    monkeypatch.setattr(book, "MAX_UNFOLDED", 50_000)
    content = bytearray(_zip({"xl/workbook.xml": b"", "xl/worksheets/sheet1.xml": b"<row/>" * 100_000}))
    for magic, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", content, content.rfind(magic) + offset, 10)
    with pytest.raises(RosterUnreadable) as refused:
        read_book(bytes(content))
    assert refused.value.data["kind"] in ("too_deep", "damaged")


def test_a_single_cell_in_the_last_corner_does_not_fill_the_memory():
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, PLAIN)
        sheet.write(1048575, 16383, "远")
    with pytest.raises(RosterUnreadable) as refused:
        read_book(out.getvalue())
    assert refused.value.data["kind"] == "too_wide"


@pytest.mark.parametrize(
    ("last", "refused"),
    [
        ("Z599999", False),
        ("Z615384", False),
        ("Z615385", True),
        ("O1048576", False),
        ("P1048576", True),
        ("AA592592", False),
        ("AA592593", True),
        ("XFD976", False),
        ("XFD977", True),
    ],
)
def test_what_a_sheet_spans_is_exact(last, refused):
    """The rectangle counts, to the cell; styled cells that hold nothing do not."""
    xml = b'<row><c r="A1"><v>1</v></c><c r="%s"><v>1</v></c><c r="XFD1048576" s="1"/></row>' % last.encode()
    content = _zip({"xl/workbook.xml": b"", "xl/worksheets/sheet1.xml": xml})
    if refused:
        with pytest.raises(RosterUnreadable) as told:
            book._checked_parts(content)
        assert told.value.data["kind"] == "too_wide"
    else:
        book._checked_parts(content)


def test_a_million_empty_rows_are_read_past():
    rows = b"".join(
        b'<row r="%d" s="1"><c r="A%d" s="1"/><c r="F%d" s="1"/></row>' % (n, n, n) for n in range(3, 1048577)
    )
    header = b"".join(
        b'<c r="%c1" t="inlineStr"><is><t>%s</t></is></c>' % (65 + i, w.encode())
        for i, w in enumerate(HEADER)
    )
    person = b"".join(
        b'<c r="%c2" t="inlineStr"><is><t>%s</t></is></c>' % (65 + i, w.encode()) for i, w in enumerate(PLAIN)
    )
    xml = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<dimension ref="A1:F1048576"/>'
        b'<sheetData><row r="1">'
        + header
        + b'</row><row r="2">'
        + person
        + b"</row>"
        + rows
        + b"</sheetData></worksheet>"
    )
    [sheet] = read_book(_with_sheet(xml)).sheets
    assert len(sheet.rows) == 1


def test_blanks_in_the_last_row_are_read_past_too():
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, PLAIN)
        sheet.write(300_000, 0, " ")
    [sheet] = read_book(out.getvalue()).sheets
    assert len(sheet.rows) == 1


def test_progress_is_told():
    told = []
    read_book(
        xlsx({"Sheet1": [HEADER, *([f"邹桐{chr(0x4E00 + n)}", *PLAIN[1:]] for n in range(12_000))]}),
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(5_000, 12_001), (10_000, 12_001)]


def test_the_measure_of_a_part_survives_any_cut():
    """Cells are counted the same wherever the stream happens to be cut."""
    xml = b"".join(b'<c r="B%d"><v>1</v></c>' % n for n in range(1, 60_000))
    assert zlib.crc32(b"".join(book._pieces(io.BytesIO(xml)))) == zlib.crc32(xml)
    for piece in book._pieces(io.BytesIO(xml)):
        assert piece.count(b"<c ") == piece.count(b"</c>")
