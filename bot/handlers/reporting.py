"""Filing, correcting and taking back a report."""

from __future__ import annotations

from bot import replies_deciding, replies_reporting
from bot.handlers import handle
from bot.intents.reporting import Items, MyReports, Report, TakeBack
from bot.talk.offers import Choice, Offer
from jifen.core import clock, days
from jifen.core.actor import Actor
from jifen.org import queries as org
from jifen.points import deciding, explain, queries, queries_reports, reports, service, standings
from jifen.points.items import plain
from jifen.points.states import WORDS, ReportState
from jifen.rulebook.queries import book

#: Own reports of one bubble.
SHOWN = 8


@handle.register
def _(intent: Report, *, by: Actor) -> str:
    if intent.number == 0:
        return replies_reporting.CORRECT_HOW
    if not intent.item:
        return replies_reporting.CORRECT_HOW if intent.number else replies_reporting.REPORT_HOW
    if intent.bad_day:
        return replies_reporting.BAD_DAY.format(text=intent.bad_day)
    day = intent.day or clock.today()
    filing = service.Filing(
        item=intent.item,
        occurred_on=day,
        quantity=intent.quantity,
        typed=intent.rest,
        evidence=intent.evidence,
        another=intent.another,
    )
    if intent.number:
        own = reports.own_by_number(intent.number, by=by)
        report = service.resubmit(own or reports.by_number(intent.number, by=by), filing, by=by)
    else:
        report = service.submit(filing, by=by)
    return filed(report)


def filed(report) -> str:
    """Return what a member is told of his report."""
    day = report.occurred_on
    found = book(report.rulebook_id).items[report.item_code]
    if report.state == ReportState.ATTACHED:
        several = replies_reporting.ATTACHED_ANOTHER if found.once_per in ("deed", "none") else ""
        return replies_reporting.ATTACHED.format(day=days.spoken(day), item=found.name) + several
    return replies_reporting.REPORTED.format(
        number=report.number,
        day=days.spoken(day),
        item=found.name,
        quantity=plain(report.quantity),
        unit=found.unit,
        unit_name=report.asked_name or org.name_of(report.step_unit_id or report.branch_id),
    )


@handle.register
def _(intent: TakeBack, *, by: Actor) -> str:
    if intent.number is None:
        return _may_take_back(by=by)
    report_id = (
        reports.confirmed_by_number(intent.number, since=clock.now() - deciding.REVOCABLE, by=by)
        or reports.own_by_number(intent.number, by=by)
        or reports.by_number(intent.number, by=by)
    )
    report = reports.access(report_id, reports.P.SEE_REPORT, by=by)
    if report.member_id == by.member_id:
        return replies_reporting.WITHDRAWN.format(**_about(service.withdraw(report_id, by=by)))
    revoked = deciding.revoke(report_id, by=by)
    total = standings.total_of(revoked.member_id, revoked.rulebook_id, revoked.occurred_on)
    name = explain.name_of(revoked.member_id)
    return replies_deciding.REVOKED.format(**_about(revoked), name=name, total=plain(total))


def _about(report) -> dict[str, object]:
    item = book(report.rulebook_id).items[report.item_code]
    return {
        "number": report.number,
        "day": days.spoken(report.occurred_on),
        "item": item.name,
        "quantity": plain(report.quantity),
        "unit": item.unit,
    }


def _may_take_back(*, by: Actor) -> str:
    """Offer one's own reports that wait, and one's own confirmations of the last day."""
    own = [one for one in queries_reports.own_reports(by=by, limit=SHOWN) if one.state == ReportState.PENDING]
    decided = reports.confirmed_lately(since=clock.now() - deciding.REVOCABLE, by=by)
    choices = [
        Choice(text.format(line=replies_reporting.LINE.format(**_about(one))), f"撤回 {one.number}", True)
        for found, text in (
            (own, replies_reporting.TAKE_BACK_OWN),
            (decided, replies_reporting.TAKE_BACK_DECIDED),
        )
        for one in found
    ]
    return Offer(replies_reporting.TAKE_BACK_HOW if choices else replies_reporting.TAKE_BACK_NONE, choices)


@handle.register
def _(intent: MyReports, *, by: Actor) -> str:
    lines = []
    own = queries_reports.own_reports(by=by, limit=SHOWN)
    units = org.names({r.step_unit_id for r in own if r.step_unit_id and r.step > 1})
    for report in own:
        item = book(report.rulebook_id).items[report.item_code]
        reason = queries_reports.return_reason(report.id) if report.state == ReportState.RETURNED else ""
        lines.append(
            replies_reporting.MY_REPORTS_LINE.format(
                number=report.number,
                day=days.spoken(report.occurred_on),
                item=item.name,
                quantity=plain(report.quantity),
                unit=item.unit,
                state=_stands(report, units),
                reason=f"（{reason}）" if reason else "",
            )
        )
    if not lines:
        return replies_reporting.MY_REPORTS_EMPTY
    choices = [
        Choice(replies_reporting.REDO.format(line=f"{one.number}号"), f"重报 {one.number}")
        for one in own
        if one.state == ReportState.RETURNED
    ]
    choices += [
        Choice(replies_reporting.TAKE_BACK_OWN.format(line=f"{one.number}号"), f"撤回 {one.number}", True)
        for one in own
        if one.state == ReportState.PENDING
    ]
    return Offer("\n".join(lines), choices)


def _stands(report, units) -> str:
    """Return where a report stands; past its first step also with whom."""
    if report.state != ReportState.PENDING or report.step == 1:
        return WORDS[report.state]
    total = len(reports.steps_of(report))
    return replies_reporting.STEP.format(
        step=report.step, total=total, unit=units.get(report.step_unit_id, "")
    )


@handle.register
def _(intent: Items, *, by: Actor) -> str:
    assert by.member_id is not None
    rules = queries.rules_of(by.member_id, clock.today()).book
    own = [item for item in rules.items.values() if item.off is None and "self_report" in item.feeders]
    lines = [
        Choice(
            replies_reporting.ITEMS_LINE.format(code=item.code, name=item.name, unit=item.unit),
            f"上报 {item.code}",
        )
        for item in own
    ]
    foot = replies_reporting.ITEMS_FOOT.format(example=(own[0].words or (own[0].code,))[0]) if own else ""
    return Offer(replies_reporting.ITEMS_HEAD, lines, foot)
