"""What a member asks about himself: points, why, place, reminders."""

from __future__ import annotations

from decimal import Decimal

from bot import replies, replies_own
from bot.handlers import at_once, handle
from bot.intents.notices import Reminders
from bot.intents.own import MyAppraisal, MyPoints, Publicity, Ranking, Why
from bot.talk import names
from bot.talk.offers import Choice, Offer
from jifen.core import days
from jifen.core.actor import Actor
from jifen.core.errors import DomainError
from jifen.core.period import Period
from jifen.decisions import queries_publicity
from jifen.notices import service as notices
from jifen.points import explain, items, queries
from jifen.points.appraisal import queries as appraisals
from jifen.points.items import plain
from jifen.points.periods import service as periods
from jifen.rulebook.engine.book import Rulebook
from jifen.rulebook.engine.item import Item
from jifen.rulebook.engine.taken import TAKEOVER

#: Entries that fit into one bubble.
SHOWN = 8


def _places(standing: queries.Standing) -> list[str]:
    known = (standing.branch, standing.department, standing.city)
    return [_place(p) for p in known if p]


def _place(found: queries.Place) -> str:
    return replies_own.PLACE.format(unit=found.unit_name, place=found.place, of=found.of)


@handle.register
def _(intent: MyPoints, *, by: Actor) -> str:
    mine = queries.my_standing(by)
    return _points(mine.period, mine.total, next(iter(_places(mine)), ""))


def _points_behind(openid_digest: str) -> str | None:
    mine = queries.points_behind(openid_digest)
    return _points(mine.period, mine.total, _place(mine.place) if mine.place else "") if mine else None


at_once[MyPoints] = _points_behind


def _points(period: str, total: Decimal, place: str) -> str:
    return replies_own.MY_POINTS.format(
        period=Period.parse(period).words,
        total=plain(total),
        places=f"{place}\n" if place else replies_own.NO_PLACE,
    )


@handle.register
def _(intent: Ranking, *, by: Actor) -> str:
    mine = queries.my_standing(by)
    return replies_own.RANKING.format(
        period=Period.parse(mine.period).words,
        total=plain(mine.total),
        places="\n".join(_places(mine)) or replies_own.NO_PLACE.strip(),
    )


@handle.register
def _(intent: Publicity, *, by: Actor) -> str:
    found = queries_publicity.own_line(by=by, kind=periods.KIND)
    if found is None:
        return replies_own.PUBLICITY_NONE
    about, line = found
    return replies_own.PUBLICITY.format(
        unit=about.unit_name,
        period=about.period_words,
        kind=about.kind_words,
        state=about.state_words,
        since=days.spoken(about.since),
        until=days.spoken(about.last_day),
        mine=replies_own.PUBLICITY_MINE.format(**line.row) if line else replies_own.PUBLICITY_NOT_IN,
    )


@handle.register
def _(intent: Why, *, by: Actor) -> str:
    assert by.member_id is not None
    found = explain.explain(by.member_id, by=by)
    sheet, book = found.sheet, found.rules.book
    head = replies_own.WHY_HEAD.format(
        period=sheet.period.words, total=plain(sheet.total), book=book.name, version=book.version
    )
    if intent.item:
        item = _item(book, intent.item)
    else:
        item = None
    if item is not None:
        lines = [
            _line(line, found)
            for line in sheet.trace
            if line.item == item.code and (line.points or line.entry)
        ]
        return "\n".join(
            [
                head,
                *(lines[:SHOWN] or [replies_own.WHY_NONE.format(period=sheet.period.words, item=item.name)]),
            ]
        )
    lines = [replies_own.WHY_LINE.format(why="起始分", points=plain(sheet.opening))] if sheet.opening else []
    lines += [
        replies_own.WHY_LINE.format(why=line.why, points=plain(line.points))
        for line in sheet.trace
        if line.item == TAKEOVER
    ]
    choices = []
    for code, points in sheet.items.items():
        if points:
            name = book.items[code].name
            lines.append(replies_own.WHY_LINE.format(why=name, points=plain(points)))
            choices.append(Choice(replies_own.WHY_EACH.format(item=name), f"为什么 {code}"))
    lines += [
        replies_own.WHY_LINE.format(why=line.why, points=plain(line.points))
        for line in sheet.trace
        if line.item == "-" and line.entry is None and line.points and line.points != sheet.opening
    ]
    example = next((book.items[code].name for code, points in sheet.items.items() if points), "")
    return Offer(
        "\n".join([head, *lines]), choices, replies_own.WHY_MORE.format(item=example) if example else ""
    )


def _item(book: Rulebook, typed: str) -> Item | None:
    """Return the item that is asked about; None where the words name none, so that everything is explained.

    :raises UnknownItem: one short word that is no item
    """
    try:
        return items.find(book, typed)
    except DomainError:
        guesses = names.guesses(
            typed, [names.Known(one.code, one.name, one.unit, one.words) for one in book.items.values()]
        )
        if guesses:
            return book.items[guesses[0].code]
        if len(typed) <= 4 and "分" not in typed:
            raise
        return None


def _line(line, found: explain.Explanation) -> str:
    entry = found.entries.get(line.entry) if isinstance(line.entry, int) else None
    if entry is None:
        return replies_own.WHY_LINE.format(why=line.why, points=plain(line.points))
    item = found.rules.book.items[line.item]
    return replies_own.WHY_ENTRY.format(
        day=days.spoken(entry.occurred_on),
        item=item.name,
        quantity=plain(entry.quantity),
        unit=item.unit,
        points=plain(line.points),
        clause=line.clause,
        decider=entry.decided_by,
    )


@handle.register
def _(intent: Reminders, *, by: Actor) -> str:
    notices.switch("monthly_reminder", enabled=intent.enabled, by=by)
    return replies.REMINDERS_ON if intent.enabled else replies.REMINDERS_OFF


@handle.register
def _(intent: MyAppraisal, *, by: Actor) -> str:
    found = appraisals.own(by=by, limit=2)
    lines = [
        replies_own.MY_APPRAISAL.format(
            year=one.year,
            branch=one.branch_name,
            state=one.state_words,
            grade=f"，等次为“{one.grade}”" if one.grade else f"，{one.reason}" if one.reason else "",
        )
        for one in found
    ]
    if any(one.state == "publicised" for one in found):
        lines.append(replies_own.MY_APPRAISAL_SHOWN)
    return "\n".join(lines) or replies_own.MY_APPRAISAL_EMPTY
