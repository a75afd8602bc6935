"""What a secretary does in the chat: look, confirm, return."""

from __future__ import annotations

from bot import intents as i
from bot import replies
from bot.handlers import handle
from bot.handlers.reporting import day_words
from jifen.core.actor import DECIDERS, Actor
from jifen.org import queries as org
from jifen.points import deciding, explain, queries, reports, standings
from jifen.points.items import plain
from jifen.points.states import ReportState
from jifen.rulebook.queries import book

#: What a decider is told, by what became of the report.
SENTENCES = {
    ReportState.APPROVED: replies.APPROVED,
    ReportState.ATTACHED: replies.APPROVED_ATTACHED,
    ReportState.PENDING: replies.APPROVED_ONWARD,
}


@handle.register
def _(intent: i.Queue, *, by: Actor) -> str:
    waiting = queries.queue(by=by, limit=10)
    if not waiting:
        return replies.QUEUE_EMPTY if by.holds(*DECIDERS) else replies.NOT_DECIDER
    lines = []
    for one in waiting:
        item = book(one.rulebook_id).items[one.item_code]
        lines.append(
            replies.QUEUE_LINE.format(
                number=one.number,
                name=one.member_name,
                day=day_words(one.occurred_on),
                item=item.name,
                quantity=plain(one.quantity),
                unit=item.unit,
                words=f"（{one.words[:20]}）" if one.words else "",
            )
        )
    return "\n".join([replies.QUEUE_HEAD.format(count=len(waiting)), *lines, replies.QUEUE_FOOT])


@handle.register
def _(intent: i.Approve, *, by: Actor) -> str:
    if not intent.numbers:
        return replies.APPROVE_HOW
    ids = [reports.by_number(n, by=by, name=intent.name) for n in intent.numbers]
    lines = []
    for report in deciding.approve_many(ids, by=by):
        item = book(report.rulebook_id).items[report.item_code]
        sentence = SENTENCES[ReportState(report.state)]
        lines.append(
            sentence.format(
                number=report.number,
                name=explain.name_of(report.member_id),
                day=day_words(report.occurred_on),
                item=item.name,
                quantity=plain(report.quantity),
                unit=item.unit,
                next=org.unit(report.step_unit_id).name if report.step_unit_id else "",
                total=plain(standings.total_of(report.member_id, report.rulebook_id, report.occurred_on)),
            )
        )
    return "\n".join(lines)


@handle.register
def _(intent: i.Return, *, by: Actor) -> str:
    if intent.number is None or not intent.reason:
        return replies.RETURN_HOW
    # The name matters only where several reports bear the number.
    found = reports.by_number(intent.number, by=by, name=intent.reason.split()[0])
    report = deciding.return_(found, intent.reason, by=by)
    return replies.RETURNED.format(
        number=report.number, name=explain.name_of(report.member_id), reason=intent.reason
    )
