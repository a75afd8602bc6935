"""What a member asks about what is still to come: what is missing, hours, one item, reminders."""

from __future__ import annotations

from decimal import Decimal

from bot import conversations, replies, replies_own, replies_reporting
from bot.handlers import handle
from bot.intents import More, Scanned
from bot.intents.own import BurdenHow, Hours, Missing
from bot.intents.reporting import ItemHow
from bot.talk import amounts
from bot.talk.offers import Choice, Offer
from jifen.core import clock, house
from jifen.core.actor import Actor
from jifen.points import explain, queries
from jifen.points.errors import NotInScheme
from jifen.points.items import plain
from jifen.rulebook.engine.item import Feeder
from jifen.volunteering import queries as hours
from jifen.volunteering.late import said as span_words
from jifen.volunteering.rules import formatted


@handle.register
def _(intent: Missing, *, by: Actor) -> str:
    assert by.member_id is not None
    found = explain.explain(by.member_id, by=by)
    sheet, book = found.sheet, found.rules.book
    lines = [replies_own.MISSING_HEAD.format(period=sheet.period.words, total=plain(sheet.total))]
    above = [g for g in book.grades if g.at_least is not None and g.at_least > sheet.total]
    if above:
        nearest = min(above, key=lambda g: g.at_least or Decimal(0))
        assert nearest.at_least is not None
        lines.append(
            replies_own.MISSING_GRADE.format(
                grade=nearest.name,
                at_least=plain(nearest.at_least),
                left=plain(nearest.at_least - sheet.total),
            )
        )
    elif book.grades:
        lines.append(replies_own.MISSING_NOTHING)
    if sheet.reached is False and sheet.target_line is not None:
        lines.append(replies_own.MISSING_TARGET.format(line=plain(sheet.target_line)))
    for category in book.categories.values():
        cap, have = category.cap, sheet.categories.get(category.code, Decimal(0))
        if cap is not None and have < cap:
            lines.append(
                replies_own.MISSING_CATEGORY.format(name=category.name, have=plain(have), cap=plain(cap))
            )
    return "\n".join([*lines, replies_own.MISSING_FOOT])


@handle.register
def _(intent: Hours, *, by: Actor) -> str:
    assert by.member_id is not None
    account = hours.account(by.member_id)
    reported = _reported(by)
    if not (account.total or account.waiting or reported):
        return replies_own.HOURS_NONE
    lines = [
        replies_own.HOURS.format(
            verified=formatted(account.verified),
            attested=formatted(account.attested),
            total=formatted(account.total),
        )
    ]
    if account.star:
        lines.append(replies_own.HOURS_STAR.format(star=account.star_words))
    if account.to_next is not None:
        lines.append(replies_own.HOURS_NEXT.format(left=formatted(account.to_next)))
    if account.waiting:
        lines.append(replies_own.HOURS_WAITING.format(waiting=formatted(account.waiting)))
    lines += [
        replies_own.HOURS_RECORD.format(span=span, title=title) for span, title in _latest(by.member_id)
    ]
    if reported:
        lines.append(replies_own.HOURS_REPORTED.format(hours=plain(reported)))
    return "\n".join(lines)


#: Records that fit into one bubble.
SHOWN = 3


def _latest(member_id: int) -> list[tuple[str, str]]:
    rows = hours.live(member_id)[-SHOWN:][::-1]
    return [(span_words((row.started_at, row.ended_at)), formatted(row.minutes)) for row in rows]


def _reported(by: Actor) -> Decimal:
    """Return the hours of this period that he reported himself and that stand in no record."""
    assert by.member_id is not None
    try:
        found = explain.explain(by.member_id, by=by)
    except NotInScheme:
        return Decimal(0)
    counted = {line.entry: line for line in found.sheet.trace if isinstance(line.entry, int)}
    facts = [
        (found.rules.book.items.get(line.item), found.entries.get(entry)) for entry, line in counted.items()
    ]
    return sum(
        (
            fact.quantity
            for item, fact in facts
            if item is not None and fact is not None and item.unit == amounts.HOUR
            if fact.source in ("report", "roster")
        ),
        Decimal(0),
    )


@handle.register
def _(intent: ItemHow, *, by: Actor) -> str:
    assert by.member_id is not None
    item = queries.rules_of(by.member_id, clock.today()).book.items[intent.item]
    if item.off is not None or Feeder.SELF_REPORT not in item.feeders:
        return replies_reporting.BY_BRANCH.format(item=item.name)
    most = item.quantity_max
    bounds = replies_reporting.ITEM_MOST.format(most=plain(most), unit=item.unit) if most is not None else ""
    return replies_reporting.ITEM_HOW.format(
        name=item.name,
        code=item.code,
        unit=item.unit,
        bounds=bounds,
        levels=replies_reporting.ITEM_LEVELS.format(levels="、".join(item.levels)) if item.levels else "",
        evidence=(
            replies_reporting.ITEM_EVIDENCE.format(basis=item.evidence.basis)
            if item.evidence and item.evidence.min
            else replies_reporting.ITEM_NO_EVIDENCE
        ),
        clause=item.clause,
        word=item.words[0] if item.words else item.name,
        example=f"2{item.unit}" if item.unit in (amounts.HOUR, amounts.DAY) else "",
    )


@handle.register
def _(intent: BurdenHow, *, by: Actor) -> str:
    choices = [Choice(words, f"减负意见 {words}", True) for words in replies_own.BURDEN_CHOICES]
    return Offer(replies_own.BURDEN_HEAD, choices, replies_own.BURDEN_HOW, free="减负意见")


@handle.register
def _(intent: Scanned, *, by: Actor) -> str:
    if intent.scene.startswith(f"{house.settings().public_url}/"):
        return replies.SCANNED_PAGE.format(url=intent.scene[:300])
    return replies.SCANNED


@handle.register
def _(intent: More, *, by: Actor) -> str:
    return conversations.rest_of(by=by) or replies.NO_MORE
