"""What a secretary does in the chat: look, confirm, return."""

from __future__ import annotations

from collections import Counter

from bot import replies_deciding, replies_model_posts, replies_reporting
from bot.handlers import deciding_posts, handle
from bot.intents.deciding import Approve, Look, Queue, Return
from bot.talk.offers import Choice, Offer
from jifen.access import tickets
from jifen.access.tickets import Page
from jifen.core import days
from jifen.core.actor import DECIDERS, Actor
from jifen.files.states import PhotoState
from jifen.org import queries as org
from jifen.points import deciding, explain, photos, queries_reports, reports, standings
from jifen.points.items import plain
from jifen.points.queries_reports import Filed
from jifen.points.queue.queries import weighed
from jifen.points.states import WORDS, ReportState
from jifen.rulebook.queries import book

#: Reports of one list.
MOST = 20
#: What a decider is told, by what became of the report.
SENTENCES = {
    ReportState.APPROVED: replies_deciding.APPROVED,
    ReportState.ATTACHED: replies_deciding.APPROVED_ATTACHED,
    ReportState.PENDING: replies_deciding.APPROVED_ONWARD,
}


@handle.register
def _(intent: Queue, *, by: Actor) -> str:
    waiting = queries_reports.queue(by=by, limit=MOST)
    others = deciding_posts.waiting(by=by) if by.holds(*DECIDERS) else []
    if not waiting and not others:
        return replies_deciding.QUEUE_EMPTY if by.holds(*DECIDERS) else replies_deciding.NOT_DECIDER
    numbers = [one.number for one in waiting]
    choices = [
        Choice(
            replies_deciding.QUEUE_LOOK.format(line=_waiting(one)),
            f"看 {one.number}" + (f" {one.member_name}" if numbers.count(one.number) > 1 else ""),
        )
        for one in waiting
    ]
    head = replies_model_posts.QUEUE_HEAD if others else replies_deciding.QUEUE_HEAD
    return Offer(
        head.format(count=len(waiting) + len(others)), [*choices, *others], replies_deciding.QUEUE_FOOT
    )


def _waiting(one: queries_reports.Waiting) -> str:
    item = book(one.rulebook_id).items[one.item_code]
    return replies_deciding.QUEUE_LINE.format(
        number=one.number,
        name=one.member_name,
        day=days.spoken(one.occurred_on),
        item=item.name,
        quantity=plain(one.quantity),
        unit=item.unit,
        words=f"（{one.words[:20]}）" if one.words else "",
    )


@handle.register
def _(intent: Look, *, by: Actor) -> str:
    report_id = reports.by_number(intent.number, by=by, name=intent.name)
    one = queries_reports.report(report_id, by=by)
    waits = bool(queries_reports.waiting(by=by, ids=[report_id], limit=1))
    lines = [replies_deciding.LOOK_HEAD.format(**_about(one), state=WORDS[one.state])]
    if len(by.holdings) > 1:
        lines.append(replies_deciding.LOOK_BRANCH.format(branch=one.branch_name))
    if one.level:
        lines.append(replies_deciding.LOOK_LEVEL.format(level=one.level))
    if one.words:
        lines.append(replies_deciding.LOOK_WORDS.format(words=one.words[:200]))
    if one.evidence:
        lines.append(replies_deciding.LOOK_EVIDENCE.format(evidence=one.evidence[:100]))
    if one.state == ReportState.RETURNED and one.return_reason:
        lines.append(replies_deciding.LOOK_RETURNED.format(reason=one.return_reason))
    if waits and (apart := weighed([one])[0].apart):
        lines.append(replies_deciding.LOOK_APART.format(why="；".join(apart)))
    if photos.asks(one.rulebook_id, one.item_code):
        lines += _photos(report_id, by=by)
    return Offer("\n".join(lines), _choices(one, intent.name, waits, by=by))


def _photos(report_id: int, *, by: Actor) -> list[str]:
    shown = photos.of(report_id, by=by)
    if not shown:
        return []
    states = Counter(one.words for one in shown)
    lines = [
        replies_deciding.LOOK_PHOTOS.format(states="、".join(f"{n}张{words}" for words, n in states.items()))
    ]
    if any(one.seen_before for one in shown):
        lines.append(replies_deciding.LOOK_AGAIN)
    if any(one.state == PhotoState.STORED for one in shown):
        url = tickets.link(Page.REPORT, str(report_id), by=by)
        lines.append(replies_deciding.LOOK_PAGE.format(minutes=tickets.MINUTES, url=url))
    return lines


