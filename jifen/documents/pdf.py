"""Writing PDF: words, lines and QR codes on A4, in a Chinese font that comes with us.

The font (``fonts/README.md``) holds all unified ideographs of Unicode's first
plane and many of the rare ones beyond. Of each document only the glyphs it
uses are embedded. What the font lacks is never an empty box: it is a gap
〔　〕 to be written by hand, and ``Paper.gaps`` says so.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Literal

import segno
from reportlab import rl_config
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

FONT = Path(__file__).parent / "fonts" / "jifen-song.ttf"
NAME = "jifen-song"
#: Of the page, in millimetres; all places count from its upper left corner.
WIDTH, HEIGHT = 210.0, 297.0
#: What stands where the font has no glyph.
GAP = "〔　〕"
BLACK, GREY, RED = "#000000", "#666666", "#a00000"
#: Strokes drawn around each glyph where bold is asked for, as a part of the size.
_BOLD = 0.03
#: What may not begin a line.
_CLOSING = frozenset("，。、；：！？）》」』〕】”’")
#: What may not end one.
_OPENING = frozenset("（《「『〔【“‘")
Align = Literal["left", "centre", "right"]


@lru_cache(maxsize=1)
def font() -> TTFont:
    """Return the font, read once a process."""
    # Streams stay binary: a third smaller, and not written out twice.
    rl_config.useA85 = 0
    found = TTFont(NAME, str(FONT))
    pdfmetrics.registerFont(found)
    return found


def lacks(words: str) -> list[str]:
    """Return the characters of which the font has no glyph, each once."""
    known = font().face.charToGlyph
    return [c for c in dict.fromkeys(words) if ord(c) not in known and c != "\n"]


class Paper:
    """A document that is being written; one page is open."""

    def __init__(self, title: str) -> None:
        font()
        self._buffer = io.BytesIO()
        # Invariant: the same words make the same file, so that its digest says something.
        self._canvas = Canvas(self._buffer, pagesize=A4, invariant=1, pageCompression=1)
        self._canvas.setTitle(title)
        self._canvas.setCreator("jifen")
        #: Characters written as gaps so far.
        self.gaps: list[str] = []

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = 11,
        *,
        align: Align = "left",
        bold: bool = False,
        colour: str = BLACK,
    ) -> None:
        """Write one line whose foot is ``y`` millimetres below the page's top; ``size`` in points."""
        said = self.said(words)
        at = x * mm
        if align != "left":
            at -= pdfmetrics.stringWidth(said, NAME, size) / (2 if align == "centre" else 1)
        line = self._canvas.beginText(at, (HEIGHT - y) * mm)
        line.setFont(NAME, size)
        line.setFillColor(HexColor(colour))
        if bold:
            line.setTextRenderMode(2)
            self._canvas.setStrokeColor(HexColor(colour))
            self._canvas.setLineWidth(size * _BOLD)
        line.textOut(said)
        if bold:
            line.setTextRenderMode(0)
        self._canvas.drawText(line)

    def cells(self, placed: Iterable[tuple[float, float, str]], size: float) -> None:
        """Write many short texts of one size at once, each from its place on: the page of a table.

        :param placed: millimetres from the left and from the top, and the words
        """
        out = self._canvas.beginText(0, 0)
        out.setFont(NAME, size)
        out.setFillColor(HexColor(BLACK))
        for x, y, words in placed:
            out.setTextOrigin(x * mm, (HEIGHT - y) * mm)
            out.textOut(self.said(words))
        self._canvas.drawText(out)

    def said(self, words: str) -> str:
        """Return words as the font can write them; what it lacks is a gap, and noted."""
        for one in lacks(words):
            words = words.replace(one, GAP)
            if one not in self.gaps:
                self.gaps.append(one)
        return words

    def lines(self, words: str, width: float, size: float = 11) -> list[str]:
        """Return words broken into lines of about ``width`` millimetres, closing and opening marks kept to their words."""
        found, current, long = [], "", 0.0
        for one in self.said(words):
            wide = pdfmetrics.stringWidth(one, NAME, size)
            if one == "\n" or (long + wide > width * mm and one not in _CLOSING):
                carried = ""
                while one != "\n" and len(current) > 1 and current[-1] in _OPENING:
                    current, carried = current[:-1], current[-1] + carried
                found.append(current)
                current, long = carried, pdfmetrics.stringWidth(carried, NAME, size)
            if one != "\n":
                current, long = current + one, long + wide
        return [*found, current]

    def rule(self, x: float, y: float, to_x: float, to_y: float, *, width: float = 0.5) -> None:
        """Draw a straight line; ``width`` in points."""
        self._canvas.setStrokeColor(HexColor(BLACK))
        self._canvas.setLineWidth(width)
        self._canvas.line(x * mm, (HEIGHT - y) * mm, to_x * mm, (HEIGHT - to_y) * mm)

    def box(self, x: float, y: float, width: float, height: float, *, line: float = 0.5) -> None:
        """Draw a rectangle from its upper left corner."""
        self._canvas.setStrokeColor(HexColor(BLACK))
        self._canvas.setLineWidth(line)
        self._canvas.rect(x * mm, (HEIGHT - y - height) * mm, width * mm, height * mm)

    def qr(self, x: float, y: float, side: float, words: str) -> None:
        """Draw a QR code with its quiet zone inside ``side`` millimetres."""
        matrix = [list(row) for row in segno.make(words, error="m").matrix_iter(border=2)]
        dot = side * mm / len(matrix)
        path = self._canvas.beginPath()
        for row, line in enumerate(matrix):
            for column, dark in enumerate(line):
                if dark:
                    path.rect(x * mm + column * dot, (HEIGHT - y) * mm - (row + 1) * dot, dot, dot)
        self._canvas.setFillColor(HexColor(BLACK))
        self._canvas.drawPath(path, stroke=0, fill=1)

    def turn(self) -> None:
        """End the page and open the next."""
        self._canvas.showPage()

    def bytes(self) -> bytes:
        """End the last page and return the file."""
        self._canvas.showPage()
        self._canvas.save()
        return self._buffer.getvalue()
