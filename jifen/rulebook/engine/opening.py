"""What stands there before anything happens: granted points, shares of the last total, points kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from jifen.core.period import Period, dated
from jifen.rulebook.engine.amount import Amount, exact, points, sum_of, tidy, words
from jifen.rulebook.engine.book import Rulebook
from jifen.rulebook.engine.facts import Lot, Subject
from jifen.rulebook.engine.item import Start


def start_of(start: Start | None, subject: Subject) -> tuple[Amount, str]:
    """Return a starting amount and the words for it."""
    if start is None:
        return 0, ""
    if start.of_last is None or subject.last_total is None:
        return exact(start.fixed), f"{words(start.fixed)} 分"
    amount = tidy(exact(subject.last_total) * start.of_last)
    return amount, (
        f"上期总分 {words(subject.last_total)} 分的 {words(start.of_last * 100)}%，"
        f"即 {words(points(amount))} 分"
    )


def openings(
    subject: Subject,
    book: Rulebook,
    period: Period,
    as_of: dt.date,
    spent: Iterable[tuple[dt.date, Amount]],
) -> list[tuple[Amount, str]]:
    """Return the parts of the opening balance, in the order they are told.

    :param as_of: what expires after this day, or after the period, is still there
    :param spent: losses of this period by day (> 0); they use up the oldest kept points first
    """
    out: list[tuple[Amount, str]] = []
    granted, said = start_of(book.total.granted, subject)
    if granted:
        out.append((granted, f"基础分 {said}"))
    if subject.opening is not None:
        out.append((exact(subject.opening.points), subject.opening.why))
        return out
    switches = book.switches
    if switches.carry_over == "fraction" and subject.last_total is not None:
        amount = tidy(exact(subject.last_total) * switches.carry_fraction)
        out.append(
            (amount, f"上期总分 {words(subject.last_total)} 分结转 {words(switches.carry_fraction * 100)}%")
        )
    elif switches.carry_over == "keep":
        lots = subject.carried
        if not lots and subject.last_total is not None:
            out.append((exact(subject.last_total), f"上期积分 {words(subject.last_total)} 分保留"))
            # Of unknown age: as old as the period it was left from.
            ageing: tuple[Lot, ...] = (Lot(max(subject.last_total, Decimal(0)), period.previous.last_day),)
        else:
            ageing = lots
            for lot in sorted(lots, key=lambda one: one.earned_on):
                out.append(
                    (exact(lot.points), f"截至{dated(lot.earned_on)}的积分 {words(lot.points)} 分保留")
                )
        if switches.carry_expires_months is not None:
            day = min(as_of, period.last_day)
            out += _expired(ageing, switches.carry_expires_months, day, list(spent))
    return out


def _expired(
    lots: Iterable[Lot], months: int, as_of: dt.date, spent: list[tuple[dt.date, Amount]]
) -> list[tuple[Amount, str]]:
    """Return what of the kept points has expired unspent, as negative parts."""
    out: list[tuple[Amount, str]] = []
    used: Amount = 0
    for lot in sorted(lots, key=lambda one: one.earned_on):
        end = last_day_of(lot, months)
        before = sum_of(amount for day, amount in spent if day <= min(end, as_of))
        taken = min(exact(lot.points), max(before - used, 0))
        used += taken
        rest = exact(lot.points) - taken
        if end < as_of and rest > 0:
            out.append(
                (
                    -rest,
                    f"截至{dated(lot.earned_on)}的积分满 {months} 个月未用，{words(points(rest))} 分到期",
                )
            )
    return out


def last_day_of(lot: Lot, months: int) -> dt.date:
    """Return the last day on which kept points hold: the same day so many months later.

    Where that month has no such day, its last one: 29 February and 12 months end
    on 28 February (Civil Code art. 202).
    """
    day = lot.earned_on
    at = day.year * 12 + day.month - 1 + months
    first = dt.date(at // 12, at % 12 + 1, 1)
    after = dt.date((at + 1) // 12, (at + 1) % 12 + 1, 1)
    last = (after - first).days
    return first.replace(day=min(day.day, last))