def _choices(one: Filed, name: str, waits: bool, *, by: Actor) -> list[Choice]:
    if waits:
        number = f"{one.number} {name}".strip()
        return [
            Choice(replies_deciding.LOOK_APPROVE, f"通过 {number}"),
            Choice(replies_deciding.LOOK_RETURN, f"退回 {number}"),
            Choice(replies_deciding.LOOK_NEXT, replies_deciding.QUEUE_WORD),
        ]
    if one.member_id != by.member_id:
        return []
    line = f"{one.number}号"
    if one.state == ReportState.PENDING:
        return [Choice(replies_reporting.TAKE_BACK_OWN.format(line=line), f"撤回 {one.number}", True)]
    if one.state == ReportState.RETURNED:
        return [Choice(replies_reporting.REDO.format(line=line), f"重报 {one.number}")]
    return []


def _about(one: Filed) -> dict[str, object]:
    return {
        "number": one.number,
        "name": one.member_name,
        "day": days.spoken(one.occurred_on),
        "item": one.item_name,
        "quantity": plain(one.quantity),
        "unit": one.unit,
    }


@handle.register
def _(intent: Approve, *, by: Actor) -> str:
    if not intent.numbers:
        waiting = handle(Queue(), by=by)
        if not isinstance(waiting, Offer):
            return f"{replies_deciding.APPROVE_HOW}\n{waiting}"
        return Offer(f"{replies_deciding.APPROVE_HOW_LIST}\n{waiting.head}", waiting.choices)
    ids = [reports.by_number(n, by=by, name=intent.name) for n in intent.numbers]
    lines = []
    for report in deciding.approve_many(ids, by=by):
        item = book(report.rulebook_id).items[report.item_code]
        sentence = SENTENCES[ReportState(report.state)]
        lines.append(
            sentence.format(
                number=report.number,
                name=explain.name_of(report.member_id),
                day=days.spoken(report.occurred_on),
                item=item.name,
                quantity=plain(report.quantity),
                unit=item.unit,
                next=org.unit(report.step_unit_id).name if report.step_unit_id else "",
                total=plain(standings.total_of(report.member_id, report.rulebook_id, report.occurred_on)),
            )
        )
    return "\n".join(lines)


@handle.register
def _(intent: Return, *, by: Actor) -> str:
    if intent.number is None:
        return replies_deciding.RETURN_HOW
    words = intent.reason.split()
    # The name matters only where several reports bear the number.
    name = words[0] if words else ""
    found = reports.by_number(intent.number, by=by, name=name)
    one = queries_reports.report(found, by=by)
    if not words or intent.reason == one.member_name:
        return _why(one, name, by=by)
    report = deciding.return_(found, intent.reason.removeprefix(f"{one.member_name} "), by=by)
    return replies_deciding.RETURNED.format(**_about(one), reason=queries_reports.return_reason(report.id))


def _why(one: Filed, name: str, *, by: Actor) -> str:
    """Ask for the reason of a return; material only where the item's basis asks for some."""
    if not queries_reports.waiting(by=by, ids=[one.id], limit=1):
        # Decided, one's own, or not his to decide: said in the words of the refusal.
        reports.access(one.id, reports.P.DECIDE, by=by)
        raise reports.decided(reports.access(one.id, reports.P.SEE_REPORT, by=by))
    evidence = book(one.rulebook_id).items[one.item_code].evidence
    asks = (replies_deciding.RETURN_MATERIAL,) if evidence is not None and evidence.min else ()
    number = f"{one.number} {name}".strip()
    choices = [
        Choice(reason, f"退回 {number} {reason}") for reason in (*replies_deciding.RETURN_REASONS, *asks)
    ]
    foot = replies_deciding.RETURN_WHY_FOOT.format(number=one.number)
    return Offer(replies_deciding.RETURN_WHY.format(**_about(one)), choices, foot, free=f"退回 {number}")
