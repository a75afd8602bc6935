"""From one period to the next, and from one scheme to another (C23, C24)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from jifen.rulebook.engine.amount import Amount, exact, points, words
from jifen.rulebook.engine.book import Rulebook
from jifen.rulebook.engine.facts import Lot, Opening
from jifen.rulebook.engine.item import Start
from jifen.rulebook.engine.opening import last_day_of
from jifen.rulebook.engine.sheet import ScoreSheet


def carried_after(sheet: ScoreSheet, lots: tuple[Lot, ...], book: Rulebook) -> tuple[Lot, ...]:
    """Return what the next period starts with where points are kept until redeemed.

    The oldest points are spent first, so what is left is the newest: first
    this period's, then the kept lots from the newest back. What has expired in
    the period is gone for good.
    """
    if book.switches.carry_over != "keep":
        return ()
    last, months = sheet.period.last_day, book.switches.carry_expires_months
    earned = max(sheet.total - sheet.opening + sheet.spent, Decimal(0))
    told = min(sheet.as_of, last)
    alive = (lot for lot in lots if months is None or last_day_of(lot, months) >= told)
    return fitted((*alive, Lot(earned, last)), sheet.total, last)


def fitted(lots: Iterable[Lot], total: Decimal, day: dt.date) -> tuple[Lot, ...]:
    """Return kept points that sum to a total that holds for good: the oldest go first.

    :param day: how old that is which no lot accounts for, e.g. an opening from elsewhere
    """
    left = max(total, Decimal(0))
    out: dict[dt.date, Decimal] = {}
    for lot in sorted(lots, key=lambda one: one.earned_on, reverse=True):
        part = min(left, lot.points)
        if part > 0:
            out[lot.earned_on] = out.get(lot.earned_on, Decimal(0)) + part
            left -= part
    if left > 0:
        out[day] = out.get(day, Decimal(0)) + left
    return tuple(Lot(part, earned_on) for earned_on, part in sorted(out.items()))


def rescaled(lots: Iterable[Lot], total: Decimal, worth: Decimal, day: dt.date) -> tuple[Lot, ...]:
    """Return kept points that summed to ``total`` as parts of what that is worth under another scheme."""
    if total <= 0 or total == worth:
        return fitted(lots, worth, day)
    share = Fraction(worth) / Fraction(total)
    return fitted(
        (Lot(points(exact(Fraction(lot.points) * share)), lot.earned_on) for lot in lots), worth, day
    )


def attainable(book: Rulebook) -> Decimal | None:
    """Return the most a member can reach: opening plus caps; ``None`` where something has no cap."""
    if book.total.cap is not None:
        return book.total.cap
    total: Amount = exact(book.total.granted.fixed)
    for category in book.categories.values():
        if category.within is not None:
            continue
        mark = category.full_mark.fixed if category.full_mark is not None else category.cap
        if mark is None:
            return None
        total += exact(mark)
    return points(total)


def transfer(sheet: ScoreSheet, old: Rulebook, new: Rulebook) -> Opening | None:
    """Return what somebody brings into ``new`` from his sheet under ``old``, by the new scheme's switch.

    ``percent``: the share of the attainable there, of the attainable here;
    ``carry``: the points as they are; ``restart``: nothing (``None``).
    """
    switch = new.switches.transfer
    if switch == "restart":
        return None
    if switch == "carry":
        return Opening(sheet.total, f"由“{old.name}”转入 {words(sheet.total)} 分")
    there, here = attainable(old), attainable(new)
    if there is None or here is None or there == 0:
        # Without a ceiling on both sides there is no percentage; the points follow the person.
        return Opening(sheet.total, f"由“{old.name}”转入 {words(sheet.total)} 分（没有满分，不能折算）")
    share = Fraction(sheet.total) / Fraction(there)
    worth = share * Fraction(here)
    said = f"由“{old.name}”转入：{words(sheet.total)}/{words(there)} 折合本办法 {words(worth)} 分"
    # The new scheme grants its opening anyway; only the rest is brought in.
    return Opening(points(exact(worth - Fraction(new.total.granted.fixed))), said)


def looks_back(book: Rulebook) -> bool:
    """Return whether anything of a score depends on the total of the period before."""
    blocks = book.categories.values()
    starts: list[Start | None] = [
        book.total.granted,
        *(c.full_mark for c in blocks),
        *(c.base for c in blocks),
    ]
    starts += [item.base for item in book.items.values()]
    shares = any(start is not None and start.of_last is not None for start in starts)
    return shares or book.switches.carry_over != "clear"


def last_total(total: Decimal, old: Rulebook, new: Rulebook) -> Decimal | None:
    """Return what a total earned under ``old`` is worth as the last total under ``new``.

    Versions of one scheme share their scale. Between schemes the new one's switch
    ``transfer`` says it: ``percent`` of the attainable (as it is where one side has no
    ceiling), ``carry`` as it is, ``restart`` nothing (``None``).
    """
    if old.code == new.code or new.switches.transfer == "carry":
        return total
    if new.switches.transfer == "restart":
        return None
    there, here = attainable(old), attainable(new)
    if there is None or here is None or there == 0:
        return total
    return points(exact(Fraction(total) / Fraction(there) * Fraction(here)))
