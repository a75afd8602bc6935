"""Members' own reports of a branch's year, in every state that a report can have."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from jifen.core import clock
from jifen.demo import habits, showcase
from jifen.demo.branch import Branch, Scored, chosen
from jifen.points.states import ReportState
from jifen.rulebook.engine import occasion
from jifen.rulebook.engine.item import Feeder, Item

#: Days after which a notice is no longer kept.
NOTICES_FOR = dt.timedelta(days=60)
#: Days among which one is free for a report of the tour.
TOUR_WITHIN = 14


@dataclass(slots=True)
class Filed:
    """One report on its way; ids and numbers are given when all of the branch are in time order."""

    one: Scored
    item: Item
    claim: habits.Claim
    day: dt.date
    quantity: Decimal
    level: str | None
    occasion: str
    words: str
    submitted_at: dt.datetime
    decided_at: dt.datetime | None = None
    revoked_at: dt.datetime | None = None
    state: ReportState = ReportState.PENDING
    reason: str | None = None
    #: What it corrects.
    previous: Filed | None = None
    #: The entry that counts already, for one that is attached.
    held_by: int | None = None
    id: int = field(default=0)
    version: int = 1

    @property
    def key(self) -> tuple[str, str]:
        """What makes the deed the member's only one."""
        return self.item.code, self.occasion


def write_reports(branch: Branch) -> None:
    """Add the reports of a branch with their decisions, entries and notices."""
    # Those of the tour first: no deed of chance takes their place.
    filed = list(_of_the_tour(branch))
    for one in branch.scored:
        if branch.decider_for(one.person.id) is not None and one.person.bound_on:
            filed += _reports_of(branch, one)
    filed.sort(key=lambda report: (report.submitted_at, report.one.person.id, report.version))
    number = 0
    for number, report in enumerate(filed, 1):
        report.id = next(branch.counters.report)
        _write(branch, report, number)
    if number:
        branch.rows.add("branch_counter", branch.planned.unit.id, number)


def _reports_of(branch: Branch, one: Scored) -> Iterator[Filed]:
    rng = branch.rng
    part_of_year = branch.year.days / 365
    # Few report a lot, many report little.
    zeal = rng.triangular(0.0, 2.0, 0.8)
    for claim in habits.CLAIMS:
        for code, day in one.entered:
            if code == claim.item and rng.random() < 0.06:
                yield from _one(branch, one, branch.book.items[code], claim, day)
        item = branch.book.items.get(claim.item)
        if item is None or item.off is not None or Feeder.SELF_REPORT not in item.feeders:
            continue
        expected = claim.per_hundred / 100 * zeal * part_of_year
        for _ in range(int(expected) + (rng.random() < expected % 1)):
            day = branch.year.since + dt.timedelta(days=rng.randrange(branch.year.days))
            if day <= branch.last:
                yield from _one(branch, one, item, claim, day)


def _one(branch: Branch, one: Scored, item: Item, claim: habits.Claim, day: dt.date) -> Iterator[Filed]:
    if one.branch_on(day) != branch.planned.unit.id:
        return
    rng = branch.rng
    report = _file(branch, one, item, claim, day, submitted=day + dt.timedelta(days=rng.randint(0, 3)))
    if report.submitted_at > clock.at(branch.year.today):
        return
    held_by = one.taken.get(report.key)
    if held_by is not None:
        if held_by > 0:  # entered by the secretary before: the member's word stands beside it
            report.state, report.held_by = ReportState.ATTACHED, held_by
            report.submitted_at = clock.at(
                day + dt.timedelta(days=1), rng.randint(10, 21), rng.randint(0, 59)
            )
            yield report
        return
    one.taken[report.key] = -1
    decided = _next_decision(branch, report.submitted_at)
    chance = rng.random()
    if chance < 0.04:
        report.state = ReportState.WITHDRAWN
        del one.taken[report.key]
    elif decided >= clock.at(branch.year.today):
        if branch.planned.showcase:  # there waits what the tour tells of, and nothing else
            del one.taken[report.key]
            return
    elif chance < 0.1:
        report.state, report.decided_at = ReportState.RETURNED, decided
        report.reason = rng.choice(habits.RETURN_REASONS)
        again = _again(branch, report) if rng.random() < 0.75 else None
        if again:
            report.state = ReportState.SUPERSEDED
            yield again
    else:
        report.state, report.decided_at = ReportState.APPROVED, decided
        revoked = decided + dt.timedelta(minutes=rng.randint(5, 600))
        if chance > 0.985 and revoked < clock.at(branch.year.today):
            report.state, report.revoked_at = ReportState.REVOKED, revoked
            del one.taken[report.key]
    yield report


def _next_decision(branch: Branch, after: dt.datetime) -> dt.datetime:
    """Return when the secretary looks: on one of the next days, at a civil hour."""
    day = clock.civil_day(after) + dt.timedelta(days=branch.rng.choice((1, 1, 1, 2, 2, 3, 5)))
    return clock.at(day, branch.rng.randint(8, 20), branch.rng.randint(0, 59))


