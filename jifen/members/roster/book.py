"""Open a workbook that a stranger sent: what it really is, how large it unfolds, which cells are formulas."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import IO

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from jifen.members.roster.problems import column_index, unreadable

#: Bytes of a file; 300 000 people with fourteen columns are 20 MB.
MAX_FILE = 64 * 1024 * 1024
#: Bytes of all parts unfolded; the same people are 207 MB.
MAX_UNFOLDED = 768 * 1024 * 1024
#: Cells of the rectangle that one sheet spans: the reader lays it out in full.
MAX_CELLS = 16_000_000

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CHUNK = 1 << 20
_SAVE_AS = "请用 Excel 或 WPS 打开后“另存为”.xlsx 工作簿，再重新上传。"
# A new .xlsx with a password is a compound file; an old .xls says FILEPASS after its BOF.
_FILE_PASS = re.compile(rb"\x09\x08\x10\x00\x00\x06\x05\x00.{12}(?:\x86\x00\x00\x00)?\x2f\x00", re.DOTALL)
# A cell that is not self-closed, that is, one that holds something.
_FILLED_CELL = re.compile(rb"<c(?=\s)[^>]*?\sr=[\"']([A-Z]{1,3})(\d{1,7})[\"'][^>]*(?<!/)>")
# A cell beyond column Z or row 599 999; without any, a sheet spans less than MAX_CELLS.
_FAR_CELL = re.compile(rb"r=[\"'](?:[A-Z]{2,3}\d|[A-Z](?:[6-9]\d{5}|\d{7}))")
_EMPTY_FORMULA = re.compile(
    rb"<c(?=\s)[^>]*?\sr=[\"']([A-Z]{1,3})(\d{1,7})[\"'][^>]*(?<!/)>"
    rb"(?=<f)(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)(?:<v\s*/>|<v></v>|<v>#[^<]*</v>)?</c>"
)


class Book:
    """An opened workbook; close it, or use it in a ``with``."""

    def __init__(
        self,
        workbook: CalamineWorkbook,
        parts: zipfile.ZipFile | None,
        calculated: frozenset[str] = frozenset(),
    ) -> None:
        self.workbook = workbook
        self._parts = parts
        #: Parts with a formula in them; the others need no second look.
        self._calculated = calculated

    def __enter__(self) -> Book:
        return self

    def __exit__(self, *exc: object) -> None:
        self.workbook.close()
        if self._parts is not None:
            self._parts.close()

    def empty_formulas(self, sheet: str, columns: set[int]) -> Iterator[tuple[int, int]]:
        """Yield (row, column), 0-based, of formula cells in ``columns`` that hold no value or an error.

        Only .xlsx says so; an .xls always carries the value it had when saved.
        """
        if self._parts is None:
            return
        path = _sheet_paths(self._parts).get(sheet)
        if path is None or path not in self._calculated:
            return
        with self._parts.open(path) as part:
            for text in _pieces(part):
                if b"<f" not in text:
                    continue
                for m in _EMPTY_FORMULA.finditer(text):
                    if (column := column_index(m[1].decode())) in columns:
                        yield int(m[2]) - 1, column


def open_book(source: Path | bytes) -> Book:
    """Open an .xlsx or .xls by what it is, never by its name.

    :raises RosterUnreadable: too large, a renamed text or web page, encrypted, another
        kind of file, damaged, or one that unfolds beyond ``MAX_UNFOLDED`` or ``MAX_CELLS``
    """
    content = _content(source)
    parts, calculated = None, frozenset[str]()
    if content.startswith(_ZIP):
        parts, calculated = _checked_parts(content)
    elif content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content or _FILE_PASS.search(content):
            raise _encrypted()
    else:
        raise _not_a_workbook(content)
    try:
        return Book(CalamineWorkbook.from_filelike(io.BytesIO(content)), parts, calculated)
    except PasswordError:
        raise _encrypted() from None
    except CalamineError:
        raise _damaged() from None


def _content(source: Path | bytes) -> bytes:
    size = source.stat().st_size if isinstance(source, Path) else len(source)
    if size > MAX_FILE:
        raise unreadable(
            "too_large",
            f"文件超过 {MAX_FILE >> 20} MB。",
            "请删去照片和无关的工作表，或按部门分成几个文件再上传。",
        )
    if size == 0:
        raise unreadable("empty", "这个文件是空的。", "请检查后重新上传。")
    return source.read_bytes() if isinstance(source, Path) else source


def _not_a_workbook(content: bytes) -> Exception:
    head = content[:4096]
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        return unreadable("web_page", "这是改了扩展名的网页文件，不是 Excel 工作簿。", _SAVE_AS)
    if _is_text(head):
        return unreadable("renamed_text", "这是改了扩展名的文本（CSV）文件，不是 Excel 工作簿。", _SAVE_AS)
    return unreadable("not_a_workbook", "这不是 Excel 工作簿（.xlsx 或 .xls）。", _SAVE_AS)


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    for cut in range(4):  # the head may end inside a character
        for encoding in ("utf-8", "gb18030"):
            try:
                head[: len(head) - cut].decode(encoding)
                return True
            except UnicodeDecodeError:
                continue
    return False


def _checked_parts(content: bytes) -> tuple[zipfile.ZipFile, frozenset[str]]:
    """Return the parts of a workbook that may be opened, and which of its sheets hold formulas."""
    try:
        parts = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile:
        raise _damaged() from None
    entries = parts.infolist()
    if any(entry.flag_bits & 1 for entry in entries):
        raise _encrypted()
    if "xl/workbook.xml" not in parts.namelist():
        raise unreadable("not_a_workbook", "这不是 Excel 工作簿（.xlsx 或 .xls）。", _SAVE_AS)
    if sum(entry.file_size for entry in entries) > MAX_UNFOLDED or len(entries) > 4096:
        raise _too_deep()
    unfolded, calculated = 0, set()
    try:
        for entry in entries:
            with parts.open(entry) as part:
                size, far, formulas = _measure(part, is_sheet=entry.filename.startswith("xl/worksheets/"))
            unfolded += size
            if formulas:
                calculated.add(entry.filename)
            # The declared size may lie: what counts is what came out.
            if unfolded > MAX_UNFOLDED:
                raise _too_deep()
            if far:
                with parts.open(entry) as part:
                    _check_span(part)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, zlib.error):
        # NotImplementedError: a way of packing that zipfile lacks. The causes tell a clerk nothing.
        raise _damaged() from None
    return parts, frozenset(calculated)


def _measure(part: IO[bytes], *, is_sheet: bool) -> tuple[int, bool, bool]:
    """Return how many bytes a part unfolds to; whether it is a sheet with a cell far out, with a formula."""
    size, far, formulas = 0, False, False
    for text in _pieces(part):
        size += len(text)
        if size > MAX_UNFOLDED:
            raise _too_deep()
        if is_sheet:
            far = far or _FAR_CELL.search(text) is not None
            formulas = formulas or b"<f" in text
    return size, far, formulas


def _check_span(part: IO[bytes]) -> None:
    """Refuse a sheet whose filled cells span too much."""
    columns = rows = 0
    for text in _pieces(part):
        refs = _FILLED_CELL.findall(text)
        if refs:
            columns = max(columns, *(column_index(c.decode()) + 1 for c in {ref[0] for ref in refs}))
            rows = max(rows, *map(int, {ref[1] for ref in refs}))
            if columns * rows > MAX_CELLS:
                raise unreadable(
                    "too_wide",
                    "表格占的范围太大，可能有内容写在很远的单元格里。",
                    "请把名册复制到一个新的工作表，只留有用的行和列，再上传。",
                )


def _pieces(part: IO[bytes]) -> Iterator[bytes]:
    """Yield a part in pieces cut after a cell, so that no cell is torn."""
    rest = b""
    while chunk := part.read(_CHUNK):
        text = rest + chunk
        cut = text.rfind(b"</c>") + 4
        if cut < 4:
            # No cell ends here: keep a tail long enough for the start of one.
            cut = max(0, len(text) - 4096)
        yield text[:cut]
        rest = text[cut:]
    yield rest


def _sheet_paths(parts: zipfile.ZipFile) -> dict[str, str]:
    """Return sheet name → path of its part, by the workbook's relations."""
    book = parts.read("xl/workbook.xml").decode("utf-8", "replace")
    try:
        relations = parts.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    except KeyError:
        return {}
    targets = {}
    for tag in re.findall(r"<Relationship\b[^>]*>", relations):
        target = _attribute(tag, "Target").lstrip("/")
        targets[_attribute(tag, "Id")] = target if target.startswith("xl/") else f"xl/{target}"
    paths = {}
    for tag in re.findall(r"<sheet\b[^>]*>", book):
        path = targets.get(_attribute(tag, r"[A-Za-z]+:id"))
        if path in parts.namelist():
            paths[_attribute(tag, "name")] = path
    return paths


def _attribute(tag: str, name: str) -> str:
    m = re.search(rf"\s{name}\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", tag)
    return unescape(m[1] if m[1] is not None else m[2]) if m else ""


def _encrypted() -> Exception:
    return unreadable(
        "encrypted", "文件设了密码，打不开。", "请在 Excel 或 WPS 里取消密码后另存，再重新上传。"
    )


def _damaged() -> Exception:
    return unreadable("damaged", "文件已损坏，读不出来。", _SAVE_AS)


def _too_deep() -> Exception:
    return unreadable(
        "too_deep", "文件解压后大得不合常理，没有打开。", "请把名册复制到一个新的工作簿，再上传。"
    )
