"""Exact amounts: whole millionths of a point where that is exact, fractions where it is not.

Plain ``int`` arithmetic is several times faster than ``Decimal`` and mixes
exactly with ``Fraction``, which only appears where a rule divides (part
years, averages, shares of a team). Nothing is rounded before the end.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from functools import lru_cache

#: Units in one point.
SCALE = 1_000_000
#: An exact amount of points, in units of 1/SCALE.
Amount = int | Fraction

_DIGITS = 6


def exact(points: Decimal | Fraction | int) -> Amount:
    """Return points as an exact amount."""
    if isinstance(points, int):
        return points * SCALE
    n, d = points.as_integer_ratio()
    whole, rest = divmod(n * SCALE, d)
    return whole if rest == 0 else Fraction(n * SCALE, d)


def tidy(amount: Amount) -> Amount:
    """Return a whole fraction as an int again, so that the fast arithmetic continues."""
    return amount.numerator if isinstance(amount, Fraction) and amount.denominator == 1 else amount


def points(amount: Amount) -> Decimal:
    """Return an amount as decimal points, six places at most, without trailing zeros."""
    if isinstance(amount, Fraction):
        amount = round(amount)
    return _points(amount)


@lru_cache(maxsize=8192)
def _points(amount: int) -> Decimal:
    sign, amount = ("-", -amount) if amount < 0 else ("", amount)
    whole, rest = divmod(amount, SCALE)
    return Decimal(f"{sign}{whole}.{rest:0{_DIGITS}}".rstrip("0").rstrip("."))


def rounded(amount: Amount, *, mode: str, step: Decimal) -> Amount:
    """Return ``amount`` rounded to a multiple of ``step`` points.

    :param mode: ``half_up`` (away from zero), ``half_even``, ``down`` (towards zero), ``floor``, ``ceiling``
    """
    unit = exact(step)
    if isinstance(amount, int) and isinstance(unit, int) and amount % unit == 0:
        return amount
    parts = Fraction(amount) / unit
    floor = parts.numerator // parts.denominator
    rest = parts - floor
    if rest == 0 or mode == "floor":
        steps = floor
    elif mode == "ceiling":
        steps = floor + 1
    elif mode == "down":
        steps = floor if parts > 0 else floor + 1
    elif mode == "half_even":
        steps = round(parts)
    elif parts > 0:
        steps = floor + (rest >= Fraction(1, 2))
    else:
        steps = floor + (rest > Fraction(1, 2))
    return tidy(steps * unit)


def multiplied(amount: Amount, quantity: Amount) -> Amount:
    """Return an amount times a quantity, where the quantity too counts in units of 1/SCALE."""
    product = amount * quantity
    if isinstance(product, int):
        whole, rest = divmod(product, SCALE)
        return whole if rest == 0 else Fraction(product, SCALE)
    return tidy(product / SCALE)


def ratio(amount: Amount) -> Fraction:
    """Return an amount as the plain number it stands for."""
    return Fraction(amount) / SCALE


def sum_of(amounts: Iterable[Amount]) -> Amount:
    """Return the sum."""
    total: Amount = 0
    for amount in amounts:
        total += amount
    return total


def spoken(amount: Amount) -> str:
    """Return the size of an amount as people write it, without its sign."""
    return words(points(amount if amount >= 0 else -amount))


def words(value: Decimal | Fraction | int) -> str:
    """Return a number as people write it: ``2``, ``0.5``, ``33.33``."""
    if isinstance(value, Fraction):
        value = (Decimal(value.numerator) / value.denominator).quantize(Decimal("0.01"), ROUND_HALF_EVEN)
    text = f"{Decimal(value):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("", "-0") else text
