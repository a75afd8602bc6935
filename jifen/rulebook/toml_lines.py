"""Where a key stands in a TOML file: ``tomllib`` forgets lines, people need them.

The scanner expects text that ``tomllib`` has accepted, so it only has to
follow brackets, strings and comments, not to judge them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

#: A place in the document: keys and array positions, ``("item", 3, "points")``.
Path = tuple[str | int, ...]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^\s,\]}#]+(?: \d\d:[^\s,\]}#]+)?")


@dataclass(frozen=True, slots=True)
class SourceMap:
    """Line numbers of every key, table and array element of one file."""

    places: Mapping[Path, int] = field(repr=False)
    #: (array of tables, its ``code``) -> position, for ``of("item", "A01")``.
    codes: Mapping[tuple[str, str], int] = field(repr=False)

    def line(self, *path: str | int) -> int:
        """Return the 1-based line of ``path``, or of its nearest known ancestor; 0 for the file."""
        while path:
            if path in self.places:
                return self.places[path]
            path = path[:-1]
        return 0

    def of(self, table: str, code: str, *rest: str | int) -> int:
        """Return the line of an entry of ``[[table]]`` by its ``code``, or of a key inside it."""
        index = self.codes.get((table, code))
        return 0 if index is None else self.line(table, index, *rest)

    def item(self, code: str, *rest: str | int) -> int:
        """Return the line of an item, or of one of its keys: ``item("A01", "caps", "month")``."""
        return self.of("item", code, *rest)


def map_lines(text: str, document: Mapping[str, object]) -> SourceMap:
    """Return the line numbers of a TOML text that parsed to ``document``."""
    scanner = _Scanner(text)
    scanner.run()
    codes: dict[tuple[str, str], int] = {}
    for name, rows in document.items():
        if isinstance(rows, list):
            for index, row in enumerate(rows):
                if isinstance(row, dict) and isinstance(row.get("code"), str):
                    codes.setdefault((name, row["code"]), index)
    return SourceMap(scanner.places, codes)


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 1
        self.places: dict[Path, int] = {}
        self.counts: dict[Path, int] = {}

    def run(self) -> None:
        table: Path = ()
        while self._skip(newlines=True):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)

    def _skip(self, *, newlines: bool) -> bool:
        """Step over blanks and comments; return whether text is left."""
        text = self.text
        while self.at < len(text):
            char = text[self.at]
            if char == "#":
                end = text.find("\n", self.at)
                self.at = len(text) if end < 0 else end
            elif char == "\n" and newlines:
                self.line += 1
                self.at += 1
            elif char in " \t\r":
                self.at += 1
            else:
                return True
        return False

    def _header(self) -> Path:
        line, many = self.line, self.text.startswith("[[", self.at)
        self.at += 2 if many else 1
        keys = self._keys()
        self._skip(newlines=False)
        self.at += 2 if many else 1
        path: Path = ()
        for depth, key in enumerate(keys):
            path = (*path, key)
            last = depth == len(keys) - 1
            if last and many:
                self.counts[path] = self.counts.get(path, -1) + 1
                self.places.setdefault(path, line)
            if path in self.counts:
                path = (*path, self.counts[path])
            if last:
                self.places[path] = line
            else:
                self.places.setdefault(path, line)
        return path

    def _keys(self) -> list[str]:
        keys: list[str] = []
        while True:
            self._skip(newlines=False)
            if self.text[self.at] in "\"'":
                keys.append(self._string())
            else:
                m = _BARE.match(self.text, self.at)
                assert m is not None, "tomllib accepted this text"
                keys.append(m.group())
                self.at = m.end()
            self._skip(newlines=False)
            if self.text[self.at] != ".":
                return keys
            self.at += 1

    def _pair(self, table: Path) -> None:
        line = self.line
        path = table
        for key in self._keys():
            path = (*path, key)
            self.places.setdefault(path, line)
        self.at += 1  # "="
        self._value(path)

    def _value(self, path: Path) -> None:
        self._skip(newlines=True)
        self.places.setdefault(path, self.line)
        char = self.text[self.at]
        if char in "\"'":
            self._string()
        elif char == "[":
            self.at += 1
            self._elements(path)
        elif char == "{":
            self.at += 1
            while self._skip(newlines=True) and self.text[self.at] != "}":
                if self.text[self.at] == ",":
                    self.at += 1
                else:
                    self._pair(path)
            self.at += 1
        else:
            m = _SCALAR.match(self.text, self.at)
            assert m is not None, "tomllib accepted this text"
            self.at = m.end()

    def _elements(self, path: Path) -> None:
        index = 0
        while self._skip(newlines=True) and self.text[self.at] != "]":
            if self.text[self.at] == ",":
                self.at += 1
                continue
            self.places[(*path, index)] = self.line
            self._value((*path, index))
            index += 1
        self.at += 1

    def _string(self) -> str:
        """Step over a string; return what stands inside (escapes kept, as keys seldom have any)."""
        text, quote = self.text, self.text[self.at]
        mark = quote * 3 if text.startswith(quote * 3, self.at) else quote
        start = at = self.at + len(mark)
        while not text.startswith(mark, at):
            at += 2 if quote == '"' and text[at] == "\\" else 1
        if len(mark) == 3:  # up to two quotes may belong to the string itself
            while text.startswith(quote, at + 3):
                at += 1
        self.line += text.count("\n", start, at)
        self.at = at + len(mark)
        return text[start:at]
