"""Entries of a roster, and which of them are one person twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from jifen.members.roster.dates import RosterDay
from jifen.members.roster.problems import Problem, Severity
from jifen.members.roster.values import NamedPost


@dataclass(slots=True)
class Entry:
    """One person as the roster says; "" and None where it is silent."""

    sheet: str
    #: 1-based row.
    row: int
    name: str
    #: As typed; whether jifen issued it is asked later.
    number: str = ""
    staff_number: str = ""
    #: Department in words; "" when the sheet names none.
    unit: str = ""
    branch: str = ""
    #: Code of the category; "" when the sheet is silent.
    category: str = ""
    joined: RosterDay | None = None
    confirmed: RosterDay | None = None
    posts: tuple[NamedPost, ...] = ()


class Found:
    """What an extraction gathers: entries in file order and problems beside them."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.problems: list[Problem] = []


def check_twins(found: Found) -> None:
    """The same person twice is an error; two of one name in a branch are a doubt."""
    by_number = _repeated(found.entries, lambda e: e.number or None)
    faulty: set[int] = set()
    for first, second in by_number:
        faulty.add(id(second))
        found.problems.append(
            _twin(second, "number_twice", f"积分编号与“{first.sheet}”第{first.row}行相同", "请核对编号。")
        )
    by_name = _repeated(found.entries, lambda e: (e.unit, e.branch, e.name))
    for first, second in by_name:
        if first.number and second.number and first.number != second.number:
            continue
        if first.joined == second.joined:
            faulty.add(id(second))
            found.problems.append(
                _twin(
                    second,
                    "person_twice",
                    f"与“{first.sheet}”第{first.row}行是同一支部、同名、同一入党时间",
                    "同一个人请只留一行；确是两个人的，请把入党时间写到日，或分别填写积分编号。",
                )
            )
        else:
            found.problems.append(
                _twin(
                    second,
                    "name_twice",
                    f"与“{first.sheet}”第{first.row}行同支部同名，入党时间不同",
                    "确是两个人的，直接确认即可；是一个人的，请删去一行。",
                    Severity.DOUBT,
                )
            )
    if faulty:
        found.entries = [e for e in found.entries if id(e) not in faulty]


def _repeated(entries: Iterable[Entry], key: Callable[[Entry], object]) -> list[tuple[Entry, Entry]]:
    first: dict[object, Entry] = {}
    pairs = []
    for entry in entries:
        k = key(entry)
        if k is None:
            continue
        before = first.setdefault(k, entry)
        if before is not entry:
            pairs.append((before, entry))
    return pairs


def _twin(entry: Entry, code: str, reason: str, remedy: str, severity: Severity = Severity.ERROR) -> Problem:
    return Problem(entry.sheet, entry.row, "", code, reason, remedy, severity)
