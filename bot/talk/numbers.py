"""Numerals as they are spoken: 十一, 两, 俩, 二十三."""

from __future__ import annotations

from decimal import Decimal

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2, "仨": 3}
#: A number in a pattern, in either writing; groups none.
NUM = r"(?:\d+(?:\.\d+)?|[零〇一二两俩仨三四五六七八九十百]+)"


def number(said: str) -> Decimal | None:
    """Return the number that ``said`` writes, 0 to 999 in Chinese numerals; None if it is none.

    >>> number("二十三"), number("两"), number("2.5"), number("一百零二")
    (Decimal('23'), Decimal('2'), Decimal('2.5'), Decimal('102'))
    """
    if said.isascii():
        return Decimal(said) if 0 < len(said) <= 12 else None
    if said in _DIGITS:
        return Decimal(_DIGITS[said])
    hundreds, hundred, rest = said.partition("百")
    if hundred:
        most, left = number(hundreds), number(rest.removeprefix("零")) if rest else Decimal(0)
        known = most is not None and most < 10 and left is not None and left < 100
        return most * 100 + left if known and most is not None and left is not None else None
    tens, ten, ones = said.partition("十")
    if not ten or (tens and tens not in _DIGITS) or (ones and ones not in _DIGITS):
        return None
    return Decimal((_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0))


def whole(said: str) -> int | None:
    """Return a whole number; None for anything else."""
    found = number(said)
    return int(found) if found is not None and found == found.to_integral_value() else None
