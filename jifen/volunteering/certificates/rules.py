"""Numbers of certificates, masked names, what a certificate tells of many records: arithmetic on plain values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

#: Digits of a number: fifteen at random and one to check slips of the pen.
DIGITS = 16
_NUMBER = re.compile(rf"\d{{{DIGITS}}}")
_GROUP = 4


def check_digit(digits: str) -> str:
    """Return the check digit of decimal digits (ISO 7064, MOD 11,10): it finds every single slip."""
    carried = 10
    for one in digits:
        carried = ((carried + int(one)) % 10 or 10) * 2 % 11
    return str((11 - carried) % 10)


def numbered(random: int) -> str:
    """Return the number of a certificate made of a random whole number below 10 ** 15."""
    digits = f"{random:0{DIGITS - 1}d}"
    return digits + check_digit(digits)


def spoken(number: str) -> str:
    """Return a number in groups of four, as it stands on paper."""
    return " ".join(number[at : at + _GROUP] for at in range(0, len(number), _GROUP))


def read_number(typed: str) -> str | None:
    """Return the number that somebody typed, in any width and grouping; None where it is none of ours by its form."""
    digits = "".join(str(int(c)) for c in typed if c.isdecimal())
    strange = [c for c in typed if not c.isdecimal() and c not in " 　-—\t"]
    if strange or not _NUMBER.fullmatch(digits) or check_digit(digits[:-1]) != digits[-1]:
        return None
    return digits


def masked(name: str) -> str:
    """Return a name of which the first character alone is left: 陈**."""
    return name[:1] + "*" * max(len(name) - 1, 1)


@dataclass(frozen=True, slots=True)
class Content:
    """What was served under one title (服务内容)."""

    title: str
    times: int
    minutes: int


def contents(lines: Iterable[tuple[str, int]]) -> list[Content]:
    """Return titles and minutes of records put together by title, the longest first."""
    found: dict[str, tuple[int, int]] = {}
    for title, minutes in lines:
        times, total = found.get(title, (0, 0))
        found[title] = times + 1, total + minutes
    told = [Content(title, times, total) for title, (times, total) in found.items()]
    return sorted(told, key=lambda c: (-c.minutes, c.title))
