"""From one period to the next, and from one scheme to another (C23, C24)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from jifen.rulebook.engine.amount import Amount, exact, points, words
from jifen.rulebook.engine.book import Rulebook, Start
from jifen.rulebook.engine.facts import Lot, Opening
from jifen.rulebook.engine.sheet import ScoreSheet


def carried_after(sheet: ScoreSheet, lots: tuple[Lot, ...], book: Rulebook) -> tuple[Lot, ...]:
    """Return what the next period starts with where points are kept until redeemed.

    The oldest points are spent first, so what is left is the newest: first
    this period's, then the kept lots from the newest back.
    """
    if book.switches.carry_over != "keep":
        return ()
    left = max(sheet.total, Decimal(0))
    earned = max(sheet.total - sheet.opening, Decimal(0))
    out: list[Lot] = []
    for lot in (
        Lot(earned, sheet.period.last_day),
        *sorted(lots, key=lambda one: one.earned_on, reverse=True),
    ):
        part = min(left, lot.points)
        if part > 0:
            out.append(Lot(part, lot.earned_on))
            left -= part
    if left > 0:  # an opening from elsewhere: as old as the period
        out.append(Lot(left, sheet.period.last_day))
    return tuple(reversed(out))


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