def _file(
    branch: Branch, one: Scored, item: Item, claim: habits.Claim, day: dt.date, *, submitted: dt.date
) -> Filed:
    rng = branch.rng
    return Filed(
        one=one,
        item=item,
        claim=claim,
        day=day,
        quantity=rng.choice(claim.quantities),
        level=chosen(rng, claim.levels),
        occasion=occasion(item, on=day),
        words=rng.choice(claim.words),
        submitted_at=clock.at(submitted, rng.randint(7, 21), rng.randint(0, 59)),
    )


def _again(branch: Branch, old: Filed) -> Filed | None:
    """Return the corrected version of a returned report, None if nobody decided it yet."""
    assert old.decided_at is not None, "it was given back"
    at = old.decided_at + dt.timedelta(minutes=branch.rng.randint(20, 300))
    decided = _next_decision(branch, at)
    if decided >= clock.at(branch.year.today):
        return None
    return dataclasses.replace(
        old,
        submitted_at=at,
        decided_at=decided,
        state=ReportState.APPROVED,
        reason=None,
        previous=old,
        version=old.version + 1,
    )


def _of_the_tour(branch: Branch) -> Iterator[Filed]:
    """The reports of the README's tour: one that was given back, one that waits."""
    if not branch.planned.showcase:
        return
    wanted = (
        (showcase.RETURNED, "D01", 3, ReportState.RETURNED),
        (showcase.PENDING, "D01", 1, ReportState.PENDING),
        (showcase.PENDING, "B04", 2, ReportState.PENDING),
    )
    for part, code, days_ago, state in wanted:
        one = next((scored for scored in branch.scored if scored.person.name == part.name), None)
        claim = next(c for c in habits.CLAIMS if c.item == code)
        item = branch.book.items.get(code)
        if one is None or item is None:
            continue
        # On some days the year has such a deed already: then the one before is as good.
        days = (branch.year.today - dt.timedelta(days=days_ago + n) for n in range(TOUR_WITHIN))
        filed = (
            _file(branch, one, item, claim, day, submitted=day)
            for day in days
            if one.branch_on(day) is not None
        )
        report = next((one_day for one_day in filed if one_day.key not in one.taken), None)
        if report is None:  # the city is a few days old
            continue
        one.taken[report.key] = -1
        if state == ReportState.RETURNED:
            report.state, report.reason = state, habits.RETURN_REASONS[1]
            report.decided_at = report.submitted_at + dt.timedelta(hours=16)
        yield report


def _write(branch: Branch, report: Filed, number: int) -> None:
    one, item = report.one, report.item
    member, here = one.person.id, branch.planned.unit.id
    decider = branch.decider_for(member)
    assert decider is not None, "only members whose matter somebody decides have reports"
    waits = report.state == ReportState.PENDING
    evidence = None
    if report.claim.evidence:
        evidence = report.claim.evidence.format(year=report.day.year, n=branch.rng.randint(1, 60))
    branch.rows["report"].append(
        (
            report.id, here, number, member, branch.rulebook_id, item.code, report.day, report.quantity, None,
            report.level, report.occasion, report.words, evidence, report.state.value, report.version,
            report.previous.id if report.previous else None, decider[1] if waits else None, "wechat",
            report.submitted_at, report.decided_at,
        )
    )  # fmt: skip
    if report.held_by:
        branch.rows.add("corroboration", report.held_by, "report", report.id, member, report.submitted_at)
    if report.decided_at is None:
        return
    returned = report.state in (ReportState.RETURNED, ReportState.SUPERSEDED)
    _decide(branch, report, "returned" if returned else "approved", report.decided_at, decider)
    if not returned:
        _count(branch, report, decider[0])
    if report.revoked_at:
        _decide(branch, report, "revoked", report.revoked_at, decider)


def _count(branch: Branch, report: Filed, decided_by: int) -> None:
    one, item = report.one, report.item
    assert report.decided_at is not None, "it was confirmed"
    one.taken.pop((item.code, report.occasion), None)
    entry = branch.enter(
        one,
        item,
        report.day,
        source="report",
        source_id=report.id,
        recorded_at=report.decided_at,
        decided_by=decided_by,
        deed=report.occasion,
        quantity=report.quantity,
        level=report.level,
    )
    assert entry is not None, "the deed was kept free for this report"
    if report.revoked_at:
        branch.annul(one, entry, decided_by, report.revoked_at)


def _decide(branch: Branch, report: Filed, outcome: str, at: dt.datetime, decider: tuple[int, int]) -> None:
    member = report.one.person.id
    reason = report.reason if outcome == "returned" else None
    branch.rows.add("decision", "report", report.id, 1, outcome, member, *decider, reason, "wechat", at)
    if at > clock.at(branch.year.today) - NOTICES_FOR:
        key = f"report:{report.id}:{outcome}"
        branch.rows.add(
            "notice",
            key,
            member,
            f"report_{outcome}",
            f'{{"report": {report.id}}}',
            "accepted",
            at,
            1,
            at,
            at,
        )
