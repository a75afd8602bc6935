"""Measures and what they are worth: steps, bands, ranks."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from jifen.rulebook.engine.amount import Amount, exact, tidy
from jifen.rulebook.engine.book import Band, PerUnit, Tiers
from jifen.rulebook.engine.facts import Fact

Number = Decimal | Fraction


def measure_of(fact: Fact, on: str) -> Fraction:
    """Return what the item measures: the quantity, or the value (0 where none is given)."""
    return Fraction(fact.quantity if on == "quantity" else fact.value or 0)


def steps_worth(worth: PerUnit, measure: Fraction) -> Amount:
    """Return what a measure earns: whole steps, or in proportion."""
    steps = measure / Fraction(worth.each)
    if worth.partial == "drop":
        steps = Fraction(steps.numerator // steps.denominator)
    elif worth.partial == "up":
        steps = Fraction(-(-steps.numerator // steps.denominator))
    return tidy(steps * exact(worth.points))


def beyond_line(worth: PerUnit, measure: Fraction) -> Fraction:
    """Return the part of the measure that lies below / above the line, >= 0; all of it without a line."""
    if worth.below is not None:
        return max(Fraction(0), Fraction(worth.below) - measure)
    if worth.above is not None:
        return max(Fraction(0), measure - Fraction(worth.above))
    return measure


def band_of(worth: Tiers, measure: Fraction) -> Band | None:
    """Return the band that holds a measure.

    Bands take their lower bound and leave their upper one; for ranks it is the
    other way round, because "the top 5 %" includes 5.
    """
    rank = worth.on == "rank"
    for band in worth.bands:
        if band.since is not None and (measure <= band.since if rank else measure < band.since):
            continue
        if band.until is not None and (measure > band.until if rank else measure >= band.until):
            continue
        return band
    return None


def rank_percent(place: int, size: int) -> Fraction:
    """Return the percentage from the top of a place in a group: 3rd of 120 is 2.5.

    :param place: 1 is the best
    :param size: people in the group, >= place
    :raises ValueError: not a place in such a group
    """
    if not 1 <= place <= size:
        raise ValueError(f"no place {place} in a group of {size}")
    return Fraction(100 * place, size)
