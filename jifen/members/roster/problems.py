"""What may be wrong with a roster, said so that a clerk can put it right."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from jifen.core.errors import DomainError


class Severity(StrEnum):
    """How much a finding asks of the person at the screen."""

    #: The sheet has to be corrected (or the row left out by name) first.
    ERROR = "error"
    #: Needs an explicit answer before confirming; a general yes is not one.
    QUESTION = "question"
    #: Worth a look; confirming accepts it.
    DOUBT = "doubt"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding, placed to the cell.

    ``reason`` and ``remedy`` are Chinese sentences. They never repeat what
    stands in a free-text cell: a name column may hold a remark or a phone.
    """

    sheet: str
    #: 1-based, as Excel shows it; 0 for the whole sheet.
    row: int
    #: Column letters as Excel shows them; "" for the whole row.
    column: str
    code: str
    reason: str
    remedy: str
    severity: Severity = Severity.ERROR

    @property
    def place(self) -> str:
        """Where, in words: 花名册 第58行 H列."""
        words = [f"“{self.sheet}”"] if self.sheet else []
        if self.row:
            words.append(f"第{self.row}行")
        if self.column:
            words.append(f"{self.column}列")
        return " ".join(words)


class RosterUnreadable(DomainError):
    """The file cannot be opened as a roster; nothing of it is kept."""

    code: ClassVar[str] = "roster_unreadable"
    http_status: ClassVar[int] = 422
    template: ClassVar[str] = "{reason}{remedy}"


def unreadable(kind: str, reason: str, remedy: str) -> RosterUnreadable:
    """Return the refusal of a whole file; ``kind`` is for machines and tests."""
    return RosterUnreadable(kind=kind, reason=reason, remedy=remedy)


def column_letters(index: int) -> str:
    """Return Excel's letters for a 0-based column index: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """Return the 0-based index of a column's letters.

    :raises ValueError: not a column's letters
    """
    index = 0
    for char in letters.strip().upper():
        if not "A" <= char <= "Z":
            raise ValueError(f"not a column: {letters!r}")
        index = index * 26 + ord(char) - ord("A") + 1
    if not 1 <= index <= 16384:
        raise ValueError(f"not a column: {letters!r}")
    return index - 1
